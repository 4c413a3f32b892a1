"""A ranker as a file: JSON of plain numbers, checked as it is read. Nothing in it can run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from recommender.errors import InputError
from recommender.files import write_output
from recommender.inputs import Malformed, decode_json, read_input
from recommender.ranker.record import KEY_BYTES, Card, Combination, Ranker
from recommender.ranker.sequence import MAX_LENGTH
from recommender.ranker.signals import SIGNALS

FORMAT: Literal["recommender-ranker/1"] = "recommender-ranker/1"
_MAX_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class _Stored:
    format: Literal["recommender-ranker/1"]
    card: Card
    whole: Combination | None
    parts: tuple[Combination, ...]
    part_keys: tuple[str, ...]


def save_ranker(ranker: Ranker, path: str | Path) -> None:
    """Write a ranker; the file is written whole or not at all, and the same ranker gives the same bytes.

    Raises
    ------
    OutputError
    """
    write_output(path, [dump_ranker(ranker)])


def dump_ranker(ranker: Ranker) -> bytes:
    """The bytes that `save_ranker` would write."""
    keys = tuple("".join(sorted(name.hex() for name in own)) for own in ranker.part_keys)
    stored = _Stored(FORMAT, ranker.card, ranker.whole, ranker.parts, keys)
    return msgspec.json.format(msgspec.json.encode(stored, order="sorted"), indent=1) + b"\n"


def load_ranker(path: str | Path) -> Ranker:
    """Read a ranker.

    Raises
    ------
    InputError
        It cannot be read, is no ranker, or holds numbers that make none.
    """
    hint = f"make one with: recommender fit CONTENT -o {path}"
    try:
        raw = read_input(path, "a ranker", _MAX_BYTES)
    except InputError as error:
        raise InputError(f"{error}; {hint}") from None
    try:
        return parse_ranker(raw)
    except Malformed as error:
        raise InputError(f"{error.where(path)} is not a ranker: {error}; {hint}") from None
    except ValueError as error:
        raise InputError(f"{path} is not a ranker: {error}; {hint}") from None


def parse_ranker(raw: bytes) -> Ranker:
    """Read a ranker from the bytes of its file.

    Raises
    ------
    ValueError
    """
    stored = decode_json(raw, _Stored)
    if len(stored.parts) != len(stored.part_keys):
        raise ValueError(f"expected keys for each of {len(stored.parts)} parts; found {len(stored.part_keys)}")
    for combination in filter(None, (stored.whole, *stored.parts)):
        _check(combination)
    return Ranker(stored.whole, stored.parts, tuple(_names(text) for text in stored.part_keys), stored.card)


def _check(combination: Combination) -> None:
    for name, function in combination.model.functions.items():
        if name not in SIGNALS:
            raise ValueError(f"the signal {name!r} is not known to this version")
        if len(function.steps) != len(function.edges) + 1:
            raise ValueError(f"the signal {name!r} needs one step more than edges")
        if any(after <= before for before, after in zip(function.edges, function.edges[1:], strict=False)):
            raise ValueError(f"the edges of the signal {name!r} do not ascend")
        _finite(name, *function.edges, *function.steps, function.missing)
    _finite("intercept", combination.model.intercept)
    _finite("calibration", combination.calibration.slope, combination.calibration.offset)
    if combination.calibration.slope <= 0:
        raise ValueError("the slope of the calibration must be above 0")
    batches, affinity = combination.batches, combination.affinity
    if batches is not None:
        _finite("batches", *batches.weights.values(), batches.intercept, *batches.lengths)
        if len(batches.lengths) != MAX_LENGTH or any(share < 0 for share in batches.lengths):
            raise ValueError(f"expected {MAX_LENGTH} lengths of batches, none below 0")
    if affinity is not None:
        _finite("affinity", *affinity.shown, *affinity.expected)
        if len({len(affinity.sources), len(affinity.targets), len(affinity.shown), len(affinity.expected)}) != 1:
            raise ValueError("the columns of the affinity differ in length")
        if any(count < 0 for count in (*affinity.shown, *affinity.expected)):
            raise ValueError("counts of the affinity must be 0 or more")


def _finite(name: str, *numbers: float) -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"{name} holds a number that is not finite")


def _names(text: str) -> frozenset[bytes]:
    whole = bytes.fromhex(text)
    if len(whole) % KEY_BYTES:
        raise ValueError("the keys of a part are cut off")
    return frozenset(whole[start : start + KEY_BYTES] for start in range(0, len(whole), KEY_BYTES))
