"""A ranker as a file: JSON of plain numbers, checked as it is read. Nothing in it can run."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from recommender.errors import InputError
from recommender.files import write_output
from recommender.inputs import Malformed, decode_json, json_line, read_input
from recommender.ranker.record import KEY_BYTES, Card, Combination, Ranker
from recommender.ranker.sequence import MAX_LENGTH
from recommender.ranker.signals import SIGNALS

FORMAT: Literal["recommender-ranker/2"] = "recommender-ranker/2"
_KIND = "recommender-ranker/"
_MAX_BYTES = 100_000_000


class OtherVersionError(InputError):
    """A ranker that another version of this program learned."""


@dataclass(frozen=True, slots=True)
class _Head:
    format: str


@dataclass(frozen=True, slots=True)
class _Stored:
    format: Literal["recommender-ranker/2"]
    card: Card
    whole: Combination
    parts: tuple[Combination, ...]
    part_keys: tuple[str, ...]


def save_ranker(ranker: Ranker, path: str | Path) -> None:
    """Write a ranker; the file is written whole or not at all, and the same ranker gives the same bytes.

    Raises
    ------
    InputError
        Nothing was learned.
    OutputError
    """
    write_output(path, [dump_ranker(ranker)])


def dump_ranker(ranker: Ranker) -> bytes:
    """The bytes that `save_ranker` would write."""
    if ranker.whole is None:
        raise InputError(f"there is no ranker to write: {ranker.card.reason}")
    keys = tuple("".join(sorted(name.hex() for name in own)) for own in ranker.part_keys)
    stored = _Stored(FORMAT, ranker.card, ranker.whole, ranker.parts, keys)
    return msgspec.json.format(msgspec.json.encode(stored, order="sorted"), indent=1) + b"\n"


def load_ranker(path: str | Path) -> Ranker:
    """Read a ranker.

    Raises
    ------
    InputError
        It cannot be read, is no ranker, or holds numbers that make none.
    OtherVersionError
        It is a ranker of another version.
    """
    hint = f"make one with: recommender fit CONTENT -o {shlex.quote(str(path))}"
    try:
        raw = read_input(path, "a ranker", _MAX_BYTES)
    except InputError as error:
        # What is there and is no plain file cannot be written by `fit` either.
        raise InputError(str(error) if Path(path).exists() else f"{error}; {hint}") from None
    try:
        found = decode_json(raw, _Head).format
        if found.startswith(_KIND) and found != FORMAT:
            raise OtherVersionError(f"{path} was learned by another version of this program ({found}); {hint}")
        return parse_ranker(raw)
    except Malformed as error:
        raise InputError(f"{error.where(path)} is not a ranker: {error}; {hint}") from None


def parse_ranker(raw: bytes) -> Ranker:
    """Read a ranker from the bytes of its file.

    Raises
    ------
    Malformed
        With the line.
    """
    stored = decode_json(raw, _Stored)
    try:
        if len(stored.parts) != len(stored.part_keys):
            what = f"expected keys for each of {len(stored.parts)} parts; found {len(stored.part_keys)}"
            raise _Wrong(what, "part_keys")
        _check(stored.whole, "whole")
        for number, part in enumerate(stored.parts):
            _check(part, "parts", number)
        names = tuple(_names(text, "part_keys", number) for number, text in enumerate(stored.part_keys))
    except _Wrong as error:
        raise Malformed(str(error), json_line(raw, error.steps)) from None
    return Ranker(stored.whole, stored.parts, names, stored.card)


class _Wrong(Exception):
    """A value has the right type and makes no ranker; `steps` lead to it."""

    def __init__(self, message: str, *steps: str | int) -> None:
        super().__init__(message)
        self.steps = steps


def _check(combination: Combination, *place: str | int) -> None:
    for name, function in combination.model.functions.items():
        own = (*place, "model", "functions", name)
        if name not in SIGNALS:
            raise _Wrong(f"the signal {name!r} is not known to this version", *own)
        if len(function.steps) != len(function.edges) + 1:
            raise _Wrong(f"the signal {name!r} needs one step more than edges", *own, "steps")
        if any(after <= before for before, after in zip(function.edges, function.edges[1:], strict=False)):
            raise _Wrong(f"the edges of the signal {name!r} do not ascend", *own, "edges")
        _finite((*own, "edges"), *function.edges)
        _finite((*own, "steps"), *function.steps, function.missing)
    for name, line in combination.model.lines.items():
        own = (*place, "model", "lines", name)
        if name not in SIGNALS:
            raise _Wrong(f"the signal {name!r} is not known to this version", *own)
        if len(line.at) != len(line.counts) or len(line.at) < 2:
            raise _Wrong(f"the signal {name!r} needs as many counts as knots, two at least", *own)
        if any(after <= before for before, after in zip(line.at, line.at[1:], strict=False)):
            raise _Wrong(f"the knots of the signal {name!r} do not ascend", *own, "at")
        _finite((*own, "at"), *line.at, *line.counts)
    _finite((*place, "model", "intercept"), combination.model.intercept)
    calibration, batches, affinity = combination.calibration, combination.batches, combination.affinity
    _finite((*place, "calibration"), calibration.slope, calibration.offset)
    if calibration.slope <= 0:
        raise _Wrong("the slope of the calibration must be above 0", *place, "calibration", "slope")
    if batches is not None:
        own = (*place, "batches")
        _finite(own, *batches.weights.values(), batches.intercept, *batches.lengths)
        if len(batches.lengths) != MAX_LENGTH or any(share < 0 for share in batches.lengths):
            raise _Wrong(f"expected {MAX_LENGTH} lengths of batches, none below 0", *own, "lengths")
    if affinity is not None:
        own = (*place, "affinity")
        _finite(own, *affinity.shown, *affinity.expected)
        if len({len(affinity.sources), len(affinity.targets), len(affinity.shown), len(affinity.expected)}) != 1:
            raise _Wrong("the columns of the affinity differ in length", *own)
        if any(count < 0 for count in (*affinity.shown, *affinity.expected)):
            raise _Wrong("counts of the affinity must be 0 or more", *own)


def _finite(place: tuple[str | int, ...], *numbers: float) -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise _Wrong(f"{place[-1]} holds a number that is not finite", *place)


def _names(text: str, *place: str | int) -> frozenset[bytes]:
    try:
        whole = bytes.fromhex(text)
    except ValueError:
        raise _Wrong("expected names of articles in hexadecimal digits", *place) from None
    if len(whole) % KEY_BYTES:
        raise _Wrong("the names of a part's articles are cut off", *place)
    return frozenset(whole[start : start + KEY_BYTES] for start in range(0, len(whole), KEY_BYTES))
