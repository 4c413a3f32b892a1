"""The folder that holds the files of all stages, and their names."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from recommender.errors import InputError, OutputError
from recommender.execute.arrays import ARRAYS
from recommender.execute.calls import LOG_FOLDER
from recommender.execute.store import FolderStore
from recommender.execute.tables import TABLE
from recommender.execute.unfinished import UNFINISHED
from recommender.files import write_whole

MARKER = "recommender-workdir.json"
_FORMAT = "recommender-workdir/1"


class Workdir:
    """A folder of one site's stages. Every file is named by what it was made from: where it is there, it is right.

    Parameters
    ----------
    folder : Path
        Made if it is not there; on a cluster, where all workers see it.
    content : Path
        The content folder that it is for.

    Raises
    ------
    InputError
        It holds something else, or belongs to another content folder.
    OutputError
        It cannot be written.
    """

    def __init__(self, folder: Path, content: Path) -> None:
        self.folder = folder.absolute()
        self.store = FolderStore(self.folder)
        place = os.path.realpath(content)
        marker = self.folder / MARKER
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError(f"expected a folder for the work at {folder}; found a file")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            held = msgspec.json.decode(marker.read_bytes(), type=dict[str, object]) if marker.exists() else None
            others = [] if held else [path.name for path in self.folder.iterdir() if not path.name.startswith(".")]
        except OSError as error:
            raise OutputError(f"the work folder {folder} cannot be used: {error.strerror}") from None
        except (ValueError, RecursionError):
            held, others = None, [MARKER]
        if others:
            raise InputError(
                f"expected an empty folder or one of an earlier run at {folder}; found {min(others)} in it; "
                "name another with --workdir"
            )
        if held is not None and (held.get("format") != _FORMAT or held.get("content") != place):
            raise InputError(
                f"{folder} holds the work of {held.get('content')} ({held.get('format')}), expected {place} "
                f"({_FORMAT}); name another folder with --workdir"
            )
        if held is None:
            write_whole(marker, [json.dumps({"format": _FORMAT, "content": place}, indent=2).encode() + b"\n"])

    @property
    def log(self) -> Path:
        """Folder of the workers' journals."""
        return self.folder / LOG_FOLDER

    def sweep(self, used: Iterable[Path]) -> int:
        """Remove what no stage of the last run has used, and what killed writers left; returns the bytes that are free.

        The journals stay.
        """
        kept = {str(path) for path in used}
        freed = 0
        for folder in (path for path in self.folder.iterdir() if path.is_dir() and path.name != LOG_FOLDER):
            for path in folder.iterdir():
                if path.suffix not in (TABLE, ARRAYS, UNFINISHED) or str(path) in kept:
                    continue
                if path.is_dir():
                    freed += sum(held.stat().st_size for held in path.iterdir())
                    shutil.rmtree(path)
                else:
                    freed += path.stat().st_size
                    path.unlink(missing_ok=True)
            # Of a stage that there is no more.
            with contextlib.suppress(OSError):
                folder.rmdir()
        return freed
