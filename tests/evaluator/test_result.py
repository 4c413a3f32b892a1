from __future__ import annotations

import json
from pathlib import Path

import pytest

from recommender.errors import InputError
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.result import FORMAT, decode_evaluation, encode_evaluation, load_evaluation


def test_json_in_its_form(sample_run: EvaluationRun) -> None:
    found = json.loads(encode_evaluation(sample_run.evaluation))
    assert found["queries"] == 124
    assert found["corpus"]["articles"] == 140
    assert set(found["systems"]["text"]["R@5"]) == {"mean", "low", "high"}
    assert {"settings", "versions", "evaluation", "structure", "comparisons", "slices", "upper_bound"} <= set(found)


def test_reading_gives_what_was_written(sample_run: EvaluationRun) -> None:
    text = encode_evaluation(sample_run.evaluation)
    assert encode_evaluation(decode_evaluation(text, "it")) == text


def test_numbers_have_six_decimals(sample_run: EvaluationRun) -> None:
    numbers: list[str] = []
    json.loads(encode_evaluation(sample_run.evaluation), parse_float=numbers.append)
    assert len(numbers) > 1000
    assert max(len(number.partition(".")[2]) for number in numbers if "e" not in number) == 6


@pytest.mark.parametrize("text", [b"", b"[]", b'{"queries": 3}', b"\xff", b'{"systems": {"text": 1}}'])
def test_what_is_no_evaluation(text: bytes) -> None:
    with pytest.raises(InputError, match="is no evaluation that this version can read"):
        decode_evaluation(text, "old")


def test_a_newer_form(sample_run: EvaluationRun) -> None:
    text = encode_evaluation(sample_run.evaluation).replace(b'"format": 1', b'"format": 99')
    with pytest.raises(InputError, match=f"form 99; this version reads form {FORMAT}"):
        decode_evaluation(text, "old")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        load_evaluation(tmp_path / "none.json")
