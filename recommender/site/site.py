"""A site opened for work: its articles, their vectors and the proposals that follow from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.corpus.corpus import Corpus
from recommender.corpus.resolve import ResolvedLinks, resolve_links
from recommender.decisions.of_site import JudgedLinks, SiteDecisions, judged_links, site_decisions
from recommender.digest import digest
from recommender.embedder.encoder import Encoder
from recommender.errors import InputError
from recommender.evaluator.curated import CuratedLinks
from recommender.execute.cache import Cache
from recommender.execute.ingest import Ingested, read_texts
from recommender.execute.missing import MissingTexts
from recommender.execute.remembered import recall, remember
from recommender.execute.terms import TermShelf, terms_name
from recommender.execute.vectors import VectorShelf
from recommender.lexical.weights import TermWeights
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.fused import fused_vectors
from recommender.progress import Reporter, stage
from recommender.selection.duplicates import Duplicates
from recommender.selection.who import Admitted, admit
from recommender.settings import ModelSettings, Precision, Settings
from recommender.site.articles import Articles
from recommender.site.duplicates import site_duplicates
from recommender.site.similarity import TextSimilarity

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from recommender.site.map import SiteMap

# Of so many articles terms or vectors are put together at once.
_ARTICLES_AT_ONCE = 16_384
# Of so many the cache is asked again rather than that anything is held.
_MANY_ARTICLES = 100_000


@dataclass(frozen=True, slots=True)
class Truncation:
    """What the model cannot read at once and therefore reads in several pieces.

    Attributes
    ----------
    articles : int
        Articles with a text that was cut into pieces.
    share_ratio : float
        Share of all text, 0 to 1, that lies behind a first piece.
    """

    articles: int
    share_ratio: float


class Site:
    """A content folder, read. Vectors and proposals are made when they are first asked for.

    Made by `recommender.site.open.open_site`.
    """

    def __init__(
        self,
        content: Path,
        settings: Settings,
        encoder: Encoder,
        ingested: Ingested,
        shelf: VectorShelf,
        terms: TermShelf,
        cache: Cache,
        reporter: Reporter,
        jobs: int | None,
        today: dt.date | None = None,
    ) -> None:
        self.content = content
        self.settings = settings
        self.encoder = encoder
        self.ingested = ingested
        self._shelf = shelf
        self._terms = terms
        self._cache = cache
        self._reporter = reporter
        self._jobs = jobs
        self._missing = MissingTexts(content, ingested.corpus, settings, jobs, reporter)
        self._is_encoded = False
        self.today = today or dt.datetime.now().astimezone().date()

    @property
    def corpus(self) -> Corpus:
        return self.ingested.corpus

    @cached_property
    def articles(self) -> Articles:
        """All articles, in the order of their keys."""
        return Articles(self, np.arange(len(self.corpus)))

    @property
    def words(self) -> csr_matrix:
        """What the words of every article weigh, shape (n_articles, n_terms); inner products compare articles."""
        return self.term_weights.matrix

    @cached_property
    def curated_links(self) -> CuratedLinks:
        """The links that editors chose, in the front matter and since in the review, as rows of `articles`."""
        keys = tuple(article.key for article in self.corpus.articles)
        eligible = np.isin(np.arange(len(keys)), self.targets)
        return CuratedLinks(keys, self.judged.targets, eligible, self.judged.rejected)

    def _repr_html_(self) -> str:
        return self.articles._repr_html_()

    @cached_property
    def resolved(self) -> ResolvedLinks:
        """Which articles the curated links mean."""
        return resolve_links(self.corpus.articles, self.settings)

    @cached_property
    def decisions(self) -> SiteDecisions:
        """What editors decided in the review.

        Raises
        ------
        ProblemsError
            The file of decisions holds lines that are none.
        """
        return site_decisions(self.content, self.settings, self.corpus, self._reporter)

    @cached_property
    def judged(self) -> JudgedLinks:
        """What editors think of pairs: curated links and decisions taken together."""
        return judged_links(self.resolved.targets, self.decisions.decided)

    @cached_property
    def who_links(self) -> Admitted:
        """Which articles get links."""
        return admit(self.corpus.articles, self.settings.sources, self.today)

    @cached_property
    def who_is_linked(self) -> Admitted:
        """Which articles may be linked."""
        return admit(self.corpus.articles, self.settings.targets, self.today)

    @property
    def sources(self) -> NDArray[np.int32]:
        """Rows of the articles that get links, ascending."""
        return self.who_links.rows

    @property
    def targets(self) -> NDArray[np.int32]:
        """Rows of the articles that may be linked, ascending."""
        return self.who_is_linked.rows

    def vectors(self, view: str) -> NDArray[np.float32]:
        """Vectors of one view, shape (n, dim), rows L2-normalised or zero where the article lacks the text.

        Raises
        ------
        InputError
            The site's settings have no such view.
        """
        if view not in self.settings.views:
            raise InputError(f"expected one of the views {', '.join(self.settings.views)}; found {view!r}")
        self._encode_missing()
        return self._shelf.take([texts[view].digest for texts in self.corpus.texts]).vectors

    def truncation(self) -> Truncation:
        """How much of the site's text the model reads in pieces."""
        space = b"truncation 1"
        key = digest(self._shelf.space, *self.similarity.content_names())
        found = recall(self._cache, space, key, Truncation)
        if found is None:
            found = self._truncation()
            remember(self._cache, space, key, found)
        return found

    def _truncation(self) -> Truncation:
        self._encode_missing()
        cut = np.zeros(len(self.corpus), dtype=np.bool_)
        behind = total = 0.0
        for view in self.settings.views:
            taken = self._shelf.take([texts[view].digest for texts in self.corpus.texts])
            chars = np.array([texts[view].chars for texts in self.corpus.texts], dtype=np.float64)
            cut |= taken.chunks > 1
            behind += float(chars @ taken.cut_ratio)
            total += float(chars.sum())
        return Truncation(int(cut.sum()), behind / total if total else 0.0)

    def text_vectors(self) -> NDArray[np.float32]:
        """One vector per article, shape (n, dim), rows L2-normalised: the weighted sum of its views' vectors."""
        self._encode_missing()
        n, weights = len(self.corpus), list(self.settings.views.values())
        vectors: NDArray[np.float32] = scratch.empty((n, self.encoder.dim), np.float32)
        for start in range(0, n, _ARTICLES_AT_ONCE):
            texts = self.corpus.texts[start : start + _ARTICLES_AT_ONCE]
            views = [self._shelf.take([one[view].digest for one in texts]).vectors for view in self.settings.views]
            vectors[start : start + len(texts)] = fused_vectors(views, weights)
        if n > _MANY_ARTICLES:
            self._shelf.forget_kept()
        return vectors

    @cached_property
    def similarity(self) -> TextSimilarity:
        """How articles are compared by their texts."""
        return TextSimilarity(self, self._cache, self._shelf.space, self._terms.space, self._reporter)

    @cached_property
    def term_weights(self) -> TermWeights:
        """The strongest words and pairs of words of every article, and what they weigh."""
        from recommender.lexical.weights import term_weights_by_parts

        fields = self.settings.word_fields
        names = [
            terms_name(texts, fields, article.language)
            for texts, article in zip(self.corpus.texts, self.corpus.articles, strict=True)
        ]
        self._missing.count(self._terms, names)
        with stage(self._reporter, "weigh words"):
            starts = range(0, len(names), _ARTICLES_AT_ONCE)
            found = term_weights_by_parts(
                lambda: (self._terms.take(names[start : start + _ARTICLES_AT_ONCE]) for start in starts)
            )
            self._terms.forget()
        return found

    def propose(self, depth: int, view: str | None = None) -> Candidates:
        """The best candidates of every article by its texts alone; see `TextSimilarity.propose`."""
        return self.similarity.propose(depth, view)

    def pair_scores(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
        """The score that `propose` has for the pair of each two rows, shape (m,), whether it proposes it or not."""
        return self.similarity.pair_scores(left, right)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Articles that say the same."""
        return site_duplicates(self, self._cache, self._shelf.space, self._reporter)

    @cached_property
    def whole_map(self) -> SiteMap:
        """All articles in two dimensions, those that are alike near to each other."""
        from recommender.site.map import whole_map

        return whole_map(self, self._cache)

    def with_model(self, name: str | None, *, device: str | None = None, precision: Precision | None = None) -> Site:
        """The same articles, not read again, with another model, on the site's device and in its precision if no other
        is named.

        Raises
        ------
        ModelError
            There is no such model, or it cannot be used.
        """
        from dataclasses import replace

        from recommender.embedder.load import load_encoder

        old = self.settings.model
        model = ModelSettings(name, device or old.device, precision or old.precision)
        encoder = load_encoder(name, device=model.device, precision=model.precision)
        shelf = VectorShelf(self._cache, encoder.identity, encoder.dim)
        settings = replace(self.settings, model=model)
        return Site(
            content=self.content,
            settings=settings,
            encoder=encoder,
            ingested=self.ingested,
            shelf=shelf,
            terms=self._terms,
            cache=self._cache,
            reporter=self._reporter,
            jobs=self._jobs,
            today=self.today,
        )

    def plain_texts(self) -> Iterator[str]:
        """The texts of every article without mark-up, one below the other, in row order; read again from the files."""
        paths = [article.path for article in self.corpus.articles]
        texts = chain.from_iterable(read_texts(self.content, paths, self.settings, self._jobs))
        for path, text in zip(paths, texts, strict=True):
            if text is None:
                raise InputError(f"{self.content / path} changed while it was read; run again")
            yield text

    def _encode_missing(self) -> None:
        if not self._is_encoded:
            self._missing.encode(self._shelf, self.encoder)
            self._is_encoded = True
