"""The sites of a folder: sites as they are, and corpora of one JSON object per article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from recommender import Site, load_settings, open_site

CONFIGURATION = "recommender.yaml"

# The front matter that `write_site` writes, told to the program.
_SETTINGS: dict[str, Any] = {
    "fields": {
        "key": "key",
        "id": None,
        "title": "title",
        "question": "title",
        "answer": "$body",
        "group": "group",
        "url": "key",
        "keywords": None,
        "description": None,
        "required": ["key", "title"],
    },
    "related": {"field": "related", "shape": "strings", "target": "url"},
}
# Fields of a corpus that hold what the site itself divides its articles by, the first that is there.
_GROUPS = ("section", "category", "module", "library", "package", "technology")
# What may stand in the name of a file everywhere.
_UNUSUAL = re.compile(r"[^\w.\-=+@,]")
_MOST_IN_NAME = 120


@dataclass(frozen=True, slots=True)
class Corpus:
    """A site that can be opened.

    Attributes
    ----------
    name : str
    content : Path
        The folder of articles.
    configuration : Path or None
        None where the program finds the fields itself, or the folder has its own.
    """

    name: str
    content: Path
    configuration: Path | None


def corpora(folder: Path, work: Path, only: frozenset[str] = frozenset()) -> Iterator[Corpus]:
    """The corpora of a folder, by name.

    A file ``NAME.jsonl`` is written below `work` as a site. A folder is a site: with ``NAME.yaml`` beside it as its
    configuration, or with its own, or with none.

    Parameters
    ----------
    folder : Path
    work : Path
        An empty folder.
    only : frozenset of str
        Names of those that are wanted; empty for all.
    """
    for place in sorted(folder.iterdir()):
        name = place.stem if place.suffix == ".jsonl" else place.name
        if name.startswith(".") or (only and name not in only):
            continue
        if place.is_dir():
            beside = folder / f"{name}.yaml"
            yield Corpus(name, place, beside if beside.is_file() else None)
        elif place.suffix == ".jsonl":
            yield write_site(name, place, work / name)


def open_corpus(corpus: Corpus, cache: Path) -> Site:
    """Open a corpus, without a configuration as the program takes it for.

    Parameters
    ----------
    corpus : Corpus
    cache : Path
        Where the program keeps vectors and words.
    """
    known = corpus.configuration or (corpus.content / CONFIGURATION).is_file()
    settings = load_settings(corpus.content, corpus.configuration) if known else None
    return open_site(corpus.content, settings, cache_dir=cache)


def write_site(name: str, file: Path, target: Path) -> Corpus:
    """Write a corpus of one JSON object per line as a site of Markdown files, each where its key says.

    An object has `key`, `title`, `text`, `related` (keys) and optionally `fields`, of which the date, the tags and what
    divides the site become front matter.
    """
    content = target / "content"
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            place = content / (_place(article["key"]) + ".md")
            place.parent.mkdir(parents=True, exist_ok=True)
            front = yaml.safe_dump(_front_matter(article), allow_unicode=True, sort_keys=False)
            place.write_text(f"---\n{front}---\n\n{article.get('text') or ''}\n", encoding="utf-8")
    configuration = target / CONFIGURATION
    configuration.write_text(yaml.safe_dump(_SETTINGS), encoding="utf-8")
    return Corpus(name, content, configuration)


def _front_matter(article: dict[str, Any]) -> dict[str, Any]:
    fields = article.get("fields") or {}
    found = {"key": article["key"], "title": article["title"] or article["key"]}
    group = next((fields[name] for name in _GROUPS if isinstance(fields.get(name), str)), None)
    if group:
        found["group"] = group
    for name in ("date", "tags"):
        if fields.get(name):
            found[name] = fields[name]
    if article.get("related"):
        found["related"] = article["related"]
    return found


def _place(key: str) -> str:
    """A path for a key: its own folders, in signs that every file system takes."""
    parts = [_UNUSUAL.sub(lambda sign: f"%{ord(sign[0]):X}", part)[:_MOST_IN_NAME] for part in key.split("/") if part]
    return "/".join(parts) or "_"
