"""One function for all formats, and how a finding's file is named in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from recommender.check.findings import CheckResult
from recommender.corpus.table import home_of

Format = Literal["text", "json", "sarif", "github"]
FORMATS: tuple[str, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Report:
    """A result and what its files are called.

    Attributes
    ----------
    result : CheckResult
    folder : str
        What stands before the findings' paths, with forward slashes, so that they can be opened from where the command
        ran: the content folder relative to the current one if it is inside, else as an absolute path.
    """

    result: CheckResult
    folder: str

    @classmethod
    def of(cls, result: CheckResult, content: Path, here: Path) -> Report:
        """Name files as seen from the folder `here`."""
        folder, base = os.path.realpath(home_of(content)), os.path.realpath(here)
        if folder == base or folder.startswith(base.rstrip(os.sep) + os.sep):
            folder = os.path.relpath(folder, base)
        return cls(result, Path(folder).as_posix())

    def file(self, path: str) -> str:
        """The file of a finding, as seen from where the command ran."""
        return path if self.folder == "." else f"{self.folder.rstrip('/')}/{path}"


def format_result(report: Report, form: Format) -> Iterator[str]:
    """The lines of a report, each with its line end."""
    from recommender.check.formats.github import github_lines
    from recommender.check.formats.json import json_lines
    from recommender.check.formats.sarif import sarif_lines
    from recommender.check.formats.text import text_lines

    writers: dict[str, Callable[[Report], Iterator[str]]] = {
        "text": text_lines,
        "json": json_lines,
        "sarif": sarif_lines,
        "github": github_lines,
    }
    return writers[form](report)
