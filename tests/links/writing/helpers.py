"""A small site, and an edit of every file that can be told from the file alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.links.front_matter import Splice
from recommender.links.writing.stage import Maker

MARK = "---\nrelated:\n- a\n"


@dataclass(frozen=True)
class AddLine(Maker):
    """Puts two lines into a file that has not got them."""

    line: str = MARK

    def share(self, paths: Sequence[str]) -> AddLine:
        return self

    def edit(self, path: str, text: str) -> tuple[Splice, ...]:
        return () if text.startswith(self.line) else (Splice(0, 4, self.line),)


def text(number: int) -> str:
    return f"---\ntitle: Ünit {number}\n---\n" + f"body {number}\r\n" * (number % 7 * 40)


def make_site(content: Path, count: int) -> list[str]:
    """Files in three folders; their paths."""
    paths = [f"{'abc'[number % 3]}/{number:04}.md" for number in range(count)]
    for number, path in enumerate(paths):
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_bytes(text(number).encode())
    return sorted(paths)


def snapshot(content: Path) -> dict[str, bytes]:
    """Everything below a folder, whatever its name."""
    return {str(path.relative_to(content)): path.read_bytes() for path in content.rglob("*") if path.is_file()}


def edited(files: dict[str, bytes]) -> dict[str, bytes]:
    """What `AddLine` makes of files."""
    return {path: MARK.encode() + raw[4:] for path, raw in files.items()}
