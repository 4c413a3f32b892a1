from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from recommender.cli.app import app
from recommender.cli.groups import number, with_groups
from recommender.ranges import Range
from tests.cli.command import recommender
from tests.conftest import ROOT

DATA = ROOT / "data"


@dataclass(frozen=True)
class Paper:
    size: Annotated[int, number("--size", "-s", within=Range(1, 9), help="How large.", panel="Paper")] = 4
    colour: Annotated[str, typer.Option(help="Which.")] = "white"


@dataclass(frozen=True)
class Lined(Paper):
    lines: Annotated[int | None, number("--lines", within=Range(1, 99), help="How many.", panel="Paper")] = None


def test_a_group_becomes_options_and_comes_back_as_a_record() -> None:
    seen: list[object] = []

    def draw(text: str, paper: Lined, bold: Annotated[bool, typer.Option("--bold")] = False) -> None:
        seen.extend((text, paper, bold))

    cli = typer.Typer()
    cli.command()(with_groups(draw))
    done = CliRunner().invoke(cli, ["hello", "-s", "7", "--lines", "3", "--bold"])
    assert done.exit_code == 0, done.output
    assert seen == ["hello", Lined(7, "white", 3), True]
    wrong = CliRunner().invoke(cli, ["hello", "-s", "10"])
    assert wrong.exit_code == 2
    assert "expected a whole number from 1 to 9; found '10'" in " ".join(wrong.stderr.replace("│", "").split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["links", "-k", str(10**20)],
        ["links", "-k", "0"],
        ["links", "--max-inbound", str(10**30)],
        ["links", "--max-inbound", "0"],
        ["links", "--min-inbound", "-1"],
        ["links", "--min-score", "nan"],
        ["links", "--min-score", "inf"],
        ["links", "--margin", "inf"],
        ["links", "--margin", "-0.1"],
        ["links", "--diversity", "1.5"],
        ["links", "--recall", "0"],
        ["links", "--jobs", str(10**20)],
        ["evaluate", "--recall", "2"],
        ["evaluate", "--depth", str(10**12)],
        ["evaluate", "--seed", "-1"],
        ["fit", "--folds", "1"],
        ["fit", "--folds", str(10**9)],
        ["duplicates", "--score", "nan"],
        ["review", "--port", "65536"],
        ["train", "-o", "m", "--keep", "nan"],
        ["train", "-o", "m", "--epochs", "0"],
        ["train", "-o", "m", "--learning-rate", "-inf"],
    ],
    ids=" ".join,
)
def test_a_number_outside_its_range_is_refused(arguments: list[str]) -> None:
    command, *options = arguments
    done = recommender(command, DATA, *options)
    assert (done.returncode, done.stdout) == (2, "")
    message = " ".join(done.stderr.replace("│", "").split())
    assert f"'{options[-2]}': expected a" in message
    assert f"found '{options[-1]}'" in message


@pytest.mark.parametrize("name", ["nDCG@99999999", "R@0", "P@100000000000000000000"])
def test_a_cutoff_outside_its_range_is_refused(name: str) -> None:
    done = recommender("evaluate", DATA, "--measures", name)
    assert done.returncode == 2
    assert f"The measure {name!r} has no usable cut-off: expected a whole number from 1 to 10,000" in done.stderr


SHARED = {
    "links": {"--recall", "--sources", "--targets", "--today", "--decisions", "--model", "--ranker", "--diversity"},
    "evaluate": {"--recall", "--sources", "--targets", "--today", "--decisions", "--model", "--ranker", "--diversity"},
    "fit": {"--sources", "--targets", "--today", "--decisions", "--model"},
    "show": {"--targets", "--today", "--decisions", "--model", "--ranker"},
    "review": {"--sources", "--targets", "--today", "--decisions", "--model", "--ranker"},
    "duplicates": {"--targets", "--today", "--model"},
    "check": {"--targets", "--today"},
    "apply": {"--decisions"},
}


@pytest.mark.parametrize("command", SHARED)
def test_commands_that_share_a_group_share_its_options(command: str) -> None:
    names = {name for one in typer.main.get_command(app).commands[command].params for name in one.opts}
    assert SHARED[command] | {"--config", "--cache-dir", "--no-cache", "--jobs"} <= names
