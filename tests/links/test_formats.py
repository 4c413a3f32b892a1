from __future__ import annotations

import csv
import io
import json
import os
import stat
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import recommender.links.formats as formats
from recommender.errors import InputError, OutputError
from recommender.files import write_whole
from recommender.links.formats import dump_links, load_links, save_links
from recommender.links.record import ArticleLinks, LinksFile, Related

SCHEMA = json.loads((Path(formats.__file__).parent / "links.schema.json").read_text())
GOLDEN = Path(__file__).parent / "golden"

LINKS = LinksFile(
    model="english-static",
    k=2,
    articles=(
        ArticleLinks(
            "/a", 1, "Why “a”, \"b\" & c?", "Biology", "/a", "learn/a.md",
            (
                Related("/b", "007", "B: a title\nof two lines", None, "/b", None, "learn/b/index.md", curated=True),
                Related("/c", None, "=C", "Économie", None, 0.123457, "c.markdown"),
            ),
        ),
        ArticleLinks("/b", "007", "B: a title\nof two lines", None, "/b", "learn/b/index.md", ()),
    ),
)  # fmt: skip

EXPLAINED = replace(
    LINKS,
    articles=(
        replace(
            LINKS.articles[0],
            related=(
                LINKS.articles[0].related[0],
                replace(LINKS.articles[0].related[1], reasons=("ids 3 apart", "same group: Économie")),
            ),
        ),
        LINKS.articles[1],
    ),
)  # fmt: skip

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))
ids = st.one_of(st.none(), st.integers(-(2**53), 2**53), texts)
related = st.builds(
    Related, texts.filter(bool), ids, texts, st.none() | texts, st.none() | texts,
    st.none() | st.floats(-1, 1).map(lambda score: round(score, 6)), texts.filter(bool), st.booleans(),
    st.sampled_from([None, "accept", "pin"]), st.lists(texts.filter(bool), max_size=2).map(tuple),
)  # fmt: skip
articles = st.builds(
    ArticleLinks,
    texts.filter(bool),
    ids,
    texts,
    st.none() | texts,
    st.none() | texts,
    texts.filter(bool),
    st.lists(related, max_size=3).map(tuple),
)
files = st.builds(LinksFile, texts, st.integers(1, 9), st.lists(articles, max_size=4).map(tuple))


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".jsonl", ".csv"])
def test_the_formats_are_those_of_the_golden_files(suffix: str) -> None:
    assert dump_links(LINKS, suffix) == (GOLDEN / f"links{suffix}").read_text()
    assert dump_links(EXPLAINED, suffix) == (GOLDEN / f"explained{suffix}").read_text()


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".jsonl"])
def test_version_1_is_still_read(suffix: str) -> None:
    for name, now in (("links", LINKS), ("explained", EXPLAINED)):
        old = load_links(GOLDEN / "version-1" / f"{name}{suffix}")
        assert all(one.path is None for article in old.articles for one in (article, *article.related))
        assert old.articles == tuple(
            replace(article, path=None, related=tuple(replace(one, path=None) for one in article.related))
            for article in now.articles
        )


@given(files)
def test_json_and_yaml_keep_everything_and_keep_to_the_schema(
    tmp_path_factory: pytest.TempPathFactory, links: LinksFile
) -> None:
    folder = tmp_path_factory.mktemp("links")
    for suffix in (".json", ".yaml"):
        save_links(links, folder / f"links{suffix}")
        assert load_links(folder / f"links{suffix}") == links
    jsonschema.validate(json.loads(dump_links(links, ".json")), SCHEMA)
    jsonschema.validate(yaml.safe_load(dump_links(links, ".yaml")), SCHEMA)


@pytest.mark.parametrize("text", ["0E0", "1e5", ".5", "12", "1.", "-0", "1_000", "0x1F", "12:30", "null", "yes", "~"])
def test_a_text_that_looks_like_a_number_stays_a_text(text: str, tmp_path: Path) -> None:
    links = LinksFile("m", 5, (ArticleLinks("/a", None, text, None, None, path=text),))
    save_links(links, tmp_path / "links.yaml")
    assert load_links(tmp_path / "links.yaml") == links


@given(files)
def test_json_lines_keep_every_article(tmp_path_factory: pytest.TempPathFactory, links: LinksFile) -> None:
    path = tmp_path_factory.mktemp("links") / "links.jsonl"
    save_links(links, path)
    assert load_links(path).articles == links.articles


@given(files)
def test_csv_has_a_row_per_link(links: LinksFile) -> None:
    rows = list(csv.DictReader(io.StringIO(dump_links(links, ".csv"), newline="")))
    pairs = [(article, one) for article in links.articles for one in article.related]
    assert [(row["key"], row["related_key"]) for row in rows] == [(article.key, one.key) for article, one in pairs]
    assert [row["score"] for row in rows] == ["" if one.score is None else repr(one.score) for _, one in pairs]


def test_the_schema_refuses_what_is_not_a_links_file() -> None:
    good = json.loads(dump_links(LINKS, ".json"))
    for broken in ({**good, "format": "other/1"}, {**good, "extra": 1}, {**good, "articles": [{"key": "/a"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "recommender-links/1"}', "nonsense", '{"format": "recommender-links/3"}']
)
def test_reading_something_else_is_an_input_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match="is not a links file"):
        load_links(tmp_path / "x.json")


def test_an_unknown_suffix_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.json, \.yaml, \.yml, \.jsonl, \.csv; found 'links.txt'"):
        formats.check_links_path("links.txt")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"before")

    def chunks():
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, chunks())
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["x.json"]


def test_a_replaced_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"before")
    path.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    write_whole(link, [b"after"])
    assert link.is_symlink()
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole(tmp_path / "none" / "x.json", [b""])


@pytest.mark.parametrize("k", ["-5", "0", "1000000000000", "2.5", '"5"', "null", "1e999", "1" * 400])
@pytest.mark.parametrize("name", ["links.json", "links.yaml"])
def test_a_number_of_places_out_of_range_is_refused(tmp_path: Path, k: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(f'{{"format": "recommender-links/1", "model": "m",\n "k": {k}, "articles": []}}')
    with pytest.raises(InputError, match=r":2 is not a links file: "):
        load_links(path)


@pytest.mark.parametrize("score", [".nan", ".inf", "1.0e+300", "yes"])
def test_a_score_that_is_no_score_is_refused(tmp_path: Path, score: str) -> None:
    path = tmp_path / "links.yaml"
    text = dump_links(LINKS, ".yaml").replace("0.123457", score)
    path.write_text(text)
    with pytest.raises(
        InputError, match=f":{text[: text.index(score)].count(chr(10)) + 1} is not a links file: .*score"
    ):
        load_links(path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("deep.json", '{"format":"recommender-links/2","model":"m","k":1,"articles":[],"x":' + "[" * 100_000, "deep"),
        ("deep.yaml", "[" * 100_000, "1 is not a links file: it is nested deeper than 50 levels"),
        ("deep.yml", "- " * 100_000, "nested deeper"),
        ("line.jsonl", "\n" + "[" * 100_000, "line.jsonl:2 "),
        ("bomb.yaml", "a: &a [1,1]\nb: *a\n", "2 is not a links file: aliases"),
        ("tag.yaml", "a: !!python/object/apply:os.system [x]\n", "tag"),
        ("twice.yaml", "k: 1\nk: 2\n", "2 is not a links file: the key 'k' is repeated"),
        ("two.yaml", "k: 1\n---\nk: 1\n", "one document"),
        ("broken.json", '{"format":\n"recommender-links/2",\n"model":}', "broken.json:3 "),
        ("bytes.json", '{"format":\n"\xff"}', "bytes.json"),
        ("links.csv", "key\n", "CSV is for spreadsheets"),
        ("links", "{}", "whose name ends in"),
    ],
)
def test_hostile_files_are_input_errors_with_their_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as raised:
        load_links(path)
    assert said in str(raised.value)


def test_a_device_is_no_links_file(tmp_path: Path) -> None:
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="it is a device or a pipe"):
        load_links(tmp_path / "zero.json")
