"""What the pages show, as plain records; templates get nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recommender.check.findings import Finding
from recommender.review.queue import Filters, Place

Status = Literal["pinned", "curated", "accepted", "proposed", "rejected"]


@dataclass(frozen=True, slots=True)
class Named:
    """An article by name."""

    key: str
    title: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A link or a proposal of an article.

    Attributes
    ----------
    status : {"pinned", "curated", "accepted", "proposed", "rejected"}
    place : int
        In the list of links, from 1; 0 for what is not in it.
    linked_by : int
        How many articles link the target.
    decision : str
        Id of the decision that can be taken back; empty for none.
    never : bool
        The target is never suggested.
    """

    target: Named
    status: Status
    place: int
    score: float | None
    reasons: tuple[str, ...]
    linked_by: int
    decision: str = ""
    never: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A curated link that leads to no article of the site."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Text:
    """One text of an article, as safe HTML."""

    name: str
    html: str


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """The last decision, which can be taken back."""

    decision: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the articles that get links were decided on."""

    decided: int
    total: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Links that were decided on and not taken back.

    Attributes
    ----------
    who : str
        The editor at this page.
    own, session : int
        By this editor in all, and since the command was started.
    others : tuple of (str, int)
        By everybody else, the most first.
    """

    who: str
    own: int
    session: int
    others: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The candidate whose text is shown beside the article's."""

    article: Named
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article at work.

    Attributes
    ----------
    problem : str
        Why the file cannot be read now; empty where it can.
    twins : tuple of Named
        Near-duplicates.
    never : str
        Id of the decision that keeps it from being suggested; empty where none does.
    places : int
        Links that a list has by the site's settings.
    seen : str
        Id of the last line about this list when the page was made.
    before, after : str
        Keys of the neighbours in the queue; empty at an end.
    reading : Reading or None
        The candidate that the editor is likely to look at; None where there is none.
    """

    article: Named
    path: str
    url: str | None
    texts: tuple[Text, ...]
    problem: str
    links: tuple[Item, ...]
    proposals: tuple[Item, ...]
    rejected: tuple[Item, ...]
    elsewhere: tuple[Elsewhere, ...]
    findings: tuple[Finding, ...]
    twins: tuple[Named, ...]
    linked_by: int
    never: str
    places: int
    seen: str
    filters: Filters
    place: Place
    before: str
    after: str
    undo: UndoOffer | None
    progress: Progress
    tally: Tally
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """An article in the list of those that wait."""

    article: Named
    links: int
    best_score: float | None
    is_decided: bool
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue, a page of it at a time.

    Attributes
    ----------
    page, pages : int
        Page numbers start at 1.
    first : int
        Number of the first entry.
    trait_counts : dict of str to int
        Articles that meet each filter.
    strong_score : float
        A score to begin with where many proposals are accepted at once.
    """

    filters: Filters
    entries: tuple[QueueEntry, ...]
    total: int
    page: int
    pages: int
    first: int
    groups: tuple[str, ...]
    trait_counts: dict[str, int]
    strong_score: float
    progress: Progress
    tally: Tally
    undo: UndoOffer | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal that would be accepted along with others."""

    source: Named
    target: Named
    score: float


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What accepting every proposal of a queue above a score would do.

    Attributes
    ----------
    least : float
        The lowest score.
    offers : tuple of Offer
        The first of them, those with the lowest scores first: these are the doubtful ones.
    """

    filters: Filters
    least: float
    links: int
    articles: int
    offers: tuple[Offer, ...]
    progress: Progress
    tally: Tally


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found as targets for an article: by name, and of similar meaning."""

    asked: str
    named: tuple[Item, ...]
    alike: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did.

    Attributes
    ----------
    key : str
        The article to show.
    said : str
        For the editor.
    focus : str
        Key of the target that the editor is likely to look at next; empty for none.
    """

    key: str
    said: str
    focus: str = ""
