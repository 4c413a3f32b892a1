"""Sites that a generator builds, and what the rules say of the same files."""

from __future__ import annotations

import datetime as dt
import html
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest

from recommender.corpus.generators import Address, Generator, read_generator
from recommender.corpus.generators.values import front_matter_of

# Where the Node generators are installed, each with its modules in a folder of its name; see install.sh.
TOOLS = os.environ.get("SITE_GENERATORS", "")
_CANONICAL = re.compile(r'<link[^>]*rel="canonical"[^>]*?href="https?://[^/"]*([^"]*)"')

# What a template writes into each page: the path of its source and its address.
_SOURCE = re.compile(r"source\[(.*?)\|\|(.*?)\]source")


# Names of files that generators spell in many ways; no two become the same.
NAMES = tuple(
    """\
CamelCase
My Second
c++
R&D
100%
a_b
v1.2
q#a
it's
say "hi"
a@b
a~b
-lead
trail-
dots..x
dot.
Ünïcode
日本
ÄÖ ß
İstanbul
a–c
emoji😀x
foo.en
x--y
2024-05-01-dated
ﬁ½²
a b-c
tab\tx
nbsp\u00a0x
fac\u0327ade
fa\u00e7on
a,b;c
(a)
[z]
{y}
a|d
a^e
a$f!
a=g
a?h*
a:i""".splitlines()
)


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


@contextmanager
def site_of(name: str, otherwise: Path) -> Iterator[Path]:
    """A new folder for a site of a Node generator, where that finds its modules; `otherwise` where it is absent."""
    home = Path(TOOLS) / name
    if not TOOLS or not (home / "node_modules").is_dir():
        yield otherwise
        return
    folder = Path(tempfile.mkdtemp(prefix="site-", dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def node_program(name: str, site: Path) -> str:
    """The program of a Node generator for a site of `site_of`; skips where it is absent."""
    found = site.parent / "node_modules" / ".bin" / name
    if not found.exists():
        pytest.skip(f"no {name} (tests/corpus/generators/install.sh DIR, then SITE_GENERATORS=DIR)")
    return str(found)


def pages(listing: str, more: str = "", *, marked: bool = False) -> dict[str, str]:
    """Pages by path, from one line for each: the path, then its fields, each after `` :: ``.

    A lone ``-`` stands for a page without front matter; `more` is a field that all others have. `marked` pages say
    what their source is, for generators whose templates cannot.
    """
    found: dict[str, str] = {}
    for line in listing.strip().splitlines():
        path, *fields = line.split(" :: ")
        text = f"`source[{path}||]source`\n" if marked else "Soup and bread.\n"
        if fields == ["-"]:
            found[path] = text
            continue
        if not any(field.startswith("title: ") for field in fields):
            fields.insert(0, "title: A page")
        if more:
            fields.append(more)
        found[path] = "---\n" + "\n".join(fields) + f"\n---\n\n{text}"
    return found


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())


def build(command: Sequence[str], site: Path, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, timeout=1_200, env=environment)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def built_pages(public: Path, base: str = "", *, bare: bool = False) -> dict[str, set[str]]:
    """Of each source the addresses of the pages that were built of it, percent escapes resolved.

    A page says itself what its address is, and lies where a server looks for it.

    Parameters
    ----------
    public : Path
        What the generator wrote.
    base : str
        What the addresses that pages say lack at their beginning.
    bare : bool
        Whether addresses lack the suffix ``.html``, where pages say none.
    """
    found: dict[str, set[str]] = {}
    for file in public.rglob("*"):
        if not file.is_file():
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        match = _SOURCE.search(text)
        if match is not None and match[1]:
            source, said = (html.unescape(one) for one in match.groups())
            path = "/" + file.relative_to(public).as_posix()
            if not said and file.suffix != ".html":
                continue
            canonical = None if said else _CANONICAL.search(text)
            if canonical is not None:
                address = unquote(html.unescape(canonical[1]))
            else:
                address = base + (
                    unquote(said) or path.removesuffix("index.html").removesuffix(".html" if bare else "")
                )
            names = {path.removesuffix(end) for end in ("", "index.html", "index.htm", ".html", "/index.html")}
            assert any(address.endswith(name) for name in names), (path, address)
            found.setdefault(source.removeprefix("./"), set()).add(address.removesuffix("index.html"))
    return found


def differences(
    content: Path, built: Mapping[str, set[str]], *, base: str = "", skip: Iterable[str] = ()
) -> dict[str, tuple[object, object]]:
    """Of every file for which they differ: the addresses of its pages, and what the rules say.

    Parameters
    ----------
    content : Path
        Given to `read_generator`.
    built : mapping
        Of `built_pages`, by path below `content`.
    base : str
        The site's base path.
    skip : iterable of str
        Folders and files that are not compared.
    """
    generator = read_generator(content)
    assert generator is not None
    assert generator.base == base
    now = dt.datetime.now(dt.UTC)
    left = dict(built)
    found: dict[str, tuple[object, object]] = {}
    for file in sorted(content.rglob("*")):
        path = file.relative_to(content).as_posix()
        if not file.is_file() or any(f"{path}/".startswith(f"{one}/") for one in skip):
            left.pop(path, None)
            continue
        outcome = outcome_of(generator, content, path)
        said = None
        if isinstance(outcome, Address) and (outcome.since or now) <= now < (
            outcome.until or dt.datetime.max.replace(tzinfo=dt.UTC)
        ):
            said = unquote(outcome.url).removesuffix("index.html")
        pages: set[str | None] = {*left.pop(path, ())} or {None}
        if said not in pages:
            found[path] = (pages, outcome)
    found |= {path: (pages, "no such file") for path, pages in left.items()}
    return found


def outcome_of(generator: Generator, content: Path, path: str) -> object:
    text = (content / path).read_text(encoding="utf-8", errors="replace")
    return generator.address(path, front_matter_of(text))
