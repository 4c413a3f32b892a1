"""A ranker's file: what is written is read, and nothing else is."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.attack.ranker import any_ranker
from recommender.errors import InputError
from recommender.ranker.file import OtherVersionError, dump_ranker, load_ranker, parse_ranker, save_ranker
from recommender.ranker.record import Ranker
from recommender.ranker.sequence import MAX_LENGTH

finite = st.floats(-1e6, 1e6)


@given(finite)
def test_round_trip(step: float) -> None:
    ranker = any_ranker(step)
    assert parse_ranker(dump_ranker(ranker)) == ranker


def test_a_fit_that_learned_nothing_leaves_no_file(tmp_path: Path) -> None:
    ranker = Ranker(None, (), (), replace(any_ranker().card, reason="too few links"))
    with pytest.raises(InputError, match="there is no ranker to write: too few links"):
        save_ranker(ranker, tmp_path / "r.json")
    assert not (tmp_path / "r.json").exists()


def test_how_many_of_the_articles_that_it_learned_on_are_here() -> None:
    assert any_ranker().known_ratio(["/a", "/c", "/new"]) == pytest.approx(2 / 3)


def test_a_ranker_of_another_version_is_told_from_what_is_none(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"format": "recommender-ranker/1", "what": []}')
    with pytest.raises(OtherVersionError, match=r"another version of this program \(recommender-ranker/1\)"):
        load_ranker(path)


def test_a_wrong_number_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    lines = dump_ranker(any_ranker(7.75)).decode().splitlines()
    number = next(place for place, line in enumerate(lines, 1) if '"edges"' in line and "affinity" not in line)
    broken = "\n".join(lines).replace("0.1,", "0.9,", 1)
    path.write_text(broken)
    with pytest.raises(InputError, match=rf"r\.json:{number} is not a ranker: the edges of the signal 'text'"):
        load_ranker(path)


def test_who_has_seen_whom() -> None:
    assert any_ranker().unseen_parts(["/c", "/b", "/new", "/a"]).tolist() == [1, 0, -1, 0]


def test_the_file_is_plain_json() -> None:
    assert json.loads(dump_ranker(any_ranker()))["format"] == "recommender-ranker/2"


def _changed(*path: str | int, to: Any) -> bytes:
    whole = json.loads(dump_ranker(any_ranker()))
    place = whole
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "unexpectedly|Input data was truncated"),
        (b"\x80\x04\x95cos\nsystem\n", "malformed|invalid"),
        (b"[]", "it must be a mapping; found a list"),
        (_changed("format", to="recommender-ranker/9"), "another version.*recommender-ranker/9"),
        (_changed("format", to="links/2"), "format cannot be .*links/2"),
        (b"{}", "it lacks the field format"),
        (b'{"x":' + b"[" * 100_000, "nested too deeply"),
        (_changed("whole", "model", "functions", "text", "edges", to=[0.5, 0.1]), "do not ascend"),
        (_changed("whole", "model", "functions", "text", "steps", to=[1.0]), "one step more"),
        (_changed("whole", "model", "functions", "text", "missing", to="x"), "must be a number; found a text"),
        (_changed("whole", "model", "functions", to={"evil": {"edges": [], "steps": [0], "missing": 0}}), "'evil'"),
        (_changed("parts", 0, "calibration", "slope", to=-1.0), "slope"),
        (_changed("whole", "batches", "lengths", to=[1.0]), f"expected {MAX_LENGTH} lengths"),
        (_changed("whole", "affinity", "shown", to=[1.0]), "columns"),
        (_changed("part_keys", to=["00"]), "keys for each of 2 parts"),
        (_changed("part_keys", 0, to="0011"), "cut off"),
        (_changed("part_keys", 0, to="xy"), "hexadecimal"),
    ],
)
def test_what_is_no_ranker_is_refused(tmp_path: Path, raw: bytes, says: str) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=says) as caught:
        load_ranker(path)
    assert str(path) in str(caught.value)
    assert "recommender fit" in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        load_ranker(tmp_path / "none.json")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(ValueError):  # msgspec's errors are ValueErrors
        parse_ranker(raw)
