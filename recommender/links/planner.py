"""Which links of a links file go into which file of a site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from msgspec import structs

from recommender.corpus.article import Article, Link
from recommender.corpus.corpus import Corpus
from recommender.corpus.resolve import TargetIndex
from recommender.decisions.meaning import Decided
from recommender.errors import Problem
from recommender.links.front_matter import WHOLE, Item, Kept, Value, Written
from recommender.links.record import ArticleLinks, LinksFile
from recommender.links.sections import TARGET, TITLE
from recommender.links.writing import FillRules, LinksPlan, Namer, OwnedList, plan
from recommender.links.writing.naming import TextNamer, known_links
from recommender.links.writing.plan import as_it_is, in_groups
from recommender.settings import RelatedSettings, Settings


class ReadFolder(Protocol):
    """A content folder whose articles were read."""

    @property
    def content(self) -> Path: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def corpus(self) -> Corpus: ...


@dataclass(frozen=True, slots=True)
class ApplyRules:
    """How a links file goes into the front matter.

    Attributes
    ----------
    places : int or None
        Links that an article may have; None for the links file's `k`.
    overwrite, remove : bool
        As for `recommender.links.writing.FillRules`.
    field : str or None
        A field of its own for suggestions, which holds them and nothing else; curated links are then left alone.
    """

    places: int | None = None
    overwrite: bool = False
    remove: bool = False
    field: str | None = None


@dataclass(slots=True)
class Plans:
    """What is to be written.

    Attributes
    ----------
    files : dict of str to LinksPlan or OwnedList
        By path; only files that may have to change.
    asked : int
        Articles of the links file that the site has.
    kept : int
        Links that are there and stay.
    problems : list of Problem
        What of the links file cannot be written.
    """

    files: dict[str, LinksPlan | OwnedList] = field(default_factory=dict)
    asked: int = 0
    kept: int = 0
    problems: list[Problem] = field(default_factory=list)

    def new_in(self, paths: Iterable[str]) -> int:
        """How many new links these files get."""
        return sum(
            len(plan.links)
            if isinstance(plan, OwnedList)
            else sum(isinstance(item, Written) for item in plan.slots.values())
            for plan in map(self.files.__getitem__, paths)
        )

    def removed_in(self, paths: Iterable[str]) -> int:
        """How many curated links of these files go."""
        return sum(
            len(plan.known) - sum(isinstance(item, Kept) for item in plan.slots.values())
            for plan in map(self.files.__getitem__, paths)
            if isinstance(plan, LinksPlan)
        )


def make_plans(
    site: ReadFolder,
    links: LinksFile,
    rules: ApplyRules,
    related: RelatedSettings,
    decided: Decided | None = None,
) -> Plans:
    """Plan the new links of every article that the links file names.

    Parameters
    ----------
    related : RelatedSettings
        Of the field that is written.
    decided : Decided, optional
        What editors decided since the links file was made.
    """
    planner = _Planner(site, links, rules, related, decided or Decided())
    for entry in links.articles:
        planner.add(entry)
    planner.plans.problems.sort()
    return planner.plans


class _Planner:
    def __init__(
        self, site: ReadFolder, links: LinksFile, rules: ApplyRules, related: RelatedSettings, decided: Decided
    ) -> None:
        self.plans = Plans()
        self._articles = site.corpus.articles
        self._rows = site.corpus.rows
        self._related = related
        self._rules = rules
        places = rules.places or links.k or site.settings.links.k
        if related.shape == "numbered":
            places = min(places, related.slots)
        self._fill = FillRules(places, rules.overwrite, rules.remove)
        # Curated links are found by the site's own settings, also where another field is written.
        self._index = TargetIndex(self._articles, site.settings)
        self._in_text = rules.field is None and related.field is None
        known = known_links(self._articles, self._index, section=self._in_text)
        self._namer = Namer.of_site(related, self._articles, known if rules.field is None else ())
        self._text_namer = TextNamer(known, self._index, related.base) if self._in_text else None
        self._decided = decided
        self._made: dict[tuple[int, str, str | None], Written | None] = {}
        self._alike: dict[tuple[int, Value], Written] = {}
        self._seen: set[str] = set()

    def add(self, entry: ArticleLinks) -> None:
        row = self._rows.get(entry.key)
        if row is None:
            self._problem(
                entry.key, "unknown-article", "no article of the site has this key; its links are not written"
            )
            return
        article = self._articles[row]
        if entry.key in self._seen:
            self._problem(article.path, "repeated-article", "the links file names this article twice; the first counts")
            return
        self._seen.add(entry.key)
        self.plans.asked += 1
        targets = [self._index.find(link, article) for link in article.links]
        elsewhere: set[int] = set()
        if self._rules.field is None:
            # What is in another place than the one that is written, field or section, stays there.
            own = [at for at, link in enumerate(article.links) if self._is_own(link)]
            elsewhere = {target for at, target in enumerate(targets) if at not in own and target >= 0}
            article = structs.replace(article, links=tuple(article.links[at] for at in own))
            targets = [targets[at] for at in own]
        wanted = self._wanted(entry, article, row, targets)
        wanted = {target: new for target, new in wanted.items() if target not in elsewhere}
        if self._rules.field is not None:
            suggested = [new for target, new in wanted.items() if target not in targets][: self._fill.places]
            self.plans.files[article.path] = OwnedList(tuple(suggested))
            self.plans.kept += len(article.links)
            return
        slots = plan(article, targets, wanted, self._related, self._fill)
        if row in self._decided.edits:
            slots = self._edited(article, row, targets, wanted, slots)
        if self._related.shape == "groups":
            slots = in_groups(slots, len(article.links))
        self.plans.kept += sum(isinstance(item, Kept) for item in slots.values())
        if slots != as_it_is(article, self._related):
            self.plans.files[article.path] = LinksPlan(slots, article.links)

    def _edited(
        self, article: Article, row: int, targets: Sequence[int], wanted: dict[int, Written], slots: dict[int, Item]
    ) -> dict[int, Item]:
        """The new list with what editors decided: rejected links go, the others are in the editors' order."""
        rejected = self._decided.rejected(row)
        gone = {at for at, target in enumerate(targets) if target in rejected}
        if self._rules.overwrite or self._rules.remove:
            stay = [item for item in slots.values() if not (isinstance(item, Kept) and item.index in gone)]
            return dict(enumerate(stay, start=1)) if len(stay) < len(slots) else slots
        kept: dict[int, Item] = {}
        for at, target in enumerate(targets):
            if at not in gone:
                # A link that leads to no article, or repeats another, has a place of its own in the order as well.
                kept[target if target >= 0 and target not in kept else -1 - at] = Kept(at)
        lead = [row for row in self._decided.arranged(row, list(kept)) if row in kept or row in wanted]
        places = max(self._fill.places, len(kept))
        if self._related.shape == "numbered":
            places = min(places, self._related.slots)
        for target in lead[places:]:
            name = self._articles[target].key if target >= 0 else article.links[-1 - target].target
            message = f"{name} has no place any more: the editors' links are more than {places}"
            self._problem(article.path, "no-place", message)
        if not gone and lead[: len(kept)] == list(kept):
            return slots
        order = [*lead, *(target for target in wanted if target not in lead)][:places]
        return dict(enumerate((kept.get(target) or wanted[target] for target in order), start=1))

    def _wanted(self, entry: ArticleLinks, article: Article, row: int, targets: Sequence[int]) -> dict[int, Written]:
        wanted: dict[int, Written] = {}
        exact = self._rules.overwrite or self._rules.remove
        for one in entry.related:
            target = self._rows.get(one.key)
            if target is None:
                self._problem(
                    article.path, "unknown-target", f"the links file links {one.key}, which is no article here"
                )
                continue
            # A curated link that is in the file no more was taken out by an editor since the links file was made.
            if target == row or (one.curated and not exact and target not in targets):
                continue
            new = self._link(target, article)
            if new is not None:
                wanted[target] = new
            elif target not in targets:
                name = self._related.target
                message = f"{one.key} has no {name} that is its own, by which a link could name it; it is not linked"
                self._problem(article.path, "unnameable-target", message)
        return self._decided_first(row, wanted, targets) if self._decided else wanted

    def _decided_first(self, row: int, wanted: dict[int, Written], targets: Sequence[int]) -> dict[int, Written]:
        """The proposals in the editors' order, without what they do not want to be proposed."""
        order = self._decided.arranged(row, list(wanted))
        out = self._decided.never.difference(targets)
        return {target: wanted[target] for target in order if target in wanted and target not in out}

    def _link(self, row: int, source: Article) -> Written | None:
        """A link to an article, None where no link would find it again."""
        if self._text_namer is not None:
            return self._text_link(row, source, self._text_namer)
        if self._namer.spelling is not None:
            return self._field_link(row, source)
        # A name that several articles have means the one in the source's language, or the nearest in the folders.
        place = (row, source.path.rpartition("/")[0], source.language)
        if place not in self._made:
            self._made[place] = self._field_link(row, source)
        return self._made[place]

    def _field_link(self, row: int, source: Article) -> Written | None:
        target = self._articles[row]
        new, name = self._namer.written(target, source), self._namer.name(target, source)
        if new is None or name is None:
            return None
        if self._index.find(Link(target=str(name), id=self._id(new)), source) != row:
            return None
        # Held once, however many articles have it.
        return self._alike.setdefault((row, name), new)

    def _text_link(self, row: int, source: Article, namer: TextNamer) -> Written | None:
        target = self._articles[row]
        name = namer.name(source, target, row)
        return None if name is None else self._alike.setdefault((row, name), _in_text(name, target))

    def _is_own(self, link: Link) -> bool:
        """It is in the place that is written: the section of the text, or the first field."""
        return link.section == self._in_text and not link.field

    def _id(self, new: Written | None) -> int | str | None:
        part = self._related.names.id
        return new.parts.get(part) if new is not None and part and WHOLE not in new.parts else None

    def _problem(self, path: str, rule: str, message: str) -> None:
        self.plans.problems.append(Problem(path, 0, rule, message))


def _in_text(name: str, target: Article) -> Written:
    return Written({TARGET: name, TITLE: target.title})
