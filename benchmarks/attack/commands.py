"""Commands over a site with one hostile input: its ranker, built pages, sitemap, table, configuration or articles."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from benchmarks.attack.files import SITEMAP, broken
from benchmarks.attack.findings import Findings, emptied
from benchmarks.attack.ranker import any_ranker

_SECONDS = 60
_ARTICLES = 12
_PAGE = (
    '<!doctype html><html lang="en"><head><title>{title}</title><link rel="canonical" href="https://example.org{url}">'
    '</head><body><main><h1>{title}</h1><p>{text} <a href="/a1/">one</a></p></main></body></html>'
)
# What belongs to a generator's site, for the rules by which addresses are made.
_GENERATORS = {
    "hugo.toml": b'baseURL = "https://example.org/"\ntheme = "x"\n[permalinks]\nposts = "/:year/:slug/"\n',
    "_config.yml": b"permalink: /:categories/:title/\ncollections:\n  recipes:\n    output: true\n",
    "mkdocs.yml": b"site_name: X\nuse_directory_urls: true\nnav:\n- Home: a1.md\n- More:\n  - Two: a2.md\n",
    "docusaurus.config.js": b"module.exports = {baseUrl: '/', presets: [['classic', {docs: {routeBasePath: 'd'}}]]};\n",
    "astro.config.mjs": b"export default defineConfig({site: 'https://example.org', base: '/b'});\n",
    "pelicanconf.py": b"SITEURL = 'https://example.org'\nARTICLE_URL = 'p/{slug}.html'\nPATH = 'content'\n",
    "eleventy.config.js": b"module.exports = function (c) { return {dir: {input: '.', output: '_site'}}; };\n",
    "book.toml": b'[book]\nsrc = "."\ntitle = "X"\n',
    "SUMMARY.md": b"# Summary\n\n- [One](a1.md)\n  - [Two](a2.md)\n",
    "posts.11tydata.json": b'{"permalink": "/x/{{ page.fileSlug }}/", "tags": ["a"]}\n',
}
_SETTINGS = (
    b"fields:\n  key: $path\n  title: title\n  question: title\n  answer: $body\n  required: [title]\n"
    b"views:\n  title: 1\nlinks:\n  k: 2\nurls:\n  pattern: /{path}/\nrelated:\n  field: related\n  shape: strings\n"
)


def attack_commands(draw: random.Random, count: int, folder: Path, findings: Findings) -> None:
    """Run commands over a small site, one of whose inputs is broken: a result, or an error that a user can act on."""
    place = folder / "commands"
    kinds = _kinds(place)
    for number in range(count):
        emptied(place)
        place.mkdir()
        _write_site(place / "site")
        name = sorted(kinds)[number % len(kinds)]
        words = kinds[name](draw)
        begun = time.process_time()
        wrong, status = _run(words)
        outcome = {0: "read", 1: "read", 2: "refused"}.get(status, "failed")
        if wrong:
            kept = folder / f"finding-{len(findings.wrong)}-{name}"
            shutil.copytree(place, kept)
            findings.add(f"{name} ({kept}): {' '.join(map(str, words))}: {wrong}")
        if time.process_time() - begun > _SECONDS / 2:
            findings.add(f"{name}: took {time.process_time() - begun:.0f} s")
        findings.tried[f"commands with a broken {name} {outcome}"] += 1


def _write_site(site: Path) -> None:
    site.mkdir()
    subjects = ("water", "salt", "light", "cells")
    for number in range(_ARTICLES):
        subject = subjects[number % len(subjects)]
        related = f"related: [a{(number + 1) % _ARTICLES}, a{(number + 4) % _ARTICLES}]"
        head = f"---\ntitle: Of {subject} {number}\n{related}\n---\n"
        (site / f"a{number}.md").write_text(f"{head}# Of {subject}\n\nWhat {subject} does, part {number}.\n")


def _kinds(place: Path) -> dict[str, Callable[[random.Random], Sequence[str | Path]]]:
    """By the name of an input: what puts it there, broken, and gives the command that reads it."""
    site, out = place / "site", place / "out.json"
    common = ("--no-cache", "-j", "1", "-q")
    links = ("links", site, "-o", out, *common)

    def put(path: Path, raw: bytes, draw: random.Random) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(broken(raw, draw))

    def article(draw: random.Random) -> Sequence[str | Path]:
        for path in draw.sample(sorted(site.glob("*.md")), draw.choice((1, 3, _ARTICLES))):
            put(path, path.read_bytes(), draw)
        verb = draw.choice(("check", "links", "show", "duplicates", "evaluate", "init"))
        out_to = ("-o", out) if verb in ("check", "links", "duplicates", "init") else ()
        quiet = common if verb != "show" else common[:-1]
        return (verb, site, *(("a1",) if verb == "show" else ()), *out_to, *quiet)

    def ranker(draw: random.Random) -> Sequence[str | Path]:
        from recommender.ranker.file import save_ranker

        save_ranker(any_ranker(), site / "ranker.json")
        if draw.random() < 0.9:
            put(site / "ranker.json", (site / "ranker.json").read_bytes(), draw)
        return draw.choice((links, ("show", site, "a1", *common[:-1]), (*links, "--ranker", site / "ranker.json")))

    def built(draw: random.Random) -> Sequence[str | Path]:
        for number in range(_ARTICLES):
            page = _PAGE.format(title=f"Of water {number}", url=f"/x/a{number}/", text="What water does.").encode()
            path = place / "public" / "x" / f"a{number}" / "index.html"
            put(path, page, draw) if draw.random() < 0.3 else _plain(path, page)
        if draw.random() < 0.3:
            put(place / "public" / "sitemap.xml", SITEMAP, draw)
        return draw.choice((("links", place / "public", "-o", out, *common), (*links, "--built", place / "public")))

    def sitemap(draw: random.Random) -> Sequence[str | Path]:
        put(place / "sitemap.xml", SITEMAP, draw)
        return (*links, "--sitemap", place / "sitemap.xml")

    def table(suffix: str) -> Callable[[random.Random], Sequence[str | Path]]:
        def write(draw: random.Random) -> Sequence[str | Path]:
            path = place / f"articles{suffix}"
            path.write_bytes(_table(suffix))
            put(path, path.read_bytes(), draw)
            return (draw.choice(("links", "check")), path, "-o", out, *common)

        return write

    def settings(draw: random.Random) -> Sequence[str | Path]:
        put(site / "recommender.yaml", _SETTINGS, draw)
        return links

    def generator(draw: random.Random) -> Sequence[str | Path]:
        name = draw.choice(sorted(_GENERATORS))
        put(site / name, _GENERATORS[name], draw)
        return links

    def written(draw: random.Random) -> Sequence[str | Path]:
        _run(links)
        put(out, out.read_bytes(), draw)
        state = ("--state-dir", place / "state", *common)
        return draw.choice(
            (("apply", out, site, "--overwrite", "--remove", *state), (*links[:-4], "--previous", out, *common))
        )

    return {
        "article": article,
        "ranker": ranker,
        "built site": built,
        "sitemap": sitemap,
        "table.jsonl": table(".jsonl"),
        "table.csv": table(".csv"),
        "table.parquet": table(".parquet"),
        "configuration": settings,
        "generator's configuration": generator,
        "links file": written,
    }


def _plain(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def _table(suffix: str) -> bytes:
    import io
    import json

    rows = [{"url": f"/a{n}", "title": f"Of water {n}", "text": f"Water {n}.", "related": ["/a1"]} for n in range(9)]
    if suffix == ".jsonl":
        return "".join(json.dumps(row) + "\n" for row in rows).encode()
    if suffix == ".csv":
        return b"url,title,text\n" + "".join(f'/a{n},Of water {n},"Water, {n}"\n' for n in range(9)).encode()
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def _run(words: Sequence[str | Path]) -> tuple[str, int]:
    """What went wrong, if anything, and the exit status of a command in this process."""
    from typer.testing import CliRunner

    from recommender.cli.app import app

    with _limited():
        done = CliRunner().invoke(app, list(map(str, words)))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return f"{type(done.exception).__name__}: {done.exception}", 3
    if done.exit_code not in (0, 1, 2):
        return f"ends with {done.exit_code}", 3
    if done.exit_code == 2 and "error:" not in done.stderr:
        return f"ends with 2 and tells no error: {done.stderr[-200:]}", 3
    return "", done.exit_code


@contextmanager
def _limited() -> Iterator[None]:
    """End what takes too much of the processor's time by an exception, where the system has such alarms."""

    def end(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"it takes over {_SECONDS} s")

    if not hasattr(signal, "SIGPROF"):
        yield
        return
    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
