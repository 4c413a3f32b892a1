"""The texts of a site whose parts are files: read, encoded and weighed by shards, and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import Corpus
from recommender.corpus.folder import Listing
from recommender.corpus.sharing import SharedValues
from recommender.digest import digest
from recommender.embedder.encoder import Encoder
from recommender.execute.here import InFiles
from recommender.execute.ingest import Ingested, article_space, settled_corpus
from recommender.execute.shards import shards_of
from recommender.lexical.profiles import PROFILES_VERSION
from recommender.lexical.weights import WEIGHTS_VERSION
from recommender.progress import Reporter, stage
from recommender.settings import Settings
from recommender.stages.cache import NoCache
from recommender.stages.names import counting_name, encoding_name
from recommender.stages.shard import (
    COUNT,
    EMBED,
    ENCODE,
    READ,
    SPACE,
    VOCABULARY,
    WEIGH,
    records_of,
)
from recommender.stages.stage import Before, Call, Columns, Part, Stage, part_of

# Articles whose terms one call puts together.
_ARTICLES_PER_RANGE = 1_000_000


class _Shard(NamedTuple):
    """A shard: its articles and vectors, which of its lines are articles of the site, and their rows."""

    articles: Part
    vectors: Part
    places: NDArray[np.int32]
    rows: NDArray[np.int32]


class ShardTexts:
    """The texts of a content folder, made when they are first asked for.

    Parameters
    ----------
    content : Path
        The content folder, absolute: the same on all workers.
    encoder : Encoder
        Names the model; workers load their own.
    listing : Listing
        The files of the folder.
    shards : int, optional
        To how many calls the files are shared out; by default by their number.
    corpus : Corpus, optional
        The articles that are compared; by default all of the folder.
    """

    def __init__(
        self,
        content: Path,
        settings: Settings,
        encoder: Encoder,
        listing: Listing,
        executor: InFiles,
        reporter: Reporter,
        shards: int | None = None,
        corpus: Corpus | None = None,
    ) -> None:
        self._content = content
        self._settings = settings
        self._encoder = encoder
        self._listing = listing
        self._store = executor.store
        self._executor = executor
        self._reporter = reporter
        self._shards = shards_of(listing.files, shards)
        self._count = shards
        self._corpus = corpus
        self._used: list[ShardTexts] = []
        self.vectors_name = encoding_name(encoder.identity)
        self.terms_name = counting_name(settings.word_fields)

    def with_model(self, settings: Settings, encoder: Encoder) -> ShardTexts:
        """The same articles with another model."""
        listing = self._listing
        if self._corpus is not None:
            paths = {article.path for article in self._corpus.articles}
            listing = replace(listing, files=tuple(file for file in listing.files if file.path in paths))
        texts = (self._content, settings, encoder, listing, self._executor, self._reporter, self._count)
        return self._kept(ShardTexts(*texts, self._corpus))

    def among(self, corpus: Corpus, name: bytes) -> ShardTexts:
        """Some of the articles, compared among themselves."""
        texts = (self._content, self._settings, self._encoder, self._listing, self._executor, self._reporter)
        return self._kept(ShardTexts(*texts, self._count, corpus))

    def _kept(self, texts: ShardTexts) -> ShardTexts:
        self._used.append(texts)
        return texts

    @cached_property
    def ingested(self) -> Ingested:
        """The articles, and how many files were read by this run."""
        shared, first = SharedValues(), len(self._executor.tally.done)
        records = [shared.file(record) for columns in self._made(*self._articles) for record in records_of(columns)]
        done = self._executor.tally.done[first:]
        read = sum(len(self._shards[one.part].paths) for one in done)
        corpus = settled_corpus(self._content, self._settings, records, self._listing, NoCache(), self._reporter)
        return Ingested(corpus, len(self._listing.files), read, 0)

    def part(self) -> Part:
        if not self._store.has(self._space.part):
            self._made(*self._articles)
            for of, calls in (self._vectors, self._counted, self._vocabulary, self._weighed, (SPACE, [self._space])):
                if calls:
                    self._made(of, calls)
        return self._space.part

    def keep(self) -> None:
        """Mark as used what this run would have asked for if it had had to."""
        for _, calls in (self._articles, self._vectors, self._counted, self._vocabulary, self._weighed):
            for call in calls:
                self._store.has(call.part)
        self._store.has(self._space.part)
        for texts in self._used:
            texts.keep()

    def _made(self, of: Stage, calls: Sequence[Call]) -> list[Columns]:
        with stage(self._reporter, of.title, len(calls)) as advance:
            self._executor.make(of, calls, advance)
        return list(self._executor.map(of, calls))

    @cached_property
    def _articles(self) -> tuple[Stage, list[Call]]:
        """By shard: articles and terms, and where the model is light their vectors."""
        from recommender.embedder.text import PREPARATION

        settings, encoder = self._settings, self._encoder
        fields = counting_name(settings.word_fields) if settings.words.share > 0 else b""
        recipe = digest(article_space(settings, self._content), fields, PREPARATION.encode())
        of = EMBED if encoder.light else READ
        if encoder.light:
            recipe = digest(recipe, encoder.identity.encode())
        calls = []
        for number, shard in enumerate(self._shards):
            part = part_of(of, recipe, shard.name, number=number, slot=self.vectors_name)
            encoding = (settings.model, Before(part)) if encoder.light else ()
            calls.append(Call(part, (self._content, shard.paths, settings, *encoding)))
        return of, calls

    @cached_property
    def _vectors(self) -> tuple[Stage, list[Call]]:
        """By shard: the vectors of its articles' texts, where they are no part of the articles."""
        if self._encoder.light:
            return ENCODE, []
        views, calls = tuple(sorted(self._settings.views)), []
        for call in self._articles[1]:
            made_from = (self._encoder.identity.encode(), call.part.name)
            part = part_of(ENCODE, *made_from, number=call.part.number, slot=self.vectors_name)
            calls.append(Call(part, (call.part, views, self._settings.model, Before(part))))
        return ENCODE, calls

    @cached_property
    def _compared(self) -> Corpus:
        return self.ingested.corpus if self._corpus is None else self._corpus

    @cached_property
    def _order(self) -> list[_Shard]:
        """The shards that hold articles which are compared; all of them, if those of the whole folder are."""
        by_path = {article.path: row for row, article in enumerate(self._compared.articles)}
        found = []
        for shard, articles, vectors in zip(
            self._shards, self._articles[1], self._vectors[1] or self._articles[1], strict=True
        ):
            rows = np.array([by_path.get(path, -1) for path in shard.paths], dtype=np.int32)
            if self._corpus is None or (rows >= 0).any():
                places = np.flatnonzero(rows >= 0).astype(np.int32)
                found.append(_Shard(articles.part, vectors.part, places, rows[rows >= 0]))
        return found

    @cached_property
    def _counted(self) -> tuple[Stage, list[Call]]:
        if self._settings.words.share == 0:
            return COUNT, []
        return COUNT, [
            Call(part_of(COUNT, held.name, own.places.tobytes(), number=held.number), (held, own.places))
            for own in self._order
            for held in (own.articles,)
        ]

    @cached_property
    def _vocabulary(self) -> tuple[Stage, list[Call]]:
        """The terms that compare articles; none where words do not count."""
        counted, n = tuple(call.part for call in self._counted[1]), len(self._compared)
        if not counted:
            return VOCABULARY, []
        parts = max(1, n // _ARTICLES_PER_RANGE)
        names = (WEIGHTS_VERSION, str((n, parts)).encode(), *(part.name for part in counted))
        return VOCABULARY, [
            Call(part_of(VOCABULARY, *names, number=number), (counted, number, parts, n)) for number in range(parts)
        ]

    @cached_property
    def _weighed(self) -> tuple[Stage, list[Call]]:
        """By shard: what its articles are compared by."""
        views = tuple(self._settings.views.items())
        terms = tuple(call.part for call in self._vocabulary[1])
        how = (views, self._settings.title_count, len(self._compared))
        recipe = digest(WEIGHTS_VERSION, PROFILES_VERSION, repr(how).encode(), *(part.name for part in terms))
        calls = []
        for number, own in enumerate(self._order):
            made_from = (own.articles.name, own.vectors.name, own.places.tobytes())
            part = part_of(WEIGH, recipe, *made_from, number=number)
            calls.append(Call(part, (own.articles, own.vectors, own.places, terms, *how)))
        return WEIGH, calls

    @cached_property
    def _space(self) -> Call:
        weighed, terms = (tuple(call.part for call in calls) for _, calls in (self._weighed, self._vocabulary))
        rows = [own.rows for own in self._order]
        names = [part.name for part in weighed]
        return Call(part_of(SPACE, *names, *(own.tobytes() for own in rows)), (weighed, rows, terms))
