"""The decisions of a site's editors, and what they mean for its articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from recommender.corpus.corpus import Corpus
from recommender.corpus.table import home_of
from recommender.decisions.file import FILE_NAME, DecisionFile
from recommender.decisions.meaning import Decided, Edit
from recommender.decisions.record import Decision
from recommender.decisions.standing import Standing
from recommender.errors import Problem
from recommender.progress import Reporter
from recommender.settings import Settings


@dataclass(frozen=True, slots=True)
class SiteDecisions:
    """What was decided, for the articles that there are.

    Attributes
    ----------
    unknown : int
        Articles that decisions name and that the site does not have.
    cut_short : tuple of Problem
        Lines of the file whose writing was interrupted.
    """

    path: Path
    decided: Decided
    unknown: int
    cut_short: tuple[Problem, ...]


def decisions_path(content: Path, settings: Settings) -> Path:
    """Where a site's decisions are: where its settings say, else in the content folder if there is such a file, else in
    the current folder.
    """
    if settings.decisions is not None:
        return Path(settings.decisions)
    beside = home_of(content) / FILE_NAME
    return beside if beside.is_file() else Path(FILE_NAME)


def site_decisions(
    content: Path, settings: Settings, corpus: Corpus, reporter: Reporter | None = None
) -> SiteDecisions:
    """Read the decisions of a site; no file means none. The reporter hears of lines that were cut short.

    Raises
    ------
    InputError
        The file cannot be read.
    ProblemsError
        It holds lines that are no decisions.
    """
    path = decisions_path(content, settings)
    file = DecisionFile(path)
    found = RowDecisions(file.standing, corpus.rows)
    if reporter is not None:
        for problem in file.cut_short:
            reporter.note(str(problem))
    return SiteDecisions(path, found.decided, len(found.unknown), file.cut_short)


class RowDecisions:
    """The decisions in force by the rows of a site's articles; those on articles that it lacks are passed over.

    Parameters
    ----------
    rows : dict of str to int
        Row by key.
    """

    def __init__(self, standing: Standing, rows: dict[str, int]) -> None:
        self._standing = standing
        self._rows = rows

    @cached_property
    def unknown(self) -> set[str]:
        """Keys that are no article's."""
        named = {
            key
            for source in self._standing.articles
            for decision in self._standing.of_article(source)
            for key in (source, decision.target, *(decision.order or ()))
            if key is not None
        }
        return {key for key in named.union(self._standing.never) if key not in self._rows}

    @property
    def decided(self) -> Decided:
        sources = ((self._rows.get(key), key) for key in self._standing.articles)
        edits = {row: self.edits(self._standing.of_article(key)) for row, key in sources if row is not None}
        never = (self._rows.get(key) for key in self._standing.never)
        return Decided(
            {row: found for row, found in edits.items() if found}, frozenset(row for row in never if row is not None)
        )

    def edits(self, decisions: Sequence[Decision]) -> tuple[Edit, ...]:
        """The decisions about one article's list."""
        return tuple(found for decision in decisions if (found := self._edit(decision)) is not None)

    def _edit(self, decision: Decision) -> Edit | None:
        verdict = decision.verdict
        if verdict == "never" or verdict == "undo":
            return None
        named = decision.order if verdict == "reorder" else (decision.target,)
        targets = tuple(self._rows[key] for key in named or () if key in self._rows)
        return Edit(verdict, targets, decision.position or 0) if targets else None
