"""What a ranked list depends on, in one number: a list whose number an earlier run had keeps its scores.

A number depends on the texts, keys and nearest of the article and of its candidates, and on nothing else of the site:
whatever the signals of `recommender.ranker.list_signals` read of an article belongs into `_of_articles`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.list_signals import NEAREST, FirstCandidates, Surroundings

Numbers = NDArray[np.uint64]

_ROWS_AT_ONCE = 4_096
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_STEP = np.uint64(0x9E3779B97F4A7C15)


def list_names(site: Surroundings, keys: Numbers) -> Numbers:
    """Name the list of every article, shape (n,).

    Parameters
    ----------
    keys : uint64 array of shape (n,)
        Hashes of the articles' keys.
    """
    names = _mixed(_mixed(keys, _of_texts(site)), _of_places(site, keys))
    names = _mixed(names, _of_lists(site, keys, NEAREST))
    whole = _of_lists(site, names)
    mean = np.frombuffer(np.float64(site.mean_length).tobytes(), np.uint64)
    return _mixed(_mixed(names, whole), np.broadcast_to(mean, len(site)))


def _of_places(site: Surroundings, keys: Numbers) -> Numbers:
    """The folders of each article, and what it links in its text and by what it is linked."""
    places = site.places
    if places is None:
        return np.zeros(len(site), dtype=np.uint64)
    # Numbers of folders depend on the others: a folder is named by the keys of the articles within it.
    members: Numbers = np.zeros(int(places.folders.max(initial=-1)) + 2, dtype=np.uint64)
    for level in places.folders.T:
        np.add.at(members, level, _mixed(keys, keys))
    folders = np.where(places.folders >= 0, members[places.folders], np.uint64(0))
    links = places.links
    owners = np.repeat(np.arange(len(site)), np.diff(links.indptr))
    weights = _bits(links.data)
    found = _mixed(_row_hashes(folders), _sums(_mixed(keys[links.indices], weights), links.indptr.astype(np.int64)))
    out = np.diff(links.indptr).astype(np.uint64)
    by = np.zeros(len(site), dtype=np.uint64)
    np.add.at(by, links.indices, _mixed(_mixed(keys, out)[owners], weights))
    return _mixed(found, by)


def _row_hashes(rows: Numbers) -> Numbers:
    found = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        found = _mixed(found, column)
    return found


def _of_texts(site: Surroundings) -> Numbers:
    """What is read of each article alone."""
    found = _bits(site.rounded_crowding)
    if site.title_sizes is not None:
        found = _mixed(found, site.title_sizes.astype(np.uint64))
    profiles, letters = site.profiles, site.letters
    if profiles is not None:
        found = _mixed(_mixed(found, profiles.lengths.astype(np.uint64)), _bits(profiles.title_rarity))
        entries = _mixed(
            profiles.terms[profiles.words].astype(np.uint64) << np.uint64(16) | profiles.marks,
            _bits(profiles.rarity)[profiles.words],
        )
        found = _mixed(found, _sums(entries, profiles.starts))
    if letters is not None:
        found = _mixed(found, _sums(_mixed(letters.runs.astype(np.uint64), _bits(letters.weights)), letters.starts))
    return found


def _of_lists(site: Surroundings, names: Numbers, depth: int | None = None) -> Numbers:
    """The candidates of every list by their names, and how near each is; or the first of the nearest."""
    found = np.empty(len(site), dtype=np.uint64)
    place = np.arange(1, (site.width if depth is None else min(depth, site.similar.shape[1])) + 1, dtype=np.uint64)
    place *= _STEP
    for start in range(0, len(site), _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(site)))
        if depth is None:
            first = site.first(rows)
        else:
            first = FirstCandidates(site.similar[rows, :depth], site.nearness[rows, :depth])
        known = np.where(first.rows >= 0, names[first.rows], np.uint64(0))
        near = _bits(first.nearness)
        found[rows] = _mixed(known + place, near).sum(axis=1, dtype=np.uint64)
    return found


def _bits(values: NDArray[np.floating]) -> Numbers:
    return np.ascontiguousarray(values, dtype=np.float32).view(np.uint32).astype(np.uint64)


def _sums(values: Numbers, starts: NDArray[np.int64]) -> Numbers:
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)])
    found: Numbers = total[starts[1:]] - total[starts[:-1]]
    return found


def _mixed(left: Numbers, right: Numbers) -> Numbers:
    """Both in one number, as splitmix64 ends (Steele, Lea and Flood 2014)."""
    mixed = left * _STEP + right
    mixed ^= mixed >> np.uint64(30)
    mixed *= _FIRST
    mixed ^= mixed >> np.uint64(27)
    mixed *= _SECOND
    mixed ^= mixed >> np.uint64(31)
    return mixed
