"""Proposals in any form that a notebook has them in, as candidates of all articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from recommender.api.recommender import Recommendations
from recommender.errors import InputError
from recommender.evaluator.curated import CuratedLinks
from recommender.links.record import LinksFile
from recommender.neighbours.candidates import Candidates

Lists = Candidates | LinksFile | Recommendations | Mapping[str, Iterable[str]]
"""Lists of all articles: by row, or by key."""


def lists_of(lists: Lists, links: CuratedLinks) -> Candidates:
    """The lists of all articles, without themselves and without what may not be proposed.

    Raises
    ------
    InputError
        They are not aligned with the articles, name no article or one twice, or are in no known form.
    """
    if isinstance(lists, Candidates):
        n = len(links.keys)
        if len(lists.indices) != n or lists.indices.max(initial=-1) >= n:
            last = int(lists.indices.max(initial=-1))
            raise InputError(
                f"expected candidates of {n:,} articles, a line each; found {len(lists.indices):,} lines, which name "
                f"rows up to {last:,}"
            )
        return _without(lists.indices, links)
    if isinstance(lists, Recommendations | LinksFile | Mapping):
        return _without(_rows(dict(_by_key(lists)), links.keys), links)
    raise InputError(
        "expected candidates, a links file, recommendations, or lists of keys by key; found " + type(lists).__name__
    )


def _by_key(lists: LinksFile | Recommendations | Mapping[str, Iterable[str]]) -> Iterator[tuple[str, list[str]]]:
    if isinstance(lists, Mapping):
        yield from ((key, list(targets)) for key, targets in lists.items())
    else:
        articles = lists.links.articles if isinstance(lists, Recommendations) else lists.articles
        yield from ((article.key, [related.key for related in article.related]) for article in articles)


def _rows(by_key: Mapping[str, list[str]], keys: tuple[str, ...]) -> NDArray[np.int32]:
    rows = {key: row for row, key in enumerate(keys)}
    for what, named in (("lists", [*by_key]), ("links", [target for targets in by_key.values() for target in targets])):
        if named and not any(key in rows for key in named):
            raise InputError(
                f"expected keys of articles, such as {keys[0]!r}; none of the {what} has one: {named[0]!r}"
            )
    indices = np.full((len(keys), max(map(len, by_key.values()), default=1) or 1), -1, dtype=np.int32)
    for key, targets in by_key.items():
        if key in rows:
            # An article that is not there takes its place, and is no hit.
            indices[rows[key], : len(targets)] = [rows.get(target, -1) for target in targets]
    return indices


def _without(indices: NDArray[np.integer], links: CuratedLinks) -> Candidates:
    """Lists closed up over the article itself, what may not be proposed, and what is not there."""
    n = len(indices)
    out = (indices < 0) | (indices == np.arange(n)[:, None]) | ~links.eligible[np.maximum(indices, 0)]
    order = np.argsort(out, axis=1, kind="stable")
    rows = np.where(np.take_along_axis(out, order, axis=1), -1, np.take_along_axis(indices, order, axis=1))
    ordered = np.sort(rows, axis=1)
    twice = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1)
    if twice.any():
        raise InputError(f"the list of {links.keys[int(np.argmax(twice))]} names an article twice")
    scores = np.where(rows >= 0, -np.arange(1.0, rows.shape[1] + 1), -np.inf)
    return Candidates(rows.astype(np.int32), scores)
