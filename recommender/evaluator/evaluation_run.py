"""An evaluation beside what it was made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.bench import Bench
from recommender.evaluator.measured import SystemRun
from recommender.evaluator.result import Evaluation


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """An evaluation, and what it was made of.

    Attributes
    ----------
    runs : dict of str to SystemRun
        By system. The main system's candidates are whole, those of the others cut at k places.
    vectors : float32 array of shape (n_articles, dim)
        One per article; inner products are the text similarity.
    duplicates : int32 array of shape (n_articles,)
        Number of each article's cluster of near-duplicates.
    """

    evaluation: Evaluation
    bench: Bench
    runs: dict[str, SystemRun]
    vectors: NDArray[np.float32]
    duplicates: NDArray[np.int32]
