"""What the names of a site's folders and files say: its languages, and what is no page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommender.corpus.generators import Generator
from recommender.corpus.languages import detected, is_language, plain_tag, spoken
from recommender.corpus.markdown import shown_text
from recommender.corpus.recognition.survey import Survey
from recommender.corpus.urls import stem_of
from recommender.settings import Apart, LanguageSettings

# Folders of parts, themes and built pages, as generators and their tools name them.
_NO_PAGES = (
    "_site", "_includes", "includes", "partials", "_layouts", "_data", "_sass", "_partials", "_partial", "_snippets",
    "_templates", "_build", "bower_components", "__snapshots__", "archetypes", "shortcodes", "scaffolds",
)  # fmt: skip
# At the top alone: below, a folder of such a name is a subject.
_NO_PAGES_AT_TOP = ("vendor", "node_modules", "public", "dist", "themes", "layouts")
_LEAST_SHARED = 0.3
# Texts that are looked at for their language, and how many of a second one make a site mixed.
_TEXTS = 80
_LEAST_TEXTS = 3
_LEAST_MIXED = 0.08


@dataclass(frozen=True, slots=True)
class LanguagesFound:
    """The languages that paths name.

    Attributes
    ----------
    why : str
        A remark for a reader; empty where paths name none.
    """

    settings: LanguageSettings
    why: str = ""


def find_languages(paths: Sequence[str]) -> LanguagesFound:
    """Languages by folders that bear their codes and hold the same pages, else by suffixes of file names."""
    for known, why in ((_by_folder(paths), "by folder"), (_by_suffix(paths), "by the suffix of the file")):
        if known:
            named = {plain_tag(code) for code in known}
            others = [path for path in paths if not _names_language(path, named)]
            default = "en" if others and "en" not in named else None
            if others and default is None:
                default = next(code for code in known if plain_tag(code) == "en")
            apart = _apart([*known, default or ""])
            return LanguagesFound(LanguageSettings(tuple(sorted(known)), default, apart), why)
    return LanguagesFound(LanguageSettings())


def languages_of(generator: Generator) -> LanguagesFound:
    """The languages that a generator's configuration names."""
    codes = [language.code for language in generator.languages]
    if len(codes) < 2:
        return LanguagesFound(LanguageSettings())
    default = next((language.code for language in generator.languages if language.default), None)
    settings = LanguageSettings(tuple(sorted(codes)), default, _apart(codes))
    return LanguagesFound(settings, f"by the configuration of {generator.name}")


def _apart(codes: Iterable[str]) -> Apart:
    """What keeps languages apart that hold the same pages: regions, where a site has several of one language."""
    alike = Counter(spoken(code, "script") for code in set(map(plain_tag, codes)))
    return "region" if max(alike.values()) > 1 else "script"


def mixes_languages(survey: Survey) -> bool:
    """Whether the texts of a sample are in several languages, each with a fair share."""
    step = max(1, len(survey.files) // _TEXTS)
    found = Counter(
        language for file in survey.files[::step] if (language := detected(shown_text(file.body))) is not None
    )
    return sum(count >= max(_LEAST_TEXTS, _LEAST_MIXED * found.total()) for count in found.values()) > 1


def find_excluded(paths: Iterable[str]) -> tuple[str, ...]:
    """Globs of the folders and files that are no pages by their names."""
    found: set[str] = set()
    parts = index = False
    for path in paths:
        *folders, name = path.split("/")
        if folders and folders[0] in _NO_PAGES_AT_TOP:
            found.add(f"{folders[0]}/**")
        found.update(f"**/{folder}/**" for folder in folders if folder in _NO_PAGES)
        index = index or name.startswith("_index.")
        parts = parts or (name.startswith("_") and not name.startswith("_index."))
    if parts and not index:
        # Files that others include; where `_index` is a page, an underscore means something else.
        found.update(("**/_*.md", "**/_*.mdx", "**/_*.markdown"))
    return tuple(sorted(found))


def _by_folder(paths: Sequence[str]) -> set[str]:
    """Codes that are names of folders beside each other which hold pages of the same names."""
    pages: dict[tuple[str, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    beside: dict[tuple[str, int], set[str]] = defaultdict(set)
    for path in paths:
        parts = stem_of(path).split("/")
        for depth, folder in enumerate(parts[:-1]):
            place = ("/".join(parts[:depth]), depth)
            rest = "/".join(parts[depth + 1 :])
            if is_language(folder):
                pages[place][folder].add(rest)
            else:
                beside[place].add("/".join(parts[depth:]))
        beside["/".join(parts[:-1]), len(parts) - 1].add(parts[-1])
    best: set[str] = set()
    size = 0
    for place, by_code in pages.items():
        codes = {code for code in by_code if _shares(code, by_code, beside[place])}
        held = sum(len(by_code[code]) for code in codes)
        if held > size:
            best, size = codes, held
    return best if size > 0.1 * len(paths) else set()


def _shares(code: str, by_code: dict[str, set[str]], beside: set[str]) -> bool:
    """Whether enough of a folder's pages are in another language's folder too, or beside the folders."""
    own = by_code[code]
    others = set().union(beside, *(pages for other, pages in by_code.items() if other != code))
    return len(own & others) >= max(1, _LEAST_SHARED * len(own))


def _by_suffix(paths: Sequence[str]) -> set[str]:
    stems = [stem_of(path) for path in paths]
    pages: dict[str, set[str]] = defaultdict(set)
    for stem in stems:
        page, dot, code = stem.rpartition(".")
        if dot and "/" not in code and is_language(code):
            pages[code].add(page)
    plain = set(stems)
    found = set()
    for code, own in pages.items():
        others = plain.union(*(other for name, other in pages.items() if name != code))
        if len(own & others) >= max(1, _LEAST_SHARED * len(own)):
            found.add(code)
    return found


def _names_language(path: str, known: set[str]) -> bool:
    *folders, name = stem_of(path).split("/")
    return any(plain_tag(folder) in known for folder in folders) or plain_tag(name.rpartition(".")[2]) in known
