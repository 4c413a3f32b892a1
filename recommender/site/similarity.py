"""How a site's articles are compared by their texts: words and vectors together, or each alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.devices import has_cuda
from recommender.digest import digest
from recommender.execute.cache import Cache
from recommender.execute.known import Prepared, known_neighbours
from recommender.execute.mentions import known_mentions
from recommender.execute.nearly_known import nearly_known_neighbours
from recommender.lexical.mentions import MENTION_WEIGHT, mentions
from recommender.lexical.weights import WEIGHTS_VERSION
from recommender.neighbours.approximate import EXACT_ON_GPU_UP_TO, EXACT_UP_TO
from recommender.neighbours.audit import Audit
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.hubness import crowding, discount
from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.order import rounded
from recommender.neighbours.rerank import RERANKED, rerank
from recommender.neighbours.space import DenseSpace, Space
from recommender.progress import Reporter

if TYPE_CHECKING:
    from recommender.site.site import Site

_ROWS_AT_ONCE = 65_536

WORDS = "words"
"""Name of the comparison by words alone, beside the views."""


class TextSimilarity:
    """Neighbours and scores of a site's articles. What was found before is remembered and brought up to date.

    Parameters
    ----------
    site : Site
    cache : Cache
    vectors_name, terms_name : bytes
        Name how vectors are made, and how terms are counted.
    reporter : Reporter

    Attributes
    ----------
    audits : dict of str or None to Audit
        By view, of the searches that were not exact; None for all texts.
    """

    def __init__(self, site: Site, cache: Cache, vectors_name: bytes, terms_name: bytes, reporter: Reporter) -> None:
        self._site = site
        self._cache = cache
        self._vectors_name = vectors_name
        self._terms_name = terms_name
        self._reporter = reporter
        self._found: dict[str | None, Candidates] = {}
        self._depths: dict[str | None, int] = {}
        self.audits: dict[str | None, Audit] = {}
        self._names: dict[str | None, list[bytes]] = {}

    def propose(self, depth: int, view: str | None = None) -> Candidates:
        """The best candidates of every article by its texts alone.

        Parameters
        ----------
        depth : int
            Candidates per article.
        view : str, optional
            By the vectors of this view alone, or, for ``"words"``, by words alone; scores are cosines then. By default
            by words and all vectors together; more where one names the other, less where a target is near to all.
        """
        if not len(self._site.corpus):
            return Candidates(np.empty((0, 1), np.int32), np.empty((0, 1), np.float64))
        if view is not None:
            return self._nearest(depth, view)
        found = self._nearest(max(depth, RERANKED), None)
        named = self._first_mentions(found.indices[:, :RERANKED])
        n, width = len(found.indices), min(depth, found.depth)
        ranked = Candidates(scratch.empty((n, width), np.int32), scratch.empty((n, width), np.float64))
        for start in range(0, n, _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            first = found.indices[part, :RERANKED]
            changes = np.where(first >= 0, self._changes(named[part], np.maximum(first, 0)), 0.0)
            some = rerank(Candidates(found.indices[part], found.scores[part]), changes)
            ranked.indices[part], ranked.scores[part] = some.indices[:, :width], some.scores[:, :width]
        return ranked

    def pair_scores(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
        """The score that `propose` has for the pair of each two rows, shape (m,), whether it proposes it or not."""
        if not len(left):
            return np.empty(0)
        return rounded(self.space.pairs(left, right) + self._changes(self.mentions(left, right), right))

    def mentions(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float32]:
        """How far the articles of each two rows name each other, shape (m,), 0 to 2; 0 where words are not compared."""
        if self._site.settings.words.share == 0:
            return np.zeros(len(left), dtype=np.float32)
        weights = self._site.term_weights
        return mentions(weights.titles, weights.matrix, left, right)

    @cached_property
    def space(self) -> Space:
        """Words and vectors together, in the configured shares."""
        share = self._site.settings.words.share
        if share == 0:
            return DenseSpace(self._site.text_vectors())
        return MixedSpace(self._site.text_vectors(), self._site.term_weights.matrix, share)

    @cached_property
    def crowding(self) -> NDArray[np.float64]:
        """How near every article's own neighbours are, shape (n,); see `recommender.neighbours.hubness`."""
        return crowding(self._nearest(RERANKED, None))

    def content_name(self, row: int, views: Iterable[str] | None = None) -> bytes:
        """Names an article and its texts, all of them or those of some views."""
        texts = self._site.corpus.texts[row]
        names = self._site.settings.views if views is None else views
        return self._site.corpus.articles[row].key.encode() + b"\0" + b"".join(texts[view].digest for view in names)

    def _changes(self, named: NDArray[np.float32], targets: NDArray[np.integer]) -> NDArray[np.float64]:
        return score_changes(named, self.crowding[targets])

    def _first_mentions(self, first: NDArray[np.int32]) -> NDArray[np.float32]:
        """How far every article and each of its first neighbours name each other, shape of `first`."""
        if self._site.settings.words.share == 0:
            return np.zeros(first.shape, dtype=np.float32)
        return known_mentions(
            self._cache,
            place=self._place,
            recipe=self._recipe(None),
            contents=self.content_names(None),
            first=first,
            mentions=self.mentions,
            reporter=self._reporter,
        )

    @property
    def _place(self) -> bytes:
        return digest(os.fsencode(self._site.content.resolve()))

    def _nearest(self, depth: int, view: str | None) -> Candidates:
        """Neighbours by all texts or by one view, undiscounted."""
        if self._depths.get(view, 0) < depth:
            self._depths[view] = max(depth, RERANKED)
            self._found[view] = self._search(view, self._depths[view])
        found = self._found[view]
        return Candidates(found.indices[:, :depth], found.scores[:, :depth])

    def _search(self, view: str | None, depth: int) -> Candidates:
        site = self._site
        recipe, contents, least_recall = self._recipe(view), self.content_names(view), site.settings.links.recall
        by_vectors = site.settings.words.share == 0 if view is None else view != WORDS
        up_to = EXACT_ON_GPU_UP_TO if by_vectors and has_cuda() else EXACT_UP_TO
        if len(contents) <= up_to or least_recall == 1:
            return known_neighbours(
                self._cache,
                place=self._place,
                recipe=recipe,
                contents=contents,
                targets=site.targets,
                depth=depth,
                prepare=lambda: self._prepare(view),
                reporter=self._reporter,
            )
        found = nearly_known_neighbours(
            self._cache,
            place=self._place,
            recipe=recipe,
            contents=contents,
            keys=lambda: (article.key.encode() for article in site.corpus.articles),
            targets=site.targets,
            depth=depth,
            least_recall=least_recall,
            prepare=lambda: self._prepare(view),
            reporter=self._reporter,
        )
        self.audits[view] = found.audit
        return found.candidates

    def content_names(self, view: str | None = None) -> list[bytes]:
        """`content_name` of every article, by all views or by one."""
        if view not in self._names:
            views = None if view in (None, WORDS) else [view]
            self._names[view] = [self.content_name(row, views) for row in range(len(self._site.corpus))]
        return self._names[view]

    def _recipe(self, view: str | None) -> bytes:
        settings = self._site.settings
        words = (WEIGHTS_VERSION, self._terms_name)
        if view == WORDS:
            return digest(WORDS.encode(), *words)
        weights = settings.views if view is None else {view: 1.0}
        vectors = digest(self._vectors_name, repr(sorted(weights.items())).encode())
        return digest(vectors, repr(settings.words.share).encode(), *words) if view is None else vectors

    def _prepare(self, view: str | None) -> Prepared:
        site = self._site
        if view is not None and view != WORDS:
            return Prepared(DenseSpace(site.vectors(view)), self.content_names(view))
        if view is None and site.settings.words.share == 0:
            return Prepared(self.space, self.content_names(None))
        rows = site.term_weights.row_digests()
        if view is None:
            names = self.content_names(None)
            return Prepared(self.space, [name + row for name, row in zip(names, rows, strict=True)])
        keys = [article.key.encode() for article in site.corpus.articles]
        by_words = MixedSpace(np.zeros((len(keys), 1), dtype=np.float32), site.term_weights.matrix, 1.0)
        return Prepared(by_words, [key + b"\0" + row for key, row in zip(keys, rows, strict=True)])


def score_changes(named: NDArray[np.float32], crowding_of_targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is added to scores of pairs, given how far their articles name each other and how crowded targets are."""
    return MENTION_WEIGHT * named.astype(np.float64) - discount(crowding_of_targets)
