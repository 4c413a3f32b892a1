"""What a check found, one record per finding in one order, and how much each rule weighs on a site."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from recommender.errors import InputError
from recommender.rules import RULE_BY_NAME, RULES
from recommender.settings import Severity
from recommender.tables import Table, data_frame

if TYPE_CHECKING:
    from pandas import DataFrame

LinkPart = Literal["target", "id", "title", "group", "url"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file; `path` is relative to the content folder, `line` is one-based, 0 for the whole file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Repair:
    """What a writer does to one curated link of the finding's article.

    Attributes
    ----------
    link : int
        Position of the link in the article's `links`.
    part : {"target", "id", "title", "group", "url"} or None
        What is written anew; None: the link goes (a repeat), or is numbered anew (a gap).
    value : int or str or None
        What is written.
    """

    link: int
    part: LinkPart | None = None
    value: int | str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    path : str
        Relative to the content folder, with forward slashes.
    line : int
        One-based, 0 where the whole file is meant.
    rule : str
        See `recommender.rules`.
    severity : {"error", "warning", "note"}
    message : str
        What was expected and what was found.
    likely : str or None
        The name of the article that was probably meant, as a link would write it.
    others : tuple of Place
        Other places that belong to it.
    repair : Repair or None
        None where no repair is certain.
    """

    path: str
    line: int
    rule: str
    severity: Severity
    message: str
    likely: str | None = None
    others: tuple[Place, ...] = ()
    repair: Repair | None = None

    @property
    def order(self) -> tuple[str, int, str, str]:
        """The one order of findings: by place, then rule, then message."""
        return (self.path, self.line, self.rule, self.message)


_COLUMNS = ("path", "line", "severity", "rule", "message")


@dataclass(frozen=True, slots=True, repr=False)
class CheckResult:
    """All findings of a site, sorted, and what was looked at.

    Attributes
    ----------
    articles, links : int
        How many were checked.
    """

    findings: tuple[Finding, ...]
    articles: int
    links: int

    def __repr__(self) -> str:
        return f"<{len(self.findings):,} findings in {self.articles:,} articles and {self.links:,} curated links>"

    def _repr_html_(self) -> str:
        rows = tuple(tuple(str(getattr(finding, name)) for name in _COLUMNS) for finding in self.findings)
        return Table(repr(self)[1:-1], _COLUMNS, rows)._repr_html_()

    def to_pandas(self) -> DataFrame:
        """A data frame of path, line, severity, rule and message, a row for each finding."""
        return data_frame({name: [getattr(finding, name) for finding in self.findings] for name in _COLUMNS})

    @property
    def is_failed(self) -> bool:
        """Whether anything was found that is more than a note."""
        return any(finding.severity != "note" for finding in self.findings)

    def by_rule(self) -> dict[str, int]:
        """How many findings each rule has, the most first."""
        counts: dict[str, int] = {}
        for finding in self.findings:
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


class Severities:
    """A rule's severity: the configuration's, else its own.

    Parameters
    ----------
    only : collection of str, optional
        The only rules to look at.

    Raises
    ------
    InputError
        `only` names a rule that does not exist.
    """

    def __init__(self, configured: Mapping[str, Severity], only: Collection[str] | None = None) -> None:
        unknown = [name for name in only or () if name not in RULE_BY_NAME]
        if unknown:
            close = difflib.get_close_matches(unknown[0], RULE_BY_NAME, n=1)
            meant = f"; did you mean {close[0]}?" if close else ""
            raise InputError(
                f"expected names of rules; found {', '.join(unknown)}{meant}; recommender check --list-rules lists them"
            )
        self._severities: dict[str, Severity] = {
            rule.name: "off" if only is not None and rule.name not in only else configured.get(rule.name, rule.severity)
            for rule in RULES
        }

    def of(self, rule: str) -> Severity:
        return self._severities[rule]
