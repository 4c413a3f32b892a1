"""Large arrays in a folder, mapped into memory by all processes of a machine at once: there is one copy of them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.execute.tables import damaged
from recommender.execute.unfinished import in_place
from recommender.stages.stage import Columns, Ragged

ARRAYS = ".arrays"
"""Suffix of such folders."""

_STARTS = ".starts"
_NAMES = "arrays.json"
_ROWS_AT_ONCE = 65_536


def write_arrays(columns: Columns, path: Path) -> None:
    """Write columns into a folder, one file each; `Ragged` ones into two.

    Raises
    ------
    OutputError
        The folder cannot be written or is full.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for name, values in columns.items():
        if isinstance(values, Ragged):
            arrays[name], arrays[name + _STARTS] = values
        else:
            arrays[name] = values

    with in_place(path) as folder:
        folder.mkdir()
        for name, values in arrays.items():
            with open(folder / name, "wb") as file:
                for start in range(0, len(values), _ROWS_AT_ONCE):
                    np.ascontiguousarray(values[start : start + _ROWS_AT_ONCE]).tofile(file)
        shapes = {name: (values.dtype.str, values.shape) for name, values in arrays.items()}
        (folder / _NAMES).write_text(json.dumps(shapes), encoding="utf-8")


def open_arrays(folder: Path) -> Columns:
    """The columns of a folder, mapped; nothing that is written to them reaches the files.

    Raises
    ------
    InputError
        Files are missing or are not what the folder's list of them says.
    """
    try:
        shapes = msgspec.json.decode((folder / _NAMES).read_bytes(), type=dict[str, tuple[str, tuple[int, ...]]])
        found: dict[str, Any] = {name: _mapped(folder, name, *shape) for name, shape in shapes.items()}
        for name in [name for name in found if name.endswith(_STARTS)]:
            own = name.removesuffix(_STARTS)
            values, starts = found[own], found.pop(name)
            if not len(starts) or starts[0] < 0 or starts[-1] > len(values) or (np.diff(starts) < 0).any():
                raise ValueError(f"{name} does not divide {own}")
            found[own] = Ragged(values, starts)
    except (OSError, ValueError, TypeError, LookupError, RecursionError, msgspec.MsgspecError) as error:
        raise damaged(folder, error) from None
    return found


def _mapped(folder: Path, name: str, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    dtype = np.dtype(kind)
    if name != Path(name).name or dtype.hasobject or any(length < 0 for length in shape):
        raise ValueError(f"{name!r} is no array")
    # Nothing cannot be mapped.
    if 0 in shape:
        return np.empty(shape, dtype)
    size = (folder / name).stat().st_size
    if size != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{name} has {size:,} bytes")
    # What would be written stays in this process: some libraries take no array that they could not write.
    return np.memmap(folder / name, dtype, "c", shape=shape)
