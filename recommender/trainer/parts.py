"""The parts of a site: one to learn from, one to stop by, one to measure on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.judgements import Judgements, judge_by_links
from recommender.evaluator.units import Components, connect, resampling_units
from recommender.measure.folds import site_folds
from recommender.site.site import Site

Rule = Literal["components", "communities", "articles"]

N_FOLDS = 5
# The folds from here on are, in order, the development part and the test part.
_DEVELOPMENT = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows of the articles of each part, ascending, and how they were divided.

    Attributes
    ----------
    training, development, test : int64 arrays
        Of five folds three, one and one.
    rule : {"components", "communities", "articles"}
        What is never divided: a connected component of the graph of curated links; where few components hold the whole
        site, a community of it; where nothing is learned from links, an article.
    links : int64 array of shape (n_links, 2)
        Curated links within the training part, as rows from and to, without repeats.
    cut_links : int
        Links from one part to another. Nothing is learned from them.
    judgements : Judgements
        The links of all parts, as the evaluator takes them.
    """

    training: NDArray[np.int64]
    development: NDArray[np.int64]
    test: NDArray[np.int64]
    rule: Rule
    links: NDArray[np.int64]
    cut_links: int
    judgements: Judgements


def divide(site: Site, *, by_links: bool, seed: int = 0) -> Parts:
    """Divide a site into parts; by components the test part is fold 5/5 of `recommender.measure.folds.site_folds`.

    Parameters
    ----------
    by_links : bool
        Whether links are to be learned from, so that what they connect must stay in one part.

    Raises
    ------
    InputError
        There are too few articles, or links connect the site too closely.
    """
    n = len(site.corpus)
    if n < N_FOLDS:
        raise InputError(f"{site.content}: training needs at least {N_FOLDS} articles; found {n}")
    judgements = judge_by_links(site.resolved.targets, np.isin(np.arange(n), site.targets))
    keys = [article.key for article in site.corpus.articles]
    folds, rule = _fold(site, judgements, keys, by_links=by_links, seed=seed)
    part = np.maximum(folds - _DEVELOPMENT + 1, 0)
    pairs = _links(site.resolved.targets)
    inside = part[pairs[:, 0]] == part[pairs[:, 1]]
    return Parts(
        training=np.flatnonzero(part == 0),
        development=np.flatnonzero(part == 1),
        test=np.flatnonzero(part == 2),
        rule=rule,
        links=pairs[inside & (part[pairs[:, 0]] == 0)],
        cut_links=int((~inside).sum()),
        judgements=judgements,
    )


def _fold(
    site: Site, judgements: Judgements, keys: list[str], *, by_links: bool, seed: int
) -> tuple[NDArray[np.int32], Rule]:
    if not by_links or not len(judgements.queries):
        return _drawn(keys, seed), "articles"
    try:
        return site_folds(site, N_FOLDS, seed=seed), "components"
    except InputError:
        folds = _by_communities(site.resolved.targets, judgements, keys, seed)
    if len(np.unique(folds[judgements.queries])) < N_FOLDS:
        raise InputError(
            f"{site.content}: its curated links are too few, or connect it too closely, to divide it into a part to "
            "learn from and others to measure on; --pairs views,passages learns without them"
        )
    return folds, "communities"


def _drawn(keys: Sequence[str], seed: int) -> NDArray[np.int32]:
    """A fold for each article, drawn; sizes differ by one at most."""
    draws = [hashlib.blake2b(f"{seed}\n{key}".encode(), digest_size=8).digest() for key in keys]
    folds = np.empty(len(keys), dtype=np.int32)
    folds[sorted(range(len(keys)), key=lambda row: draws[row])] = np.arange(len(keys)) % N_FOLDS
    return folds


def _by_communities(
    targets: Sequence[NDArray[np.int32]], judgements: Judgements, keys: Sequence[str], seed: int
) -> NDArray[np.int32]:
    """Folds that divide no community of the link graph; an article without links of its own goes with one that links
    to it.
    """
    queries = judgements.queries
    units = resampling_units(connect(targets), targets, queries)
    labels = np.arange(len(keys), dtype=np.int32) + units.n
    labels[queries] = units.labels
    folds = _drawn(keys, seed)
    folds[queries] = Components(labels).folds(queries, N_FOLDS, keys, seed=seed)
    is_query = np.isin(np.arange(len(keys)), queries)
    for source, target in _links(targets)[::-1].tolist():
        if is_query[source] and not is_query[target]:
            folds[target] = folds[source]
    return folds


def _links(targets: Sequence[NDArray[np.int32]]) -> NDArray[np.int64]:
    pairs = {(row, target) for row, found in enumerate(targets) for target in found.tolist() if 0 <= target != row}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
