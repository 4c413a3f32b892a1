"""From texts to ranked candidates: search, the final order, and what both keep for the next run."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.hubness import crowding
from recommender.neighbours.order import SCORE_DECIMALS
from recommender.neighbours.recall import Audit
from recommender.neighbours.rerank import RERANKED, reordered
from recommender.neighbours.space import Space
from recommender.neighbours.update import Change
from recommender.processes import cpu_count
from recommender.ranker.list_names import list_names
from recommender.ranker.list_score import default_model, score_lists
from recommender.ranker.list_signals import Surroundings
from recommender.ranker.places import read_places
from recommender.splices import places_of
from recommender.stages.space import texts_of
from recommender.stages.stage import Columns, Stage

# With more changes than this share of the articles, searching anew is as fast.
_UPDATE_RATIO = 0.05
_ROWS_AT_ONCE = 65_536
_LISTS_AT_ONCE = 1_024
# Of fewer lists than this share of a site's, the words are weighed as they are needed.
_FEW_LISTS = 0.1
_NAME_BYTES = 16


def packed(found: Candidates) -> dict[str, NDArray[np.int32]]:
    """Candidates as columns: ``neighbours`` by their rows, -1 past the last, and ``scores`` in units of their last
    decimal.
    """
    scores: NDArray[np.int32] = np.empty(found.scores.shape, np.int32)
    for start in range(0, len(scores), _ROWS_AT_ONCE):
        part = found.scores[start : start + _ROWS_AT_ONCE]
        scores[start : start + _ROWS_AT_ONCE] = np.rint(np.where(np.isfinite(part), part, 0) * 10**SCORE_DECIMALS)
    return {"neighbours": found.indices, "scores": scores}


def unpacked(columns: Columns, depth: int | None = None, first: int = 0, last: int | None = None) -> Candidates:
    """The candidates that columns hold, of some rows, at most `depth` of each."""
    indices, whole = columns["neighbours"][first:last, :depth], columns["scores"][first:last, :depth]
    scores = scratch.empty(indices.shape, np.float64)
    for start in range(0, len(indices), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        scores[part] = np.where(indices[part] >= 0, whole[part] / 10**SCORE_DECIMALS, -np.inf)
    return Candidates(indices, scores)


def with_crowding(found: Candidates) -> dict[str, NDArray[Any]]:
    """Neighbours as columns, and ``crowding``: how near those of every article are."""
    return {**packed(found), "crowding": crowding(found)}


def search(
    space: Columns,
    roles: Columns,
    view: str | None,
    share: float,
    depth: int,
    first: int,
    last: int,
    threads: int | None,
) -> Columns:
    """The `depth` nearest of the rows from `first` to before `last`, exactly.

    Parameters
    ----------
    space : mapping
        See `Texts`.
    roles : mapping
        ``targets``: rows that may be found, ascending.
    view, share
        By what articles are compared; see `Texts.space`.
    threads : int or None
        None for one per processor.
    """
    compared = texts_of(space).space(view, share)
    queries, targets = np.arange(first, last), roles["targets"]
    if threads is None:
        every = last - first == len(compared)
        return with_crowding(compared.nearest(depth, queries=None if every else queries, targets=targets))
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return with_crowding(compared.among(depth, queries, targets))


def rank(
    space: Columns,
    neighbours: Columns,
    roles: Columns,
    places: Columns | None,
    before: Columns | None,
    share: float,
    depth: int,
    first: int,
    last: int,
    threads: int | None,
) -> Columns:
    """The `depth` candidates of the rows from `first` to before `last` in their final order: the first of them by the
    probability that an editor links them; see `recommender.ranker.list_score`.

    Parameters
    ----------
    places : mapping or None
        See `recommender.ranker.places.place_columns`; None for texts alone.
    before : mapping or None
        ``lists`` and ``placed`` of an earlier run: where a list has the name that it had, its scores are the same.
    threads : int or None
        None for one per processor; the lists are named for the next run then.
    """
    found = unpacked(neighbours, depth, first, last)
    site = surroundings_of(space, neighbours, places, roles, share)
    rows = np.arange(first, last)
    placed: NDArray[np.int32] = np.zeros((len(rows), site.width), dtype=np.int32)
    names = None if threads is not None else _names_of(site, roles)[first:last]
    pending = rows - first if names is None else _recalled(names, before, placed)
    if len(pending) < _FEW_LISTS * len(site):
        site = replace(site, by_parts=True)

    def fill(start: int) -> None:
        part = pending[start : start + _LISTS_AT_ONCE]
        placed[part] = np.rint(score_lists(default_model(), site, rows[part]) * 10**SCORE_DECIMALS)

    # What all parts read of the site is made by the first.
    fill(0)
    with ThreadPoolExecutor(threads or cpu_count()) as pool:
        list(pool.map(fill, range(_LISTS_AT_ONCE, len(pending), _LISTS_AT_ONCE)))
    more = site.mentioned(rows) if site.has_mentions else None
    columns = packed(reordered(found, placed / 10**SCORE_DECIMALS, more))
    return columns if names is None else columns | {"lists": names, "placed": placed}


def _recalled(names: NDArray[np.uint64], before: Columns | None, placed: NDArray[np.int32]) -> NDArray[np.intp]:
    """Fill in the scores of lists that an earlier run has ranked; which lists are left."""
    if before is None or before["placed"].shape[1:] != placed.shape[1:] or not len(before["lists"]):
        return np.arange(len(names))
    order = np.argsort(before["lists"])
    place = np.searchsorted(before["lists"][order], names)
    old = order[np.minimum(place, len(order) - 1)]
    known = before["lists"][old] == names
    placed[known] = before["placed"][old[known]]
    return np.flatnonzero(~known)


def surroundings_of(
    space: Columns, neighbours: Columns, places: Columns | None, roles: Columns, share: float
) -> Surroundings:
    """What the signals of pairs read of a site; kept by the process for its next call."""
    of = (id(space), id(neighbours), id(places), id(roles))
    if _Kept.site is None or _Kept.of != of:
        texts, first = texts_of(space), neighbours["neighbours"][:, :RERANKED]
        _Kept.columns, _Kept.of, _Kept.names = (space, neighbours, places, roles), of, None
        known = None if places is None else read_places(places)
        linked = known is not None and known.links.nnz > 0
        compared = texts.space(None, share) if linked else None
        _Kept.site = Surroundings(
            similar=first,
            nearness=np.where(first >= 0, neighbours["scores"][:, :RERANKED] / np.float32(10**SCORE_DECIMALS), 0),
            crowding=neighbours["crowding"],
            profiles=texts.profiles if share > 0 else None,
            letters=texts.letters if share > 0 else None,
            title_sizes=space["title_sizes"] if share > 0 else None,
            places=known,
            space=compared,
            eligible=None if compared is None else _may_be_linked(compared, roles),
        )
    return _Kept.site


def _may_be_linked(space: Space, roles: Columns) -> NDArray[np.bool_]:
    eligible = np.zeros(len(space), dtype=np.bool_)
    eligible[roles["targets"]] = True
    return eligible & space.known


def _names_of(site: Surroundings, roles: Columns) -> NDArray[np.uint64]:
    """The names of a site's lists; kept by the process for its next call."""
    if _Kept.names is None or _Kept.site is not site:
        _Kept.names = list_names(site, roles["hashes"])
    return _Kept.names


class _Kept:
    """The surroundings that were asked for last, and the columns that they are of."""

    site: Surroundings | None = None
    names: NDArray[np.uint64] | None = None
    of: tuple[int, ...] = ()
    columns: tuple[Columns | None, ...] = ()


def audit_columns(audit: Audit) -> dict[str, NDArray[Any]]:
    """How much a search found, as a column."""
    return {"audit": np.array([audit.recall_ratio, audit.k, audit.articles], dtype=np.float64)}


def audit_of(columns: Columns) -> Audit | None:
    """What `audit_columns` kept; None of a search that found everything."""
    if "audit" not in columns:
        return None
    recall_ratio, k, articles = columns["audit"].tolist()
    return Audit(recall_ratio, int(k), int(articles))


def change_of(old: Columns, names: Sequence[bytes], targets: NDArray[np.int32]) -> Change | None:
    """How rows moved since an earlier search, or None if more than 5% changed, when a new search is as fast.

    Parameters
    ----------
    old : mapping
        ``names`` of its rows, and ``targets``.
    names : sequence of bytes
        Of the rows now: rows of the same names have the same score with each other on every run.
    targets : int32 array
    """
    now, before = names_column(names), old["names"]
    places = places_of(now, before)
    met = np.flatnonzero(places >= 0)
    # An article that may no longer be proposed, or may be now, counts as removed and added.
    was_target, is_target = np.zeros(len(before), np.bool_), np.zeros(len(now), np.bool_)
    was_target[old["targets"]], is_target[targets] = True, True
    met = met[was_target[places[met]] == is_target[met]]
    new_of_old = np.full(len(before), -1, dtype=np.int32)
    new_of_old[places[met]] = met
    changed = np.ones(len(now), dtype=np.bool_)
    changed[met] = False
    if int((new_of_old < 0).sum()) + int(changed.sum()) > _UPDATE_RATIO * len(now):
        return None
    return Change(new_of_old, np.flatnonzero(changed).astype(np.int32))


def names_column(names: Sequence[bytes]) -> NDArray[np.uint8]:
    """Names of 16 bytes as a column."""
    return np.frombuffer(b"".join(names), dtype=np.uint8).reshape(-1, _NAME_BYTES)


SEARCH = Stage("search", 1, search, "search neighbours")
RANK = Stage("rank", 5, rank, "rank")
LISTS = Stage("ranked lists", 1, dict, "rank")
NEIGHBOURS = Stage("neighbours", 1, with_crowding, "search neighbours")
PLACES = Stage("places", 2, dict, "who takes part")
ROLES = Stage("roles", 1, dict, "who takes part")
