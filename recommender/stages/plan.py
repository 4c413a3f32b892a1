"""The plan: what is made from what, however it is run and wherever it is kept.

A part is asked for by the names of what it is made from, and made only where the store does not have it: after a run
that changed nothing no vector is read, after one edit its own neighbourhood is searched.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.lexical.profiles import PROFILES_VERSION
from recommender.lexical.terms import TERMS_VERSION
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import rounded
from recommender.neighbours.recall import Audit
from recommender.neighbours.rerank import RERANKED
from recommender.neighbours.space import Space
from recommender.ranker.list_score import default_model, model_name, score_pairs
from recommender.ranker.list_signals import Surroundings
from recommender.selection.duplicates import DUPLICATE_SCORE, Duplicates
from recommender.stages.duplicates import DUPLICATES
from recommender.stages.map import MAP
from recommender.stages.neighbours import (
    LISTS,
    NEIGHBOURS,
    RANK,
    surroundings_of,
    unpacked,
)
from recommender.stages.search import NeighbourSearch
from recommender.stages.site_parts import SiteParts
from recommender.stages.space import Texts
from recommender.stages.stage import Columns, Part, part_of
from recommender.stages.truncation import TRUNCATION, Truncation, truncate

_ROWS_AT_ONCE = 65_536


class Plan:
    """What follows from the texts of a site, each step made when it is first asked for.

    Parameters
    ----------
    parts : SiteParts
        What it begins with.
    """

    def __init__(self, parts: SiteParts) -> None:
        self.parts = parts
        self.search = NeighbourSearch(parts)
        self._ranked: dict[tuple[int, bool], Candidates] = {}

    @property
    def texts(self) -> Texts:
        """The texts of all articles as they are compared."""
        return self.parts.texts

    @property
    def audits(self) -> dict[str | None, Audit]:
        """By view, of the searches that were not exact; None for all texts."""
        return self.search.audits

    @property
    def space(self) -> Space:
        """Words and vectors together, in the configured shares."""
        return self.parts.texts.space(None, self.parts.share)

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
        if not len(self.parts.corpus):
            return Candidates(np.empty((0, 1), np.int32), np.empty((0, 1), np.float64))
        if view is not None:
            return self.search.nearest(depth, view)
        # Scores after the first fifty depend on how many are ranked.
        full, placed = max(depth, RERANKED), not text_only and self.parts.has_places
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
        return self._surroundings(self.parts.places)

    @cached_property
    def text_surroundings(self) -> Surroundings:
        """The same of texts alone."""
        return self._surroundings(None)

    def _surroundings(self, places: Part | None) -> Surroundings:
        columns = None if places is None else self.parts.store.read(places)
        roles = self.parts.store.read(self.parts.roles) or {}
        return surroundings_of(
            self.parts.texts.columns, self.search.neighbours(RERANKED, None)[1], columns, roles, self.parts.share
        )

    @cached_property
    def crowding(self) -> NDArray[np.float64]:
        """How near every article's own neighbours are, shape (n,); see `recommender.neighbours.hubness`."""
        crowding: NDArray[np.float64] = self.search.found()["crowding"]
        return crowding

    def truncation(self) -> Truncation:
        """How much of the site's text the model reads in pieces."""
        recipe = digest(self.parts.source.vectors_name, repr(sorted(self.parts.settings.views)).encode())
        part = part_of(TRUNCATION, recipe, self.parts.content_name(), slot=digest(self.parts.where.site, recipe))
        columns = self.parts.store.read(part)
        if columns is None:
            chars = {
                view: np.array([texts[view].chars for texts in self.parts.corpus.texts], dtype=np.float64)
                for view in self.parts.settings.views
            }
            columns = truncate(self.parts.texts.columns, chars)
            self.parts.store.write(part, columns)
        return Truncation(int(columns["articles"][0]), float(columns["share"][0]))

    @cached_property
    def duplicates(self) -> Duplicates:
        """The articles that say the same."""
        threshold = self.parts.settings.links.duplicate_score
        if not len(self.parts.corpus):
            return Duplicates(DUPLICATE_SCORE if threshold is None else threshold, np.empty(0, np.int32))
        recipe = repr(
            (TERMS_VERSION, sorted(self.parts.settings.views.items()), self.parts.settings.words, threshold)
        ).encode()
        made_by = (self.parts.source.vectors_name, recipe)
        made_from = (*made_by, self.parts.targets.tobytes(), self.parts.content_name(), self.parts.titles.name)
        part = part_of(DUPLICATES, *made_from, slot=digest(self.parts.where.site, *made_by))
        columns = self.parts.kept(
            DUPLICATES, part, lambda: (self._ranked_part, self.parts.share, self.parts.title_numbers, threshold)
        )
        return Duplicates(float(columns["threshold"][0]), columns["labels"])

    def map(self, model: str, most: int, seed: int) -> NDArray[np.float64]:
        """All articles in two dimensions, shape (n, 2); see `recommender.stages.map.place_all`.

        Parameters
        ----------
        model : str
            Identity of the model.
        """
        recipe = repr((most, seed, self.parts.settings.words, sorted(self.parts.settings.views.items()))).encode()
        part = part_of(
            MAP, model.encode(), recipe, self.parts.content_name(), slot=digest(self.parts.where.site, recipe)
        )
        many = len(self.parts.corpus) > most
        columns = self.parts.kept(
            MAP, part, lambda: (self._ranked_part if many else None, self.parts.share, most, seed)
        )
        coordinates: NDArray[np.float64] = columns["coordinates"]
        return coordinates

    @property
    def ranking_name(self) -> bytes:
        """Names all that the default ranking is made from: texts, model, weights and who may be linked."""
        neighbours = self.parts.part_of_search(NEIGHBOURS, None, RERANKED)
        return digest(self.parts.recipe(None), PROFILES_VERSION, model_name(), neighbours.name)

    @property
    def _ranked_part(self) -> Part:
        return self._ranking(RERANKED, self.parts.has_places)[0]

    def _ranking(self, depth: int, placed: bool) -> tuple[Part, Columns]:
        recipe = digest(self.parts.recipe(None), PROFILES_VERSION, model_name(), bytes([placed]))
        of_neighbours = self.parts.part_of_search(NEIGHBOURS, None, depth)
        made_from = (recipe, of_neighbours.name, self.parts.places_part.name if placed else b"")
        part = part_of(RANK, *made_from, slot=digest(recipe, of_neighbours.slot))
        columns = self.parts.store.read(part)
        if columns is not None:
            self.search.note_audit(None, columns)
            return part, columns
        neighbours, found = self.search.neighbours(depth, None)
        threads = self.parts.where.executor.threads
        lists = part_of(LISTS, *made_from, slot=part.slot)
        before = self.parts.store.last(lists) if threads is None else None
        places = self.parts.places if placed else None
        if threads is None and self.parts.share > 0:
            # Words of profiles are a stage of their own, which comes first.
            _ = self.parts.texts.profiles
        held = (self.parts.source.part(), neighbours, self.parts.roles, places, before, self.parts.share, depth)
        ranges = self.parts.where.executor.ranges(len(self.parts.corpus), _ROWS_AT_ONCE)
        columns = self.parts.gathered(RANK, part, [(*held, *bounds, threads) for bounds in ranges])
        if "audit" in found:
            columns["audit"] = found["audit"]
        if threads is None:
            self.parts.store.write(lists, {name: columns.pop(name) for name in ("lists", "placed")})
        self.parts.store.write(part, columns)
        return part, columns
