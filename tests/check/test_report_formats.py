from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from recommender import __version__
from recommender.check.findings import CheckResult, Finding, Place, Repair
from recommender.check.formats import Report, format_result
from recommender.rules import RULES

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"

RESULT = CheckResult(
    (
        Finding("a b.md", 0, "unreadable", "error", "cannot be read: Permission denied"),
        Finding(
            "learn/ü.md", 7, "dangling-link", "error", "'/x' is no article here; did you mean '/y'?", "/y"
        ),
        Finding("learn/ü.md", 9, "repeated-link", "warning", "100%, or\nnearly: a, b", repair=Repair(1)),
        Finding("learn/ü.md", 9, "repeated-link", "warning", "100%, or\nnearly: a, b", repair=Repair(2)),
        Finding("z.md", 2, "repeated-id", "note", "the id 7", others=(Place("y.md", 3), Place("x.md", 0))),
    ),
    articles=3,
    links=12,
)  # fmt: skip


def written(form: str, folder: str = "site/content") -> str:
    return "".join(format_result(Report(RESULT, folder), form))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_every_format_is_as_it_was(form: str) -> None:
    expected = (GOLDEN / f"findings.{form}").read_text().replace("VERSION", __version__)
    assert written(form) == expected


def test_text_and_github_are_one_line_each() -> None:
    assert len(written("text").splitlines()) == len(written("github").splitlines()) == 5


def test_what_a_terminal_obeys_is_not_printed() -> None:
    result = CheckResult((Finding("a\x1b[2J\n.md", 1, "self-link", "error", "\x1b]0;x\x07"),), 1, 1)
    [line] = format_result(Report(result, "."), "text")
    assert line == "a [2J .md:1: error:  ]0;x  [self-link]\n"


def test_sarif_is_what_the_standard_demands() -> None:
    log = json.loads(written("sarif"))
    schema = json.loads((HERE / "sarif-2.1.0-required.schema.json").read_text())
    jsonschema.Draft7Validator(schema).validate(log)
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    names = [tuple(result["partialFingerprints"].values()) for result in run["results"]]
    assert len(set(names)) == len(names)


def test_a_sarif_log_without_a_required_part_is_refused() -> None:
    schema = json.loads((HERE / "sarif-2.1.0-required.schema.json").read_text())
    log = json.loads(written("sarif"))
    del log["runs"][0]["results"][0]["message"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(log)


def test_files_are_named_from_where_the_command_ran(tmp_path: Path) -> None:
    content = tmp_path / "site" / "content"
    content.mkdir(parents=True)
    assert Report.of(RESULT, content, tmp_path).file("a.md") == "site/content/a.md"
    assert Report.of(RESULT, content, content).file("a.md") == "a.md"
    outside = Report.of(RESULT, content, tmp_path / "site" / "con")
    assert outside.file("a.md") == f"{content.resolve().as_posix()}/a.md"
    location = json.loads("".join(format_result(outside, "sarif")))["runs"][0]["results"][0]["locations"][0]
    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": f"file://{content.resolve().as_posix()}/a%20b.md"}


def test_rule_names_are_unique_and_every_rule_says_what_to_do() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.summary and rule.advice.endswith((".", "!")) for rule in RULES)
