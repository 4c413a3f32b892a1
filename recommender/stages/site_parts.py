"""The parts of a site from which a plan makes all others, their names, and how a part is made."""

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
from recommender.lexical.weights import WEIGHTS_VERSION
from recommender.neighbours.cells import key_hashes
from recommender.neighbours.recall import Thresholds
from recommender.progress import Reporter, stage
from recommender.ranker.places import article_places, place_columns
from recommender.settings import Settings
from recommender.stages.duplicates import TITLES
from recommender.stages.names import titles_name
from recommender.stages.neighbours import (
    PLACES,
    ROLES,
)
from recommender.stages.space import WORDS, Texts, texts_of
from recommender.stages.stage import Call, Columns, Executor, Part, Stage, Store, part_of

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


class SiteParts:
    """The texts of a site, where its articles are and who may be linked, as parts; and the names of what they say.

    Parameters
    ----------
    targets : int32 array
        Rows of the articles that may be linked, ascending.
    """

    def __init__(
        self, corpus: Corpus, settings: Settings, targets: NDArray[np.int32], source: TextSource, where: Where
    ) -> None:
        self.corpus = corpus
        self.settings = settings
        self.targets = targets
        self.source = source
        self.where = where
        self.store = where.store
        self.share = settings.words.share
        self._names: dict[str | None, list[bytes]] = {}
        self._contents: dict[str | None, bytes] = {}

    @cached_property
    def texts(self) -> Texts:
        """The texts of all articles as they are compared."""
        part = self.source.part()
        columns = self.store.read(part)
        if columns is None:
            raise ValueError(f"{part.stage} was made and is not there")
        return texts_of(columns)

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        return key_hashes(article.key.encode() for article in self.corpus.articles)

    @cached_property
    def roles(self) -> Part:
        """The part of ``targets``, rows that may be linked, and of the ``hashes`` of all keys."""
        columns = {"targets": self.targets, "hashes": self.hashes}
        part = part_of(ROLES, self.targets.tobytes(), self.hashes.tobytes(), slot=self.where.site)
        if not self.store.has(part):
            self.store.hold(part, columns)
        return part

    @property
    def has_places(self) -> bool:
        return not self.settings.links.text_only

    @cached_property
    def places_part(self) -> Part:
        """Names where the articles are, and what they link in their texts."""
        articles = self.corpus.articles
        paths = "\0".join(article.path for article in articles).encode("utf-8", "surrogateescape")
        links = msgspec.msgpack.encode([article.text_links for article in articles if article.text_links])
        # What a link leads to depends on the settings.
        settings = repr(self.settings).encode() if links != _NO_LINKS else b""
        return part_of(PLACES, paths, links, settings, slot=self.where.site)

    @cached_property
    def places(self) -> Part | None:
        """The part of `place_columns`; None where texts alone are compared."""
        if not self.has_places:
            return None
        part = self.places_part
        if not self.store.has(part):
            articles = self.corpus.articles
            known = any(article.text_links for article in articles)
            links = text_links(articles if known else (), self.settings)
            self.store.write(part, place_columns(article_places(articles, links)))
        return part

    @cached_property
    def titles(self) -> Part:
        """Names the titles of all articles."""
        name = titles_name(article.title for article in self.corpus.articles)
        return part_of(TITLES, name, slot=self.where.site)

    @property
    def title_numbers(self) -> NDArray[np.uint32]:
        """See `title_numbers`; kept, since few edits touch a title."""
        columns = self.store.read(self.titles)
        if columns is None:
            columns = {"numbers": title_numbers(article.title for article in self.corpus.articles)}
            self.store.write(self.titles, columns)
        numbers: NDArray[np.uint32] = columns["numbers"]
        return numbers

    def content_names(self, view: str | None = None) -> list[bytes]:
        """By row: what names an article and its texts, all of them or those of one view."""
        if view not in self._names:
            views = list(self.settings.views) if view in (None, WORDS) else [view]
            self._names[view] = [
                b"\0".join((article.key.encode(), (article.language or "").encode(), b""))
                + b"".join(texts[name].digest for name in views if name is not None)
                for article, texts in zip(self.corpus.articles, self.corpus.texts, strict=True)
            ]
        return self._names[view]

    def content_name(self, view: str | None = None) -> bytes:
        """Names all articles with their texts, or those of one view."""
        if view not in self._contents:
            self._contents[view] = digest(*self.content_names(view))
        return self._contents[view]

    def row_names(self, view: str | None) -> Iterable[bytes]:
        """By row: names that tell whether the score of two rows can have changed."""
        if view not in (None, WORDS) or self.share == 0:
            return self.content_names(view)
        rows = self.texts.row_names()
        if view is None:
            return [name + row for name, row in zip(self.content_names(None), rows, strict=True)]
        return [article.key.encode() + b"\0" + row for article, row in zip(self.corpus.articles, rows, strict=True)]

    def recipe(self, view: str | None) -> bytes:
        words = (WEIGHTS_VERSION, self.source.terms_name)
        if view == WORDS:
            return digest(WORDS.encode(), *words)
        weights = self.settings.views if view is None else {view: 1.0}
        vectors = digest(self.source.vectors_name, repr(sorted(weights.items())).encode())
        return digest(vectors, repr(self.share).encode(), *words) if view is None else vectors

    def part_of_search(self, of: Stage, view: str | None, depth: int) -> Part:
        recipe = digest(self.recipe(view), depth.to_bytes(8, "little"), repr(self.recall(view)).encode())
        return part_of(
            of,
            recipe,
            self.content_name(view),
            self.targets.tobytes(),
            slot=digest(self.where.site, recipe),
        )

    def recall(self, view: str | None) -> float:
        """How much is asked of the search: 1 for all neighbours."""
        by_vectors = self.share == 0 if view is None else view != WORDS
        known = self.where.thresholds
        up_to = known.exact_on_gpu_up_to if by_vectors and has_cuda() else known.exact_up_to
        return 1.0 if len(self.corpus) <= up_to else self.settings.links.recall

    def kept(self, of: Stage, part: Part, arguments: Callable[[], tuple[Any, ...]]) -> Columns:
        """The columns of a part that is made by one call from the space and more arguments."""
        columns = self.store.read(part)
        if columns is None:
            # Parts that it is made from come first, with stages of their own.
            held = (self.source.part(), *arguments())
            [columns] = self.made(of, [Call(part, held)])
            if not self.store.has(part):
                self.store.write(part, columns)
        return columns

    def made(self, of: Stage, calls: Sequence[Call]) -> list[Columns]:
        """The columns of the parts of a stage, in their order; what is not there is made."""
        with stage(self.where.reporter, of.title, len(calls)) as advance:
            found = []
            for columns in self.where.executor.map(of, calls):
                found.append(columns)
                advance()
        return found

    def gathered(self, of: Stage, whole: Part, arguments: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
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
