"""Who may have links and who may be linked: one predicate for either, from the site's configuration."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.corpus.globs import Globs
from recommender.corpus.languages import spoken
from recommender.settings import Apart, EligibilitySettings

Reason = Literal["no_index", "draft", "future date", "expired", "language", "group", "path", "id"]
"""Why an article may not take part."""

REASONS: tuple[Reason, ...] = get_args(Reason)
"""In the order in which they are looked for; the first that holds is reported."""


class Eligibility:
    """The predicate of some settings.

    Parameters
    ----------
    settings : EligibilitySettings
        `Settings.sources` for articles that get links, `Settings.targets` for those that may be linked.
    today : datetime.date
        An article with a later date is of the future; an instant is compared with now where this is the present day,
        else with the end of the day in this machine's time zone.

    Examples
    --------
    >>> eligibility = Eligibility(EligibilitySettings(exclude_groups=("Archive",)), today=dt.date(2024, 12, 31))
    >>> eligibility.reason(Article("/a", "a.md", "A", draft=True))
    'draft'
    >>> eligibility.reason(Article("/b", "b.md", "B", group="archive"))
    'group'
    >>> eligibility.reason(Article("/c", "c.md", "C", date=dt.date(2024, 12, 31))) is None
    True
    """

    def __init__(self, settings: EligibilitySettings, today: dt.date) -> None:
        self._settings = settings
        self._today = today.isoformat()
        self._now = _instant(today)
        self._languages = tuple(_tag(language) for language in settings.languages)
        self._groups = _Names(settings.groups, settings.exclude_groups, fold=True)
        self._ids = _Names(settings.ids, settings.exclude_ids)
        self._path = Globs(settings.paths) if settings.paths else None
        self._no_path = Globs(settings.exclude_paths) if settings.exclude_paths else None

    def reason(self, article: Article) -> Reason | None:
        """Why an article may not take part, None where it may."""
        settings = self._settings
        if article.no_index and not settings.no_index:
            return "no_index"
        if article.draft and not settings.drafts:
            return "draft"
        if not settings.future and (article.date is not None or article.opens is not None):
            opens = article.opens or (article.date.isoformat() if article.date else "")
            if opens > (self._now if "T" in opens else self._today):
                return "future date"
        closes = article.closes
        if closes is not None and not settings.drafts and closes <= (self._now if "T" in closes else self._today):
            return "expired"
        if self._languages and not any(_speaks(article.language, language) for language in self._languages):
            return "language"
        # Most sites name nobody, and have many articles.
        if self._groups and not self._groups.admit((article.group,) if article.group else ()):
            return "group"
        if self._path is not None and not self._path.fullmatch(article.path):
            return "path"
        if self._no_path is not None and self._no_path.fullmatch(article.path):
            return "path"
        if self._ids:
            names = (article.key,) if article.id is None else (article.key, str(article.id))
            return None if self._ids.admit(names) else "id"
        return None


def _instant(today: dt.date) -> str:
    now = dt.datetime.now().astimezone()
    if now.date() != today:
        now = dt.datetime.combine(today, dt.time.max).astimezone()
    return now.astimezone(dt.UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who takes part, and who does not.

    Attributes
    ----------
    rows : int32 array
        Row numbers of the articles that do, ascending.
    left_out : dict of Reason to int
        How many do not for each reason, in the order of `REASONS`; an article counts once.
    unmatched : tuple of str
        What the settings name and no article has, each with the setting and the nearest name there is: most often a
        typing error.
    """

    rows: NDArray[np.int32]
    left_out: dict[Reason, int]
    unmatched: tuple[str, ...] = ()


def admit(articles: Sequence[Article], settings: EligibilitySettings, today: dt.date) -> Admitted:
    """Apply the predicate of `settings` to all articles of a site."""
    eligibility = Eligibility(settings, today)
    reasons = [eligibility.reason(article) for article in articles]
    counts = Counter(reasons)
    return Admitted(
        rows=np.array([row for row, reason in enumerate(reasons) if reason is None], dtype=np.int32),
        left_out={reason: counts[reason] for reason in REASONS if counts[reason]},
        unmatched=tuple(_unmatched(articles, settings)),
    )


def language_numbers(articles: Sequence[Article], apart: Apart = "script") -> NDArray[np.int32] | None:
    """A number for each article's language, the same for what `apart` keeps together, -1 where it names none; None
    where the articles name no two.
    """
    tags = [spoken(article.language, apart) if article.language else "" for article in articles]
    numbers = {tag: number for number, tag in enumerate(sorted({tag for tag in tags if tag}))}
    if len(numbers) < 2:
        return None
    return np.array([numbers[tag] if tag else -1 for tag in tags], dtype=np.int32)


class _Names:
    """Names, at least one of which must be there unless there are none, and names that must not be there."""

    def __init__(self, only: Iterable[str], none: Iterable[str], *, fold: bool = False) -> None:
        self._fold = fold
        self._only = {self._form(name) for name in only}
        self._none = {self._form(name) for name in none}

    def __bool__(self) -> bool:
        return bool(self._only or self._none)

    def admit(self, names: Iterable[str]) -> bool:
        own = {self._form(name) for name in names}
        return not own & self._none and (not self._only or bool(own & self._only))

    def _form(self, name: str) -> str:
        return name.strip().casefold() if self._fold else name.strip()


def _tag(language: str) -> str:
    return language.strip().replace("_", "-").casefold()


def _speaks(language: str | None, wanted: str) -> bool:
    """Basic filtering of language tags (RFC 4647, section 3.3.1)."""
    return language is not None and (_tag(language) + "-").startswith(wanted + "-")


def _unmatched(articles: Sequence[Article], settings: EligibilitySettings) -> Iterable[str]:
    groups = {article.group for article in articles if article.group}
    folded = {group.strip().casefold() for group in groups}
    for name in (*settings.groups, *settings.exclude_groups):
        if name.strip().casefold() not in folded:
            yield f"no article is in the group {name!r}{_nearest(name, groups)}"
    languages = {article.language for article in articles if article.language}
    for name in settings.languages:
        if not any(_speaks(language, _tag(name)) for language in languages):
            yield f"no article is in the language {name!r}{_nearest(name, languages)}"
    for glob in (*settings.paths, *settings.exclude_paths):
        pattern = Globs([glob])
        if not any(pattern.fullmatch(article.path) for article in articles):
            yield f"no article's path fits {glob!r}"
    wanted = {name.strip() for name in (*settings.ids, *settings.exclude_ids)}
    if wanted:
        known = {article.key for article in articles} | {str(article.id) for article in articles}
        for name in sorted(wanted - known):
            yield f"no article has the id or key {name!r}"


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
