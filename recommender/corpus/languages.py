"""Languages: tags, and where a site's paths name them."""

from __future__ import annotations

import re
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

# A shorter text says too little of its language, and what follows a longer one says nothing new; in characters.
_LEAST_CHARS = 60
_MOST_CHARS = 2_000
_CERTAIN = 0.95
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?", re.IGNORECASE)
_ISO_639 = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj
kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv
ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu fil yue ckb hsb dsb gsw haw kab ast scn
"""


def plain_tag(written: str) -> str:
    """A language tag without case, with hyphens: ``pt_BR`` gives ``pt-br``."""
    return written.strip().replace("_", "-").casefold()


# Fields for the language hold its name at times, in English or in itself.
_NAMES = {
    name: tag
    for tag, names in {
        "ar": "arabic العربية", "bg": "bulgarian български", "ca": "catalan català", "cs": "czech čeština",
        "da": "danish dansk", "de": "german deutsch", "el": "greek ελληνικά", "en": "english", "es": "spanish español",
        "et": "estonian eesti", "eu": "basque euskara", "fa": "persian farsi فارسی", "fi": "finnish suomi",
        "fr": "french français francais", "he": "hebrew עברית", "hi": "hindi हिन्दी", "hr": "croatian hrvatski",
        "hu": "hungarian magyar", "id": "indonesian indonesia", "it": "italian italiano", "ja": "japanese 日本語",
        "ko": "korean 한국어", "lt": "lithuanian lietuvių", "lv": "latvian latviešu", "nl": "dutch nederlands",
        "no": "norwegian norsk", "pl": "polish polski", "pt": "portuguese português", "ro": "romanian română",
        "ru": "russian русский", "sk": "slovak slovenčina", "sl": "slovenian slovenščina", "sr": "serbian српски",
        "sv": "swedish svenska", "th": "thai ไทย", "tr": "turkish türkçe", "uk": "ukrainian українська",
        "vi": "vietnamese", "zh": "chinese 中文 简体中文", "zh-hant": "繁體中文",
    }.items()
    for name in names.split()
}  # fmt: skip


def language_tag(written: str) -> str:
    """The tag of a language that is given by its tag or its name, in the form of `plain_tag`.

    >>> [language_tag(written) for written in ("pt_BR", "Deutsch", "English", "Klingon")]
    ['pt-br', 'de', 'en', 'klingon']
    """
    tag = plain_tag(written)
    return _NAMES.get(tag, tag)


def is_language(written: str) -> bool:
    """Whether it is the code of a language, with or without a script and a region.

    >>> [is_language(code) for code in ("de", "pt-BR", "zh_Hant", "guide", "js")]
    [True, True, True, False, False]
    """
    return _CODE.fullmatch(written) is not None and re.split(r"[-_]", written)[0].lower() in _codes()


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    """The two-letter codes of ISO 639-1, and those of three letters that sites use."""
    return frozenset(_ISO_639.split())


# Regions that are written in another script than the rest of their language.
_SCRIPTS = {"zh": "hans", "zh-tw": "hant", "zh-hk": "hant", "zh-mo": "hant"}


def spoken(tag: str, apart: Apart) -> str:
    """What texts of a language have in common: the language, with its script or its region where these are kept apart.

    >>> [spoken(tag, "script") for tag in ("en-GB", "zh_CN", "zh-TW", "sr-Latn-RS")]
    ['en', 'zh-hans', 'zh-hant', 'sr-latn']
    """
    tag = language_tag(tag)
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


def address_without_language(url: str, languages: LanguageSettings) -> str:
    """What the addresses of a page's translations have in common; where no languages are known, the first part of an
    address may be the code of any.

    >>> address_without_language("/docs/de/soup", LanguageSettings(known=("en", "de")))
    '/docs/soup'
    >>> address_without_language("/pt-br/soup", LanguageSettings())
    '/soup'
    """
    parts = url.split("/")
    known = {plain_tag(language) for language in languages.known}
    looked_at = range(1, len(parts) if known else min(2, len(parts)))
    at = next((at for at in looked_at if (plain_tag(parts[at]) in known if known else is_language(parts[at]))), None)
    return url if at is None else "/".join([*parts[:at], *parts[at + 1 :]]) or "/"
