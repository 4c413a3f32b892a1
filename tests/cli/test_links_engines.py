"""Every option of `links` in one process and in stages whose parts are files: the same links, nothing done twice."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from safetensors.numpy import load_file, save_file
from typer.testing import CliRunner

from recommender.cli.app import app
from recommender.decisions.record import dump_line, new_decision
from recommender.embedder.static import StaticEncoder
from recommender.ranker.file import save_ranker
from recommender.site.open import open_site
from recommender.stages import texts
from tests.conftest import ROOT
from tests.ranker.helpers import plain_ranker

DATA = ROOT / "data"
# By option: the arguments of a run with it.
OPTIONS: dict[str, list[str]] = {
    "none": [],
    "-k": ["-k", "12"],
    "--min-score": ["--min-score", "0.3"],
    "--min-precision": ["--min-precision", "9 in 10"],
    "--only-missing": ["--only-missing"],
    "--keep-curated": ["--keep-curated"],
    "--near-duplicates": ["--near-duplicates"],
    "--diversity": ["--diversity", "0.3"],
    "--max-inbound": ["--max-inbound", "7"],
    "--min-inbound": ["--min-inbound", "2"],
    "--hubs": ["--hubs", "csls"],
    "--recall": ["--recall", "0.9"],
    "--previous": ["--previous", "{previous}"],
    "--margin": ["--previous", "{previous}", "--margin", "0.2"],
    "--frozen-before": ["--previous", "{previous}", "--frozen-before", "2030-01-01"],
    "--ranker": ["--ranker", "{ranker}"],
    "--explain": ["--explain"],
    "--sources": ["--sources", "path!=b*"],
    "--targets": ["--targets", "path!=b*"],
    "--today": ["--today", "2001-01-01"],
    "--decisions": ["--decisions", "{decisions}"],
    "--config": ["--config", "{config}"],
    "--strict": ["--strict"],
    "--jobs": ["--jobs", "1"],
    "--sitemap": ["--sitemap", "{sitemap}"],
    "--built": ["--built", "{built}"],
    # The last one: the run of another model keeps only its own files.
    "--model": ["--model", "{model}"],
}
# What says where links go, where results are kept, or how much is told.
ELSEWHERE = {
    *("--output", "--check", "--front-matter", "--field", "--changed-only", "--quiet", "--cache-dir", "--no-cache"),
    *("--engine", "--address", "--workdir", "--watch", "--help"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What options name, and the results of a first run of either kind."""
    folder = tmp_path_factory.mktemp("engines")
    run(folder, "first.json", "--cache-dir", str(folder / "cache"))
    run(folder, "staged.json", "--workdir", str(folder / "work"))
    assert (folder / "first.json").read_bytes() == (folder / "staged.json").read_bytes()
    found = json.loads((folder / "first.json").read_text())
    # Those of another run: the second half of every list comes first.
    for one in found["articles"]:
        one["related"] = one["related"][2:] + one["related"][:2]
    (folder / "previous.json").write_text(json.dumps(found))
    keys = [one["key"] for one in found["articles"]]
    decisions = [
        new_decision("someone", "pin", source=keys[0], target=keys[9], position=1),
        new_decision("someone", "reject", source=keys[1], target=found["articles"][1]["related"][0]["key"]),
        new_decision("someone", "never", target=keys[2]),
    ]
    (folder / "decisions.jsonl").write_bytes(b"".join(map(dump_line, decisions)))
    pages = "".join(f"<url><loc>https://example.org{key}</loc></url>" for key in keys)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    (folder / "sitemap.xml").write_text(f'<urlset xmlns="{namespace}">{pages}</urlset>')
    for one in found["articles"]:
        page = folder / "built" / one["key"].strip("/") / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<title>{one['title']}</title><main><h1>{one['title']}</h1><p>Text.</p></main>")
    (folder / "config.yaml").write_text("words: {share: 0.4}\n")
    shutil.copytree(ROOT / "models" / "english-static", folder / "model")
    weights = load_file(folder / "model" / "model.safetensors")
    half = {
        name: np.where(np.arange(table.shape[1]) < 128, table, 0) for name, table in weights.items() if table.ndim == 2
    }
    save_file(weights | half, folder / "model" / "model.safetensors")
    save_ranker(plain_ranker(open_site(DATA, cache_dir=folder / "cache")), folder / "ranker.json")
    return folder


def run(folder: Path, output: str, *options: str) -> None:
    arguments = ["links", str(DATA), "-o", str(folder / output), "--jobs", "1", "--today", "2026-01-01", *options]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output


class Counted:
    """Counts the files that are read and the texts that are encoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        read, encode = texts.read_documents, StaticEncoder.encode

        def reading(content: Path, paths: Sequence[str], *more: Any) -> Any:
            self.files.update(paths)
            return read(content, paths, *more)

        def encoding(encoder: StaticEncoder, given: Sequence[str], **more: Any) -> Any:
            self.texts.update(given)
            return encode(encoder, given, **more)

        monkeypatch.setattr(texts, "read_documents", reading)
        monkeypatch.setattr(StaticEncoder, "encode", encoding)


def test_every_option_is_tried() -> None:
    command = typer.main.get_command(app).commands["links"]  # type: ignore[attr-defined]
    names = {next(name for name in reversed(one.opts)) for one in command.params if one.opts[0].startswith("-")}
    long = {max(one.opts, key=len) for one in command.params if one.opts[0].startswith("-")}
    assert names
    assert long - ELSEWHERE <= OPTIONS.keys()


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_gives_the_same_links_and_does_nothing_again(
    folder: Path, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"previous": "previous.json", "ranker": "ranker.json", "decisions": "decisions.jsonl"}
    named |= {"config": "config.yaml", "model": "model", "sitemap": "sitemap.xml", "built": "built"}
    places = {name: str(folder / file) for name, file in named.items()}
    arguments = [one.format(**places) for one in OPTIONS[option]]
    run(folder, "here.json", "--cache-dir", str(folder / "cache"), *arguments)
    counted = Counted(monkeypatch)
    run(folder, "files.json", "--workdir", str(folder / "work"), *arguments)
    assert (folder / "files.json").read_bytes() == (folder / "here.json").read_bytes()
    assert max(counted.texts.values(), default=0) == (1 if option == "--model" else 0)
    # Reasons name words, which are looked up in the files; other addresses make other articles.
    is_read = option in ("--model", "--explain", "--sitemap", "--built")
    # How well another model knows the words is looked up in a sample.
    sample = 30 if option == "--model" else 0
    again = sum(count > is_read for count in counted.files.values())
    assert (bool(counted.files), again) == (is_read, sample)
