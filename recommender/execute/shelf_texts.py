"""The texts of a site opened in one process: vectors and words of earlier runs, or made from its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import Corpus
from recommender.digest import digest
from recommender.embedder.encoder import Encoder
from recommender.execute.missing import MissingTexts
from recommender.execute.site_profiles import site_profiles
from recommender.execute.site_vectors import SiteVectors
from recommender.execute.site_words import SiteWords
from recommender.execute.terms import TermShelf
from recommender.execute.vectors import VectorShelves
from recommender.lexical.letters import title_runs, title_sizes
from recommender.lexical.weights import titles_by_parts
from recommender.progress import Reporter, stage
from recommender.settings import Settings
from recommender.stages.names import titles_name
from recommender.stages.shard import SPACE
from recommender.stages.space import (
    LETTERS,
    PROFILE_COLUMNS,
    TITLE_COLUMNS,
    WORD_COLUMNS,
    title_columns,
    word_columns,
)
from recommender.stages.stage import Part, Ragged, Store, part_of
from recommender.stages.texts import terms_name


class ShelfTexts:
    """The texts of a content folder, made when they are first asked for.

    Parameters
    ----------
    jobs : int, optional
        Processes; by default one per processor.
    name : bytes
        Distinguishes the articles from others of the folder.
    """

    def __init__(
        self,
        content: Path,
        corpus: Corpus,
        settings: Settings,
        encoder: Encoder,
        shelves: VectorShelves,
        terms: TermShelf,
        store: Store,
        reporter: Reporter,
        jobs: int | None = None,
        name: bytes = b"",
    ) -> None:
        self._content = content
        self._corpus = corpus
        self._settings = settings
        self._encoder = encoder
        self._shelves = shelves
        self._vectors = shelves.of(encoder)
        self._terms = terms
        self._store = store
        self._reporter = reporter
        self._jobs = jobs
        self._name = name
        self._missing = MissingTexts(content, corpus, settings, jobs, reporter)
        self.vectors_name = self._vectors.space
        self.terms_name = terms.space

    def with_model(self, settings: Settings, encoder: Encoder) -> ShelfTexts:
        """The same articles with another model."""
        texts = (self._content, self._corpus, settings, encoder, self._shelves, self._terms)
        return ShelfTexts(*texts, self._store, self._reporter, self._jobs, self._name)

    def among(self, corpus: Corpus, name: bytes) -> ShelfTexts:
        """Some of the articles, compared among themselves."""
        texts = (self._content, corpus, self._settings, self._encoder, self._shelves, self._terms)
        return ShelfTexts(*texts, self._store, self._reporter, self._jobs, name)

    def part(self) -> Part:
        return self._part

    @cached_property
    def _part(self) -> Part:
        own = self.vectors_name + self._name
        part = part_of(SPACE, own, self.terms_name, slot=own)
        self._store.hold(part, _Lazy({**self._of_vectors(), **self._of_words()}))
        return part

    def _of_vectors(self) -> dict[str, Callable[[], dict[str, Any]]]:
        found: dict[str, Callable[[], dict[str, Any]]] = {"vectors": self._fused}
        for view in self._settings.views:
            found[f"view.{view}"] = lambda view=view: {f"view.{view}": self._of_view(view)}  # type: ignore[misc]
            found |= dict.fromkeys((f"chunks.{view}", f"cut.{view}"), self._fused)
        return found

    def _of_words(self) -> dict[str, Callable[[], dict[str, Any]]]:
        found: dict[str, Callable[[], dict[str, Any]]] = dict.fromkeys(WORD_COLUMNS, self._weighed)
        found |= dict.fromkeys(TITLE_COLUMNS, self._titled) | dict.fromkeys(PROFILE_COLUMNS, self._profiled)
        return found | {"prints": self._printed, "letters": self._lettered, "title_sizes": self._lettered}

    def _of_view(self, view: str) -> NDArray[np.float32]:
        self._encode(range(len(self._corpus)))
        return self._vectors.take([texts[view].digest for texts in self._corpus.texts]).vectors

    def _fused(self) -> dict[str, Any]:
        names = {view: [texts[view].digest for texts in self._corpus.texts] for view in self._settings.views}
        shelf, dim = self._vectors, self._encoder.dim
        found = SiteVectors(names, self._settings.views, shelf, dim, self._store, self._site, self._encode).columns
        self._vectors.forget_kept()
        return {name: values for name, values in found.items() if name != "names"}

    @property
    def _site(self) -> bytes:
        return digest(os.fsencode(os.path.realpath(self._content)), self._name)

    @cached_property
    def _words(self) -> SiteWords:
        words = SiteWords(self._term_names, self._terms, self._store, self._site)
        self._missing.count(self._terms, self._term_names, words.missing)
        return words

    def _weighed(self) -> dict[str, Any]:
        words = self._words
        with stage(self._reporter, "weigh words"):
            found = words.weighed
        self._terms.forget_kept()
        return word_columns(found.weights, found.vocabulary, found.row_names)

    def _titled(self) -> dict[str, Any]:
        return title_columns(titles_by_parts(self._words.parts, self._words.weighed.vocabulary))

    def _profiled(self) -> dict[str, Any]:
        words = self._words
        with stage(self._reporter, "weigh words"):
            found = dict(site_profiles(words, self._settings.title_count, self._store, self._site))
        self._terms.forget_kept()
        return found

    def _printed(self) -> dict[str, Any]:
        return {"prints": self._words.prints()}

    def _lettered(self) -> dict[str, Any]:
        titles = [article.title for article in self._corpus.articles]
        part = part_of(LETTERS, titles_name(titles), slot=self._site)
        found = self._store.read(part)
        if found is None:
            found = {"letters": Ragged(*title_runs(titles)), "title_sizes": title_sizes(titles)}
            self._store.write(part, found)
        return dict(found)

    @cached_property
    def _term_names(self) -> list[bytes]:
        fields, found = self._settings.word_fields, zip(self._corpus.texts, self._corpus.articles, strict=True)
        return [terms_name(texts, fields, article.language) for texts, article in found]

    def _encode(self, rows: Iterable[int]) -> None:
        """Encode what no run has encoded of the texts of some articles."""
        self._missing.encode(self._vectors, self._encoder, rows)


class _Lazy(Mapping[str, Any]):
    """Columns that are made when they are first asked for, some together."""

    def __init__(self, makers: Mapping[str, Callable[[], dict[str, Any]]]) -> None:
        self._makers = makers
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._makers:
            raise KeyError(name)
        if name.startswith("view."):
            # As large as all texts together, and seldom asked for twice.
            return self._makers[name]()[name]
        if name not in self._made:
            self._made |= self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
