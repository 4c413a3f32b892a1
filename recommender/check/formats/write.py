"""One function for all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, get_args

from recommender.check.formats.github import github_lines
from recommender.check.formats.json import json_lines
from recommender.check.formats.report import Report
from recommender.check.formats.sarif import sarif_lines
from recommender.check.formats.text import text_lines

Format = Literal["text", "json", "sarif", "github"]
FORMATS: tuple[str, ...] = get_args(Format)


def format_result(report: Report, form: Format) -> Iterator[str]:
    """The lines of a report, each with its line end."""
    writers: dict[str, Callable[[Report], Iterator[str]]] = {
        "text": text_lines,
        "json": json_lines,
        "sarif": sarif_lines,
        "github": github_lines,
    }
    return writers[form](report)
