"""Lists for articles that too few name, on a site too large for a flow over its whole graph: in passes over the edges.

An article that too few lists name asks its nearest neighbours, nearest first, for a place in theirs. A list takes it
into an empty place, or for the worst of its links whose article enough other lists name. How many lists an article can
do without is decided where its links are counted, so that no two drop it in the same pass and leave it short. A pass is
four stages of tasks that each see the edges of some rows; `selection.graph` on one machine finds the largest sum of
scores instead.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.choose import ChoiceFiles
from recommender.engine.lists import REPORT, lists_table
from recommender.engine.ranks import load_candidates, load_duplicates
from recommender.engine.tables import array, ragged, ragged_column, read_range, read_table
from recommender.engine.who import load_languages, load_roles
from recommender.selection.choose import speak_alike
from recommender.selection.graph import HOSTS_OFFERED
from recommender.selection.rules import ChoiceRules

if TYPE_CHECKING:
    import pyarrow as pa

ASK = "ask"
ANSWER = "answer"
GRANT = "grant"
PLACE = "place"

NOBODY = -1
"""Who makes room in an empty place."""


def ask(
    ranked: Path,
    offers: tuple[Path, ...],
    before: Path | None,
    bounds: tuple[int, int],
    rules: ChoiceRules,
    files: ChoiceFiles,
) -> pa.Table:
    """Whom the articles of a block ask for a place, who are named too seldom.

    Parameters
    ----------
    ranked : Path
        The block's candidates.
    offers : tuple of Path
        The links of all lists; see `recommender.engine.limits.offer`.
    before : Path, optional
        What the block asked in the pass before.
    bounds : tuple of int
        First row of the block, and the one behind the last.
    rules : ChoiceRules
    files : ChoiceFiles

    Returns
    -------
    pyarrow.Table
        ``row``; ``spare``, how many lists it can do without; ``tried``, how many of its candidates were asked, now and
        before; ``hosts``, whom it asks now, and their ``scores``.
    """
    import pyarrow as pa

    first, last = bounds
    linked = [read_range(path, "target", first, last) for path in offers]
    targets, sources = (np.concatenate([array(table, name) for table in linked]) for name in ("target", "source"))
    inbound = np.bincount(targets - first, minlength=last - first)
    roles = load_roles(files.who)
    eligible = np.isin(np.arange(first, last), roles.targets)
    rows, candidates = load_candidates(ranked, HOSTS_OFFERED)
    hosts, scores = candidates.indices, candidates.scores
    may = (hosts >= 0) & (hosts != rows[:, None]) & np.isin(hosts, roles.sources)
    if rules.min_score is not None:
        may &= scores >= rules.min_score
    if files.same_language:
        languages = load_languages(files.who)
        may &= speak_alike(languages[np.maximum(hosts, 0)], languages[rows][:, None], unknown=0)
    n = int(max(hosts.max(initial=0), sources.max(initial=0))) + 1
    names = np.isin(rows[:, None].astype(np.int64) * n + hosts, targets.astype(np.int64) * n + sources)
    tried = np.zeros(len(rows), dtype=np.int32) if before is None else array(read_table(before), "tried").copy()
    place = np.arange(hosts.shape[1])
    may &= ~names & (place >= tried[:, None])
    missing = np.where(eligible, rules.min_inbound - inbound, 0)
    asked = may & (np.cumsum(may, axis=1) <= missing[:, None])
    tried = np.maximum(tried, np.where(asked, place + 1, 0).max(axis=1, initial=0)).astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(asked.sum(axis=1))])
    return pa.table(
        {
            "row": rows,
            "spare": np.maximum(inbound - rules.min_inbound, 0).astype(np.int32),
            "tried": tried,
            "hosts": ragged_column(hosts[asked], starts),
            "scores": ragged_column(scores[asked], starts),
        }
    )


def answer(
    lists: Path, asks: tuple[Path, ...], bounds: tuple[int, int], rules: ChoiceRules, files: ChoiceFiles
) -> pa.Table:
    """For whom the lists of a block would make room for those who ask, the best first.

    Returns
    -------
    pyarrow.Table
        ``out``, ascending, the article that would have to go, or `NOBODY`; ``host``, ``asker``, ``score``, and
        ``loss``, by how much better the one is that goes.
    """
    import pyarrow as pa

    hosts, askers, scores, spare = _asked(asks, bounds)
    clusters = np.arange(len(spare)) if files.duplicates is None else load_duplicates(files.duplicates).labels
    table = read_table(lists)
    rows, (targets, starts), values = array(table, "row"), ragged(table, "targets"), ragged(table, "scores")[0]
    found: list[tuple[int, int, int, float, float]] = []
    order = np.lexsort((askers, -scores, hosts))
    for host, lines in _groups(hosts, order):
        at = int(np.searchsorted(rows, host))
        own = slice(starts[at], starts[at + 1])
        names, worth = targets[own].tolist(), values[own].tolist()
        held = dict(zip(names, clusters[names].tolist(), strict=True))
        free = rules.k - len(names)
        # The worst first, of equally bad ones the last.
        can_go = [place for place in range(len(names) - 1, -1, -1) if spare[names[place]] > 0]
        for line in lines:
            asker, score, cluster = int(askers[line]), float(scores[line]), int(clusters[askers[line]])
            alike = [name for name, other in held.items() if other == cluster]
            if not alike and free:
                free -= 1
                found.append((NOBODY, host, asker, score, 0.0))
            elif place_out := [p for p in can_go if not alike or alike == [names[p]]]:
                can_go.remove(place_out[0])
                out = names[place_out[0]]
                found.append((out, host, asker, score, worth[place_out[0]] - score))
            else:
                continue
            held[asker] = cluster
    columns = list(zip(*found, strict=True)) or [()] * 5
    names_of = (("out", np.int32), ("host", np.int32), ("asker", np.int32), ("score", float), ("loss", float))
    made = {name: np.array(column, dtype=dtype) for (name, dtype), column in zip(names_of, columns, strict=True)}
    by_out = np.argsort(made["out"], kind="stable")
    return pa.table({name: column[by_out] for name, column in made.items()})


def grant(answers: tuple[Path, ...], asks: Path, bounds: tuple[int, int]) -> pa.Table:
    """Which lists may drop the articles of a block: of each as many as it can do without, where least is lost.

    Returns
    -------
    pyarrow.Table
        ``host``, ascending, ``out``, ``asker`` and ``score``.
    """
    import pyarrow as pa

    first, last = bounds
    tables = [read_range(path, "out", first, last) for path in answers]
    made = {name: np.concatenate([array(table, name) for table in tables]) for name in tables[0].column_names}
    order = np.lexsort((made["asker"], made["host"], made["loss"], made["out"]))
    out = made["out"][order]
    place = np.arange(len(out)) - np.searchsorted(out, out)
    kept = order[place < array(read_table(asks, ["spare"]), "spare")[out - first]]
    kept = kept[np.lexsort((made["asker"][kept], made["host"][kept]))]
    return pa.table({name: made[name][kept] for name in ("host", "out", "asker", "score")})


def place(lists: Path, answers: Path, grants: tuple[Path, ...], bounds: tuple[int, int]) -> pa.Table:
    """The lists of a block with those who were given a place; as the lists of `recommender.engine.choose`."""
    first, last = bounds
    table = read_table(lists)
    rows, (targets, starts), scores = array(table, "row"), ragged(table, "targets"), ragged(table, "scores")[0]
    sources = np.repeat(rows, np.diff(starts))
    free = read_range(answers, "out", NOBODY, NOBODY + 1)
    given = [read_range(path, "host", first, last) for path in grants]
    hosts, out = (np.concatenate([array(one, name) for one in given]) for name in ("host", "out"))
    n = int(max(targets.max(initial=0), out.max(initial=0))) + 1
    kept = ~np.isin(sources.astype(np.int64) * n + targets, hosts.astype(np.int64) * n + out)
    every = [free, *given]
    sources = np.concatenate([sources[kept], *(array(one, "host") for one in every)])
    targets = np.concatenate([targets[kept], *(array(one, "asker") for one in every)])
    scores = np.concatenate([scores[kept], *(array(one, "score") for one in every)])
    order = np.lexsort((targets, -scores, sources))
    counts = json.loads(table.schema.metadata[REPORT])
    counts["empty_places"] -= len(free)
    begins = np.concatenate([np.searchsorted(sources[order], rows), [len(sources)]])
    return lists_table(rows, targets[order], scores[order], begins, counts)


def nobody_asks(asks: Sequence[Path]) -> bool:
    """Whether every article has its lists, or has asked all that it could."""
    return not any(len(ragged(read_table(path, ["hosts"]), "hosts")[0]) for path in asks)


def _asked(
    asks: Sequence[Path], bounds: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.int32]]:
    """Hosts of a block, who asks them, by which score; and how many lists every article can do without."""
    hosts, askers, scores, spare = [], [], [], []
    for path in asks:
        table = read_table(path)
        found, starts = ragged(table, "hosts")
        here = (found >= bounds[0]) & (found < bounds[1])
        hosts.append(found[here])
        askers.append(np.repeat(array(table, "row"), np.diff(starts))[here])
        scores.append(ragged(table, "scores")[0][here])
        spare.append(array(table, "spare"))
    return tuple(map(np.concatenate, (hosts, askers, scores, spare)))  # type: ignore[return-value]


def _groups(hosts: NDArray[np.int32], order: NDArray[np.intp]) -> list[tuple[int, NDArray[np.intp]]]:
    """Lines of each host, in some order."""
    if not len(order):
        return []
    parts = np.split(order, np.flatnonzero(np.diff(hosts[order])) + 1)
    return [(int(hosts[part[0]]), part) for part in parts]
