"""How long a training of a transformer will take here, by a few of its batches' texts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from recommender.trainer.learner import learner

if TYPE_CHECKING:
    from recommender.trainer.preparation import Prepared

_PAIRS = 4


def seconds_estimate(prepared: Prepared) -> float:
    """Forward and backward of a few pairs of each kind on the CPU, times their number and the passes; evaluations come
    on top.
    """
    from recommender.embedder.torch_model import quiet_transformers

    with quiet_transformers():
        learning = learner(prepared.start, prepared.texts, keep=0.0, batch_size=_PAIRS, device="cpu")
        total = 0.0
        for columns in prepared.data.sets.values():
            chosen = np.linspace(0, len(columns["anchor"]) - 1, _PAIRS).astype(np.int64)
            begun = time.perf_counter()
            for column in prepared.data.columns:
                features = learning.make(columns[column][chosen].astype(np.int64))
                learning.model(features)["sentence_embedding"].sum().backward()
            total += (time.perf_counter() - begun) / _PAIRS * len(columns["anchor"])
    return total * prepared.schedule.epochs
