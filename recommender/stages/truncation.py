"""How much of a site's text its model reads in several pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.stages.stage import Columns, Stage


@dataclass(frozen=True, slots=True)
class Truncation:
    """What the model cannot read at once and therefore reads in several pieces.

    Attributes
    ----------
    articles : int
        Articles with a text that was cut into pieces.
    share_ratio : float
        Share of all text, 0 to 1, that follows a first piece.
    """

    articles: int
    share_ratio: float


def truncate(space: Columns, chars: Mapping[str, NDArray[np.float64]]) -> Columns:
    """Count ``articles`` with a text in pieces, and the ``share`` of all text that follows a first one.

    Parameters
    ----------
    space : mapping
        ``chunks.VIEW`` and ``cut.VIEW``; see `recommender.embedder.encoder.Encoded`.
    chars : mapping of str to float64 array of shape (n,)
        Length of every article's text, by view.
    """
    after_first = total = 0.0
    cut = np.zeros(len(next(iter(chars.values()))), dtype=np.bool_)
    for view, lengths in chars.items():
        cut |= space[f"chunks.{view}"] > 1
        after_first += float(lengths @ space[f"cut.{view}"])
        total += float(lengths.sum())
    return {"articles": np.array([cut.sum()]), "share": np.array([after_first / total if total else 0.0])}


TRUNCATION = Stage("truncation", 1, truncate, "long texts")
