"""What is known of a language: its stemmer, its stop words, and how a text shows that it is written in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from recommender.corpus.languages import language_tag
from recommender.lexical.scripts import find_words

if TYPE_CHECKING:
    from Stemmer import Stemmer

# Those of Lucene's English analyser.
_ENGLISH = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no",
        "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to",
        "was", "will", "with",
    )
)  # fmt: skip
# Function words as Snowball's list of English stop words has them, and pieces of contractions. They count in rankings,
# where they do no harm, and are no subject.
_ENGLISH_FUNCTION = _ENGLISH | frozenset(
    (
        "i", "me", "my", "myself", "we", "our", "ours", "ourselves", "you", "your", "yours", "yourself",
        "yourselves", "he", "him", "his", "himself", "she", "her", "hers", "herself", "its", "itself", "them",
        "theirs", "themselves", "what", "which", "who", "whom", "whose", "those", "am", "were", "been", "being",
        "have", "has", "had", "having", "do", "does", "did", "doing", "done", "would", "should", "could",
        "ought", "can", "may", "might", "must", "shall", "because", "until", "while", "about", "against",
        "between", "through", "during", "before", "after", "above", "below", "from", "up", "down", "out", "off",
        "over", "under", "again", "further", "once", "here", "when", "where", "why", "how", "all", "any",
        "both", "each", "few", "more", "most", "other", "some", "nor", "only", "own", "same", "so", "than",
        "too", "very", "just", "now", "also", "one", "every", "much", "many", "ever", "never", "however",
        "whether", "like", "upon", "via", "per", "etc", "us", "get", "gets", "let", "lets", "don", "doesn",
        "didn", "isn", "aren", "wasn", "weren", "won", "couldn", "shouldn", "wouldn", "hasn", "haven", "hadn",
        "cannot", "ll", "ve", "re",
    )
)  # fmt: skip
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# The list of stop words that serves a language without one of its own.
_LISTED_AS = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "fil": "tl", "bs": "hr", "sr": "hr", "yue": "zh"}
_IN_PAIRS = frozenset({"ja", "km", "ko", "lo", "my", "th", "yue", "zh"})
# What English texts are told by: none of these words is frequent in another language.
_ENGLISH_SIGNS = _ENGLISH | frozenset(
    (
        "you", "can", "your", "from", "have", "has", "when", "which", "we", "do", "how", "use", "more", "all",
        "its", "other", "also", "one", "what", "than", "so", "each", "may", "only", "any", "were", "been",
        "our", "would", "should",
    )
)  # fmt: skip
# Told by stop words: the languages that `stopwordsiso` lists and that sites are written in; of those that have as many
# the first. Those of one script of their own are told by it.
_TOLD_BY_WORDS = (
    *("es", "de", "ru", "fr", "pt", "it", "tr", "nl", "pl", "fa", "vi", "id", "cs", "uk", "hu", "ar", "ro", "sv", "fi"),
    *("da", "no", "bg", "hi", "sk", "hr", "ca", "lt", "sl", "et", "lv", "ms", "eu", "gl", "mr", "ur", "ga"),
)
_SCRIPTS = {
    "ko": "\u1100-\u11ff\uac00-\ud7a3",
    "ja": "\u3041-\u30fa\u30fc-\u30ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff",
    "th": "\u0e01-\u0e5b",
    "lo": "\u0e81-\u0eff",
    "my": "\u1000-\u109f",
    "km": "\u1780-\u17ff",
    "el": "\u0370-\u03ff",
    "he": "\u05d0-\u05ea",
    "hy": "\u0531-\u058f",
    "ka": "\u10a0-\u10ff",
    "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
}
_OF_A_SCRIPT = re.compile(f"[{''.join(_SCRIPTS.values())}]")
# Pages on programs hold many Latin letters: letters of these scripts tell a language if they are this share of all, or
# half as many in a text that is not English, ...
_LEAST_SCRIPT_RATIO = 0.1
# ... and the first language that has this share of them is it: kana make Japanese of what has Han letters besides.
_LEAST_TOLD_RATIO = 0.05
_SAMPLE_CHARS = 2_000
_ENGLISH_CHARS = 300
_ASCII_WORDS = re.compile(r"[a-z]+")
_SAMPLE_WORDS = 150
# This share of words tells a language by its stop words, in English texts at once.
_ENGLISH_RATIO = 0.2
_LEAST_VOTES_RATIO = 0.1
_LEAST_VOTES = 3


def primary_tag(tag: str | None) -> str | None:
    """The language of a tag such as ``pt-BR`` or of a name, in lower case; None for none.

    Examples
    --------
    >>> primary_tag("pt-BR"), primary_tag("zh_Hans"), primary_tag(" ")
    ('pt', 'zh', None)
    """
    return language_tag(tag or "").partition("-")[0] or None


@lru_cache(maxsize=64)
def stop_words(language: str | None) -> frozenset[str]:
    """Words that say nothing of what a text is about, in lower case; English ones where the language is not known."""
    from stopwordsiso import has_lang, stopwords

    if language is None or language == "en":
        return _ENGLISH
    listed = _LISTED_AS.get(language, language)
    return frozenset(stopwords(listed)) if has_lang(listed) else frozenset()


def function_words(language: str | None) -> frozenset[str]:
    """Words that are no subject, in lower case: `stop_words`, and of English more than do not count."""
    return _ENGLISH_FUNCTION if language is None or language == "en" else stop_words(language)


def stemmer(language: str | None) -> Stemmer | None:
    """The Snowball stemmer of a language, None where there is none or it finds no more links."""
    name = _STEMMERS.get(language or "")
    if name is None:
        return None
    import Stemmer

    return Stemmer.Stemmer(name)


def reads_pairs(language: str | None) -> bool:
    """Whether most words of a language's texts are pairs of characters; see `recommender.lexical.scripts`."""
    return language in _IN_PAIRS


def language_of(tag: str | None, text: str) -> str | None:
    """The language that an article names or, where it names none, the one that its text shows; English where the text
    is, as that of a page that nobody has translated yet.

    Examples
    --------
    >>> language_of("fr", "Ceci est un texte."), language_of("fr", "This is what you have to do with it.")
    ('fr', 'en')
    """
    shown = detect_language(text)
    return shown if shown == "en" else primary_tag(tag) or shown


def detect_language(text: str) -> str | None:
    """The language of a text, by the scripts and the stop words that it begins with.

    Returns
    -------
    str or None
        A primary language tag, None where the text is too short or too strange to tell.
    """
    sample = text[:_SAMPLE_CHARS]
    letters = "".join(_OF_A_SCRIPT.findall(sample)) if not sample.isascii() else ""
    ratio = len(letters) / sum(map(str.isalpha, sample)) if letters else 0.0
    if ratio >= _LEAST_SCRIPT_RATIO:
        return _of_script(letters)
    first = _ASCII_WORDS.findall(sample[:_ENGLISH_CHARS].lower())
    if sum(map(_ENGLISH_SIGNS.__contains__, first)) >= max(_LEAST_VOTES, _ENGLISH_RATIO * len(first)):
        return "en"
    if ratio >= _LEAST_SCRIPT_RATIO / 2:
        return _of_script(letters)
    words = find_words(sample.lower())[:_SAMPLE_WORDS]
    votes = dict.fromkeys(("en", *_TOLD_BY_WORDS), 0)
    speakers = _speakers()
    for word in words:
        for language in speakers.get(word, ()):
            votes[language] += 1
    best = max(votes, key=votes.__getitem__)
    return best if votes[best] >= max(_LEAST_VOTES, _LEAST_VOTES_RATIO * len(words)) else None


def _of_script(letters: str) -> str:
    shares = ((language, len(re.findall(f"[{own}]", letters)) / len(letters)) for language, own in _SCRIPTS.items())
    return next(language for language, share in shares if share >= _LEAST_TOLD_RATIO)


@lru_cache(maxsize=1)
def _speakers() -> dict[str, list[str]]:
    """The languages that each stop word is one of."""
    speakers: dict[str, list[str]] = {word: ["en"] for word in _ENGLISH_SIGNS}
    for language in _TOLD_BY_WORDS:
        for word in stop_words(language):
            if len(word) > 1 or not word.isascii():
                speakers.setdefault(word, []).append(language)
    return speakers
