from __future__ import annotations

import pytest

from recommender.corpus.article import Article
from recommender.corpus.languages import detected, language_of_path, page_of_path, spoken, translations
from recommender.settings import LanguageSettings

SITE = LanguageSettings(known=("en", "de", "pt-BR"), default="en")


@pytest.mark.parametrize(
    ("path", "language", "page"),
    [
        ("docs/de/soup.md", "de", "docs/soup"),
        ("docs/pt_br/a/soup.md", "pt-BR", "docs/a/soup"),
        ("docs/soup.de.md", "de", "docs/soup"),
        ("docs/soup.md", "en", "docs/soup"),
        ("docs/soup.v2.md", "en", "docs/soup.v2"),
        ("de.md", "de", "de"),
    ],
)
def test_language_and_page_of_a_path(path: str, language: str, page: str) -> None:
    assert language_of_path(path, SITE) == language
    assert page_of_path(path, SITE) == page


def test_a_site_without_languages() -> None:
    assert language_of_path("de/soup.md", LanguageSettings()) is None


@pytest.mark.parametrize(
    ("tag", "language", "script", "region"),
    [
        ("en-GB", "en", "en", "en-gb"),
        ("zh_CN", "zh", "zh-hans", "zh-cn"),
        ("zh-TW", "zh", "zh-hant", "zh-tw"),
        ("zh", "zh", "zh-hans", "zh"),
        ("sr-Latn-RS", "sr", "sr-latn", "sr-latn-rs"),
    ],
)
def test_what_is_kept_apart(tag: str, language: str, script: str, region: str) -> None:
    assert [spoken(tag, "language"), spoken(tag, "script"), spoken(tag, "region")] == [language, script, region]


def test_translations_of_a_page() -> None:
    paths = ["de/a.md", "de/b.md", "en/a.md", "a.md"]
    articles = [Article(path, path, path) for path in paths]
    found = translations(articles, SITE)
    assert found is not None
    assert found.tolist() == [0, 1, 0, 0]
    assert translations(articles, LanguageSettings()) is None


def test_the_language_of_a_text() -> None:
    assert detected("Garlic cloves go into the ground in autumn, pointed end up, four fingers apart.") == "en"
    assert detected("Knoblauchzehen steckt man im Herbst mit der Spitze nach oben in die Erde des Gartens.") == "de"
    assert detected("a b c") is None
