"""Large arrays in a folder, mapped into memory by all processes of a machine at once: there is one copy of them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.engine.tables import UNFINISHED
from recommender.files import unwritable

SUFFIX = ".arrays"
_NAMES = "arrays.json"


class ArraysWriter:
    """Appends to arrays in a folder; closed by leaving a ``with`` block.

    Parameters
    ----------
    folder : Path
        There, and empty.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shapes: dict[str, tuple[str, list[int], int]] = {}

    def append(self, name: str, values: NDArray[Any]) -> None:
        """Add lines to an array; all parts have the same type and width."""
        kind, width, count = self._shapes.get(name, (values.dtype.str, list(values.shape[1:]), 0))
        if (kind, width) != (values.dtype.str, list(values.shape[1:])):
            raise ValueError(f"{name} holds {kind} {width}; found {values.dtype.str} {values.shape[1:]}")
        with open(self._folder / name, "ab") as file:
            np.ascontiguousarray(values).tofile(file)
        self._shapes[name] = kind, width, count + len(values)

    def __enter__(self) -> ArraysWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        (self._folder / _NAMES).write_text(json.dumps(self._shapes), encoding="utf-8")


def open_arrays(folder: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a folder, mapped; nothing that is written to them reaches the files."""
    shapes = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
    found: dict[str, NDArray[Any]] = {}
    for name, (kind, width, count) in shapes.items():
        shape = (count, *width)
        # Nothing cannot be mapped. What would be written stays in this process: some libraries take no array that they
        # could not write.
        found[name] = np.empty(shape, kind) if 0 in shape else np.memmap(folder / name, kind, "c", shape=shape)
    return found


def write_folder(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write into a folder of another name and rename it, so that no reader ever sees half of it.

    Of several writers of the same folder the first one's stays; all write the same.

    Raises
    ------
    OutputError
        The folder cannot be written or is full.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}{UNFINISHED}")
    try:
        temporary.mkdir(parents=True)
        fill(temporary)
        for held in temporary.iterdir():
            with open(held, "rb") as file:
                os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            temporary.rename(path)
    except OSError as error:
        if not path.is_dir():
            raise unwritable(path, error) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
