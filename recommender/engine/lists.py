"""The lists of a block of articles as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.tables import array, ragged, ragged_column, read_table
from recommender.selection.lists import Choice
from recommender.selection.report import GraphReport, Report

if TYPE_CHECKING:
    import pyarrow as pa

REPORT = b"report"
COUNTS = ("duplicates", "empty_places", "cut_short")


def lists_table(
    rows: NDArray[np.int32],
    targets: NDArray[np.int32],
    scores: NDArray[np.float64],
    starts: NDArray[np.integer],
    counts: Mapping[str, int],
) -> pa.Table:
    """``row`` of each article that gets a list, ascending; ``targets``, rows, and their ``scores``, best first.

    `COUNTS` of a `Report` stand in the schema.
    """
    import pyarrow as pa

    table = pa.table({"row": rows, "targets": ragged_column(targets, starts), "scores": ragged_column(scores, starts)})
    return table.replace_schema_metadata({REPORT: json.dumps(counts).encode()})


def load_report(paths: Iterable[Path], graph: GraphReport | None = None) -> Report:
    """What became of the rules in all blocks, and of the limits."""
    import pyarrow.parquet as pq

    counts = [json.loads(pq.read_schema(path).metadata[REPORT]) for path in paths]
    total = {name: sum(one[name] for one in counts) for name in COUNTS}
    return Report(**total, margin=None, churn=None, graph=graph)


def load_lists(paths: Sequence[Path]) -> dict[int, tuple[Choice, ...]]:
    """The lists of all blocks by row."""
    lists: dict[int, tuple[Choice, ...]] = {}
    for path in paths:
        table = read_table(path)
        targets, starts = ragged(table, "targets")
        choices = [
            Choice(target, score)
            for target, score in zip(targets.tolist(), ragged(table, "scores")[0].tolist(), strict=True)
        ]
        for row, (first, last) in zip(array(table, "row").tolist(), pairwise(starts.tolist()), strict=True):
            lists[row] = tuple(choices[first:last])
    return lists
