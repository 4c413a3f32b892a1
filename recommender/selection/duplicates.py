"""Near-duplicates: articles that say the same, by the text that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.fingerprints import NONE, Fingerprints, resemblance

DUPLICATE_SCORE = 0.7
"""Share of the runs of words of two articles that both have, from which on they say the same."""

# Parts of a series, or releases, have one frame: only copies share so much.
_SERIES_SCORE = 0.9
# Under the same title less of the text has to agree or, where the title is more than one word, of what words are about.
_TITLED_SCORE = 0.5
_TITLED_COSINE = 0.6
_TITLE_WORDS = 2
# A title of so many words, on no more articles than this, says by itself that they answer the same.
_TELLING_WORDS = 5
_MOST_TELLING = 10

Cosines = Callable[[NDArray[np.integer], NDArray[np.integer]], NDArray[np.floating]]
"""The likeness of the weighed words of the articles of pairs, shape (m,)."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Articles that say the same.

    Attributes
    ----------
    threshold : float
        Share of their text that two articles have in common from which on they are near-duplicates, 0 to 1.
    labels : int32 array of shape (n,)
        Number of the article's cluster: the row of its first article. A cluster holds what is connected by pairs of
        near-duplicates; most articles are alone in theirs.
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
    prints: Fingerprints, neighbours: NDArray[np.integer], cosines: Cosines, *, threshold: float | None = None
) -> Duplicates:
    """Find the near-duplicates of a site.

    Two articles of one language are near-duplicates if

    - they share at least 0.7 of their runs of words, or, where their titles are the same but for words with
      digits, as those of the parts of a series are, 0.9 of them;
    - or they have the same title, and share 0.5 of their runs; or the title has two words besides stop words, and the
      cosine of all words is 0.6; or it has five and stands on ten articles at most.

    Parameters
    ----------
    prints : Fingerprints
    neighbours : integer array of shape (n, depth)
        Rows of the articles that are most alike, -1 behind the last: those that say the same are among them, unless
        they are equal.
    cosines : callable
        See `Cosines`.
    threshold : float, optional
        Then sharing at least this much of their runs, and nothing else, makes near-duplicates.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(prints)
    wanted = DUPLICATE_SCORE if threshold is None else threshold
    if not n:
        return Duplicates(wanted, np.empty(0, np.int32))
    left, right = _pairs(prints, neighbours)
    if threshold is None:
        say_same = _say_same(prints, left, right, cosines)
    else:
        say_same = resemblance(prints, left, right) >= threshold
    edges = [(left[say_same], right[say_same]), _equal(prints)]
    one, other = (np.concatenate([edge[side] for edge in edges]) for side in (0, 1))
    graph = coo_matrix((np.ones(len(one), dtype=np.int8), (one, other)), shape=(n, n))
    _, components = connected_components(graph, directed=False)
    _, first, inverse = np.unique(components, return_index=True, return_inverse=True)
    return Duplicates(wanted, first[inverse].astype(np.int32))


def _say_same(
    prints: Fingerprints, left: NDArray[np.integer], right: NDArray[np.integer], cosines: Cosines
) -> NDArray[np.bool_]:
    shared = resemblance(prints, left, right)
    titles, series = (numbers[left] == numbers[right] for numbers in (prints.titles, prints.series))
    titled = titles & (prints.titles[left] != 0)
    found: NDArray[np.bool_] = shared >= np.where(series & ~titles, _SERIES_SCORE, DUPLICATE_SCORE)
    found |= titled & (shared >= _TITLED_SCORE)
    numbers = _places(prints.titles)
    held = np.bincount(numbers)[numbers]
    found |= titled & (prints.title_words[left] >= _TELLING_WORDS) & (held[left] <= _MOST_TELLING)
    open_pairs = np.flatnonzero(titled & ~found & (prints.title_words[left] >= _TITLE_WORDS))
    found[open_pairs] = cosines(left[open_pairs], right[open_pairs]) >= _TITLED_COSINE
    return found


def _pairs(prints: Fingerprints, neighbours: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Pairs to look at, the smaller row first: neighbours, and articles that follow each other under one title."""
    n = len(prints)
    sources, places = np.nonzero(neighbours >= 0)
    targets = neighbours[sources, places].astype(np.int64)
    by_title = np.argsort(prints.titles, kind="stable")
    follows = (prints.titles[by_title][1:] == prints.titles[by_title][:-1]) & (prints.titles[by_title][1:] != 0)
    one = np.concatenate([np.minimum(sources, targets), by_title[:-1][follows]])
    other = np.concatenate([np.maximum(sources, targets), by_title[1:][follows]])
    keys = np.unique(one * n + other)
    left, right = keys // n, keys % n
    spoken = prints.languages
    alike = (spoken[left] == spoken[right]) | (spoken[left] == 0) | (spoken[right] == 0)
    return left[alike], right[alike]


def _equal(prints: Fingerprints) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Pairs of articles with one text, each with the next."""
    lines = np.ascontiguousarray(prints.sketches).view(f"V{prints.sketches.shape[1] * 4}").ravel()
    numbers = _places(lines)
    order = np.argsort(numbers, kind="stable")
    order = order[prints.sketches[order, 0] != NONE]
    follows = numbers[order][1:] == numbers[order][:-1]
    return order[:-1][follows], order[1:][follows]


def _places(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """A number for each value, the same for equal ones."""
    numbers: NDArray[np.int64] = np.unique(values, return_inverse=True)[1].ravel()
    return numbers
