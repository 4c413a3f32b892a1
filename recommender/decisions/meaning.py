"""Editors' decisions on lists, by rows: links that come first in them, and links that are never in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.judgements import Refusals


@dataclass(frozen=True, slots=True)
class Edit:
    """One decision about one article's list.

    Attributes
    ----------
    verdict : {"accept", "reject", "pin", "reorder"}
    targets : tuple of int
        The article that it is about; of a reorder all, in their new order.
    position : int
        Of a pin, from 1.
    """

    verdict: Literal["accept", "reject", "pin", "reorder"]
    targets: tuple[int, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What holds of all decisions.

    Attributes
    ----------
    edits : mapping of int to tuple of Edit
        By the row of the article whose list it is, oldest first.
    never : frozenset of int
        Rows of articles that no list suggests.
    """

    edits: Mapping[int, tuple[Edit, ...]] = field(default_factory=dict)
    never: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.edits or self.never)

    def arranged(self, row: int, linked: Sequence[int]) -> list[int]:
        """The links of an article with its decisions carried out one after the other.

        Parameters
        ----------
        linked : sequence of int
            Its list without them: its curated links, or nothing.

        Examples
        --------
        >>> edits = (Edit("accept", (7,)), Edit("pin", (8,), 1), Edit("reject", (5,)), Edit("reorder", (8, 7, 6)))
        >>> Decided({0: edits}).arranged(0, [5, 6])
        [8, 7, 6]
        """
        found, inside = list(linked), set(linked)
        for edit in self.edits.get(row, ()):
            if edit.verdict == "reorder":
                place = {target: at for at, target in enumerate(edit.targets)}
                found.sort(key=lambda target: place.get(target, len(place)))
                continue
            (target,) = edit.targets
            if edit.verdict == "accept":
                if target not in inside:
                    found.append(target)
                    inside.add(target)
                continue
            if target in inside:
                found.remove(target)
                inside.discard(target)
            if edit.verdict == "pin":
                found.insert(edit.position - 1, target)
                inside.add(target)
        known = set(linked)
        return [target for target in found if target in known or target not in self.never]

    def verdicts(self, row: int) -> dict[int, Literal["accept", "reject", "pin"]]:
        """The last word on each target of an article."""
        return {edit.targets[0]: edit.verdict for edit in self.edits.get(row, ()) if edit.verdict != "reorder"}

    def rejected(self, row: int) -> list[int]:
        """Targets that must not be in an article's list, in the order in which they were judged."""
        return [target for target, verdict in self.verdicts(row).items() if verdict == "reject"]

    def kept_out(self, row: int) -> set[int]:
        """Targets that are not proposed for an article: those that it rejects, and those that no list suggests."""
        return {*self.rejected(row), *self.never}

    def pairs(self, *wanted: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of the sources and targets of all pairs on which the last word is one of these."""
        found = [
            (row, target)
            for row in sorted(self.edits)
            for target, verdict in sorted(self.verdicts(row).items())
            if verdict in wanted
        ]
        sources, targets = np.array(found, dtype=np.int64).reshape(-1, 2).T
        return sources, targets

    def refuses(self, sources: NDArray[np.integer], targets: NDArray[np.integer], n: int) -> NDArray[np.bool_]:
        """Which possible links of `n` articles were rejected, or lead to what is never suggested."""
        of, to = self.pairs("reject")
        refused: NDArray[np.bool_] = np.isin(sources.astype(np.int64) * n + targets, of * n + to)
        return refused | np.isin(targets, np.array(sorted(self.never), dtype=np.int64))

    def approved(self, row: int) -> dict[int, Literal["accept", "pin"]]:
        """How the editor wants each target that is to be in an article's list."""
        return {
            target: verdict
            for target, verdict in self.verdicts(row).items()
            if verdict != "reject" and target not in self.never
        }


@dataclass(frozen=True, slots=True)
class JudgedLinks:
    """What editors think of pairs: their curated links, changed by what they decided since.

    Attributes
    ----------
    targets : tuple of int32 arrays
        As `ResolvedLinks.targets`, without what was rejected, followed by what was accepted or pinned.
    added, removed : int
        How many links the decisions added, and how many curated ones they took away.
    """

    targets: tuple[NDArray[np.int32], ...]
    rejected: Refusals
    added: int = 0
    removed: int = 0


def judged_links(targets: tuple[NDArray[np.int32], ...], decided: Decided) -> JudgedLinks:
    """Curated links and decisions taken together."""
    rejected = Refusals(*decided.pairs("reject"))
    if not decided.edits:
        return JudgedLinks(targets, rejected)
    found = list(targets)
    added = removed = 0
    for row in decided.edits:
        verdicts = decided.verdicts(row)
        before = targets[row].tolist()
        kept = [target for target in before if verdicts.get(target) != "reject"]
        new = [target for target, verdict in verdicts.items() if verdict != "reject" and target not in before]
        found[row] = np.array([*kept, *new], dtype=np.int32)
        added += len(new)
        removed += len(before) - len(kept)
    return JudgedLinks(tuple(found), rejected, added, removed)
