"""The near-duplicates among the articles of a site and those that may be linked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.exact import sparse_row_products
from recommender.selection.duplicates import near_duplicates
from recommender.stages.space import texts_of
from recommender.stages.stage import Columns, Stage

# Articles that say the same are among each other's first candidates.
_LOOKED_AT = 10


def find_duplicates(
    space: Columns, ranked: Columns, share: float, names: NDArray[np.integer], threshold: float | None
) -> Columns:
    """``labels`` of near-duplicates, and the ``threshold`` from which on they are.

    Parameters
    ----------
    space : mapping
        See `Texts`.
    ranked : mapping
        The candidates of every article.
    share : float
        Of words in the comparison of articles; 0 where they are not compared.
    names, threshold
        See `near_duplicates`.
    """
    texts = texts_of(space)

    def cosines(left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.floating]:
        if share == 0:
            return np.zeros(len(left))
        return sparse_row_products(texts.words, left, right)

    found = near_duplicates(
        texts.prints, ranked["neighbours"][:, :_LOOKED_AT], cosines, names=names, threshold=threshold
    )
    return {"labels": found.labels, "threshold": np.array([found.threshold])}


DUPLICATES = Stage("duplicates", 5, find_duplicates, "find near-duplicates")
TITLES = Stage("title numbers", 1, dict, "find near-duplicates")
