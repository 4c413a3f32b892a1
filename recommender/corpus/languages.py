"""Languages: tags, and where a site's paths name them."""

from __future__ import annotations

from recommender.corpus.urls import stem_of
from recommender.settings import LanguageSettings


def plain_tag(written: str) -> str:
    """A language tag without case, with hyphens: ``pt_BR`` gives ``pt-br``."""
    return written.strip().replace("_", "-").casefold()


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
