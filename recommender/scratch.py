"""Arrays that may be larger than memory: in a temporary file, mapped, once they are large.

The file has no name from the start, so that nothing is left of it whatever ends the process.
"""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Smaller arrays are faster in memory.
_IN_MEMORY_BYTES = 128 * 2**20

Number = TypeVar("Number", bound=np.generic)


def empty(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """An array to be filled, with no particular content."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if size <= _IN_MEMORY_BYTES:
        return np.empty(shape, dtype=dtype)
    with tempfile.TemporaryFile(prefix="recommender-") as file:
        file.truncate(size)
        return np.memmap(file, dtype=dtype, mode="r+", shape=shape)


class GrowingArray(Generic[Number]):
    """One dimension, put together from parts.

    Parameters
    ----------
    in_memory_bytes : int
        Size beyond which it goes to a file.
    """

    def __init__(self, dtype: type[Number], in_memory_bytes: int = _IN_MEMORY_BYTES) -> None:
        self._dtype = np.dtype(dtype)
        self._most = in_memory_bytes
        self._parts: list[NDArray[Number]] = []
        self._waiting = 0
        self._file: IO[bytes] | None = None
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, part: NDArray[Number]) -> None:
        # A copy: a view would keep alive whatever it looks into.
        self._parts.append(np.array(part, dtype=self._dtype))
        self._waiting += part.nbytes
        self._length += len(part)
        if self._waiting > self._most:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="recommender-")  # noqa: SIM115 - closed by `whole`
            self._flush(self._file)

    def whole(self) -> NDArray[Number]:
        """All parts one after the other, to be read; nothing can be appended any more."""
        if self._file is None:
            return np.concatenate([np.empty(0, dtype=self._dtype), *self._parts])
        with self._file as file:
            self._flush(file)
            # Not for reading alone: compiled routines ask for arrays that could be written to.
            return np.memmap(file, dtype=self._dtype, mode="c", shape=(self._length,))

    def _flush(self, file: IO[bytes]) -> None:
        for part in self._parts:
            file.write(part.data)
        file.flush()
        self._parts.clear()
        self._waiting = 0


class StackedRows:
    """Rows of several matrices of single precision, one below the other."""

    def __init__(self, n_columns: int) -> None:
        self._n_columns = n_columns
        self._data, self._indices = GrowingArray(np.float32), GrowingArray(np.int32)
        self._lengths = GrowingArray(np.int64)

    def add(self, rows: csr_matrix) -> None:
        self._data.append(rows.data)
        self._indices.append(rows.indices)
        self._lengths.append(np.diff(rows.indptr))

    def whole(self) -> csr_matrix:
        """All rows; nothing can be added afterwards."""
        from scipy.sparse import csr_matrix

        starts = np.concatenate([[0], np.cumsum(self._lengths.whole())])
        shape = (len(starts) - 1, self._n_columns)
        return csr_matrix((self._data.whole(), self._indices.whole(), starts), shape=shape)
