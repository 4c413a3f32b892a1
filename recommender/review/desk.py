"""The editor's desk: a site, what was decided about it, and the two verbs of the work: look and decide."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Document, Link
from recommender.corpus.fields import DocumentReader
from recommender.corpus.reader import read_document
from recommender.corpus.resolve import AMBIGUOUS, EXTERNAL, TargetIndex
from recommender.decisions.file import Conflict, DecisionFile
from recommender.decisions.record import Decision, Verdict, new_decision
from recommender.decisions.standing import Standing
from recommender.errors import InputError
from recommender.pipeline.decided import RowDecisions
from recommender.pipeline.overview import NO_GROUP
from recommender.pipeline.ranking import SiteRanker
from recommender.pipeline.select import Proposer, select
from recommender.pipeline.site import Site
from recommender.progress import Reporter, Silent, stage
from recommender.ranker.record import Ranker
from recommender.review.lists import LinkLists
from recommender.review.marks import find_marks
from recommender.review.markup import text_html
from recommender.review.models import (
    ArticlePage,
    Done,
    Elsewhere,
    Found,
    Item,
    Named,
    Progress,
    QueueEntry,
    QueuePage,
    Status,
    Text,
    UndoOffer,
)
from recommender.review.queue import TRAITS, Filters, Queue
from recommender.review.search import ArticleSearch
from recommender.selection.choose import choose
from recommender.selection.decided import Decided, Edit
from recommender.selection.lists import usable
from recommender.selection.rules import ChoiceRules, Given
from recommender.selection.who import language_numbers

# Proposals that are shown at a time; more come up as these are decided.
SHOWN = 5
_PER_PAGE = 50
_SEARCHED = 12
_STALE = (
    "Another tab or person has decided on this list since this page was made; nothing was written. It is shown as it "
    "stands now."
)


class Desk:
    """Everything that the pages show and do; safe to be called from several threads.

    Parameters
    ----------
    site : Site
    file : DecisionFile
    who : str
        The name that stands in decisions.
    ranker : Ranker, optional
        Scores candidates; by default their texts do.
    reporter : Reporter, optional

    Raises
    ------
    InputError
        The site has no articles.
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
        if not len(site.corpus):
            raise InputError(
                f"{site.content} holds no articles to review; which files are read is set by content.include"
            )
        self.site = site
        self.file = file
        self.who = who
        self._articles = site.corpus.articles
        self._reader = DocumentReader(site.settings)
        self._ranker = SiteRanker(site, ranker, reporter=reporter)
        self._proposer: Proposer = site if ranker is None else self._ranker
        self.ranking = None if ranker is None else self._ranker
        self.selected = select(site, ranker=self.ranking, reporter=reporter)
        self._rules = replace(
            self.selected.rules, max_inbound=None, min_inbound=0, only_missing=False, keep_curated=False, diversity=0.0
        )
        self._candidates = self._proposer.propose(max(_DEPTH, 4 * self.selected.rules.k))
        self.marks = find_marks(site, self._candidates, reporter)
        with stage(reporter, "index"):
            self._clusters = None if site.settings.links.near_duplicates else self.marks.cluster
            same_language = site.settings.links.same_language
            self._languages = language_numbers(self._articles) if same_language else None
            self._index = TargetIndex(self._articles, site.settings)
            self._search = ArticleSearch(self._articles, site.targets)
            self._may_be_linked = np.isin(np.arange(len(self._articles)), site.targets)
            groups = [article.group or NO_GROUP for article in self._articles]
            self._groups = tuple(sorted(set(groups)))
            self._queue = Queue(site.sources, groups, self.marks.best_score)
            self.lists = LinkLists(site.resolved.targets)
        with stage(reporter, "explain"):
            # What first reasons, texts and searches need takes a second: here, not under the editor's first key.
            first = site.sources[:1].astype(np.int64)
            self._ranker.reasons(first, first)
            text_html("$x$")
            self._search.find("nothing is called so")
        self.lock = threading.RLock()
        self._standing: Standing | None = None
        self.sync()

    def sync(self) -> None:
        """Take over what other tabs and processes have decided."""
        self.file.refresh()
        standing = self.file.standing
        touched = standing.touched()
        if standing is not self._standing:
            self._standing = standing
            self.lists = LinkLists(self.site.resolved.targets) if self.lists.edits or self.lists.never else self.lists
        by_row = RowDecisions(standing, self.site.corpus.rows)
        for about in touched:
            row = self.site.corpus.rows.get(about.key)
            if row is not None and about.kind == "article":
                self.lists.decide(row, by_row.edits(standing.of_article(about.key)))
            elif row is not None:
                self.lists.suggest(row, never=bool(standing.of_target(about.key)))

    def reread(self, paths: Sequence[str]) -> None:
        """Take over the curated links of files that were written."""
        rows = {article.path: row for row, article in enumerate(self._articles)}
        for path in paths:
            if path in rows:
                self.lists.write(rows[path], self._targets_now(rows[path]))

    def linkable(self, row: int) -> list[int]:
        """The links of an article as its file and the decisions say now; without those that may not be linked."""
        curated = usable(row, self._targets_now(row))
        arranged = self.lists.arranged(row, curated)
        return [target for target in arranged if target in curated or self._may_be_linked[target]]

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

    # ------------------------------------------------------------------ look

    def progress(self) -> Progress:
        """How far the work is."""
        return Progress(int(self.lists.decided[self.site.sources].sum()), len(self.site.sources))

    def queue_rows(self, filters: Filters) -> NDArray[np.int64]:
        """The queue."""
        return self._queue.rows(filters, self.lists.decided, self._traits())

    def queue_page(self, filters: Filters, page: int = 1) -> QueuePage:
        """A page of the queue."""
        with self.lock:
            self.sync()
            rows = self.queue_rows(filters)
            pages = max(1, -(-len(rows) // _PER_PAGE))
            page = min(max(page, 1), pages)
            traits = self._traits()
            shown = rows[(page - 1) * _PER_PAGE : page * _PER_PAGE].tolist()
            is_source = np.isin(np.arange(len(self._articles)), self.site.sources)
            return QueuePage(
                filters=filters,
                entries=tuple(
                    QueueEntry(
                        self._named(row),
                        int(self.lists.outbound[row]),
                        float(self.marks.best_score[row]) if np.isfinite(self.marks.best_score[row]) else None,
                        bool(self.lists.decided[row]),
                        tuple(name for name in TRAITS if traits[name][row]),
                    )
                    for row in shown
                ),
                total=len(rows),
                page=page,
                pages=pages,
                groups=self._groups,
                trait_counts={name: int((traits[name] & is_source).sum()) for name in TRAITS},
                progress=self.progress(),
                undo=self._undo_offer(),
            )

    def article_page(self, row: int, filters: Filters) -> ArticlePage:
        """One article at work."""
        with self.lock:
            self.sync()
            article = self._articles[row]
            document, problem = self._read(row)
            links = article.links if document is None else document.article.links
            targets = self._targets(links)
            curated = usable(row, targets)
            texts = () if document is None else tuple(_texts(document, article.title))
            rows = self.queue_rows(filters)
            place = self._queue.place(row, rows, filters.order)
            kept, proposed, rejected = self._items(row, curated)
            never = self.file.standing.of_target(article.key)
            cluster = np.flatnonzero(self.marks.cluster == self.marks.cluster[row]).tolist()
            return ArticlePage(
                article=self._named(row),
                path=article.path,
                url=article.url,
                texts=texts,
                problem=problem,
                links=kept,
                proposals=proposed,
                rejected=rejected,
                elsewhere=tuple(
                    Elsewhere(link.title or link.target, _why(target))
                    for link, target in zip(links, targets.tolist(), strict=True)
                    if target < 0 or target == row
                ),
                findings=self.marks.findings.get(row, ()),
                twins=tuple(self._named(other) for other in cluster if other != row),
                linked_by=int(self.lists.inbound[row]),
                never=never[-1].id if never else "",
                places=self._rules.k,
                seen=self.file.standing.last_about(article.key),
                filters=filters,
                place=place,
                before="" if place.before is None else self._articles[place.before].key,
                after="" if place.after is None else self._articles[place.after].key,
                undo=self._undo_offer(),
                progress=self.progress(),
            )

    def texts(self, row: int) -> tuple[Text, ...]:
        """What an article says, to be looked at beside another."""
        document, problem = self._read(row)
        return (Text("problem", text_html(problem)),) if document is None else tuple(_texts(document, ""))

    def find(self, row: int, asked: str) -> Found:
        """Search for targets of an article."""
        with self.lock:
            self.sync()
            found = [other for other in self._search.find(asked, _SEARCHED + 1) if other != row][:_SEARCHED]
            linked = {target: place for place, target in enumerate(self.lists.of(row), start=1)}
            verdicts = self.lists.verdicts(row)
            scores = self._scores(row, found)
            return Found(
                asked,
                tuple(
                    Item(
                        self._named(other),
                        _status(other, other in linked, verdicts),
                        linked.get(other, 0),
                        score,
                        (),
                        int(self.lists.inbound[other]),
                        never=other in self.lists.never,
                    )
                    for other, score in zip(found, scores, strict=True)
                ),
            )

    def named(self, rows: Sequence[int]) -> tuple[Named, ...]:
        """Articles by name."""
        return tuple(self._named(row) for row in rows)

    # ---------------------------------------------------------------- decide

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
        title = self._articles[other].title
        with self.lock:
            self.sync()
            links = self.linkable(row)
            before = [self._articles[proposed].key for proposed in self._proposed(row, links)]

            def make(standing: Standing) -> list[Decision]:
                if standing.last_about(source) != seen:
                    raise Conflict(_STALE)
                self.sync()
                return [self._decision(row, other, verdict)]

            self.file.append(make)
            self.sync()
            return Done(source, f"{_SAID[verdict]}: {title}", _next(before, target, verdict))

    def undo(self, decision: str, shown: str) -> Done:
        """Take a decision back.

        Parameters
        ----------
        decision : str
            Its id.
        shown : str
            Key of the article that the editor looks at; empty for none.

        Raises
        ------
        Conflict
            It does not hold any more.
        """

        def make(standing: Standing) -> list[Decision]:
            if standing.holds(decision) is None:
                raise Conflict("That was taken back already, in another tab or by another person; nothing was written.")
            return [new_decision(self.who, "undo", undoes=decision)]

        with self.lock:
            self.sync()
            held = self.file.standing.holds(decision)
            self.file.append(make)
            self.sync()
        told = "" if held is None else self._told(held)
        key = held.source if held is not None and held.source in self.site.corpus.rows else None
        return Done(key or shown, f"Taken back: {told}", "" if held is None else held.target or "")

    def _decision(self, row: int, other: int, verdict: str) -> Decision:
        source, target = self._articles[row].key, self._articles[other].key
        links = self.linkable(row)
        if verdict in ("up", "down"):
            if other not in links:
                raise InputError("only what is in the list can be moved")
            at = links.index(other)
            to = min(max(at + (-1 if verdict == "up" else 1), 0), len(links) - 1)
            links.insert(to, links.pop(at))
            return new_decision(
                self.who, "reorder", source=source, order=tuple(self._articles[link].key for link in links)
            )
        if verdict == "never":
            if other in self.lists.never:
                raise Conflict("That article is never suggested already; nothing was written.")
            return new_decision(self.who, "never", target=target)
        if verdict in ("accept", "pin") and other not in links and not self._may_be_linked[other]:
            raise InputError("that article may not be linked by the site's settings (targets)")
        if verdict in ("accept", "pin") and other in self.lists.never:
            raise InputError("that article is never suggested; take that back first")
        if verdict == "pin":
            verdicts = self.lists.verdicts(row)
            pins = [link for link in links if verdicts.get(link) == "pin" and link != other]
            return new_decision(self.who, "pin", source=source, target=target, position=len(pins) + 1)
        said: Verdict = "accept" if verdict == "accept" else "reject"
        return new_decision(self.who, said, source=source, target=target)

    # --------------------------------------------------------------- helpers

    def _traits(self) -> dict[str, NDArray[np.bool_]]:
        return {
            "no_links": self.lists.without_links,
            "low_confidence": self.marks.low_confidence,
            "orphans": (self.lists.inbound == 0) & self._may_be_linked,
            "flagged": self.marks.flagged,
            "duplicates": self.marks.cluster_size > 1,
        }

    def _read(self, row: int) -> tuple[Document | None, str]:
        """The article as its file says now, or why it cannot be read."""
        article = self._articles[row]
        file = read_document(self.site.content, article.path, self._reader)
        if file.document is not None and file.document.article.key == article.key:
            return file.document, ""
        why = str(file.record.problem) if file.record.problem is not None else "it holds another article now"
        return None, f"The file has changed since the start: {why}"

    def _targets_now(self, row: int) -> NDArray[np.int32]:
        document, _ = self._read(row)
        return self._targets(self._articles[row].links if document is None else document.article.links)

    def _targets(self, links: Sequence[Link]) -> NDArray[np.int32]:
        return np.array([self._index.find(link) for link in links], dtype=np.int32)

    def _items(self, row: int, curated: list[int]) -> tuple[tuple[Item, ...], tuple[Item, ...], tuple[Item, ...]]:
        """Links, proposals and what was rejected."""
        verdicts = self.lists.verdicts(row)
        links = [
            target for target in self.lists.arranged(row, curated) if target in curated or self._may_be_linked[target]
        ]
        proposed = self._proposed(row, links)
        rejected = [target for target, verdict in verdicts.items() if verdict == "reject"]
        rows = [*links, *proposed, *rejected]
        scores = self._scores(row, rows)
        owners = np.full(len(rows), row, dtype=np.int64)
        reasons = self._ranker.reasons(owners, np.array(rows, dtype=np.int64)) if rows else []
        held = {
            decision.target: decision.id
            for decision in self.file.standing.of_article(self._articles[row].key)
            if decision.target is not None
        }
        items = [
            Item(
                self._named(target),
                "proposed"
                if place >= len(links) and verdicts.get(target) != "reject"
                else _status(target, place < len(links), verdicts),
                place + 1 if place < len(links) else 0,
                score,
                why,
                int(self.lists.inbound[target]),
                held.get(self._articles[target].key, ""),
                target in self.lists.never,
            )
            for place, (target, score, why) in enumerate(zip(rows, scores, reasons, strict=True))
        ]
        end = len(links) + len(proposed)
        return tuple(items[: len(links)]), tuple(items[len(links) : end]), tuple(items[end:])

    def _proposed(self, row: int, links: list[int]) -> list[int]:
        """What the site's rules propose beside these links; limits over the whole graph wait for the export."""
        edits = (*self.lists.edits.get(row, ()), *(Edit("accept", (target,)) for target in links))
        given = Given(
            sources=np.array([row], dtype=np.int32),
            targets=self.site.targets,
            clusters=self._clusters,
            languages=self._languages,
            decided=Decided({row: edits}, frozenset(self.lists.never)),
        )
        rules: ChoiceRules = replace(self._rules, k=len(links) + SHOWN)
        chosen = choose(self._candidates, rules, given).lists.get(row, ())
        return [choice.row for choice in chosen if choice.decided is None]

    def _scores(self, row: int, rows: list[int]) -> list[float]:
        if not rows:
            return []
        scores = self._proposer.pair_scores(np.full(len(rows), row), np.array(rows))
        return [float(score) for score in scores]

    def _named(self, row: int) -> Named:
        article = self._articles[row]
        return Named(article.key, article.title, article.group)

    def _undo_offer(self) -> UndoOffer | None:
        last = self.file.standing.last_of(self.who)
        return None if last is None else UndoOffer(last.id, self._told(last))

    def _told(self, decision: Decision) -> str:
        def title(key: str | None) -> str:
            row = self.site.corpus.rows.get(key or "")
            return (key or "") if row is None else self._articles[row].title

        if decision.verdict == "reorder":
            return f"order of the links of “{title(decision.source)}”"
        said = _SAID[decision.verdict].lower()
        return f"{said} “{title(decision.target)}”" + (
            "" if decision.source is None else f" for “{title(decision.source)}”"
        )


_DEPTH = 30
_SAID = {
    "accept": "Accepted",
    "reject": "Rejected",
    "pin": "Pinned",
    "never": "Never suggested",
    "up": "Moved up",
    "down": "Moved down",
}


def _texts(document: Document, title: str) -> list[Text]:
    """The texts of an article; a question that is its title is not said twice."""
    return [
        Text(name, text_html(text))
        for name, text in document.texts.items()
        if text.strip() and text.strip() != title.strip()
    ]


def _status(target: int, is_linked: bool, verdicts: dict[int, str]) -> Status:
    verdict = verdicts.get(target)
    if verdict == "reject":
        return "rejected"
    if not is_linked:
        return "proposed"
    return "pinned" if verdict == "pin" else "accepted" if verdict == "accept" else "curated"


def _why(target: int) -> str:
    if target == EXTERNAL:
        return "another site"
    if target == AMBIGUOUS:
        return "a name that several articles have"
    return "no article of this site" if target < 0 else "itself"


def _next(before: Sequence[str], target: str, verdict: str) -> str:
    """The proposal behind the one that was decided; what was moved keeps the focus."""
    if verdict in ("up", "down") or target not in before:
        return target
    behind = before[before.index(target) + 1 :]
    return behind[0] if behind else ""
