from __future__ import annotations

import pytest

from recommender.corpus.languages import language_of_path, page_of_path
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
