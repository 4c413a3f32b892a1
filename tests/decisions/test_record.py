"""A decision and its line."""

from __future__ import annotations

import datetime as dt
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.decisions.record import CutShortError, Decision, Verdict, dump_line, new_decision, parse_line

# Whatever UTF-8 can say; half of a surrogate pair cannot stand in a file.
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    verdict = draw(st.sampled_from(get_args(Verdict)))
    source, target = draw(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]))
    return new_decision(
        draw(names),
        verdict,
        source=source if verdict in ("accept", "reject", "pin", "reorder") else None,
        target=target if verdict in ("accept", "reject", "pin", "never") else None,
        position=draw(st.integers(1, 99)) if verdict == "pin" else None,
        order=tuple(draw(st.lists(names, max_size=4))) if verdict == "reorder" else None,
        undoes=draw(names) if verdict == "undo" else None,
    )


@given(decisions())
def test_what_is_written_is_read(decision: Decision) -> None:
    line = dump_line(decision)
    assert line.count(b"\n") == 1
    assert parse_line(line) == decision


@given(decisions(), st.data())
def test_every_beginning_of_a_line_is_known_as_cut_short(decision: Decision, data: st.DataObject) -> None:
    line = dump_line(decision)[:-1]
    end = data.draw(st.integers(1, len(line) - 1))
    with pytest.raises(CutShortError):
        parse_line(line[:end])


def test_the_line_of_a_decision() -> None:
    moment = dt.datetime(2026, 1, 31, 10, 5, 59, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    decision = new_decision("Ada", "pin", source="/a", target="/b", position=2, now=moment)
    assert json.loads(dump_line(decision)) == {
        "v": 1,
        "id": decision.id,
        "at": "2026-01-31T09:05:59Z",
        "who": "Ada",
        "verdict": "pin",
        "source": "/a",
        "target": "/b",
        "position": 2,
    }


HEAD = '{"v":1,"id":"a","at":"2026-01-01T00:00:00Z","who":"Ada",'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("no json", "not JSON"),
        (HEAD + '"verdict":"accept","source":"/a"}', "accept needs target"),
        (HEAD + '"verdict":"accept","source":"/a","target":"/b","position":1}', "accept has no position"),
        (HEAD + '"verdict":"pin","source":"/a","target":"/b","position":0}', "from 1 to 10,000"),
        (HEAD + '"verdict":"pin","source":"/a","target":"/b","position":1000000000000000000}', "from 1 to"),
        (HEAD + '"verdict":"pin","source":"/a","target":"/b","x":' + "[" * 100_000, "nested too deeply"),
        (HEAD + '"verdict":"accept","source":"/a","target":"/a"}', "the same article"),
        (HEAD + '"verdict":"accept","source":"","target":"/a"}', "source is empty"),
        (HEAD + '"verdict":"like","source":"/b","target":"/a"}', "verdict"),
        (HEAD.replace('"v":1', '"v":2') + '"verdict":"never","target":"/a"}', "version 2 is newer"),
        ("[1]", "it must be a mapping; found a list"),
        ("[" * 100_000, "nested too deeply"),
        ('{"v":1}', "it lacks the field"),
    ],
)
def test_what_is_no_decision(line: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        parse_line(line.encode())
    assert not isinstance(caught.value, CutShortError)
