"""The plan: what is made from what, however it is run and wherever it is kept.

A part is asked for by the names of what it is made from, and made only where the store does not have it: after a run
that changed nothing no vector is read, after one edit its own neighbourhood is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.corpus.corpus import Corpus
from recommender.corpus.text_links import text_links
from recommender.devices import has_cuda
from recommender.digest import digest
from recommender.lexical.fingerprints import title_numbers
from recommender.lexical.profiles import PROFILES_VERSION
from recommender.lexical.terms import TERMS_VERSION
from recommender.lexical.weights import WEIGHTS_VERSION
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import key_hashes
from recommender.neighbours.order import rounded
from recommender.neighbours.recall import Audit, Thresholds
from recommender.neighbours.rerank import RERANKED
from recommender.neighbours.space import Space
from recommender.neighbours.update import update
from recommender.progress import Reporter, stage
from recommender.ranker.list_score import default_model, model_name, score_pairs
from recommender.ranker.list_signals import Surroundings
from recommender.ranker.places import article_places, place_columns
from recommender.selection.duplicates import DUPLICATE_SCORE, Duplicates
from recommender.settings import Settings
from recommender.stages.duplicates import DUPLICATES, TITLES
from recommender.stages.map import MAP
from recommender.stages.neighbours import (
    LISTS,
    NEIGHBOURS,
    PLACES,
    RANK,
    ROLES,
    SEARCH,
    audit_columns,
    audit_of,
    change_of,
    names_column,
    surroundings_of,
    unpacked,
    with_crowding,
)
from recommender.stages.space import WORDS, Texts, texts_of
from recommender.stages.stage import Call, Columns, Executor, Part, Stage, Store, part_of
from recommender.stages.truncation import TRUNCATION, Truncation, truncate

_ROWS_AT_ONCE = 65_536
_NO_LINKS = msgspec.msgpack.encode([])


class TextSource(Protocol):
    """What was made of the texts of a site's articles: their vectors and the weights of their words."""

    @property
    def vectors_name(self) -> bytes:
        """Names the model and the preparation of texts."""

    @property
    def terms_name(self) -> bytes:
        """Names the way in which terms are counted."""

    def part(self) -> Part:
        """The part that holds the columns of `Texts`, in the order of the rows; the store has it."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a plan is carried out.

    Attributes
    ----------
    site : bytes
        Names the site, so that what is kept of several sites in one place stays apart.
    """

    site: bytes
    store: Store
    executor: Executor
    reporter: Reporter
    thresholds: Thresholds = field(default_factory=Thresholds)


class Plan:
    """What follows from the texts of a site, each step made when it is first asked for.

    Parameters
    ----------
    targets : int32 array
        Rows of the articles that may be linked, ascending.

    Attributes
    ----------
    audits : dict of str or None to Audit
        By view, of the searches that were not exact; None for all texts.
    """

    def __init__(
        self, corpus: Corpus, settings: Settings, targets: NDArray[np.int32], source: TextSource, where: Where
    ) -> None:
        self._corpus = corpus
        self._settings = settings
        self._targets = targets
        self._source = source
        self._where = where
        self._store = where.store
        self._share = settings.words.share
        self._names: dict[str | None, list[bytes]] = {}
        self._contents: dict[str | None, bytes] = {}
        self._found: dict[str | None, Candidates] = {}
        self._ranked: dict[tuple[int, bool], Candidates] = {}
        self._deepest: dict[str | None, tuple[int, Part, Columns]] = {}
        self.audits: dict[str | None, Audit] = {}

    @cached_property
    def texts(self) -> Texts:
        """The texts of all articles as they are compared."""
        part = self._source.part()
        columns = self._store.read(part)
        if columns is None:
            raise ValueError(f"{part.stage} was made and is not there")
        return texts_of(columns)

    @cached_property
    def _hashes(self) -> NDArray[np.uint64]:
        return key_hashes(article.key.encode() for article in self._corpus.articles)

    @cached_property
    def _roles(self) -> Part:
        """The part of ``targets``, rows that may be linked, and of the ``hashes`` of all keys."""
        columns = {"targets": self._targets, "hashes": self._hashes}
        part = part_of(ROLES, self._targets.tobytes(), self._hashes.tobytes(), slot=self._where.site)
        if not self._store.has(part):
            self._store.hold(part, columns)
        return part

    @property
    def _has_places(self) -> bool:
        return not self._settings.links.text_only

    @cached_property
    def _places_part(self) -> Part:
        """Names where the articles are, and what they link in their texts."""
        articles = self._corpus.articles
        paths = "\0".join(article.path for article in articles).encode("utf-8", "surrogateescape")
        links = msgspec.msgpack.encode([article.text_links for article in articles if article.text_links])
        # What a link leads to depends on the settings.
        settings = repr(self._settings).encode() if links != _NO_LINKS else b""
        return part_of(PLACES, paths, links, settings, slot=self._where.site)

    @cached_property
    def _places(self) -> Part | None:
        """The part of `place_columns`; None where texts alone are compared."""
        if not self._has_places:
            return None
        part = self._places_part
        if not self._store.has(part):
            articles = self._corpus.articles
            known = any(article.text_links for article in articles)
            links = text_links(articles if known else (), self._settings)
            self._store.write(part, place_columns(article_places(articles, links)))
        return part

    @cached_property
    def _titles(self) -> Part:
        """Names the titles of all articles."""
        titles = "\0".join(article.title for article in self._corpus.articles)
        return part_of(TITLES, titles.encode("utf-8", "surrogatepass"), slot=self._where.site)

    @property
    def _title_numbers(self) -> NDArray[np.uint32]:
        """See `title_numbers`; kept, since few edits touch a title."""
        columns = self._store.read(self._titles)
        if columns is None:
            columns = {"numbers": title_numbers(article.title for article in self._corpus.articles)}
            self._store.write(self._titles, columns)
        numbers: NDArray[np.uint32] = columns["numbers"]
        return numbers

    @property
    def vectors_name(self) -> bytes:
        """Names the model and the preparation of texts."""
        return self._source.vectors_name

    @property
    def space(self) -> Space:
        """Words and vectors together, in the configured shares."""
        return self.texts.space(None, self._share)

    def propose(self, depth: int, view: str | None = None, *, text_only: bool = False) -> Candidates:
        """The best candidates of every article.

        Parameters
        ----------
        depth : int
            Candidates per article.
        text_only : bool
            By texts alone, whatever the settings say.
        view : str, optional
            By the vectors of this view alone, or, for ``"words"``, by words alone; scores are cosines then. By default
            by words and all vectors together; more where one names the other, less where a target is near to all.
        """
        if not len(self._corpus):
            return Candidates(np.empty((0, 1), np.int32), np.empty((0, 1), np.float64))
        if view is not None:
            return self._nearest(depth, view)
        # Scores after the first fifty depend on how many are ranked.
        full, placed = max(depth, RERANKED), not text_only and self._has_places
        if (full, placed) not in self._ranked:
            self._ranked[full, placed] = unpacked(self._ranking(full, placed)[1])
        found = self._ranked[full, placed]
        return Candidates(found.indices[:, :depth], found.scores[:, :depth])

    def pair_scores(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
        """The score that `propose` has for the pair of each two rows, shape (m,), whether it proposes it or not."""
        if not len(left):
            return np.empty(0)
        similarity = rounded(self.space.pairs(left, right))
        return rounded(score_pairs(default_model(), self.surroundings, left, right, similarity))

    @cached_property
    def surroundings(self) -> Surroundings:
        """What the signals of pairs read of the site."""
        return self._surroundings(self._places)

    @cached_property
    def text_surroundings(self) -> Surroundings:
        """The same of texts alone."""
        return self._surroundings(None)

    def _surroundings(self, places: Part | None) -> Surroundings:
        columns = None if places is None else self._store.read(places)
        roles = self._store.read(self._roles) or {}
        return surroundings_of(self.texts.columns, self._neighbours(RERANKED, None)[1], columns, roles, self._share)

    @cached_property
    def crowding(self) -> NDArray[np.float64]:
        """How near every article's own neighbours are, shape (n,); see `recommender.neighbours.hubness`."""
        known = self._deepest.get(None) or (0, *self._neighbours(RERANKED, None))
        crowding: NDArray[np.float64] = known[2]["crowding"]
        return crowding

    def content_names(self, view: str | None = None) -> list[bytes]:
        """By row: what names an article and its texts, all of them or those of one view."""
        if view not in self._names:
            views = list(self._settings.views) if view in (None, WORDS) else [view]
            self._names[view] = [
                b"\0".join((article.key.encode(), (article.language or "").encode(), b""))
                + b"".join(texts[name].digest for name in views if name is not None)
                for article, texts in zip(self._corpus.articles, self._corpus.texts, strict=True)
            ]
        return self._names[view]

    def content_name(self, view: str | None = None) -> bytes:
        """Names all articles with their texts, or those of one view."""
        if view not in self._contents:
            self._contents[view] = digest(*self.content_names(view))
        return self._contents[view]

    def truncation(self) -> Truncation:
        """How much of the site's text the model reads in pieces."""
        recipe = digest(self._source.vectors_name, repr(sorted(self._settings.views)).encode())
        part = part_of(TRUNCATION, recipe, self.content_name(), slot=digest(self._where.site, recipe))
        columns = self._store.read(part)
        if columns is None:
            chars = {
                view: np.array([texts[view].chars for texts in self._corpus.texts], dtype=np.float64)
                for view in self._settings.views
            }
            columns = truncate(self.texts.columns, chars)
            self._store.write(part, columns)
        return Truncation(int(columns["articles"][0]), float(columns["share"][0]))

    @cached_property
    def duplicates(self) -> Duplicates:
        """The articles that say the same."""
        threshold = self._settings.links.duplicate_score
        if not len(self._corpus):
            return Duplicates(DUPLICATE_SCORE if threshold is None else threshold, np.empty(0, np.int32))
        recipe = repr((TERMS_VERSION, sorted(self._settings.views.items()), self._settings.words, threshold)).encode()
        made_by = (self._source.vectors_name, recipe)
        made_from = (*made_by, self._targets.tobytes(), self.content_name(), self._titles.name)
        part = part_of(DUPLICATES, *made_from, slot=digest(self._where.site, *made_by))
        columns = self._kept(DUPLICATES, part, lambda: (self._ranked_part, self._share, self._title_numbers, threshold))
        return Duplicates(float(columns["threshold"][0]), columns["labels"])

    def map(self, model: str, most: int, seed: int) -> NDArray[np.float64]:
        """All articles in two dimensions, shape (n, 2); see `recommender.stages.map.place_all`.

        Parameters
        ----------
        model : str
            Identity of the model.
        """
        recipe = repr((most, seed, self._settings.words, sorted(self._settings.views.items()))).encode()
        part = part_of(MAP, model.encode(), recipe, self.content_name(), slot=digest(self._where.site, recipe))
        many = len(self._corpus) > most
        columns = self._kept(MAP, part, lambda: (self._ranked_part if many else None, self._share, most, seed))
        coordinates: NDArray[np.float64] = columns["coordinates"]
        return coordinates

    def _kept(self, of: Stage, part: Part, arguments: Callable[[], tuple[Any, ...]]) -> Columns:
        """The columns of a part that is made by one call from the space and more arguments."""
        columns = self._store.read(part)
        if columns is None:
            # Parts that it is made from come first, with stages of their own.
            held = (self._source.part(), *arguments())
            [columns] = self.made(of, [Call(part, held)])
            if not self._store.has(part):
                self._store.write(part, columns)
        return columns

    def made(self, of: Stage, calls: Sequence[Call]) -> list[Columns]:
        """The columns of the parts of a stage, in their order; what is not there is made."""
        with stage(self._where.reporter, of.title, len(calls)) as advance:
            found = []
            for columns in self._where.executor.map(of, calls):
                found.append(columns)
                advance()
        return found

    def _recipe(self, view: str | None) -> bytes:
        words = (WEIGHTS_VERSION, self._source.terms_name)
        if view == WORDS:
            return digest(WORDS.encode(), *words)
        weights = self._settings.views if view is None else {view: 1.0}
        vectors = digest(self._source.vectors_name, repr(sorted(weights.items())).encode())
        return digest(vectors, repr(self._share).encode(), *words) if view is None else vectors

    def _part(self, of: Stage, view: str | None, depth: int) -> Part:
        recipe = digest(self._recipe(view), depth.to_bytes(8, "little"), repr(self._search_kind(view)).encode())
        return part_of(
            of,
            recipe,
            self.content_name(view),
            self._targets.tobytes(),
            slot=digest(self._where.site, recipe),
        )

    @property
    def ranking_name(self) -> bytes:
        """Names all that the default ranking is made from: texts, model, weights and who may be linked."""
        neighbours = self._part(NEIGHBOURS, None, RERANKED)
        return digest(self._recipe(None), PROFILES_VERSION, model_name(), neighbours.name)

    def _search_kind(self, view: str | None) -> float:
        """How much is asked of the search: 1 for all neighbours."""
        by_vectors = self._share == 0 if view is None else view != WORDS
        known = self._where.thresholds
        up_to = known.exact_on_gpu_up_to if by_vectors and has_cuda() else known.exact_up_to
        return 1.0 if len(self._corpus) <= up_to else self._settings.links.recall

    def _nearest(self, depth: int, view: str | None) -> Candidates:
        """Neighbours by all texts or by one view, undiscounted."""
        full = max(depth, RERANKED)
        if view not in self._found or self._found[view].depth < min(full, len(self._targets)):
            self._found[view] = unpacked(self._neighbours(full, view)[1])
        found = self._found[view]
        return Candidates(found.indices[:, :depth], found.scores[:, :depth])

    def _neighbours(self, depth: int, view: str | None) -> tuple[Part, Columns]:
        """At least the `depth` nearest of every article."""
        known = self._deepest.get(view)
        if known is not None and (known[0] == depth or (known[0] > depth and self._search_kind(view) == 1)):
            return known[1], known[2]
        part = self._part(NEIGHBOURS, view, depth)
        columns = self._store.read(part)
        if columns is None:
            least_recall = self._search_kind(view)
            columns = self._searched(depth, view, part) if least_recall == 1 else self._nearly(depth, view, part)
            self._store.write(part, columns)
        self._note_audit(view, columns)
        self._deepest[view] = depth, part, columns
        return part, columns

    def _note_audit(self, view: str | None, columns: Columns) -> None:
        audit = audit_of(columns)
        if audit is not None:
            self.audits[view] = audit

    def _searched(self, depth: int, view: str | None, part: Part) -> Columns:
        """All neighbours: those of the last run brought up to date, or searched anew."""
        names = [digest(name) for name in self._row_names(view)]
        kept = {"names": names_column(names), "targets": self._targets}
        old = self._store.last(part)
        # Lists as wide as the corpus change their width with it.
        if old is not None and len(self._targets) > 2 * depth:
            change = change_of(old, names, self._targets)
            if change is not None:
                with stage(self._where.reporter, "update neighbours"):
                    found = update(unpacked(old), change, self.texts.space(view, self._share), self._targets)
                return with_crowding(found) | kept
        n = len(self._corpus)
        space = self._source.part()
        held = (space, self._roles, view, self._share, depth)
        threads = self._where.executor.threads
        return (
            self._gathered(SEARCH, part, [(*held, *bounds, threads) for bounds in self._where.executor.ranges(n, n)])
            | kept
        )

    @property
    def _ranked_part(self) -> Part:
        return self._ranking(RERANKED, self._has_places)[0]

    def _ranking(self, depth: int, placed: bool) -> tuple[Part, Columns]:
        recipe = digest(self._recipe(None), PROFILES_VERSION, model_name(), bytes([placed]))
        of_neighbours = self._part(NEIGHBOURS, None, depth)
        made_from = (recipe, of_neighbours.name, self._places_part.name if placed else b"")
        part = part_of(RANK, *made_from, slot=digest(recipe, of_neighbours.slot))
        columns = self._store.read(part)
        if columns is not None:
            self._note_audit(None, columns)
            return part, columns
        neighbours, found = self._neighbours(depth, None)
        threads = self._where.executor.threads
        lists = part_of(LISTS, *made_from, slot=part.slot)
        before = self._store.last(lists) if threads is None else None
        places = self._places if placed else None
        if threads is None and self._share > 0:
            # Words of profiles are a stage of their own, which comes first.
            _ = self.texts.profiles
        held = (self._source.part(), neighbours, self._roles, places, before, self._share, depth)
        ranges = self._where.executor.ranges(len(self._corpus), _ROWS_AT_ONCE)
        columns = self._gathered(RANK, part, [(*held, *bounds, threads) for bounds in ranges])
        if "audit" in found:
            columns["audit"] = found["audit"]
        if threads is None:
            self._store.write(lists, {name: columns.pop(name) for name in ("lists", "placed")})
        self._store.write(part, columns)
        return part, columns

    def _gathered(self, of: Stage, whole: Part, arguments: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        """The columns of a stage whose calls each make some rows, in order."""
        calls = [
            Call(part_of(of, whole.name, repr(one[-3:-1]).encode(), number=number), one)
            for number, one in enumerate(arguments)
        ]
        found = self.made(of, calls)
        if len(found) == 1:
            return dict(found[0])
        columns = {}
        for name in found[0]:
            parts = [one[name] for one in found]
            columns[name] = scratch.empty((sum(map(len, parts)), *parts[0].shape[1:]), parts[0].dtype)
            np.concatenate(parts, out=columns[name])
        return columns

    def _row_names(self, view: str | None) -> Iterable[bytes]:
        """By row: names that tell whether the score of two rows can have changed."""
        if view not in (None, WORDS) or self._share == 0:
            return self.content_names(view)
        rows = self.texts.row_names()
        if view is None:
            return [name + row for name, row in zip(self.content_names(None), rows, strict=True)]
        return [article.key.encode() + b"\0" + row for article, row in zip(self._corpus.articles, rows, strict=True)]

    def _nearly(self, depth: int, view: str | None, part: Part) -> Columns:
        """Nearly all neighbours, by cells: those of the last run where nothing changed near them."""
        # Small sites start without them.
        from recommender.neighbours.approximate import lay_out, nearly_nearest
        from recommender.neighbours.join import first_effort
        from recommender.stages.cells import Compared, SharedSearch
        from recommender.stages.memo import CellMemo, layout_columns, layout_of

        space, executor = self.texts.space(view, self._share), self._where.executor
        hashes = self._hashes
        least_recall, effort = self._settings.links.recall, self._where.thresholds.effort
        if executor.threads is not None:
            by, first = Compared(view, self._share), effort or first_effort(space)
            held = (self._source.part(), self._roles, space, hashes, self._targets)
            shared = SharedSearch(*held, by, depth, first, executor, self.made, part.name)
            candidates, audit = shared.run(least_recall)
            return with_crowding(candidates) | audit_columns(audit)
        layout = layout_of(self._store.last(part))
        if layout is None or not layout.serves(space):
            layout = lay_out(space, hashes, effort)
        memo = CellMemo(self._store.cache, part.slot, [digest(name) for name in self._row_names(view)], depth)
        with stage(self._where.reporter, "search neighbours", len(self._corpus)) as advance:
            found = nearly_nearest(
                space,
                depth,
                hashes,
                targets=self._targets,
                least_recall=least_recall,
                layout=layout,
                memo=memo,
                advance=advance,
            )
        return with_crowding(found.candidates) | audit_columns(found.audit) | layout_columns(found.layout)
