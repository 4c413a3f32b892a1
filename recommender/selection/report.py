"""What the selection did, in figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.selection.graph import Limits, Room
from recommender.selection.pairs import LinkPairs
from recommender.selection.stability import Churn


@dataclass(frozen=True, slots=True)
class GraphReport:
    """The link graph of the lists, and what it would be without limits.

    Attributes
    ----------
    eligible : int
        Articles that may be linked.
    orphans, orphans_before : int
        Those that no list names, with and without the limits.
    short : int
        Articles that fewer lists name than `min_inbound`.
    largest, largest_before : int
        How many lists name the most frequent article.
    score_ratio : float
        Sum of the links' scores, relative to what it would be without the limits: their price.
    """

    eligible: int
    orphans: int
    orphans_before: int
    short: int
    largest: int
    largest_before: int
    score_ratio: float

    def __str__(self) -> str:
        return (
            f"an article is named by {self.largest:,} lists at most ({self.largest_before:,} without limits), "
            f"{self.orphans:,} of {self.eligible:,} by none ({self.orphans_before:,}); "
            f"sum of scores {self.score_ratio - 1:+.2%}"
        )


@dataclass(frozen=True, slots=True)
class DecidedReport:
    """What editors' decisions did.

    Attributes
    ----------
    pinned, accepted : int
        Links in lists that they pinned and accepted.
    kept_out : int
        Candidates that would be in lists of the best by score if they were not rejected or never suggested.
    lost : int
        Links that they want and that lead to articles that may not be linked.
    """

    pinned: int
    accepted: int
    kept_out: int
    lost: int

    def __str__(self) -> str:
        lost = f"; left out since they may not be linked: {self.lost:,}" if self.lost else ""
        return f"pinned {self.pinned:,}, accepted {self.accepted:,}, kept out {self.kept_out:,}{lost}"


@dataclass(frozen=True, slots=True)
class Report:
    """What the selection did.

    Attributes
    ----------
    duplicates : int
        Near-duplicates that would be in the lists without the rule.
    empty_places : int
        Places for which nothing was left.
    cut_short : int
        Lists with empty places that deeper candidates might fill.
    margin : float or None
        By how much a proposal had to be better than an incumbent; None without a last run.
    churn : Churn or None
        None without a last run.
    graph : GraphReport or None
        None without limits.
    decided : DecidedReport or None
        None where nothing was decided.
    """

    duplicates: int
    empty_places: int
    cut_short: int
    margin: float | None
    churn: Churn | None
    graph: GraphReport | None
    decided: DecidedReport | None = None


def graph_report(before: LinkPairs, links: LinkPairs, room: Room, limits: Limits) -> GraphReport:
    """Compare the links that the limits left with those that there would be without."""
    n = len(room.inbound)
    now = room.inbound + np.bincount(links.targets, minlength=n)
    then = room.inbound + np.bincount(before.targets, minlength=n)
    total = float(before.scores.sum())
    return GraphReport(
        eligible=int(room.eligible.sum()),
        orphans=int((now[room.eligible] == 0).sum()),
        orphans_before=int((then[room.eligible] == 0).sum()),
        short=int((now[room.eligible] < limits.min_inbound).sum()),
        largest=int(now.max(initial=0)),
        largest_before=int(then.max(initial=0)),
        score_ratio=float(links.scores.sum()) / total if total else 1.0,
    )
