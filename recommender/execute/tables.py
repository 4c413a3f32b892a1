"""Columns in Parquet files, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.errors import InputError
from recommender.execute.unfinished import in_place
from recommender.stages.stage import Columns, Ragged

if TYPE_CHECKING:
    import pyarrow as pa

TABLE = ".parquet"


def write_columns(columns: Columns, path: Path) -> None:
    """Write columns of one length as a table: numbers, rows of numbers, `Ragged` lists, and lists of strings or bytes.

    Raises
    ------
    OutputError
        The folder cannot be written or is full.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: _arrow(values) for name, values in columns.items()})
    with in_place(path) as temporary, open(temporary, "wb") as file:
        # Floats have no repetitions that a dictionary could use.
        pq.write_table(table, file, compression="zstd", use_dictionary=False)


class TableColumns(Mapping[str, Any]):
    """The columns of a table, each read when it is asked for.

    Raises
    ------
    InputError
        The file is damaged.
    """

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path = path
        try:
            self._schema = pq.read_schema(path)
        except (OSError, pa.ArrowException) as error:
            raise damaged(path, error) from None

    def __getitem__(self, name: str) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if name not in self._schema.names:
            raise KeyError(name)
        try:
            with pq.ParquetFile(self._path, pre_buffer=False) as file:
                held = file.read(columns=[name], use_threads=False).column(name).combine_chunks()
        except (OSError, pa.ArrowException) as error:
            raise damaged(self._path, error) from None
        kind = held.type
        if pa.types.is_fixed_size_list(kind):
            values = held.flatten().to_numpy(zero_copy_only=False)
            return values.reshape(-1, kind.list_size) if kind.list_size else np.empty((len(held), 0), values.dtype)
        if pa.types.is_large_list(kind):
            starts = held.offsets.to_numpy().astype(np.int64)
            values = held.values.to_numpy(zero_copy_only=False)
            return Ragged(values[starts[0] : starts[-1]], starts - starts[0])
        if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
            return held.to_pylist()
        return held.to_numpy(zero_copy_only=False)

    def __iter__(self) -> Iterator[str]:
        return iter(self._schema.names)

    def __len__(self) -> int:
        return len(self._schema.names)


def damaged(path: Path, error: Exception) -> InputError:
    """The error for a file or folder of the work folder that is not as it was written."""
    what = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return InputError(f"{path} is damaged: {what}; remove it, and the next run makes it anew")


def _arrow(values: Any) -> pa.Array:
    import pyarrow as pa

    if isinstance(values, Ragged):
        return pa.LargeListArray.from_arrays(pa.array(values.starts.astype(np.int64)), pa.array(values.values))
    if isinstance(values, list):
        first = next((value for value in values if value is not None), "")
        return pa.array(values, pa.large_binary() if isinstance(first, bytes) else pa.large_string())
    if values.ndim == 2:
        return pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(values).ravel()), values.shape[1])
    return pa.array(values)
