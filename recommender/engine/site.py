"""A site whose articles, vectors, words and neighbours come from the files of the stages."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import assemble
from recommender.corpus.sharing import SharedValues
from recommender.engine.embed import records_of, vectors_of
from recommender.engine.join import load_neighbours
from recommender.engine.order import rows_of
from recommender.engine.stages import Stages
from recommender.engine.tables import array, read_table
from recommender.engine.words import load_vocabulary
from recommender.errors import InputError
from recommender.execute.cache import NoCache
from recommender.execute.ingest import Ingested
from recommender.execute.terms import TermShelf
from recommender.execute.vectors import VectorShelf
from recommender.lexical.weights import TermWeights
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.space import Space
from recommender.progress import Reporter
from recommender.site.similarity import TextSimilarity
from recommender.site.site import Site, Truncation


class StagedSite(Site):
    """A site for `recommender.site.recommend`, on the machine of the driver.

    What that asks for is read from the stages' files when it is asked for: for the default rules the articles without
    their texts and the neighbours, for some rules vectors and words as well.

    Parameters
    ----------
    stages : Stages
    content : Path
        The content folder as the user named it.
    reporter : Reporter
    jobs : int, optional
    """

    def __init__(self, stages: Stages, content: Path, reporter: Reporter, jobs: int | None = None) -> None:
        job, nothing = stages.job, NoCache()
        shared = SharedValues()
        records = [shared.file(record) for path in stages.articles for record in records_of(path)]
        super().__init__(
            content=content,
            settings=job.settings,
            encoder=job.encoder,
            ingested=Ingested(assemble(records, job.listing), len(job.listing.files), stages.files_read, 0),
            shelf=VectorShelf(nothing, job.encoder.identity, job.encoder.dim),
            terms=TermShelf(nothing, job.settings.word_fields),
            cache=nothing,
            reporter=reporter,
            jobs=jobs,
            today=job.today,
        )
        self._stages = stages

    @property
    def stages(self) -> Stages:
        return self._stages

    def vectors(self, view: str) -> NDArray[np.float32]:
        if view not in self.settings.views:
            raise InputError(f"expected one of the views {', '.join(self.settings.views)}; found {view!r}")
        found = np.zeros((len(self.corpus), self.encoder.dim), dtype=np.float32)
        for shard, path in enumerate(self._stages.vectors):
            places, rows = rows_of(self._stages.order, shard)
            found[rows] = vectors_of(path, view)[places]
        return found

    def truncation(self) -> Truncation:
        n = len(self.corpus)
        cut = np.zeros(n, dtype=np.bool_)
        behind = total = 0.0
        for view in self.settings.views:
            ratio = np.zeros(n, dtype=np.float32)
            for shard, path in enumerate(self._stages.vectors):
                places, rows = rows_of(self._stages.order, shard)
                held = read_table(path, [f"chunks.{view}", f"cut.{view}"])
                cut[rows] |= array(held, f"chunks.{view}")[places] > 1
                ratio[rows] = array(held, f"cut.{view}")[places]
            chars = np.array([texts[view].chars for texts in self.corpus.texts], dtype=np.float64)
            behind += float(chars @ ratio)
            total += float(chars.sum())
        return Truncation(int(cut.sum()), behind / total if total else 0.0)

    @cached_property
    def similarity(self) -> TextSimilarity:
        """How articles are compared by their texts."""
        return _StagedSimilarity(self, self._stages, self._shelf.space, self._terms.space, self._reporter)

    @cached_property
    def term_weights(self) -> TermWeights:
        """The strongest words and pairs of words of every article, and what they weigh."""
        files = self._stages.space
        vocabulary = load_vocabulary(tuple(self._stages.vocabulary))
        return TermWeights(files.words(), files.titles(), vocabulary)


class _StagedSimilarity(TextSimilarity):
    """Takes the neighbours by all texts, and what they are compared by, from the stages."""

    def __init__(self, site: Site, stages: Stages, vectors_name: bytes, terms_name: bytes, reporter: Reporter) -> None:
        super().__init__(site, NoCache(), vectors_name, terms_name, reporter)
        self._stages = stages

    @cached_property
    def space(self) -> Space:
        return self._stages.space.load()

    def _search(self, view: str | None, depth: int) -> Candidates:
        if view is not None:
            return super()._search(view, depth)
        found = self._stages.neighbours(depth)
        if found.audit is not None:
            self.audits[None] = found.audit
        return load_neighbours(found.paths)
