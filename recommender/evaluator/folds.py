"""Parts of a site that share no curated link: what is fitted on some can be measured on another.

Whatever learns from curated links is measured only on queries of components of the link graph from which it has seen no
link; otherwise it is measured on its memory.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.judgements import judge_by_links
from recommender.evaluator.units import connect

_NAME = re.compile(r"(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Fold:
    """One of several parts, as ``2/5`` names it.

    Attributes
    ----------
    number : int
        From 1 to `of`.
    of : int
        At least 2.
    """

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def parse_fold(text: str) -> Fold:
    """Read a name such as ``2/5``.

    Raises
    ------
    InputError
    """
    found = _NAME.fullmatch(text.strip())
    fold = Fold(int(found[1]), int(found[2])) if found else None
    if fold is None or fold.of < 2 or not 1 <= fold.number <= fold.of:
        raise InputError(f"Expected a fold such as 2/5, the second of five; found {text!r}.")
    return fold


def deal_folds(
    targets: Sequence[NDArray[np.int32]],
    eligible: NDArray[np.bool_],
    keys: Sequence[str],
    n_folds: int,
    *,
    seed: int = 0,
) -> NDArray[np.int32]:
    """Deal articles into folds that share no component of the graph of curated links.

    The folds are close to equal in their number of queries, as far as the largest component allows. They depend on
    the articles' keys and links and on `seed`, on nothing else, so that two commands that name the same fold mean
    the same articles.

    Parameters
    ----------
    targets : sequence of int32 arrays
        Per article, the rows that its links name, or negative codes of `recommender.corpus.resolve`.
    eligible : bool array of shape (n_articles,)
        Which articles may be proposed.

    Returns
    -------
    int32 array of shape (n_articles,)
        0 to ``n_folds - 1``.

    Raises
    ------
    InputError
        There are fewer components with queries than folds.
    """
    queries = judge_by_links(targets, eligible).queries
    components = connect(targets)
    of_query = components.folds(queries, n_folds, keys, seed=seed)
    if len(np.unique(of_query)) < n_folds:
        n_components = len(np.unique(components.labels[queries]))
        raise InputError(
            f"{n_folds} folds need at least as many parts of the site that share no curated link; found {n_components}."
        )
    of_component = np.full(len(keys), -1, dtype=np.int32)
    of_component[components.labels[queries]] = of_query
    folds: NDArray[np.int32] = of_component[components.labels]
    for row in np.flatnonzero(folds < 0).tolist():
        # No query, so no matter; but the same fold on every run, and for all articles of a component.
        folds[row] = _drawn(f"{seed}\n{components.labels[row]}", n_folds)
    return folds


def _drawn(text: str, n: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) % n
