"""Tables of articles: what becomes of every row, by format."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from recommender.corpus.content import contents, list_content
from recommender.corpus.fields import DocumentReader
from recommender.corpus.reader import read_document, read_documents
from recommender.corpus.recognition import Recognised, configuration_text
from recommender.corpus.resolve import resolve_links
from recommender.corpus.table import is_table
from recommender.errors import InputError
from recommender.progress import Silent
from recommender.settings import ContentSettings, FieldSettings, Settings
from recommender.settings_file import parse_settings
from recommender.site.recognised import recognise_folder
from recommender.stages.cache import NoCache

ROWS: list[dict[str, Any]] = [
    {"id": "p1", "title": "Pumps", "body": "A pump moves water.", "related": ["p2", "p3"], "hidden": False},
    {"id": "p2", "title": "Valves", "body": "A valve stops water.\nIt is small.", "related": ["p1"], "hidden": False},
    {"id": "p3", "title": "Tanks, “tall”", "body": "A tank holds water.", "related": [], "hidden": True},
]
FIELDS = FieldSettings(key="id", title="title", question="title", answer="$body", required=("key", "title"))


def write_jsonl(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "articles.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def write_csv(folder: Path, rows: list[dict[str, Any]], delimiter: str = ",") -> Path:
    path = folder / "articles.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(rows[0])
        cells = ([json.dumps(v) if isinstance(v, (list, bool)) else v for v in row.values()] for row in rows)
        writer.writerows(cells)
    return path


def write_parquet(folder: Path, rows: list[dict[str, Any]]) -> Path:
    pa = pytest.importorskip("pyarrow", reason="Parquet files are read by pyarrow")
    path = folder / "articles.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
    return path


WRITERS = {"jsonl": write_jsonl, "csv": write_csv, "parquet": write_parquet}


def look_at(table: Path) -> Recognised:
    found = recognise_folder(table, cache=NoCache(), reporter=Silent())
    assert parse_settings(configuration_text(found, table.name)) == found.settings
    return found


def problems(table: Path, fields: FieldSettings = FIELDS) -> list[str]:
    """Everything that is wrong with rows, as it is said."""
    settings = Settings(content=ContentSettings(max_file_bytes=200), fields=fields)
    listing = list_content(table, settings.content)
    files = read_documents(table, [file.path for file in listing.files], DocumentReader(settings))
    return [*map(str, listing.problems), *(str(file.record.problem) for file in files if file.record.problem)]


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_articles_in_every_format(tmp_path: Path, name: str) -> None:
    found = look_at(WRITERS[name](tmp_path, ROWS))
    fields = found.settings.fields
    assert (fields.key, fields.title, fields.answer, fields.url) == ("id", "title | $heading", "$body", None)
    articles = found.corpus.articles
    assert [(one.key, one.title, one.no_index) for one in articles] == [
        ("p1", "Pumps", False), ("p2", "Valves", False), ("p3", "Tanks, “tall”", True)
    ]  # fmt: skip
    assert [marks["answer"].chars for marks in found.corpus.texts] == [19, 33, 19]
    targets = resolve_links(articles, found.settings).targets
    assert [rows.tolist() for rows in targets] == [[1, 2], [0], []]


def test_rows_are_called_by_the_lines_on_which_they_begin(tmp_path: Path) -> None:
    table = write_csv(tmp_path, ROWS)
    assert [file.path for file in list_content(table, ContentSettings()).files] == [
        "articles.csv:2", "articles.csv:3", "articles.csv:5"
    ]  # fmt: skip
    (row,) = contents(table, ["articles.csv:5"], 10_000)
    assert row[0] == "articles.csv:5"
    assert isinstance(row[1], bytes)
    assert json.loads(row[1])["title"] == "Tanks, “tall”"
    table = write_jsonl(tmp_path, ROWS)
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"\n", b"\r\n\r\n"))
    assert [file.path.partition(":")[2] for file in list_content(table, ContentSettings()).files] == ["1", "3", "5"]
    document = read_document(table, "articles.jsonl:3", DocumentReader(Settings(fields=FIELDS))).document
    assert document is not None
    assert (document.article.title, document.article.lines.key, document.texts["answer"][:7]) == (
        "Valves",
        0,
        "A valve",
    )


def test_a_row_that_is_gone_is_said(tmp_path: Path) -> None:
    table = write_jsonl(tmp_path, ROWS)
    file = read_document(table, "articles.jsonl:9", DocumentReader(Settings(fields=FIELDS)))
    assert (
        str(file.record.problem) == "articles.jsonl:9: cannot be read: the table changed while it was read [unreadable]"
    )


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_cells_may_be_apart_by_other_characters(tmp_path: Path, delimiter: str) -> None:
    assert len(look_at(write_csv(tmp_path, ROWS, delimiter)).corpus) == 3


def test_what_is_wrong_with_a_row_is_said_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    lines = [
        b'{"id": 1, "title": "One"}', b"[1]", b'{"id": 3, "title"', b'{"id": 4}', b'{"id": 5, "title": "\xff"}',
        b'{"id": 6, "title": "' + b"x" * 300 + b'"}', b"[" * 150, b'{"id": 7, "title": "Seven"}',
    ]  # fmt: skip
    table.write_bytes(b"\n".join(lines))
    assert [problem.partition(":")[2][:40] for problem in problems(table)] == [
        "6: the row is larger than 200 bytes, whi",
        "2: expected a mapping of fields; found l",
        "3: not valid JSON: Expecting ':' delimit",
        "4: expected a title in the field 'title'",
        "5: not valid UTF-8: byte 0xff at offset ",
        "7: not valid JSON: Expecting value: line",
    ]
    table = tmp_path / "t.csv"
    table.write_text('id,title\n1,One\n2\n"3","a\nb",x\n4,Four\n')
    assert problems(table) == [
        "t.csv:3: expected 2 cells, as the first line names them; found 1 [invalid-row]",
        "t.csv:4: expected 2 cells, as the first line names them; found 3 [invalid-row]",
    ]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("t.csv", b"", "t.csv:1: expected a first line that names the columns; found none"),
        (
            "t.csv",
            b"id,title,id\n1,a,2\n",
            "t.csv:1: expected a name of its own for each column; 'id' is there twice",
        ),
        ("t.csv", b'id,title\n1,"a\n', "t.csv:2: not valid CSV: unexpected end of data"),
        ("t.csv", b"id,title\n1,a\n2,\xff\n", "not valid UTF-8; save the file as UTF-8"),
        ("t.parquet", b"PAR1 no table", "t.parquet: not a Parquet file that can be read: "),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow", reason="Parquet files are read by pyarrow")
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError) as error:
        list_content(tmp_path / name, ContentSettings())
    assert said in str(error.value)


def test_of_two_rows_with_one_key_the_first_counts(tmp_path: Path) -> None:
    rows = [{"key": f"k{n}", "title": f"Title {n}"} for n in range(99)]
    corpus = look_at(write_jsonl(tmp_path, [*rows, {"key": "k8", "title": "Another"}])).corpus
    assert len(corpus) == 99
    assert [str(problem) for problem in corpus.problems] == [
        "articles.jsonl:100: the key 'k8' already belongs to articles.jsonl:9; keys must be unique [repeated-key]"
    ]


def test_without_a_column_that_tells_rows_apart_their_lines_do(tmp_path: Path) -> None:
    found = look_at(write_jsonl(tmp_path, [{"title": "A", "text": "x"}, {"title": "B", "text": "y"}]))
    assert [article.key for article in found.corpus.articles] == ["articles.jsonl:1", "articles.jsonl:2"]


def test_addresses_of_rows_are_their_keys(tmp_path: Path) -> None:
    rows = [{"url": f"/{n}/", "title": f"T{n}", "see_also": [f"/{(n + 1) % 4}/"]} for n in range(4)]
    found = look_at(write_jsonl(tmp_path, rows))
    assert (found.settings.fields.key, found.settings.related.target, found.resolved) == ("url", "url", 4)


def test_a_folder_is_no_table_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "old.csv").mkdir()
    assert not is_table(tmp_path / "old.csv")
    (tmp_path / "new.CSV").write_text("id\n1\n")
    assert is_table(tmp_path / "new.CSV")
    assert not is_table(tmp_path / "none.csv")
