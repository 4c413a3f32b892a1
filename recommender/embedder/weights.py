"""Weights of a model folder, checked before a library is given the folder."""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ModelError

WEIGHTS = "model.safetensors"
SHARDS = "model.safetensors.index.json"
_SHARD_NAME = re.compile(r"[\w.-]+\.safetensors")
_MOST_FILES = 10_000
_MOST_HEADER_BYTES = 100_000_000
_CHUNK_BYTES = 1 << 24
# Of a floating-point number, the bits of its exponent: all set in what is infinite or no number.
_EXPONENTS: dict[str, tuple[type[np.unsignedinteger[Any]], int]] = {
    "F64": (np.uint64, 0x7FF0_0000_0000_0000),
    "F32": (np.uint32, 0x7F80_0000),
    "F16": (np.uint16, 0x7C00),
    "BF16": (np.uint16, 0x7F80),
}
# What a configuration may say at most; a library reserves memory for it before it looks at the weights.
_MOST = {"num_hidden_layers": 1_000, "max_position_embeddings": 2**20, "type_vocab_size": 10_000}


def check_files(path: Path) -> None:
    """Refuse a folder with anything but plain files and folders in it: a pipe would be waited for without an end.

    Raises
    ------
    ModelError
    """
    count = 0
    for folder, _, names in os.walk(path):
        count += len(names)
        if count > _MOST_FILES:
            raise ModelError(f"{path}: expected a model folder, found more than {_MOST_FILES:,} files in it")
        for name in names:
            file = Path(folder) / name
            try:
                mode = file.stat().st_mode
            except OSError:
                # A link that leads nowhere is as good as no file.
                continue
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise ModelError(f"{file}: expected a plain file, found a device or a pipe")


def check_shards(folder: Path, listing: object) -> None:
    """Refuse a list of shards that names anything but safetensors of the same folder.

    Raises
    ------
    ModelError
    """
    where = folder / SHARDS
    names = listing.get("weight_map") if isinstance(listing, dict) else None
    if not isinstance(names, dict) or not names:
        raise ModelError(f"{where}: expected a weight_map of tensors to files")
    for name in set(map(str, names.values())):
        if not _SHARD_NAME.fullmatch(name):
            raise ModelError(
                f"{where}: expected the names of .safetensors files in the same folder, found {name!r}; pickled "
                "weights are never loaded"
            )
        if not (folder / name).is_file():
            raise ModelError(f"{where}: the file {name} is missing")


def check_weights(folder: Path, config: Mapping[str, object]) -> None:
    """See that the weights of one module are numbers, and are as many as its configuration makes room for.

    Raises
    ------
    ModelError
        They are cut off or broken, hold NaN or infinity, or the configuration says a size that does not fit them.
    """
    files = sorted(folder.glob("*.safetensors"))
    total = sum(file.stat().st_size for file in files)
    _check_sizes(folder, config, total)
    for file in files:
        for name, kind, values in _tensors(file):
            if kind in _EXPONENTS and not _is_finite(values, *_EXPONENTS[kind]):
                raise ModelError(f"{file}: expected finite numbers, found others in the tensor {name}")


def _check_sizes(folder: Path, config: Mapping[str, object], total_bytes: int) -> None:
    def size(name: str) -> int:
        value = config.get(name, 0)
        if value is None:
            return 0
        if not isinstance(value, int) or not 0 <= value < 2**40:
            raise ModelError(f"{folder / 'config.json'}: expected a size as {name}, found {str(value)[:40]}")
        return value

    for name, most in _MOST.items():
        if size(name) > most:
            raise ModelError(f"{folder / 'config.json'}: expected at most {most:,} as {name}, found {size(name):,}")
    hidden = size("hidden_size") or size("d_model") or size("dim")
    # A matrix of the vocabulary, and one of a layer, take a byte for each number at least.
    for name, wanted in (("vocab_size", size("vocab_size") * min(hidden, size("embedding_size") or hidden)),
                         ("hidden_size", hidden * hidden if size("num_hidden_layers") else hidden)):  # fmt: skip
        if wanted > total_bytes:
            raise ModelError(
                f"{folder / 'config.json'}: {name} {size(name):,} makes room for {wanted:,} numbers, and the weights "
                f"have {total_bytes:,} bytes"
            )


def _tensors(file: Path) -> Iterator[tuple[str, str, NDArray[np.uint8]]]:
    """Name, type and bytes of each tensor, which are read when they are looked at."""
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 2 <= length <= _MOST_HEADER_BYTES:
                raise ValueError(f"a header of {length} bytes")
            header = dict(json.loads(opened.read(length)))
        header.pop("__metadata__", None)
        data = np.memmap(file, dtype=np.uint8, mode="r")
        for name, about in header.items():
            first, last = about["data_offsets"]
            start, end = 8 + length + first, 8 + length + last
            if not 8 + length <= start <= end <= len(data) or math.prod(about["shape"]) < 0:
                raise ValueError(f"the tensor {name} lies outside the file")
            yield name, str(about["dtype"]), data[start:end]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"{file}: expected weights in safetensors, found {error}") from None


def _is_finite(raw: NDArray[np.uint8], kind: type[np.unsignedinteger[Any]], exponent: int) -> bool:
    for start in range(0, len(raw), _CHUNK_BYTES):
        chunk = raw[start : start + _CHUNK_BYTES]
        numbers = np.frombuffer(chunk[: len(chunk) - len(chunk) % kind().itemsize].tobytes(), dtype=kind)
        if ((numbers & kind(exponent)) == kind(exponent)).any():
            return False
    return True
