"""Languages: tags, and where a site's paths name them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.corpus.urls import stem_of
from recommender.settings import Apart, LanguageSettings

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# A text of fewer characters says too little of its language, and what follows so many more says nothing new.
_LEAST_CHARS = 60
_MOST_CHARS = 2_000
_CERTAIN = 0.95


def plain_tag(written: str) -> str:
    """A language tag without case, with hyphens: ``pt_BR`` gives ``pt-br``."""
    return written.strip().replace("_", "-").casefold()


# Regions that are written in another script than the rest of their language.
_SCRIPTS = {"zh": "hans", "zh-tw": "hant", "zh-hk": "hant", "zh-mo": "hant"}


def spoken(tag: str, apart: Apart) -> str:
    """What texts of a language have in common: the language, with its script or its region where these are kept apart.

    >>> [spoken(tag, "script") for tag in ("en-GB", "zh_CN", "zh-TW", "sr-Latn-RS")]
    ['en', 'zh-hans', 'zh-hant', 'sr-latn']
    """
    tag = plain_tag(tag)
    language, *rest = tag.split("-")
    if apart == "language":
        return language
    if apart == "region":
        return tag
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    script = script or _SCRIPTS.get("-".join((language, *rest[-1:]))) or _SCRIPTS.get(language)
    return f"{language}-{script}" if script else language


def translations(articles: Sequence[Article], languages: LanguageSettings) -> NDArray[np.int32] | None:
    """The first row of the articles that are one page in several languages, per article; None where paths name no
    languages.
    """
    if not languages.known:
        return None
    first: dict[str, int] = {}
    pages = (article.translated or page_of_path(article.path, languages) for article in articles)
    return np.array([first.setdefault(page, row) for row, page in enumerate(pages)], dtype=np.int32)


def detected(text: str) -> str | None:
    """The language of a text by its letters and words, None where it is too short or strange to be sure."""
    if len(text) < _LEAST_CHARS:
        return None
    language, certainty = _identifier().classify(text[:_MOST_CHARS])
    return str(language) if certainty > _CERTAIN else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of_path(path: str, languages: LanguageSettings) -> str | None:
    """The language of a file by its folder or its suffix, None where the site keeps none there.

    >>> language_of_path("docs/de/soup.md", LanguageSettings(known=("en", "de"), default="en"))
    'de'
    >>> language_of_path("docs/soup.pt-br.md", LanguageSettings(known=("pt-BR",), default="en"))
    'pt-BR'
    >>> language_of_path("docs/soup.md", LanguageSettings(known=("en", "de"), default="en"))
    'en'
    """
    if not languages.known:
        return languages.default
    known = {plain_tag(language): language for language in languages.known}
    *folders, name = stem_of(path).split("/")
    for folder in folders:
        if (language := known.get(plain_tag(folder))) is not None:
            return language
    suffix = known.get(plain_tag(name.rpartition(".")[2])) if "." in name else None
    return suffix or known.get(plain_tag(name)) or languages.default


def has_language_suffix(path: str, languages: LanguageSettings) -> bool:
    """Whether a file bears its language as a suffix: ``soup.de.md``."""
    _, dot, suffix = stem_of(path).rpartition("/")[2].rpartition(".")
    return bool(dot) and plain_tag(suffix) in {plain_tag(language) for language in languages.known}


def page_of_path(path: str, languages: LanguageSettings) -> str:
    """What a file's translations have in common: its path without the folder or suffix of its language.

    >>> page_of_path("docs/de/soup.md", LanguageSettings(known=("en", "de")))
    'docs/soup'
    """
    known = {plain_tag(language) for language in languages.known}
    parts = stem_of(path).split("/")
    for number, folder in enumerate(parts[:-1]):
        if plain_tag(folder) in known:
            return "/".join(parts[:number] + parts[number + 1 :])
    name, dot, suffix = parts[-1].rpartition(".")
    if dot and plain_tag(suffix) in known:
        parts[-1] = name
    return "/".join(parts)
