from __future__ import annotations

from pathlib import Path

import pytest

from recommender.errors import InputError, SettingsError
from recommender.settings import Settings
from recommender.settings_file import load_settings, parse_settings
from tests.conftest import ROOT


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "fields:\nviews:\n"])
def test_what_is_not_said_holds_by_default(text: str) -> None:
    assert parse_settings(text) == Settings()


def test_everything_can_be_said() -> None:
    settings = parse_settings(
        """
content: {include: "**/*.md", exclude: [drafts/**], max_file_bytes: 1000}
fields: {key: permalink | $url, id: null, answer: [description, $body], required: [key]}
related: {field: see_also, shape: mappings, target: title, target_name: link, prefix: "topic ", names: {id: null}}
urls: {site: "https://example.org", rewrite: {_plugins/: plugins/}}
views: {title: 1, answer: 2.5}
model: {name: other, device: cpu, precision: float32}
links: {k: 3, min_score: 0.25}
"""
    )
    assert settings.content.include == ("**/*.md",)
    assert settings.content.max_file_bytes == 1000
    assert settings.fields.key == "permalink | $url"
    assert settings.fields.id is None
    assert settings.fields.answer == ("description", "$body")
    assert settings.related.names.id is None
    assert settings.related.names.title == "title"
    assert settings.urls.rewrite == {"_plugins/": "plugins/"}
    assert settings.views == {"title": 1.0, "answer": 2.5}
    assert settings.model.precision == "float32"
    assert (settings.links.k, settings.links.min_score) == (3, 0.25)


def test_every_problem_is_told_with_its_line_and_the_nearest_name() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(
            "feilds: {}\nlinks:\n  k: many\n  min_scor: 1\nrelated:\n  shape: mapping\nviews: [a]\n", "site.yaml"
        )
    assert str(caught.value).splitlines() == [
        "site.yaml:1: feilds is not a setting; did you mean fields?",
        "site.yaml:3: links.k must be a whole number; found 'many'",
        "site.yaml:4: links.min_scor is not a setting; did you mean min_score?",
        "site.yaml:6: related.shape must be one of numbered, mappings, strings, groups, pairs, commas; "
        "found 'mapping'; did you mean mappings?",
        "site.yaml:7: views must be a mapping; found list",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("views: {questoin: 1}", "views.questoin is not a setting; did you mean question"),
        ("views: {question: 0}", "views: at least one weight must be above 0"),
        ("views: {question: -1, answer: 2}", "views.question must be a number from 0 to 1,000,000; found -1"),
        ("links: {k: 0}", "links.k must be a whole number from 1 to 10,000; found 0"),
        ("related: {field: more}", "related.field needs {n}"),
        ("related: {also: [{field: more}]}", "related.also.0.field needs {n}"),
        (
            "related: {also: [{field: more, shape: strings, sections: [See also]}]}",
            "related.also.0 is a field",
        ),
        ("related: {field: a, shape: strings, also: [{field: a, shape: strings}]}", "related.also needs other fields"),
        ("fields: {required: [name]}", "fields.required: name is not a setting"),
        ("fields: {key: {a: 1}}", "fields.key must be a text; found mapping"),
        ("urls: {pattern: /x/}", "urls.pattern needs {path}"),
        ("links: {k: ~}", "links.k must be a whole number"),
        ("- a", "the configuration must be a mapping"),
        ("links: [", "not valid YAML"),
        ("links: 1\nlinks: 2", "twice"),
    ],
)
def test_what_cannot_be_used(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    assert message in str(caught.value)


def test_the_configuration_is_found_in_the_content_folder_then_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = tmp_path / "content"
    content.mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_settings(content) == Settings()
    (tmp_path / "recommender.yaml").write_text("links: {k: 3}")
    assert load_settings(content).links.k == 3
    (content / "recommender.yaml").write_text("links: {k: 4}")
    assert load_settings(content).links.k == 4
    assert load_settings(content, tmp_path / "recommender.yaml").links.k == 3


def test_a_named_configuration_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a configuration at"):
        load_settings(tmp_path, tmp_path / "none.yaml")


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_can_be_used(path: Path) -> None:
    assert load_settings(ROOT, path) != Settings()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\nrelated:\n  slots: 1000000000\n", 3, "related.slots must be a whole number from 1 to 1,000; found 1000"),
        ("links:\n  k: 5\n  max_inbound: 1000000000000000000000\n", 3, "links.max_inbound must be a whole number"),
        ("links: {k: 5}\nviews:\n  question: 1\n  answer: .inf\n", 4, "views.answer must be a number"),
        ("views:\n  question: .nan\n", 2, "views.question must be a number"),
        ("content:\n  max_file_bytes: -1\n", 2, "content.max_file_bytes must be"),
        ("words:\n  share: 0.5\n  fields:\n    question: 9999\n", 4, "words.fields.question must be"),
        ("words:\n  share: 2\n", 2, "words.share must be a number from 0 to 1; found 2"),
        ("links:\n\n  min_precision: never\n", 3, "links.min_precision"),
        ("check:\n  severity:\n    dead-link: error\n    dead-lnk: off\n", 4, "check.severity.dead-lnk is not"),
        ("urls:\n  rewrite:\n    a: /{slug}/\n    b.c: /{slog}/\n", 4, "urls.b.c: slog is not a setting"),
        ("fields:\n  title: title\n  url: $text\n", 3, "fields.url: $text is none of $body"),
        ("fields:\n  aliases:\n  - a\n  date: a|\n", 4, "fields.date: a field name is empty"),
        ("related:\n  also:\n  - field: a\n    shape: strings\n  - field: b\n", 5, "related.also.1.field needs {n}"),
        ("links:\n  k: 5\nmodel: small\n", 3, "model must be a mapping; found a single value"),
        ("links:\n  k: " + "9" * 10_000, 2, "links.k must be a whole number; found '9999"),
    ],
)
def test_a_problem_names_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    assert f"recommender.yaml:{line}: {message}" in str(caught.value)
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(("name", "message"), [("/dev/zero", "device"), (".", "folder")])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_settings(tmp_path, Path(name))
