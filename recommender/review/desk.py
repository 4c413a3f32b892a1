"""The editor's desk: a site, what was decided about it, and the verbs of the work."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.decisions.file import Conflict, DecisionFile
from recommender.decisions.of_site import RowDecisions
from recommender.decisions.record import Decision, new_decision
from recommender.decisions.standing import Standing
from recommender.errors import InputError
from recommender.progress import Reporter, Silent, stage
from recommender.ranker.record import Ranker
from recommender.review.files import ArticleFiles
from recommender.review.lists import LinkLists
from recommender.review.marks import find_marks
from recommender.review.markup import text_html
from recommender.review.proposals import Proposals
from recommender.review.queue import Filters, Queue
from recommender.review.records import Done, Progress, Tally, UndoOffer
from recommender.review.search import ArticleSearch, MeaningSearch
from recommender.selection.lists import Choice
from recommender.site.overview import NO_GROUP
from recommender.site.site import Site

_SAID = {
    "accept": "Accepted",
    "reject": "Rejected",
    "pin": "Pinned",
    "never": "Never suggested",
    "up": "Moved up",
    "down": "Moved down",
}
_STALE = (
    "Another tab or person has decided on this list since this page was made; nothing was written. This is how it "
    "is now."
)


class Desk:
    """The state that pages show (see `recommender.review.look`), and what an editor does there.

    Parameters
    ----------
    who : str
        The name in decisions.
    ranker : Ranker, optional
        Scores candidates; by default their texts do.

    Attributes
    ----------
    lists : LinkLists
        The list of every article as it is now; `sync` brings them up to date.
    proposals : Proposals
    files : ArticleFiles
    marks : Marks
    queue : Queue
    groups : tuple of str
    lock : threading.RLock
        Held while anything of the desk is read or changed: several threads answer requests.
    """

    def __init__(
        self,
        site: Site,
        file: DecisionFile,
        who: str,
        *,
        ranker: Ranker | None = None,
        reporter: Reporter | None = None,
    ) -> None:
        reporter = reporter or Silent()
        self.site = site
        self.file = file
        self.who = who
        self.proposals = Proposals(site, ranker, reporter)
        self.marks = find_marks(site, self.proposals.candidates, reporter)
        with stage(reporter, "index"):
            self.files = ArticleFiles(site)
            self.search = ArticleSearch(site.corpus.articles)
            self.meaning = MeaningSearch(site)
            self.lists = LinkLists(site.resolved.targets)
            self.may_be_linked = np.isin(np.arange(len(site.corpus)), site.targets)
            groups = [article.group or NO_GROUP for article in site.corpus.articles]
            self.groups = tuple(sorted(set(groups)))
            titles = [article.title for article in site.corpus.articles]
            self.queue = Queue(site.sources, groups, titles, self.marks.best_score)
        with stage(reporter, "explain"):
            # The first reasons, texts and searches take a second: better now than under the editor's first key.
            self.proposals.reasons(0, [0])
            text_html("$x$")
            self.search.find("nothing has this name", self.may_be_linked)
            self.meaning.find("nothing has this name", self.may_be_linked, 1)
        self.lock = threading.RLock()
        self._standing = Standing()
        self.sync()
        self._at_start = self.file.standing.links_decided()

    @property
    def site_name(self) -> str:
        """The folder of the site, with the one that it is in: many are called `content`."""
        return "/".join(self.site.content.resolve().parts[-2:])

    def tally(self) -> Tally:
        """How many links were decided on, and by whom."""
        links = self.file.standing.links_decided()
        own = links.pop(self.who, 0)
        return Tally(self.who, own, max(own - self._at_start[self.who], 0), tuple(links.most_common()))

    def waiting(self, filters: Filters) -> NDArray[np.int64]:
        """Rows of the articles in the queue, in its order."""
        named = self.search.matching(filters.words) if filters.words else None
        return self.queue.rows(filters, self.lists.decided, self.traits, named)

    @property
    def traits(self) -> dict[str, NDArray[np.bool_]]:
        """Which articles each filter of the queue lets through, by its name."""
        return {
            "no_links": self.lists.without_links,
            "low_confidence": self.marks.low_confidence,
            "orphans": (self.lists.inbound == 0) & self.may_be_linked,
            "flagged": self.marks.flagged,
            "duplicates": self.marks.cluster_size > 1,
        }

    def sync(self) -> None:
        """Take over decisions of other tabs and processes."""
        self.file.refresh()
        standing = self.file.standing
        if standing is not self._standing:
            # The file was read anew: nothing from before holds.
            for row in list(self.lists.edits):
                self.lists.decide(row, ())
            for row in list(self.lists.never):
                self.lists.suggest(row, never=False)
            self._standing = standing
        rows = self.site.corpus.rows
        by_row = RowDecisions(standing, rows)
        # Targets first: a target that is never suggested matters to every list that was decided on.
        for about in sorted(standing.touched(), key=lambda about: about.kind, reverse=True):
            if about.key not in rows:
                continue
            if about.kind == "article":
                self.lists.decide(rows[about.key], by_row.edits(standing.of_article(about.key)))
            else:
                self.lists.suggest(rows[about.key], never=bool(standing.of_target(about.key)))

    def reread(self, paths: Sequence[str]) -> None:
        """Take over the curated links of files that were written."""
        rows = {article.path: row for row, article in enumerate(self.site.corpus.articles)}
        for path in paths:
            if path in rows:
                self.lists.write(rows[path], self.files.now(rows[path]).targets)

    def row(self, key: str) -> int:
        """The row of an article.

        Raises
        ------
        InputError
            There is none of this key.
        """
        try:
            return self.site.corpus.rows[key]
        except KeyError:
            raise InputError(f"no article of this site is called {key!r}") from None

    def links(self, row: int, curated: Sequence[int]) -> list[int]:
        """The list of an article whose curated links are these, as decided; without what may not be linked."""
        arranged = self.lists.arranged(row, curated)
        return [target for target in arranged if target in curated or self.may_be_linked[target]]

    def proposed(self, row: int, links: Sequence[int]) -> list[int]:
        """Rows of what is proposed for an article beside its list."""
        return self.proposals.beside(row, links, self.lists.edits.get(row, ()), self.lists.never)

    def progress(self) -> Progress:
        """How far the work is."""
        return Progress(int(self.lists.decided[self.site.sources].sum()), len(self.site.sources))

    def undo_offer(self) -> UndoOffer | None:
        """The last decision of this editor."""
        last = self.file.standing.last_of(self.who)
        return None if last is None else UndoOffer(last.id, self._described(last))

    def decide(self, source: str, target: str, verdict: str, seen: str) -> Done:
        """Decide on a link of an article.

        Parameters
        ----------
        source, target : str
            Keys.
        verdict : {"accept", "reject", "pin", "never", "up", "down"}
            The last two move the link in its list.
        seen : str
            `ArticlePage.seen` of the page on which it was decided.

        Raises
        ------
        Conflict
            Something was decided about the list since; nothing was written.
        InputError
            There are no such articles, or the verdict does not fit.
        """
        row, other = self.row(source), self.row(target)
        if row == other:
            raise InputError("an article cannot link itself")
        if verdict not in _SAID:
            raise InputError(f"expected one of {', '.join(_SAID)}; found {verdict!r}")
        title = self.site.corpus.articles[other].title
        with self.lock:
            self.sync()
            before = self.proposed(row, self.links(row, self.files.curated(row)))

            def make(standing: Standing) -> list[Decision]:
                if standing.last_about(source) != seen:
                    raise Conflict(_STALE)
                self.sync()
                return [self._decision(row, other, verdict)]

            self.file.append(make)
            self.sync()
            links = self.links(row, self.files.curated(row))
        articles = self.site.corpus.articles
        said = f"{_SAID[verdict]}: {title}"
        over = len(links) - self.proposals.places
        if verdict in ("accept", "pin") and over > 0:
            said += f" (the list is full: {len(links)} links for {self.proposals.places} places)"
        return Done(source, said, _next([articles[at].key for at in before], target, verdict))

    def offers(self, filters: Filters, least: float) -> list[tuple[int, Choice]]:
        """Proposals of a queue with at least this score for the free places of their lists, the lowest score first.

        They are those of the whole site, under all of its limits; pairs that were decided on are left out.
        """
        with self.lock:
            self.sync()
            lists = self.proposals.selected.chosen.lists
            found: list[tuple[int, Choice]] = []
            for row in self.waiting(filters).tolist():
                links, verdicts = self.lists.of(row), self.lists.verdicts(row)
                fitting = [
                    (row, choice)
                    for choice in lists.get(row, ())
                    if not choice.curated
                    and choice.score is not None
                    # As the page shows it: an editor who types a score from the page means the link beside it, too.
                    and round(choice.score, 3) >= least
                    and choice.row not in links
                    and choice.row not in verdicts
                    and choice.row not in self.lists.never
                ]
                found += fitting[: max(self.proposals.places - len(links), 0)]
            return sorted(found, key=lambda one: (one[1].score, one[0], one[1].row))

    def accept_offers(self, filters: Filters, least: float, expected: int) -> str:
        """Accept all of `offers` in one go, which `undo` takes back in one go; returns what to say.

        Raises
        ------
        Conflict
            They are not as many as were shown; nothing was written.
        """
        keys = [article.key for article in self.site.corpus.articles]

        def make(standing: Standing) -> list[Decision]:
            offers = self.offers(filters, least)
            if len(offers) != expected:
                raise Conflict(
                    f"{len(offers):,} links could be accepted now and {expected:,} were shown; nothing was written. "
                    "Look again."
                )
            batch = secrets.token_hex(8)
            return [
                new_decision(self.who, "accept", source=keys[row], target=keys[choice.row], batch=batch)
                for row, choice in offers
            ]

        with self.lock:
            made = self.file.append(make)
            self.sync()
        return f"Accepted: {_links(len(made))} on {_articles(len({one.source for one in made}))}"

    def undo(self, decision: str, shown: str, *, whole: bool = True) -> Done:
        """Take a decision back.

        Parameters
        ----------
        decision : str
            Its id.
        whole : bool
            Take back all that was decided in the same go.
        shown : str
            Key of the article that the editor looks at; empty for none.

        Raises
        ------
        Conflict
            It does not hold any more.
        """

        def make(standing: Standing) -> list[Decision]:
            held = standing.holds(decision)
            if held is None:
                raise Conflict("That was taken back already, in another tab or by another person; nothing was written.")
            gone = standing.of_batch(held.batch) if held.batch and whole else (held,)
            return [new_decision(self.who, "undo", undoes=one.id) for one in gone]

        with self.lock:
            self.sync()
            held = self.file.standing.holds(decision)
            said = "" if held is None else self._described(held, whole=whole)
            self.file.append(make)
            self.sync()
        if held is not None and held.batch and whole:
            return Done(shown, f"Taken back: {said}")
        key = held.source if held is not None and held.source in self.site.corpus.rows else None
        return Done(key or shown, f"Taken back: {said}", "" if held is None else held.target or "")

    def _decision(self, row: int, other: int, verdict: str) -> Decision:
        articles = self.site.corpus.articles
        source, target = articles[row].key, articles[other].key
        links = self.links(row, self.files.curated(row))
        if verdict in ("up", "down"):
            if other not in links:
                raise InputError("only what is in the list can be moved")
            at = links.index(other)
            links.insert(max(at + (-1 if verdict == "up" else 1), 0), links.pop(at))
            return new_decision(self.who, "reorder", source=source, order=tuple(articles[link].key for link in links))
        if verdict == "never":
            if other in self.lists.never:
                raise Conflict("That article is never suggested already; nothing was written.")
            return new_decision(self.who, "never", target=target)
        if verdict == "reject":
            return new_decision(self.who, "reject", source=source, target=target)
        if other not in links and not self.may_be_linked[other]:
            raise InputError("that article may not be linked by the site's settings (targets)")
        if other in self.lists.never:
            raise InputError("that article is never suggested; take that back first")
        if verdict == "accept":
            return new_decision(self.who, "accept", source=source, target=target)
        verdicts = self.lists.verdicts(row)
        pins = [link for link in links if verdicts.get(link) == "pin" and link != other]
        return new_decision(self.who, "pin", source=source, target=target, position=len(pins) + 1)

    def _described(self, decision: Decision, *, whole: bool = True) -> str:
        def title(key: str | None) -> str:
            row = self.site.corpus.rows.get(key or "")
            return (key or "") if row is None else self.site.corpus.articles[row].title

        if decision.batch and whole:
            return f"{_links(len(self.file.standing.of_batch(decision.batch)))} accepted together"
        if decision.verdict == "reorder":
            return f"order of the links of “{title(decision.source)}”"
        place = "" if decision.source is None else f" for “{title(decision.source)}”"
        return f"{_SAID[decision.verdict].lower()} “{title(decision.target)}”{place}"


def _links(count: int) -> str:
    return f"{count:,} link{'s' * (count != 1)}"


def _articles(count: int) -> str:
    return f"{count:,} article{'s' * (count != 1)}"


def _next(before: Sequence[str], target: str, verdict: str) -> str:
    """The proposal after the one that was decided; what was moved keeps the focus."""
    if verdict in ("up", "down") or target not in before:
        return target
    rest = before[before.index(target) + 1 :]
    return rest[0] if rest else ""
