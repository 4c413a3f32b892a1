"""What each page shows, made of the desk as it is at that moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import unescape

import numpy as np

from recommender.corpus.resolve import AMBIGUOUS, EXTERNAL
from recommender.review.desk import Desk
from recommender.review.files import FileNow
from recommender.review.markup import text_html
from recommender.review.queue import TRAITS, Filters
from recommender.review.records import (
    ArticlePage,
    BulkPage,
    Elsewhere,
    Found,
    Item,
    Named,
    Offer,
    QueueEntry,
    QueuePage,
    Reading,
    Status,
    Text,
)
from recommender.selection.lists import usable

PER_PAGE = 50
_SEARCHED = 12
_ALIKE = 5
_OFFERS_SHOWN = 100


def queue_page(desk: Desk, filters: Filters, page: int = 1) -> QueuePage:
    """A page of the queue. Page numbers start at 1; past the end, the last page."""
    with desk.lock:
        desk.sync()
        traits = desk.traits
        rows = desk.waiting(filters)
        pages = max(1, -(-len(rows) // PER_PAGE))
        page = min(max(page, 1), pages)
        is_source = np.isin(np.arange(len(desk.site.corpus)), desk.site.sources)
        best = desk.marks.best_score
        return QueuePage(
            filters=filters,
            entries=tuple(
                QueueEntry(
                    named(desk, row),
                    int(desk.lists.outbound[row]),
                    float(best[row]) if np.isfinite(best[row]) else None,
                    bool(desk.lists.decided[row]),
                    tuple(name for name in TRAITS if traits[name][row]),
                )
                for row in rows[(page - 1) * PER_PAGE : page * PER_PAGE].tolist()
            ),
            total=len(rows),
            page=page,
            pages=pages,
            first=(page - 1) * PER_PAGE + 1,
            groups=desk.groups,
            strong_score=desk.marks.strong_score,
            trait_counts={name: int((traits[name] & is_source).sum()) for name in TRAITS},
            progress=desk.progress(),
            tally=desk.tally(),
            undo=desk.undo_offer(),
        )


def bulk_page(desk: Desk, filters: Filters, least: float) -> BulkPage:
    """What accepting every proposal of a queue from a score on would do."""
    with desk.lock:
        offers = desk.offers(filters, least)
        return BulkPage(
            filters=filters,
            least=least,
            links=len(offers),
            articles=len({row for row, _ in offers}),
            offers=tuple(
                Offer(named(desk, row), named(desk, choice.row), float(choice.score or 0.0))
                for row, choice in offers[:_OFFERS_SHOWN]
            ),
            progress=desk.progress(),
            tally=desk.tally(),
        )


def article_page(desk: Desk, row: int, filters: Filters, focus: str = "") -> ArticlePage:
    """One article at work; `focus` is the key of the candidate to look at, by default the first proposal."""
    with desk.lock:
        desk.sync()
        article = desk.site.corpus.articles[row]
        file = desk.files.now(row)
        links = desk.links(row, usable(row, file.targets))
        parts = (links, desk.proposed(row, links), desk.lists.rejected(row))
        items = iter(_items(desk, row, [target for part in parts for target in part], links))
        kept, proposals, refused = (tuple(next(items) for _ in part) for part in parts)
        place = desk.queue.place(row, desk.waiting(filters), filters.order)
        never = desk.file.standing.of_target(article.key)
        cluster = np.flatnonzero(desk.marks.cluster == desk.marks.cluster[row]).tolist()
        return ArticlePage(
            article=named(desk, row),
            path=article.path,
            url=article.url,
            texts=_texts(file, but=article.title),
            problem=file.problem,
            links=kept,
            proposals=proposals,
            rejected=refused,
            elsewhere=_elsewhere(file, row),
            findings=desk.marks.findings.get(row, ()),
            twins=tuple(named(desk, other) for other in cluster if other != row),
            linked_by=int(desk.lists.inbound[row]),
            never=never[-1].id if never else "",
            places=desk.proposals.places,
            seen=desk.file.standing.last_about(article.key),
            filters=filters,
            place=place,
            before="" if place.before is None else named(desk, place.before).key,
            after="" if place.after is None else named(desk, place.after).key,
            undo=desk.undo_offer(),
            progress=desk.progress(),
            tally=desk.tally(),
            reading=_reading(desk, focus, (*proposals, *kept)),
        )


def _reading(desk: Desk, focus: str, items: Sequence[Item]) -> Reading | None:
    key = focus if focus in desk.site.corpus.rows else next((item.target.key for item in items), None)
    if key is None:
        return None
    row = desk.site.corpus.rows[key]
    return Reading(named(desk, row), texts(desk, row))


def texts(desk: Desk, row: int) -> tuple[Text, ...]:
    """What an article says, to be looked at beside another."""
    file = desk.files.now(row)
    return (Text("problem", text_html(file.problem)),) if file.problem else _texts(file)


def find(desk: Desk, row: int, asked: str) -> Found:
    """Search for targets of an article."""
    with desk.lock:
        desk.sync()
        among = desk.may_be_linked.copy()
        among[row] = False
        found = desk.search.find(asked, among, _SEARCHED)
        among[found] = False
        alike = desk.meaning.find(asked, among, _ALIKE) if asked.strip() else []
        links = desk.links(row, desk.files.curated(row))
        items = _items(desk, row, [*found, *alike], links, explain=False)
        return Found(asked, items[: len(found)], items[len(found) :])


def named(desk: Desk, row: int) -> Named:
    """An article by name."""
    article = desk.site.corpus.articles[row]
    return Named(article.key, article.title, article.group)


def _items(
    desk: Desk, row: int, targets: Sequence[int], links: Sequence[int], *, explain: bool = True
) -> tuple[Item, ...]:
    """Targets of an article whose list holds `links`."""
    articles = desk.site.corpus.articles
    places = {target: place for place, target in enumerate(links, start=1)}
    verdicts = desk.lists.verdicts(row)
    held = {
        decision.target: decision.id
        for decision in desk.file.standing.of_article(articles[row].key)
        if decision.target is not None
    }
    scores = desk.proposals.scores(row, targets)
    reasons = desk.proposals.reasons(row, targets) if explain else [()] * len(targets)
    return tuple(
        Item(
            target=named(desk, target),
            status=_status(target, target in places, verdicts),
            place=places.get(target, 0),
            score=score,
            reasons=why,
            linked_by=int(desk.lists.inbound[target]),
            decision=held.get(articles[target].key, ""),
            never=target in desk.lists.never,
        )
        for target, score, why in zip(targets, scores, reasons, strict=True)
    )


def _status(target: int, is_linked: bool, verdicts: Mapping[int, str]) -> Status:
    verdict = verdicts.get(target)
    if verdict == "reject":
        return "rejected"
    if not is_linked:
        return "proposed"
    return "pinned" if verdict == "pin" else "accepted" if verdict == "accept" else "curated"


def _texts(file: FileNow, but: str = "") -> tuple[Text, ...]:
    """The texts of an article; a question that is the plain words of its title is not said twice."""
    plain = f"<p>{but.strip()}</p>\n"
    rendered = ((name, text_html(text)) for name, text in file.texts.items() if text.strip())
    return tuple(Text(name, html) for name, html in rendered if unescape(html) != plain)


def _elsewhere(file: FileNow, row: int) -> tuple[Elsewhere, ...]:
    return tuple(
        Elsewhere(link.title or link.target, _why(target))
        for link, target in zip(file.links, file.targets.tolist(), strict=True)
        if target < 0 or target == row
    )


def _why(target: int) -> str:
    if target == EXTERNAL:
        return "another site"
    if target == AMBIGUOUS:
        return "a name that several articles have"
    return "no article of this site" if target < 0 else "itself"
