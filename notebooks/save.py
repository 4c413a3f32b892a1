"""Runs the notebooks of this folder from top to bottom and saves them with their outputs.

    python notebooks/save.py [--to FOLDER] [NOTEBOOK ...]

Without `--to` they are saved where they are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
SECONDS_PER_CELL = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, default=sorted(HERE.glob("*.ipynb")))
    parser.add_argument("--to", type=Path, default=None)
    given = parser.parse_args()
    for path in given.notebooks:
        notebook = nbformat.read(path, as_version=4)
        # Without times, so that the same results are the same file.
        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": str(HERE)}},
        )
        client.execute()
        # Which Python ran it would change from machine to machine.
        notebook.metadata.get("language_info", {}).pop("version", None)
        nbformat.write(notebook, (given.to or path.parent) / path.name)


if __name__ == "__main__":
    main()
