"""Reduce: the row numbers of all articles, by which everything after it names them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.tables import array, read_range, read_table

if TYPE_CHECKING:
    import pyarrow as pa

ORDER = "order"


def order(shards: Sequence[Path]) -> pa.Table:
    """Number the articles by key; of several with one key the first by path gets a number, the others none.

    Parameters
    ----------
    shards : sequence of Path
        Outputs of `recommender.engine.embed`.

    Returns
    -------
    pyarrow.Table
        ``shard`` and ``place``, where the article stands, ascending, and ``row``, its number.
    """
    import pyarrow as pa

    parts = []
    for number, path in enumerate(shards):
        held = read_table(path, ["path", "key"])
        places = {"shard": np.full(len(held), number, np.int32), "place": np.arange(len(held), dtype=np.int32)}
        columns = {"key": held.column("key"), "path": held.column("path"), **places}
        parts.append(pa.table(columns).filter(held.column("key").is_valid()))
    # Strings are compared by their bytes in UTF-8, which is the order of their characters.
    articles = pa.concat_tables(parts).sort_by([("key", "ascending"), ("path", "ascending")])
    keys = articles.column("key").combine_chunks()
    first = np.ones(len(keys), dtype=np.bool_)
    if len(keys) > 1:
        import pyarrow.compute as pc

        first[1:] = pc.not_equal(keys[1:], keys[:-1]).to_numpy(zero_copy_only=False)
    shard, place = array(articles, "shard")[first], array(articles, "place")[first]
    rows = np.arange(len(shard), dtype=np.int32)
    by_place = np.lexsort((place, shard))
    return pa.table({"shard": shard[by_place], "place": place[by_place], "row": rows[by_place]})


def rows_of(order_path: Path, shard: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Places of a shard's articles that have a number, ascending, and their row numbers."""
    held = read_range(order_path, "shard", shard, shard + 1)
    return array(held, "place"), array(held, "row")


def count_rows(order_path: Path) -> int:
    """How many articles there are."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(order_path).num_rows)
