"""The queue: which articles wait for an editor, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

State = Literal["undecided", "decided", "all"]
Order = Literal["site", "title", "weakest", "strongest"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles the queue holds: those that meet every filter.

    Attributes
    ----------
    state : {"undecided", "decided", "all"}
        By whether the article's list has a decision that was not taken back.
    order : {"site", "title", "weakest", "strongest"}
        By key, by title, or by the score of the best proposal.
    subject : str
        Only this group; empty for all.
    words : str
        Only articles with these words in their titles or keys; empty for all.
    no_links, low_confidence, orphans, flagged, duplicates : bool
        Articles without curated links; whose best proposal is weak; that no link leads to; of which the check says
        something; that say the same as another.
    """

    state: State = "undecided"
    order: Order = "site"
    subject: str = ""
    words: str = ""
    no_links: bool = False
    low_confidence: bool = False
    orphans: bool = False
    flagged: bool = False
    duplicates: bool = False

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Filters:
        """Filters from a page's address; what is not understood is passed over."""
        state, order = query.get("state", ""), query.get("order", "")
        found: dict[str, object] = {name: query.get(name) == "1" for name in TRAITS}
        return cls(
            state=state if state in get_args(State) else "undecided",  # type: ignore[arg-type]
            order=order if order in get_args(Order) else "site",  # type: ignore[arg-type]
            subject=query.get("subject", ""),
            words=query.get("words", "").strip(),
            **found,  # type: ignore[arg-type]
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The filters as fields of a form."""
        plain = Filters()
        own = {item.name: getattr(self, item.name) for item in fields(self)}
        return [(name, "1" if value is True else value) for name, value in own.items() if value != getattr(plain, name)]

    def query(self, **more: str) -> str:
        """The part of an address that says this, and more."""
        return urlencode([*self.pairs(), *more.items()])

    @property
    def is_plain(self) -> bool:
        return self == Filters()


TRAITS = ("no_links", "low_confidence", "orphans", "flagged", "duplicates")
"""The filters that an article meets or not."""


@dataclass(frozen=True, slots=True)
class Place:
    """The position of an article in a queue.

    Attributes
    ----------
    number : int
        From 1; 0 for one that is not in it.
    before, after : int or None
        Rows of the neighbours, None at an end.
    """

    number: int
    total: int
    before: int | None
    after: int | None


class Queue:
    """The articles that get links, in the order of each kind.

    Parameters
    ----------
    sources : integer array
        Rows of the articles that get links.
    groups, titles : sequence of str
        Of every article.
    best_score : float64 array of shape (n,)
    """

    def __init__(
        self,
        sources: NDArray[np.integer],
        groups: Sequence[str],
        titles: Sequence[str],
        best_score: NDArray[np.float64],
    ) -> None:
        n = len(groups)
        self._is_source = np.isin(np.arange(n), sources)
        self._groups = np.array(groups, dtype=object)
        rows = np.arange(n)
        finite = np.where(np.isfinite(best_score), best_score, -1.0)
        self._orders: dict[Order, NDArray[np.int64]] = {
            "site": rows,
            "title": np.array(sorted(rows.tolist(), key=lambda row: (titles[row].casefold(), row)), dtype=np.int64),
            "weakest": np.lexsort((rows, finite)),
            "strongest": np.lexsort((rows, -finite)),
        }
        self._ranks = {name: np.argsort(order) for name, order in self._orders.items()}

    def rows(
        self,
        filters: Filters,
        decided: NDArray[np.bool_],
        traits: Mapping[str, NDArray[np.bool_]],
        named: NDArray[np.integer] | None = None,
    ) -> NDArray[np.int64]:
        """The queue.

        Parameters
        ----------
        decided : bool array of shape (n,)
            Articles whose lists have a decision.
        traits : mapping of str to bool array of shape (n,)
            By the names of `TRAITS`.
        named : integer array, optional
            Rows of the articles that hold the words of the filters.
        """
        wanted = self._is_source.copy()
        if filters.state != "all":
            wanted &= decided == (filters.state == "decided")
        if filters.subject:
            wanted &= self._groups == filters.subject
        for name in TRAITS:
            if getattr(filters, name):
                wanted &= traits[name]
        if named is not None:
            wanted &= np.isin(np.arange(len(wanted)), named)
        order = self._orders[filters.order]
        return order[wanted[order]]

    def place(self, row: int, rows: NDArray[np.int64], order: Order) -> Place:
        """The position of an article in a queue, or where it would be: its neighbours stay when it leaves."""
        ranks = self._ranks[order]
        at = int(np.searchsorted(ranks[rows], ranks[row]))
        is_in = at < len(rows) and rows[at] == row
        after = at + 1 if is_in else at
        return Place(
            number=at + 1 if is_in else 0,
            total=len(rows),
            before=int(rows[at - 1]) if at > 0 else None,
            after=int(rows[after]) if after < len(rows) else None,
        )
