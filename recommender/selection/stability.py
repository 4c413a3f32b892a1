"""Stability from run to run: what was linked before stays unless something is better by a margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.neighbours.order import rounded
from recommender.selection.lists import Choice
from recommender.selection.pairs import LinkPairs, places_in_line

Lists = Mapping[int, tuple[Choice, ...]]


@dataclass(frozen=True, slots=True)
class Churn:
    """How lists changed since the last run, over the articles that have one in both.

    Attributes
    ----------
    lists, lists_changed : int
        A list is changed if it names other articles, or the same in another order.
    links, links_gone : int
        Links before, and those of them that are no more.
    lists_new, lists_gone : int
        Articles that have a list only now, and only before.
    """

    lists: int
    lists_changed: int
    links: int
    links_gone: int
    lists_new: int
    lists_gone: int

    @property
    def ratio(self) -> float:
        """Share of the links before that are no more, 0 to 1."""
        return self.links_gone / self.links if self.links else 0.0

    def __str__(self) -> str:
        return (
            f"{self.ratio:.1%} of {self.links:,} links, {self.lists_changed:,} of {self.lists:,} lists; "
            f"{self.lists_new:,} lists are new, {self.lists_gone:,} gone"
        )


def churn(previous: Lists, current: Lists) -> Churn:
    """Compare two runs."""
    both = previous.keys() & current.keys()
    old = {row: [choice.row for choice in previous[row]] for row in both}
    new = {row: [choice.row for choice in current[row]] for row in both}
    return Churn(
        lists=len(both),
        lists_changed=sum(old[row] != new[row] for row in both),
        links=sum(len(targets) for targets in old.values()),
        links_gone=sum(len(set(old[row]) - set(new[row])) for row in both),
        lists_new=len(current.keys() - previous.keys()),
        lists_gone=len(previous.keys() - current.keys()),
    )


def usual_margin(pairs: LinkPairs, k: int) -> float:
    """The default margin: half of the articles' lists fall by less from place `k` to place `2 k`.

    So an incumbent usually goes when it has fallen below place `2 k`.
    """
    place = places_in_line(pairs.sources)
    last, later = pairs.take(place == k - 1), pairs.take(place == 2 * k - 1)
    has_both = np.isin(last.sources, later.sources)
    falls = last.values[has_both] - later.values
    return float(rounded(np.median(falls, keepdims=True))[0]) if len(falls) else 0.0


def favoured(pairs: LinkPairs, previous: Lists, margin: float, n: int) -> LinkPairs:
    """Pairs with `margin` added to the values of those that the last run linked."""
    owners = [row for row, choices in previous.items() for _ in choices]
    rows = [choice.row for choices in previous.values() for choice in choices]
    codes = np.array(owners, dtype=np.int64) * n + np.array(rows, dtype=np.int64)
    values = pairs.values + np.where(np.isin(pairs.codes(n), codes), margin, 0.0)
    return pairs.valued(rounded(values)).best_first()


def settled(targets: Sequence[int], values: Mapping[int, float], before: Sequence[int], margin: float) -> list[int]:
    """The order of a list: incumbents as they stood, each passed only by what is better by more than the margin.

    Parameters
    ----------
    targets : sequence of int
        The list's articles, best first.
    values : mapping of int to float
        Of each of them, with the margin added to the incumbents'.
    before : sequence of int
        The last run's list.

    Examples
    --------
    >>> settled([7, 8, 9], {7: 0.99, 8: 0.95, 9: 0.85}, before=[9, 8], margin=0.15)
    [7, 9, 8]
    """
    listed = set(targets)
    incumbents = [target for target in before if target in listed]
    result: list[int] = []
    for target in [*incumbents, *(target for target in targets if target not in incumbents)]:
        place = len(result)
        # An incumbent's margin is in its value; against another one it needs it again.
        ahead = values[target] - (margin if target in incumbents else 0)
        while place and ahead > values[result[place - 1]]:
            place -= 1
        result.insert(place, target)
    return result
