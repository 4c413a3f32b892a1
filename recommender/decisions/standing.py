"""The decisions in force: those that were not taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from recommender.decisions.record import Decision


@dataclass(frozen=True, slots=True)
class About:
    """What decisions are about: one article's list, or one article as a target everywhere."""

    kind: Literal["article", "target"]
    key: str


class Standing:
    """Decisions in the order of their lines, and which of them hold."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._about: dict[str, About] = {}
        self._lines: dict[About, list[Decision]] = {}
        self._standing: dict[About, tuple[Decision, ...]] = {}
        self._order: list[Decision] = []
        self._touched: set[About] = set()
        self._held: dict[str, Decision] = {}
        self._links: Counter[str] = Counter()
        self.extend(decisions)

    def extend(self, decisions: Iterable[Decision]) -> None:
        """Take more lines. What they are about is settled once, however many lines are about it."""
        for about in dict.fromkeys(map(self._file, decisions)):
            if about is not None:
                self._settle(about)

    def add(self, decision: Decision) -> About | None:
        """Take one more line; None where it takes back something that is not there."""
        about = self._file(decision)
        if about is not None:
            self._settle(about)
        return about

    def touched(self) -> set[About]:
        """What decisions were about since this was last asked."""
        found, self._touched = self._touched, set()
        return found

    def of_article(self, key: str) -> tuple[Decision, ...]:
        """What holds of an article's list, oldest first."""
        return self._standing.get(About("article", key), ())

    def of_target(self, key: str) -> tuple[Decision, ...]:
        """What holds of an article as a target everywhere, oldest first."""
        return self._standing.get(About("target", key), ())

    @property
    def articles(self) -> list[str]:
        """Keys of the articles on whose lists something was decided that holds, sorted."""
        return sorted(about.key for about, found in self._standing.items() if found and about.kind == "article")

    @property
    def never(self) -> list[str]:
        """Keys of the articles that are never suggested, sorted."""
        return sorted(about.key for about, found in self._standing.items() if found and about.kind == "target")

    def last_about(self, source: str) -> str:
        """The id of the last line about an article's list, an undo included; empty if there is none."""
        lines = self._lines.get(About("article", source))
        return lines[-1].id if lines else ""

    def holds(self, decision_id: str) -> Decision | None:
        """The decision of this id, if it is none that was taken back."""
        return self._held.get(decision_id)

    def last_of(self, who: str) -> Decision | None:
        """The last decision of a person that was not taken back."""
        lines = (decision for decision in reversed(self._order) if decision.who == who and decision.undoes is None)
        return next((decision for decision in lines if self.holds(decision.id) is not None), None)

    def of_batch(self, batch: str) -> tuple[Decision, ...]:
        """What holds of the decisions that were made in one go, oldest first."""
        return tuple(one for one in self._order if one.batch == batch and self.holds(one.id) is not None)

    def links_decided(self) -> Counter[str]:
        """How many links each person has decided on that were not taken back; changes of order do not count."""
        return +self._links

    def _file(self, decision: Decision) -> About | None:
        if decision.id in self._about:
            # The same line twice, as a merge of two branches of a file leaves it.
            return None
        if decision.undoes is not None:
            about = self._about.get(decision.undoes)
        elif decision.verdict == "never":
            about = About("target", decision.target or "")
        else:
            about = About("article", decision.source or "")
        if about is not None:
            self._about[decision.id] = about
            self._lines.setdefault(about, []).append(decision)
            self._order.append(decision)
            self._touched.add(about)
        return about

    def _settle(self, about: About) -> None:
        for decision in self._standing.get(about, ()):
            del self._held[decision.id]
            self._links[decision.who] -= decision.verdict != "reorder"
        found = standing(self._lines[about])
        self._standing[about] = found
        self._held.update((decision.id, decision) for decision in found)
        for decision in found:
            self._links[decision.who] += decision.verdict != "reorder"


def standing(lines: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions among `lines` that were not taken back, oldest first; undos themselves are left out.

    Looked at from the last to the first: an undo that was not taken back itself takes back what it names.
    """
    gone: set[str] = set()
    kept: list[Decision] = []
    for decision in reversed(lines):
        if decision.id in gone:
            continue
        if decision.undoes is not None:
            gone.add(decision.undoes)
        else:
            kept.append(decision)
    return tuple(reversed(kept))
