"""Errors that a user can act on: what was expected, what was found, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class RecommenderError(Exception):
    """Base of every error that this package raises on purpose.

    The command line prints its message without a traceback and ends with `exit_status`.
    """

    exit_status = 2


class InputError(RecommenderError):
    """A file, an option or an argument is not what was expected."""


class SettingsError(InputError):
    """The site's configuration does not say something that can be used."""


class ModelError(InputError):
    """A model cannot be found, read or used."""


class OutputError(RecommenderError):
    """A result could not be written."""


class InterruptedRunError(RecommenderError):
    """Ctrl-C ended a run that leaves something behind; the message says what, and how to go on."""

    exit_status = 130


class CheckFailed(RecommenderError):
    """Everything worked, and what was checked does not hold."""

    exit_status = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in one input file.

    Attributes
    ----------
    path : str
        The file, relative to the folder that was read, with forward slashes.
    line : int
        One-based line, 0 where the whole file is meant.
    rule : str
        A short stable name, such as ``"invalid-yaml"``.
    message : str
        What was expected and what was found.
    """

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message} [{self.rule}]"


class ProblemsError(InputError):
    """Several input files have problems and the run was asked to be strict."""

    def __init__(self, summary: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join([summary, *(f"  {problem}" for problem in problems)]))
        self.problems = tuple(problems)
