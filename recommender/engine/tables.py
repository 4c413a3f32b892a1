"""Parquet files, whole or not at all, and their columns as arrays."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.files import unwritable

if TYPE_CHECKING:
    import pyarrow as pa

UNFINISHED = ".part"
"""Suffix of files that are being written, or were when their writer was killed."""

# Of so many bytes, so that a range of rows is read without much beside it.
_GROUP_BYTES = 2**20
_MOST_ROWS_PER_GROUP = 65_536


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table under a name of its own beside `path` and rename it, so that no reader ever sees half of it.

    Writers of the same file do not disturb each other: the last one stays, and all write the same.

    Raises
    ------
    OutputError
        The folder cannot be written or is full.
    """
    import pyarrow.parquet as pq

    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}{UNFINISHED}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            # Floats have no repetitions that a dictionary could use.
            pq.write_table(table, file, compression="zstd", row_group_size=_group_rows(table), use_dictionary=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def _group_rows(table: pa.Table) -> int:
    fitting = _GROUP_BYTES * len(table) // max(1, table.nbytes)
    return int(min(max(1, fitting), _MOST_ROWS_PER_GROUP))


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a table, or some of its columns, in this thread."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, pre_buffer=False) as file:
        return file.read(columns=None if columns is None else list(columns), use_threads=False)


def read_range(path: Path, column: str, first: int, last: int) -> pa.Table:
    """The rows whose `column`, ascending in the file, is at least `first` and less than `last`; row groups outside of
    that range are not read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, pre_buffer=False) as file:
        place = file.schema_arrow.get_field_index(column)
        groups = []
        for group in range(file.num_row_groups):
            bounds = file.metadata.row_group(group).column(place).statistics
            if bounds is None or (bounds.min < last and bounds.max >= first):
                groups.append(group)
        found = file.read_row_groups(groups, use_threads=False) if groups else file.schema_arrow.empty_table()
    values = array(found, column)
    start, stop = np.searchsorted(values, [first, last])
    return pa.table(found.slice(int(start), int(stop - start)))


def array(table: pa.Table, column: str) -> NDArray[Any]:
    """A column of numbers without gaps."""
    found: NDArray[Any] = table.column(column).combine_chunks().to_numpy(zero_copy_only=False)
    return found


def matrix(table: pa.Table, column: str) -> NDArray[Any]:
    """A column of fixed-size lists as a matrix of one row each."""
    held = table.column(column).combine_chunks()
    width = held.type.list_size
    found: NDArray[Any] = held.flatten().to_numpy(zero_copy_only=False)
    return found.reshape(-1, width) if width else np.empty((len(table), 0), found.dtype)


def matrix_column(values: NDArray[Any]) -> pa.Array:
    """Rows as fixed-size lists; the inverse of `matrix`."""
    import pyarrow as pa

    flat = pa.array(np.ascontiguousarray(values).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])


def ragged(table: pa.Table, column: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """A column of lists: all their values, and where each list begins and the last ends."""
    held = table.column(column).combine_chunks()
    starts = held.offsets.to_numpy().astype(np.int64)
    values: NDArray[Any] = held.values.to_numpy(zero_copy_only=False)
    return values[starts[0] : starts[-1]], starts - starts[0]


def ragged_column(values: NDArray[Any], starts: NDArray[np.integer]) -> pa.Array:
    """Lists from their values and beginnings; the inverse of `ragged`."""
    import pyarrow as pa

    return pa.LargeListArray.from_arrays(pa.array(starts.astype(np.int64)), pa.array(values))
