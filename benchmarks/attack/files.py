"""Hostile files for every reader."""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.attack.findings import Findings, command
from benchmarks.attack.ranker import any_ranker

READ_SECONDS = 10.0
SITEMAP = (
    b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    b"<url><loc>https://example.org/a/</loc></url><url><loc>https://example.org/b/</loc></url></urlset>"
)
_PAGE = (
    b'<!doctype html><html lang="en"><head><title>A - Site</title><link rel="canonical" href="https://example.org/a/">'
    b'</head><body><nav><a href="/">Home</a></nav><main><h1>A</h1><p>Text <a href="/b/">b</a>.</p></main></body></html>'
)
_NUMBERS = ["-1", "0", "1e999", "-1e308", ".nan", ".inf", "NaN", "1:30:59", "0x7fffffffffffffff", "null", '"5"']
_NUMBERS += ["9" * 400]
_PIECES = ["[", "{", "- ", "&a ", "*a", "<<: ", "!!python/object:os.system ", "\0", "\ufeff", "\u2028"]
_PIECES += ["---\n", "+++\n", "\r"]


def broken(raw: bytes, draw: random.Random) -> bytes:
    """A file with a few things wrong."""
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(len(raw) + 1)
        how = draw.randrange(7)
        if how == 0:
            raw = raw[:at]
        elif how == 1:
            raw = raw[:at] + bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9))) + raw[at + 1 :]
        elif how == 2:
            end = min(len(raw), at + draw.randrange(1, 200))
            raw = raw[:at] + raw[at:end] * draw.choice((2, 50)) + raw[end:]
        elif how == 3:
            raw = raw[:at] + draw.choice(_PIECES).encode() * draw.choice((1, 3, 60, 30_000)) + raw[at:]
        elif how == 4:
            numbers = list(re.finditer(rb"\d+(?:\.\d+)?", raw))
            if numbers:
                one = draw.choice(numbers)
                raw = raw[: one.start()] + draw.choice(_NUMBERS).encode() + raw[one.end() :]
        elif how == 5:
            lines = raw.split(b"\n")
            draw.shuffle(lines)
            raw = b"\n".join(lines)
        else:
            raw = raw[:at] + raw[at + draw.randrange(1, 100) :]
    return raw


def readers(folder: Path, site: Path) -> dict[str, tuple[bytes, Callable[[Path], object]]]:
    """By the name of a file: a valid one, and what reads it."""
    import recommender
    from recommender.corpus.fields import DocumentReader
    from recommender.corpus.html_page import read_html
    from recommender.corpus.reader import read_document
    from recommender.corpus.sitemap import sitemap_addresses
    from recommender.corpus.table import rows_of
    from recommender.decisions.file import DecisionFile
    from recommender.decisions.record import dump_line, new_decision
    from recommender.embedder.folder import read_model_folder
    from recommender.evaluator.result import load_evaluation
    from recommender.evaluator.trec import read_run
    from recommender.links.formats import dump_links, load_links
    from recommender.ranker.file import load_ranker, save_ranker
    from recommender.settings import Settings
    from recommender.settings_file import load_settings

    opened = recommender.open_site(site, use_cache=False, jobs=1)
    links = recommender.recommend(opened)
    article = opened.corpus.articles[0]
    keys = [one.key for one in opened.corpus.articles]
    decisions = [
        new_decision("Ada", "pin", source=keys[0], target=keys[1], position=1),
        new_decision("Ada", "never", target=keys[2]),
    ]
    save_ranker(any_ranker(), folder / "ranker.json")
    subprocess.run(
        [*command("evaluate", site, "--json", folder / "figures.json", "-q")], check=True, capture_output=True
    )
    model = folder / "model"
    model.mkdir()
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    (model / "config.json").write_text('{"hidden_size": 12, "vocab_size": 30, "num_hidden_layers": 1}')
    (model / "model.safetensors").write_bytes(b"")

    def of_model(name: str) -> Callable[[Path], object]:
        def read(path: Path) -> object:
            before = (model / name).read_bytes() if (model / name).exists() else None
            shutil.copyfile(path, model / name)
            try:
                return read_model_folder(model)
            finally:
                if before is None:
                    (model / name).unlink()
                else:
                    (model / name).write_bytes(before)

        return read

    def document(path: Path) -> object:
        return read_document(path.parent, path.name, DocumentReader(Settings()))

    def table(path: Path) -> object:
        return list(rows_of(path, 10_000_000))

    yaml_article = (site / article.path).read_bytes()
    toml_article = b'+++\nurl = "/a"\nid = 7\ntitle = "A"\nrelated = ["/b", "/c"]\n[extra]\nn = 1\n+++\nBody\n'
    settings = b"links:\n  k: 5\n  max_inbound: 9\nviews:\n  question: 0.3\n  answer: 0.7\nrelated:\n  slots: 5\n"
    run = "".join(f"{keys[0]} Q0 {key} {at} {1 / at} x\n" for at, key in enumerate(keys[1:20], start=1)).encode()
    return {
        "links.json": (dump_links(links, ".json").encode()[:4_000], load_links),
        "links.yaml": (dump_links(links, ".yaml").encode()[:4_000], load_links),
        "links.jsonl": (dump_links(links, ".jsonl").encode()[:4_000], load_links),
        "recommender.yaml": (settings, lambda path: load_settings(path.parent, path)),
        "decisions.jsonl": (b"".join(map(dump_line, decisions)), DecisionFile),
        "ranker.json": ((folder / "ranker.json").read_bytes(), load_ranker),
        "figures.json": ((folder / "figures.json").read_bytes(), load_evaluation),
        "run.trec": (run, lambda path: read_run(path, keys)),
        "article.md": (yaml_article, document),
        "toml.md": (toml_article, document),
        "modules.json": (json.dumps(modules).encode(), of_model("modules.json")),
        "config.json": (b'{"hidden_size": 12, "vocab_size": 30}', of_model("config.json")),
        "articles.jsonl": (b'{"url": "/a", "title": "A", "related": ["/b"]}\n{"url": "/b", "title": "B"}\n', table),
        "articles.csv": (b'url,title,related\n/a,A,"[""/b""]"\n/b,"B, b",\n', table),
        "sitemap.xml": (SITEMAP, sitemap_addresses),
        "sitemap.xml.gz": (gzip.compress(SITEMAP, mtime=0), sitemap_addresses),
        "page.html": (_PAGE, lambda path: read_html(path.name, path.read_bytes().decode("utf-8", "replace"))),
        "model.safetensors.index.json": (
            b'{"weight_map": {"a": "model.safetensors"}}',
            of_model("model.safetensors.index.json"),
        ),
    }


def attack_readers(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Give every reader broken files."""
    from recommender.errors import RecommenderError

    every = readers(folder, site)
    for number in range(count):
        name = sorted(every)[number % len(every)]
        good, read = every[name]
        raw = broken(good, draw)
        place = folder / "broken" / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(raw)
        begun = time.process_time()
        try:
            read(place)
            outcome = "read"
        except RecommenderError:
            outcome = "refused"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            outcome = "failed"
            kept = folder / f"finding-{len(findings.wrong)}-{name}"
            kept.write_bytes(raw)
            findings.add(f"{name} ({kept}): {type(error).__name__}: {error}")
        if time.process_time() - begun > READ_SECONDS:
            findings.add(f"{name}: took {time.process_time() - begun:.0f} s")
        findings.tried[f"{name} {outcome}"] += 1
