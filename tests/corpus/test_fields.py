from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from recommender.corpus.article import FieldLines, Link
from recommender.corpus.fields import DocumentReader
from recommender.corpus.problems import FileProblemError
from recommender.errors import SettingsError
from recommender.settings import FieldSettings, LinkNames, RelatedSettings, Settings, UrlSettings
from tests.conftest import article

OPEN = FieldSettings(required=())


def read(text: str, settings: Settings | None = None, path: str = "learn/a.md"):
    document = DocumentReader(settings or Settings()).read(path, text)
    assert document is not None
    return document


def test_an_article_in_the_default_shape() -> None:
    text = article(
        "osmosis", 7, "What is osmosis?", "Water crosses.\\n\\n- by itself", links=("membrane",), extra="no_index: true"
    )
    document = read(text)
    assert document.texts == {"question": "What is osmosis?", "answer": "Water crosses.\\n\\n- by itself"}
    assert document.article.key == document.article.url == "/learn/osmosis"
    assert document.article.id == 7
    assert document.article.group == "Biology"
    assert document.article.date == dt.date(2024, 11, 28)
    assert document.article.no_index
    assert document.article.links == (
        Link(target="/learn/membrane", title="About membrane", url="/learn/membrane", line=13, place=1),
    )
    assert document.article.lines == FieldLines(key=11, id=2, title=4, url=11, question=6)


def test_bom_and_crlf_change_nothing() -> None:
    text = article("osmosis", 7, "What is osmosis?", "Water crosses.", links=("membrane",))
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)


def test_a_file_without_front_matter_is_no_article() -> None:
    assert DocumentReader(Settings()).read("a.md", "# Title\n\nText.\n") is None


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("---\nid: 1\n", "unclosed-front-matter", 1),
        ("---\n- 1\n---\n", "wrong-type", 2),
        ("---\na: [\n---\n", "invalid-yaml", 3),
        (article("a", 1, "Q?", "A.").replace("id: 1", "id: [1]"), "wrong-type", 2),
        (article("a", 1, "Q?", "A.").replace("2024-11-28", "soon"), "wrong-type", 3),
        (article("a", 1, "Q?", "A.", extra="no_index: perhaps"), "wrong-type", 12),
        (article("a", 1, "Q?", "A.", extra="related_article1: word"), "wrong-type", 12),
        (article("a", 1, "Q?", "A.", extra="subject: again"), "repeated-field", 12),
        (article("a", 1, "Q?", "").replace("Q?", "Q"), "missing-field", 1),
        (article("a", 1, "Q?", "A.").replace("url:", "link:"), "missing-field", 1),
    ],
)
def test_a_bad_file_is_told_with_path_line_and_reason(text: str, rule: str, line: int) -> None:
    with pytest.raises(FileProblemError) as caught:
        read(text)
    problem = caught.value.problem
    assert (problem.path, problem.rule) == ("learn/a.md", rule)
    assert abs(problem.line - line) <= 1


def test_all_missing_fields_are_told_together() -> None:
    with pytest.raises(FileProblemError, match="an answer in the field 'answer'; they are missing or empty"):
        read("---\nurl: /a\nquestion: Why?\nanswer:\n---\n", Settings(fields=replace(FieldSettings(), title="name")))


def test_a_field_is_the_first_that_is_there_and_a_list_is_all_of_them() -> None:
    fields = replace(OPEN, key="permalink | $url", question="tldr.q | title", answer=("description", "tldr.a", "$body"))
    text = "---\ntitle: Set up\ntldr: {a: Like this.}\n---\nThe body.\n"
    document = read(text, Settings(fields=fields), "guides/setup.md")
    assert document.article.key == "/guides/setup/"
    assert document.texts == {"question": "Set up", "answer": "Like this.\n\nThe body.\n"}


@pytest.mark.parametrize(
    ("expression", "path", "value"),
    [
        ("$path", "guides/setup.md", "guides/setup"),
        ("$slug", "guides/setup.md", "setup"),
        ("$slug", "guides/index.md", "guides"),
        ("$url", "guides/index.md", "/guides/"),
        ("$url", "index.md", "/"),
        ("$url", "_plugins/acl/index.md", "/plugins/acl/"),
    ],
)
def test_keys_from_paths(expression: str, path: str, value: str) -> None:
    settings = Settings(fields=replace(OPEN, key=expression), urls=UrlSettings(rewrite={"_plugins/": "plugins/"}))
    assert read("---\na: 1\n---\n", settings, path).article.key == value


def test_a_wrong_expression_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match=r"fields.answer: \$text is none of \$body"):
        DocumentReader(Settings(fields=replace(OPEN, answer="$text")))


def test_the_first_of_several_groups_and_all_aliases() -> None:
    fields = replace(OPEN, group="products", aliases=("aliases", "short"))
    document = read("---\nproducts: [gateway, mesh]\naliases: [One, Two]\nshort: O\n---\n", Settings(fields=fields))
    assert document.article.group == "gateway"
    assert document.article.aliases == ("One", "Two", "O")


LIST = RelatedSettings(field="see_also", shape="mappings", target="title", target_name="link", prefix="topic ")


@pytest.mark.parametrize(
    ("related", "written", "expected"),
    [
        (LIST, "see_also:\n  - title: T\n    link: topic HTLC", [Link("HTLC", title="T", line=3, place=1)]),
        (LIST, "see_also:", []),
        (
            RelatedSettings(field="more", shape="mappings", names=LinkNames(None, "text", None, "url")),
            "more: [{text: T, url: /a/}, ~, {url: /b/}]",
            [Link("/a/", title="T", url="/a/", line=2, place=1), Link("/b/", url="/b/", line=2, place=3)],
        ),
        (
            RelatedSettings(field="seo.more", shape="strings", target="slug"),
            "seo:\n  more:\n  - a\n  - b",
            [Link("a", line=4, place=1), Link("b", line=5, place=2)],
        ),
        (RelatedSettings(field="more", shape="strings", target="path"), "more: one", [Link("one", line=2, place=1)]),
        (RelatedSettings(), "related_article2: {id: 5}\nrelated_article9: {id: 9}", [Link("", id=5, line=2, place=2)]),
        (RelatedSettings(), "related_article1: {id: ~, title: , url: null}", []),
        (RelatedSettings(field=None), "related_article1: {id: 5}", []),
    ],
)
def test_links_in_every_shape(related: RelatedSettings, written: str, expected: list[Link]) -> None:
    document = read(f"---\n{written}\n---\n", Settings(fields=OPEN, related=related))
    assert list(document.article.links) == expected


@pytest.mark.parametrize(
    ("expression", "written", "draft"),
    [
        ("draft", "draft: true", True),
        ("draft", "draft: no", False),
        ("draft", "", False),
        ("not published", "published: false", True),
        ("not published", "published: true", False),
        ("not published", "", False),
        ("draft | not published", "draft: false\npublished: false", True),
    ],
)
def test_a_draft_is_what_any_of_its_fields_says(expression: str, written: str, draft: bool) -> None:
    settings = Settings(fields=FieldSettings(draft=expression))
    assert read(article("a", 1, "Q?", "A.", extra=written), settings).article.draft is draft


def test_the_language_is_the_first_of_several() -> None:
    assert read(article("a", 1, "Q?", "A.", extra="lang: pt-BR")).article.language == "pt-BR"
    assert read(article("a", 1, "Q?", "A.", extra="locale: [de, fr]")).article.language == "de"
    assert read(article("a", 1, "Q?", "A.")).article.language is None
