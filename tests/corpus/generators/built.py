"""Sites that a generator builds, and what the rules say of the same files."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest

from recommender.corpus.generators import Address, Generator, read_generator
from recommender.corpus.generators.front_matter import front_matter_of

# What a template writes into each page: the path of its source, between these.
_SOURCE = re.compile(r"source\[(.*?)\]source")


def program(name: str, how: str) -> str:
    """The path of a generator; skips where it is absent."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} ({how})")
    return found


def page(title: str = "A page", **fields: object) -> str:
    """A page with front matter; values are written as they are."""
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\ntitle: {title}\n{lines}---\n\nSoup and bread.\n"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())


def build(command: Sequence[str], site: Path, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def built_pages(public: Path) -> dict[str, set[str]]:
    """Of each source the paths at which a page of it was built, as a browser asks for them."""
    found: dict[str, set[str]] = {}
    for file in public.rglob("*"):
        if file.is_file():
            match = _SOURCE.search(file.read_text(encoding="utf-8", errors="replace"))
            if match is not None and match[1]:
                path = "/" + file.relative_to(public).as_posix()
                source = html.unescape(match[1]).lstrip("./")
                found.setdefault(source, set()).add(path.removesuffix("index.html"))
    return found


def differences(
    content: Path, built: Mapping[str, set[str]], *, base: str = "", skip: Iterable[str] = (), bare: bool = False
) -> dict[str, tuple[object, object]]:
    """Of every file for which they differ: where it was built, and what the rules say.

    Parameters
    ----------
    content : Path
        Given to `read_generator`.
    built : mapping
        Of `built_pages`, by path below `content`.
    base : str
        The base path, which is no part of the paths of the files that were built.
    skip : iterable of str
        Sources that are not compared.
    bare : bool
        Whether addresses lack the suffix ``.html`` of the file that a server gives.
    """
    generator = read_generator(content)
    assert generator is not None
    assert generator.base == base
    now = dt.datetime.now(dt.UTC)
    left = dict(built)
    found: dict[str, tuple[object, object]] = {}
    for file in sorted(content.rglob("*")):
        path = file.relative_to(content).as_posix()
        if not file.is_file() or path in skip:
            left.pop(path, None)
            continue
        outcome = outcome_of(generator, content, path)
        said = unquote(outcome.url) if isinstance(outcome, Address) and outcome.is_live(now) else None
        paths = left.pop(path, set())
        pages = {base + (one.removesuffix(".html") if bare else one) for one in paths} or {None}
        if said not in pages:
            found[path] = (pages, outcome)
    found |= {path: (paths, "no such file") for path, paths in left.items()}
    return found


def outcome_of(generator: Generator, content: Path, path: str) -> object:
    text = (content / path).read_text(encoding="utf-8", errors="replace")
    return generator.address(path, front_matter_of(text))
