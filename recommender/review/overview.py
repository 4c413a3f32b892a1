"""A site as a whole: its coverage, orphans, hubs and map."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.plots import degree_plot, svg
from recommender.review.desk import Desk
from recommender.review.look import named
from recommender.review.records import Named, Progress, Tally
from recommender.site.map import SiteMap
from recommender.site.overview import NO_GROUP

_HUBS = 15
_ORPHANS = 15


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the articles that get links have any, and how many places are filled."""

    with_links: int
    full: int
    total: int

    @property
    def ratio(self) -> float:
        """Share of the articles that have links, 0 to 1."""
        return self.with_links / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Linked:
    """An article, how many lists link it now, and how many would with every proposal."""

    article: Named
    now: int
    proposed: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group in figures; of its articles that get links."""

    name: str
    articles: int
    decided: int
    without_links: int
    orphans: int


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """What the overview shows.

    Attributes
    ----------
    orphans : tuple of Linked
        The first articles that no list links, those with the most proposals first.
    n_orphans, n_helped : int
        How many there are, and how many of them some list would link with every proposal.
    hubs : tuple of Linked
        The most linked.
    findings : dict of str to int
        What the check says, by rule.
    duplicates : int
        Articles that say the same as another.
    never : tuple of Named
        Those that are never suggested.
    plot : str
        SVG: how many articles were linked how often at the start; empty where it was not drawn.
    """

    articles: int
    links: int
    coverage: Coverage
    orphans: tuple[Linked, ...]
    n_orphans: int
    n_helped: int
    hubs: tuple[Linked, ...]
    groups: tuple[GroupRow, ...]
    findings: dict[str, int]
    duplicates: int
    never: tuple[Named, ...]
    tally: Tally
    plot: str
    progress: Progress


class Overview:
    """The overview of a desk's site."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        n = len(desk.site.corpus)
        names = [article.group or NO_GROUP for article in desk.site.corpus.articles]
        self._names = sorted(set(names))
        number = {name: place for place, name in enumerate(self._names)}
        self._groups = np.array([number[name] for name in names], dtype=np.int64)
        self._is_source = np.isin(np.arange(n), desk.site.sources)
        self._is_target = np.isin(np.arange(n), desk.site.targets)
        self._proposed = np.zeros(n, dtype=np.int64)
        for choices in desk.proposals.selected.chosen.lists.values():
            self._proposed[[choice.row for choice in choices]] += 1
        self._findings = dict(
            Counter(finding.rule for found in desk.marks.findings.values() for finding in found).most_common()
        )
        self._at_start = desk.lists.inbound.copy()
        self._plot = ""

    def draw(self) -> None:
        """Draw the plot, once: it takes longer than an action may, and a day's decisions hardly move it."""
        before = self._at_start[self._is_target]
        figure = degree_plot({"at the start": before, "with every proposal": before + self._proposed[self._is_target]})
        self._plot = without_styles(svg(figure, "degrees"))

    def page(self) -> OverviewPage:
        """The overview as it is now."""
        desk = self._desk
        with desk.lock:
            desk.sync()
            lists = desk.lists
            inbound, outbound = lists.inbound.copy(), lists.outbound.copy()
            without, decided = lists.without_links.copy(), lists.decided.copy()
            never = tuple(sorted(lists.never))
        with_proposals = inbound + self._proposed
        orphans = np.flatnonzero((inbound == 0) & self._is_target)
        ordered = orphans[np.lexsort((orphans, -with_proposals[orphans]))]
        hubs = np.lexsort((np.arange(len(inbound)), -inbound))[:_HUBS]
        is_orphan = np.isin(np.arange(len(inbound)), orphans)
        source = self._is_source
        return OverviewPage(
            articles=len(inbound),
            links=int(outbound.sum()),
            coverage=Coverage(
                int((source & ~without).sum()),
                int((source & (outbound >= desk.site.settings.links.k)).sum()),
                int(source.sum()),
            ),
            orphans=self._linked(ordered[:_ORPHANS], inbound, with_proposals),
            n_orphans=len(orphans),
            n_helped=int((with_proposals[orphans] > 0).sum()),
            hubs=self._linked(hubs[inbound[hubs] > 0], inbound, with_proposals),
            groups=tuple(
                GroupRow(name, *counts)
                for name, *counts in zip(
                    self._names,
                    *(
                        self._by_group(mask)
                        for mask in (source, source & decided, source & without, source & is_orphan)
                    ),
                    strict=True,
                )
            ),
            findings=self._findings,
            duplicates=int((desk.marks.cluster_size > 1).sum()),
            never=tuple(named(desk, row) for row in never),
            tally=desk.tally(),
            plot=self._plot,
            progress=desk.progress(),
        )

    def map_data(self, found: SiteMap) -> bytes:
        """All that the map's script needs, as JSON: columns of equal length, and the names of the groups."""
        articles = self._desk.site.corpus.articles
        return msgspec.json.encode(
            {
                "groups": self._names,
                "group": self._groups.tolist(),
                "x": found.coordinates[:, 0].tolist(),
                "y": found.coordinates[:, 1].tolist(),
                "title": [article.title for article in articles],
                "key": [article.key for article in articles],
            }
        )

    def _by_group(self, mask: NDArray[np.bool_]) -> list[int]:
        return [int(count) for count in np.bincount(self._groups[mask], minlength=len(self._names))]

    def _linked(
        self, rows: NDArray[np.int64], now: NDArray[np.int64], proposed: NDArray[np.int64]
    ) -> tuple[Linked, ...]:
        return tuple(Linked(named(self._desk, row), int(now[row]), int(proposed[row])) for row in rows.tolist())


def without_styles(svg: str) -> str:
    """The same picture with attributes instead of styles, which the page's policy does not admit.

    >>> without_styles('<path style="fill: none; stroke-width: 2"/>')
    '<path fill="none" stroke-width="2"/>'
    """

    def attributes(found: re.Match[str]) -> str:
        pairs = (part.partition(":") for part in found[1].split(";") if ":" in part)
        return " ".join(f'{name.strip()}="{value.strip()}"' for name, _, value in pairs)

    return re.sub(r'style="([^"]*)"', attributes, re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL))
