"""A links file as JSON, YAML, JSON Lines or CSV, by the suffix of its name."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from recommender.errors import InputError
from recommender.files import check_writable, is_stream, write_output
from recommender.inputs import Malformed, decode_json, decode_yaml, read_input
from recommender.links.record import ArticleLinks, LinksFile, Places

FORMAT = "recommender-links/2"
MAX_BYTES = 2**31
_LINES_AT_ONCE = 512
CSV_COLUMNS = (
    "key", "id", "title", "subject", "url", "path", "rank",
    "related_key", "related_id", "related_title", "related_subject", "related_url", "related_path", "score", "curated",
)  # fmt: skip

_encode: Callable[[Any], bytes] = msgspec.json.Encoder().encode


def save_links(links: LinksFile, path: str | Path) -> None:
    """Write a links file in the format of `path`'s suffix: .json, .yaml or .yml, .jsonl, .csv; ``-`` is JSON on
    standard output, as is a device or a pipe without a suffix.

    The same links give the same bytes. A plain file is written whole or not at all.

    Raises
    ------
    InputError
        The suffix is none of these.
    OutputError
        The file cannot be written.
    """
    write = _writer(Path(path))
    write_output(path, write(links))


def check_links_path(path: str | Path) -> None:
    """Raise where `save_links` would: before hours of work, not after.

    Raises
    ------
    InputError
        The suffix is none of a links file.
    OutputError
        The file or its folder cannot be written.
    """
    _writer(Path(path))
    check_writable(path)


def dump_links(links: LinksFile, suffix: str) -> str:
    """The text that `save_links` would write to a file of this suffix (``".json"``)."""
    return b"".join(_writer(Path("links" + suffix))(links)).decode()


def load_links(path: str | Path) -> LinksFile:
    """Read a links file in JSON, YAML or JSON Lines, of this version or of version 1.

    Raises
    ------
    InputError
        It cannot be read, or is not a links file.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".csv":
        raise InputError(f"{path}: CSV is for spreadsheets and is not read back; give the .json, .yaml or .jsonl file")
    if suffix not in _READERS:
        raise InputError(f"expected a links file whose name ends in {', '.join(_READERS)}; found {str(path)!r}")
    raw = read_input(path, "a links file", MAX_BYTES)
    try:
        return _READERS[suffix](raw)
    except Malformed as error:
        make = f"make one with: recommender links CONTENT -o {shlex.quote(str(path))}"
        raise InputError(f"{error.where(path)} is not a links file: {error}; {make}") from None


class _Document(msgspec.Struct):
    format: Literal["recommender-links/1", "recommender-links/2"]
    model: str
    k: Places
    articles: tuple[ArticleLinks, ...]
    recognised: dict[str, str] = {}

    def links(self) -> LinksFile:
        return LinksFile(self.model, self.k, self.articles, self.recognised)


def _read_lines(raw: bytes) -> LinksFile:
    articles = []
    for number, line in enumerate(raw.splitlines(), start=1):
        if line.strip():
            try:
                articles.append(decode_json(line, ArticleLinks))
            except Malformed as error:
                raise Malformed(str(error), number) from None
    return LinksFile("", 0, tuple(articles))


_READERS: dict[str, Callable[[bytes], LinksFile]] = {
    ".json": lambda raw: decode_json(raw, _Document).links(),
    ".yaml": lambda raw: decode_yaml(raw, _Document).links(),
    ".yml": lambda raw: decode_yaml(raw, _Document).links(),
    ".jsonl": _read_lines,
}


def _writer(path: Path) -> Callable[[LinksFile], Iterator[bytes]]:
    writers = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".jsonl": _json_lines, ".csv": _csv}
    found = writers.get(path.suffix.lower(), _json if is_stream(path) else None)
    if found is None:
        raise InputError(f"expected a file name that ends in {', '.join(writers)}; found {str(path)!r}")
    return found


def _head(links: LinksFile) -> dict[str, Any]:
    recognised = {"recognised": links.recognised} if links.recognised else {}
    return {"format": FORMAT, "model": links.model, "k": links.k, **recognised}


def _json(links: LinksFile) -> Iterator[bytes]:
    # One article a line: quick to write, and a change of one article is a change of one line.
    yield _encode(_head(links))[:-1] + b',"articles":['
    before = b"\n"
    for start in range(0, len(links.articles), _LINES_AT_ONCE):
        yield before + b",\n".join(map(_encode, links.articles[start : start + _LINES_AT_ONCE]))
        before = b",\n"
    yield b"\n]}\n"


_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def _json_lines(links: LinksFile) -> Iterator[bytes]:
    for article in links.articles:
        yield _encode(article) + b"\n"


def _yaml(links: LinksFile) -> Iterator[bytes]:
    import yaml

    class Dumper(yaml.CSafeDumper):
        """Also quotes what readers of YAML 1.2 take for a number, such as 0E0."""

    Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER, list("-+.0123456789"))

    def dump(value: object) -> bytes:
        text = yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=2**20)
        return str(text).encode()

    yield dump(_head(links))
    yield b"articles:\n" if links.articles else b"articles: []\n"
    for start in range(0, len(links.articles), _LINES_AT_ONCE):
        yield dump(msgspec.to_builtins(links.articles[start : start + _LINES_AT_ONCE]))


def _csv(links: LinksFile) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    explained = any(related.reasons for article in links.articles for related in article.related)
    writer.writerow((*CSV_COLUMNS, "reasons") if explained else CSV_COLUMNS)
    for article in links.articles:
        own = (article.key, article.id, article.title, article.subject, article.url, article.path)
        for rank, related in enumerate(article.related, start=1):
            target = (related.key, related.id, related.title, related.subject, related.url, related.path)
            score = "" if related.score is None else repr(related.score)
            reasons = ("; ".join(related.reasons),) if explained else ()
            writer.writerow((*own, rank, *target, score, "true" if related.curated else "false", *reasons))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


LINKS_SUFFIXES = frozenset({*_READERS, ".csv"})
"""What the name of a links file ends in."""
