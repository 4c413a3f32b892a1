from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import msgspec
import pytest

from recommender.corpus.article import Article, FieldLines, Link
from recommender.corpus.fields import DocumentReader
from recommender.corpus.problems import FileProblemError
from recommender.errors import SettingsError
from recommender.settings import FieldSettings, LanguageSettings, LinkNames, RelatedSettings, Settings, UrlSettings
from tests.conftest import article

OPEN = FieldSettings(required=())


def replace_lines(article: Article) -> Article:
    """The article one line further down."""
    lines = FieldLines(*(line + 1 if line else 0 for line in msgspec.structs.astuple(article.lines)))
    links = tuple(msgspec.structs.replace(link, line=link.line + 1) for link in article.links)
    return msgspec.structs.replace(article, lines=lines, links=links)


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
        ("+++\na = \n+++\n", "invalid-toml", 2),
        ("+++\na = 1\n", "unclosed-front-matter", 1),
        (article("a", 1, "Q?", "A.", extra="url: /again"), "repeated-field", 12),
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


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (article("a", 1, "Q?", "A.").replace("id: 1", "id: [1]"), 2, "the id must be a number or a word; found a list"),
        (article("a", 1, "Q?", "A.").replace("2024-11-28", "soon"), 3, "the date must be a date such as 2024-12-31"),
        (article("a", 1, "Q?", "A.", extra="no_index: perhaps"), 12, "the no_index must be true or false"),
        (article("a", 1, "Q?", "A.", extra="related_article1: word"), 12, "a related link must be a mapping here"),
        (article("a", 1, "Q?", "A.", extra="subject: B"), 12, "the field 'subject' is in one mapping twice"),
        (article("a", 1, "Q?", "A.", extra="x: 1\nx: 2"), 13, "the field 'x' is in one mapping twice"),
    ],
)
def test_an_odd_value_is_told_and_as_good_as_absent(text: str, line: int, message: str) -> None:
    document = read(text)
    assert document.article.key == "/learn/a"
    (warning,) = document.warnings
    assert (warning.rule, warning.line) == ("odd-value", line)
    assert warning.message.startswith(message)


@pytest.mark.parametrize("field", ["id", "date", "draft", "no_index", "lang", "related_article1"])
@pytest.mark.parametrize("empty", ['""', "[]", "''", ""])
def test_an_empty_value_is_absent(field: str, empty: str) -> None:
    text = re.sub(rf"^{field}: .*$", "", article("a", 1, "Q?", "A."), flags=re.MULTILINE)
    assert read(text.replace("---\n", f"---\n{field}: {empty}\n", 1)).article == replace_lines(read(text).article)


ANY = Settings(
    fields=replace(
        OPEN,
        key="$path",
        title="title | $heading | $name",
        question="title | $heading | $name",
        answer="$body",
        date="date | $date",
        publish="publishDate",
        expiry="expiryDate",
        no_index="no_index | robots | hidden | not sitemap | sitemap | not permalink | $missing",
        draft="draft | not published | $drafts",
        language="lang | $language",
        required=("key", "title"),
    ),
    languages=LanguageSettings(known=("en", "de"), default="en"),
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("+++\ntitle = 'Soup'\n+++\nText.\n", "Soup"),
        ('{\n  "title": "Soup"\n}\nText.\n', "Soup"),
        ("Title: Soup\nDate: 2024-01-01\n\nText.\n", "Soup"),
        ("\ufeff# The *soup* {#top}\n\nText.\n", "The soup"),
        ("---\noutline: deep\n---\n\nSoup\n====\n\nText.\n", "Soup"),
        ("---\ntitle: [a]\n---\n## Soup\n", "Soup"),
        ("Text.\n\n## Steps\n", "Good soup"),
        ("---\nJust a rule\n---\n", "Good soup"),
        ("", "Good soup"),
    ],
)
def test_titles_of_any_front_matter_or_none(text: str, title: str) -> None:
    assert read(text, ANY, "docs/good-soup.md").article.title == title


@pytest.mark.parametrize(
    ("fields", "path", "hidden", "draft"),
    [
        ("a: 1", "a.md", False, False),
        ("robots: 'noindex, nofollow'", "a.md", True, False),
        ("robots: index", "a.md", False, False),
        ("robots: max-image-preview:large", "a.md", False, False),
        ("a: 1", "posts/_index.md", False, False),
        ("title: '{{ title }}'", "a.md", True, False),
        ("title: '{{ site.product }}'", "a.md", False, False),
        ("title: Of {{ braces }}", "a.md", False, False),
        ("hidden: true", "a.md", True, False),
        ("hidden: 'false'", "a.md", False, False),
        ("sitemap: false", "a.md", True, False),
        ("sitemap: {exclude: yes}", "a.md", True, False),
        ("sitemap: {priority: 0.5}", "a.md", False, False),
        ("permalink: false", "a.md", True, False),
        ("permalink: /a/", "a.md", False, False),
        ("a: 1", "de/404.md", True, False),
        ("published: false", "a.md", False, True),
        ("published: True", "a.md", False, False),
        ("a: 1", "blog/_drafts/a.md", False, True),
    ],
)
def test_what_is_not_to_be_found(fields: str, path: str, hidden: bool, draft: bool) -> None:
    document = read(f"---\n{fields}\n---\nText.\n", ANY, path)
    assert (document.article.no_index, document.article.draft) == (hidden, draft)
    assert document.warnings == ()


def test_a_page_that_only_lists_others_is_not_to_be_found() -> None:
    assert read("---\ntitle: Posts\n---\n\n", ANY, "posts/_index.md").article.no_index


def test_from_when_and_until_when() -> None:
    text = "---\npublishDate: 2024-05-01T00:30:00+09:00\nexpiryDate: 2025-01-01\ndate: 2024-02-01\n---\n"
    article = read(text, ANY).article
    assert article.date == dt.date(2024, 2, 1)
    assert (article.opens, article.closes) == ("2024-04-30T15:30:00+00:00", "2025-01-01")
    named = read("Text.\n", ANY, "_posts/2024-02-03-soup.md").article
    assert (named.date, named.opens) == (dt.date(2024, 2, 3), None)


def test_the_language_of_a_field_or_a_folder() -> None:
    assert read("Text.\n", ANY, "docs/de/a.md").article.language == "de"
    assert read("---\nlang: fr\n---\n", ANY, "docs/de/a.md").article.language == "fr"


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
