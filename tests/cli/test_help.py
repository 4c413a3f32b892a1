from __future__ import annotations

import re

import pytest
import typer

from recommender.cli.app import app
from tests.cli.command import recommender

COMMANDS = typer.main.get_command(app).commands


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_and_reads_plainly(name: str, width: int) -> None:
    done = recommender(*([name] if name else []), "--help", width=width)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= min(width, 110)
    assert "…" not in done.stdout.replace("COMMAND …", "").replace("FOLDER]…", "")
    assert not re.search(r"<\w+( range)?>|\{\w", done.stdout)
    # No name of an option is broken: all are found whole.
    for parameter in COMMANDS[name].params if name else []:
        if parameter.param_type_name == "option":
            assert all(re.search(rf"{option}(?![\w-])", done.stdout) for option in parameter.opts), parameter.opts


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_in_one_line_and_has_an_example(name: str) -> None:
    summary, *rest = COMMANDS[name].help.split("\n\n")
    assert "\n" not in summary
    assert len(summary) <= 72
    assert summary.endswith(".")
    assert rest[-1].startswith(f"    recommender {name}")
    for parameter in COMMANDS[name].params:
        assert parameter.help, parameter.name
        assert re.search(r"[.?)]$", parameter.help), parameter.help
        flag = getattr(parameter, "is_flag", False)
        assert flag or parameter.metavar, parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_is_a_command_that_is_understood(name: str) -> None:
    for line in COMMANDS[name].help.split("\n\n")[-1].splitlines():
        words = [word for word in line.split()[1:] if word.startswith("-") and not word.startswith("nDCG")]
        known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert set(words) <= known
