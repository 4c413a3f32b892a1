"""How often an article may be linked on a site too large for a flow over its whole graph: in passes over the edges.

Lists ask, articles refuse, lists ask the next: deferred acceptance (Gale and Shapley 1962, American Mathematical
Monthly 69). Every pass is three stages of tasks that each see the edges of some rows alone. Where it ends, no list and
article would both rather have each other than what they have; `selection.graph` on one machine finds the largest sum of
scores instead.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.lists import REPORT, lists_table
from recommender.engine.tables import array, ragged, read_range, read_table
from recommender.neighbours.candidates import Candidates
from recommender.selection.report import GraphReport

if TYPE_CHECKING:
    import pyarrow as pa

OFFER = "offer"
REFUSE = "refuse"
TRIM = "trim"
MOST_PASSES = 50
"""Few are refused after so many; their places stay empty."""

_FRESH = b"fresh"


@dataclass(frozen=True, slots=True)
class Edges:
    """Refused links, one a line."""

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]


def offer(lists: Path) -> pa.Table:
    """The links of a block's lists in the order of their targets: ``target``, ``source`` and ``score``."""
    import pyarrow as pa

    table = read_table(lists)
    targets, starts = ragged(table, "targets")
    sources = np.repeat(array(table, "row"), np.diff(starts))
    order = np.lexsort((sources, targets))
    scores = ragged(table, "scores")[0]
    return pa.table({"target": targets[order], "source": sources[order], "score": scores[order]})


def refuse(offers: tuple[Path, ...], before: Path | None, first: int, last: int, most: int) -> pa.Table:
    """Whom the articles from `first` to before `last` refuse: all but the `most` best who ask, and whom they refused
    before.

    Returns
    -------
    pyarrow.Table
        ``source``, ascending, and ``target``. How many are new stands in the schema.
    """
    import pyarrow as pa

    asked = [read_range(path, "target", first, last) for path in offers]
    sources, targets, scores = (
        np.concatenate([array(table, name) for table in asked]) for name in ("source", "target", "score")
    )
    order = np.lexsort((sources, -scores, targets))
    sources, targets = sources[order], targets[order]
    place = np.arange(len(targets)) - np.searchsorted(targets, targets)
    sources, targets = sources[place >= most], targets[place >= most]
    fresh = len(sources)
    if before is not None:
        old = read_table(before)
        sources = np.concatenate([array(old, "source"), sources])
        targets = np.concatenate([array(old, "target"), targets])
    order = np.lexsort((targets, sources))
    table = pa.table({"source": sources[order], "target": targets[order]})
    return table.replace_schema_metadata({_FRESH: json.dumps(fresh).encode()})


def trim(lists: Path, refused: tuple[Path, ...], first: int, last: int) -> pa.Table:
    """Lists without those who refuse, whose places stay empty; as the lists of `recommender.engine.choose`."""
    table = read_table(lists)
    rows, (targets, starts) = array(table, "row"), ragged(table, "targets")
    kept = ~_among(np.repeat(rows, np.diff(starts)), targets, load_refused(refused, first, last))
    counts = json.loads(table.schema.metadata[REPORT])
    counts["empty_places"] += int((~kept).sum())
    begins = np.concatenate([[0], np.cumsum(kept)])[starts]
    return lists_table(rows, targets[kept], ragged(table, "scores")[0][kept], begins, counts)


def without_refused(rows: NDArray[np.integer], found: Candidates, refused: Edges) -> Candidates:
    """The candidates of some rows but those who refuse, in their order."""
    sources = np.broadcast_to(rows[:, None], found.indices.shape)
    out = _among(sources.ravel(), found.indices.ravel(), refused).reshape(found.indices.shape)
    # What is left moves up.
    order = np.argsort(out | (found.indices < 0), axis=1, kind="stable")
    indices, scores = np.where(out, -1, found.indices), np.where(out, -np.inf, found.scores)
    return Candidates(np.take_along_axis(indices, order, axis=1), np.take_along_axis(scores, order, axis=1))


def load_refused(paths: Sequence[Path], first: int, last: int) -> Edges:
    """Whose links the articles from `first` to before `last` may not have."""
    found = [read_range(path, "source", first, last) for path in paths]
    none = np.empty(0, np.int32)
    return Edges(*(np.concatenate([none, *(array(table, name) for table in found)]) for name in ("source", "target")))


def is_settled(refused: Sequence[Path]) -> bool:
    """Whether nobody was refused anew."""
    import pyarrow.parquet as pq

    return not any(json.loads(pq.read_schema(path).metadata[_FRESH]) for path in refused)


def graph_report(
    before: Sequence[Path], after: Sequence[Path], eligible: NDArray[np.integer], n: int, least: int
) -> GraphReport:
    """Compare the lists that the limits left with those that there would be without.

    Parameters
    ----------
    before, after : sequence of Path
        Lists of all blocks.
    eligible : integer array
        Rows of the articles that may be linked.
    n : int
    least : int
        How many lists should name each of them.
    """
    (then, total), (now, left) = _counted(before, n), _counted(after, n)
    return GraphReport(
        eligible=len(eligible),
        orphans=int((now[eligible] == 0).sum()),
        orphans_before=int((then[eligible] == 0).sum()),
        short=int((now[eligible] < least).sum()),
        largest=int(now.max(initial=0)),
        largest_before=int(then.max(initial=0)),
        score_ratio=left / total if total else 1.0,
    )


def _counted(lists: Sequence[Path], n: int) -> tuple[NDArray[np.int64], float]:
    """How many lists name each article, and the sum of all scores."""
    inbound, total = np.zeros(n, dtype=np.int64), 0.0
    for path in lists:
        table = read_table(path, ["targets", "scores"])
        inbound += np.bincount(ragged(table, "targets")[0], minlength=n)
        total += float(ragged(table, "scores")[0].sum())
    return inbound, total


def _among(sources: NDArray[np.integer], targets: NDArray[np.integer], edges: Edges) -> NDArray[np.bool_]:
    """Which pairs are edges; a target below 0 is none."""
    n = int(max(targets.max(initial=0), edges.targets.max(initial=0))) + 1
    codes = sources.astype(np.int64) * n + targets
    found: NDArray[np.bool_] = np.isin(codes, edges.sources.astype(np.int64) * n + edges.targets) & (targets >= 0)
    return found
