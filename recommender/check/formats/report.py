"""A check's result with the names of its files, as every format writes it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from recommender.check.findings import CheckResult
from recommender.corpus.table import home_of


@dataclass(frozen=True, slots=True)
class Report:
    """A result and what its files are called.

    Attributes
    ----------
    folder : str
        Goes before the findings' paths, with forward slashes, so that they can be opened from where the command
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
