"""Near-duplicates: articles that say the same, by the text that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.fingerprints import NONE, Fingerprints, resemblance

DUPLICATE_SCORE = 0.5
"""Share of the runs of words of two articles of one title that both have, from which on they say the same."""

# Fewer runs in common are no evidence, unless all are.
_LEAST_RUNS = 8
# Less of the text has to agree where what both are about does.
_NEARLY_SCORE = 0.3
_NEARLY_RUNS = 20
_NEARLY_COSINE = 0.6
# A title with at least this number of words, on no more than this number of articles, says by itself that they answer
# the same.
_TELLING_WORDS = 5
_MOST_TELLING = 10
# Pages of one form, parts of a series, releases: under different titles only copies of some length say the same.
_COPY_SCORE = 0.95
_COPY_RUNS = 50
# Most rounds in which clusters are taken apart, one cluster of each in every round.
_MOST_ROUNDS = 50

_PAIRS_AT_ONCE = 65_536

Cosines = Callable[[NDArray[np.integer], NDArray[np.integer]], NDArray[np.floating]]
"""The likeness of the weighed words of the articles of pairs, shape (m,)."""

Pairs = tuple[NDArray[np.integer], NDArray[np.integer]]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Articles that say the same.

    Attributes
    ----------
    threshold : float
        Share of their text that two articles have in common from which on they are near-duplicates, 0 to 1.
    labels : int32 array of shape (n,)
        Number of the article's cluster: the row of its first article. All articles of a cluster are near-duplicates of
        one of them; most articles are alone in theirs.
    """

    threshold: float
    labels: NDArray[np.int32]

    def clusters(self) -> list[list[int]]:
        """Rows of each cluster of two or more, the largest first, equal ones by their first row."""
        order = np.argsort(self.labels, kind="stable")
        bounds = np.flatnonzero(np.diff(self.labels[order])) + 1
        found = [rows.tolist() for rows in np.split(order, bounds) if len(rows) > 1]
        return sorted(found, key=lambda rows: (-len(rows), rows[0]))


def near_duplicates(
    prints: Fingerprints,
    neighbours: NDArray[np.integer],
    cosines: Cosines,
    *,
    names: NDArray[np.integer] | None = None,
    threshold: float | None = None,
) -> Duplicates:
    """Find the near-duplicates of a site.

    Two articles of one language and one title are near-duplicates if

    - they share at least half of their runs of words, and eight of them or all;
    - or they share 0.3 of them, 20 at least, and the cosine of all words is 0.6;
    - or the title is a question, has five words besides stop words and stands on ten articles at most.

    Under different titles, even if only a number differs, they are if they share 0.95 of their runs, 50 at least.

    Parameters
    ----------
    neighbours : integer array of shape (n, depth)
        Rows of the articles that are most alike, -1 past the last: those that say the same are among them, unless
        they are equal.
    cosines : callable
        See `Cosines`.
    names : integer array of shape (n,), optional
        Numbers of what articles are called, where their texts have other titles, such as a question: both have to be
        the same.
    threshold : float, optional
        Then sharing at least this much of their runs, and nothing else, makes near-duplicates.
    """
    n = len(prints)
    wanted = DUPLICATE_SCORE if threshold is None else threshold
    if not n:
        return Duplicates(wanted, np.empty(0, np.int32))
    titles = _titles(prints, names)
    rule = _Rule(prints, titles, cosines, threshold)
    left, right = _pairs(prints, titles, neighbours)
    say_same = rule.holds(left, right)
    return Duplicates(wanted, _clusters(left[say_same], right[say_same], n, rule))


class _Rule:
    """Whether two articles are near-duplicates."""

    def __init__(
        self, prints: Fingerprints, titles: NDArray[np.int64], cosines: Cosines, threshold: float | None
    ) -> None:
        self._prints = prints
        self._titles = titles
        self._cosines = cosines
        self._threshold = threshold
        self._is_telling = (prints.asked >= _TELLING_WORDS) & (np.bincount(titles)[titles] <= _MOST_TELLING)

    def holds(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Of each pair of rows, shape (m,)."""
        prints = self._prints
        spoken = prints.languages
        found: NDArray[np.bool_] = (spoken[left] == spoken[right]) | (spoken[left] == 0) | (spoken[right] == 0)
        if self._threshold is not None:
            return found & (resemblance(prints, left, right).ratio >= self._threshold)
        titled = (self._titles[left] == self._titles[right]) & (self._titles[left] != 0)
        compared = np.flatnonzero(found & (titled | may_be_copies(prints, left, right)))
        found[:] = False
        found[compared] = self._say_same(left[compared], right[compared], titled[compared])
        return found

    def _say_same(
        self, left: NDArray[np.integer], right: NDArray[np.integer], titled: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        shared = resemblance(self._prints, left, right)
        copies = (shared.ratio >= _COPY_SCORE) & (shared.runs >= _COPY_RUNS)
        enough = (shared.runs >= _LEAST_RUNS) | (shared.ratio == 1)
        alike = ((shared.ratio >= DUPLICATE_SCORE) & enough) | self._is_telling[left]
        asked = np.flatnonzero(titled & ~alike & (shared.ratio >= _NEARLY_SCORE) & (shared.runs >= _NEARLY_RUNS))
        alike[asked] = self._cosines(left[asked], right[asked]) >= _NEARLY_COSINE
        same: NDArray[np.bool_] = copies | (titled & alike)
        return same


def may_be_copies(prints: Fingerprints, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Pairs that can share `_COPY_SCORE` of their runs, some others among them, shape (m,).

    Of two whole sketches, 128 runs at most, copies have six or fewer for themselves. So one of the eight smallest of
    either is among the fourteen smallest of the other.
    """
    alike = np.zeros(len(left), dtype=np.bool_)
    for start in range(0, len(left), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        one, other = prints.sketches[left[part], :8], prints.sketches[right[part], :14]
        for place in range(one.shape[1]):
            alike[part] |= (other == one[:, place : place + 1]).any(axis=1)
    return alike


def _clusters(left: NDArray[np.integer], right: NDArray[np.integer], n: int, rule: _Rule) -> NDArray[np.int32]:
    """By row the first one of its cluster.

    What is connected by pairs can be a chain whose ends have nothing in common. So the article with most pairs takes
    those that say the same as itself, and what is left of the chain is looked at again.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    labels = np.arange(n, dtype=np.int32)
    rows = np.unique(np.concatenate([left, right]))
    for _ in range(_MOST_ROUNDS):
        if not len(left):
            break
        graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
        component = connected_components(graph, directed=False)[1][rows]
        pairs = np.bincount(left, minlength=n) + np.bincount(right, minlength=n)
        order = np.lexsort((rows, -pairs[rows], component))
        is_middle = np.diff(component[order], prepend=-1) != 0
        middles = rows[order][is_middle][np.cumsum(is_middle) - 1]
        members = rows[order]
        taken = (members == middles) | rule.holds(members, middles)
        first = np.full(n, n, dtype=np.int32)
        np.minimum.at(first, middles[taken], members[taken])
        labels[members[taken]] = first[middles[taken]]
        rows = np.sort(members[~taken])
        left_over = np.zeros(n, dtype=np.bool_)
        left_over[rows] = True
        kept = left_over[left] & left_over[right]
        left, right = left[kept], right[kept]
    return labels


def _pairs(prints: Fingerprints, titles: NDArray[np.int64], neighbours: NDArray[np.integer]) -> Pairs:
    """Pairs to look at, the smaller row first: neighbours, and articles of one title or with one text, each with the
    next.
    """
    n = len(prints)
    sources, places = np.nonzero(neighbours >= 0)
    targets = neighbours[sources, places].astype(np.int64)
    lines = np.ascontiguousarray(prints.sketches).view(f"V{prints.sketches.shape[1] * 4}").ravel()
    titled = np.flatnonzero(titles)
    texts = np.flatnonzero(prints.sketches[:, 0] != NONE)
    one, other = [sources], [targets]
    for rows, numbers in ((titled, titles), (texts, _places(lines))):
        order = rows[np.argsort(numbers[rows], kind="stable")]
        follows = numbers[order][1:] == numbers[order][:-1]
        one.append(order[:-1][follows])
        other.append(order[1:][follows])
    left, right = np.concatenate(one), np.concatenate(other)
    keys = np.unique(np.minimum(left, right).astype(np.int64) * n + np.maximum(left, right))
    return keys // n, keys % n


def _titles(prints: Fingerprints, names: NDArray[np.integer] | None) -> NDArray[np.int64]:
    """A number for each title, 0 for none."""
    of_texts = prints.titles.astype(np.uint64)
    both = of_texts if names is None else (of_texts << np.uint64(32)) | names.astype(np.uint64)
    return np.where(both == 0, 0, _places(both) + 1)


def _places(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """A number for each value, the same for equal ones."""
    numbers: NDArray[np.int64] = np.unique(values, return_inverse=True)[1].ravel()
    return numbers
