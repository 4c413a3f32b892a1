"""A site opened for work: its articles, their vectors and the proposals that follow from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import Corpus
from recommender.corpus.resolve import ResolvedLinks, resolve_links
from recommender.corpus.text_links import TextLinks, text_links
from recommender.decisions.meaning import JudgedLinks, judged_links
from recommender.decisions.of_site import SiteDecisions, site_decisions
from recommender.digest import digest
from recommender.embedder.encoder import Encoder
from recommender.embedder.load import load_encoder
from recommender.errors import InputError
from recommender.evaluator.curated import CuratedLinks
from recommender.execute.ingest import Ingested, read_texts
from recommender.lexical.fingerprints import Fingerprints
from recommender.lexical.weights import TermWeights
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.recall import Audit
from recommender.selection.duplicates import Duplicates
from recommender.selection.eligibility import Admitted, admit
from recommender.settings import ModelSettings, Precision, Settings
from recommender.site.articles import Articles
from recommender.site.parts import LanguageParts, language_parts
from recommender.stages.plan import Plan
from recommender.stages.site_parts import SiteParts, TextSource, Where
from recommender.stages.truncation import Truncation

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class SiteTexts(TextSource, Protocol):
    """The texts of a site, which another model can encode as well."""

    def with_model(self, settings: Settings, encoder: Encoder) -> SiteTexts:
        """The same articles with another model."""

    def among(self, corpus: Corpus, name: bytes) -> SiteTexts:
        """Some of the articles, compared among themselves; the name distinguishes them from others."""


class Site:
    """A content folder, read. Vectors and proposals are made when they are first asked for.

    Made by `recommender.open_site`.
    """

    def __init__(
        self,
        content: Path,
        settings: Settings,
        encoder: Encoder,
        ingested: Ingested,
        source: SiteTexts,
        where: Where,
        *,
        jobs: int | None = None,
        today: dt.date | None = None,
        model_by_language: bool = False,
    ) -> None:
        self.content = content
        self.settings = settings
        self.encoder = encoder
        self.ingested = ingested
        self.where = where
        self._source = source
        self._jobs = jobs
        self._model_by_language = model_by_language
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
        return self.plan.texts.words

    @cached_property
    def curated_links(self) -> CuratedLinks:
        """The links that editors chose, in the front matter and since in the review, as rows of `articles`."""
        keys = tuple(article.key for article in self.corpus.articles)
        eligible = np.isin(np.arange(len(keys)), self.targets)
        return CuratedLinks(keys, self.judged.targets, eligible, self.judged.rejected)

    def __repr__(self) -> str:
        return f"<site of {len(self.corpus):,} articles: {self.content}>"

    def _repr_html_(self) -> str:
        return self.articles._repr_html_()

    @cached_property
    def resolved(self) -> ResolvedLinks:
        """Which articles the curated links mean."""
        return resolve_links(self.corpus.articles, self.settings)

    @cached_property
    def text_links(self) -> TextLinks:
        """Which articles link which in their texts; curated links of a section are not among them."""
        return text_links(self.corpus.articles, self.settings)

    @cached_property
    def decisions(self) -> SiteDecisions:
        """What editors decided in the review.

        Raises
        ------
        ProblemsError
            The file of decisions holds lines that are none.
        """
        return site_decisions(self.content, self.settings, self.corpus, self.where.reporter)

    @cached_property
    def judged(self) -> JudgedLinks:
        """What editors think of pairs: curated links and decisions taken together."""
        return judged_links(self.resolved.targets, self.decisions.decided)

    @cached_property
    def admitted_sources(self) -> Admitted:
        """Which articles get links."""
        return admit(self.corpus.articles, self.settings.sources, self.today)

    @cached_property
    def admitted_targets(self) -> Admitted:
        """Which articles may be linked."""
        return admit(self.corpus.articles, self.settings.targets, self.today)

    @property
    def sources(self) -> NDArray[np.int32]:
        """Rows of the articles that get links, ascending."""
        return self.admitted_sources.rows

    @property
    def targets(self) -> NDArray[np.int32]:
        """Rows of the articles that may be linked, ascending."""
        return self.admitted_targets.rows

    @cached_property
    def plan(self) -> Plan:
        """What follows from the texts of all articles together, whatever their languages."""
        return Plan(SiteParts(self.corpus, self.settings, self.targets, self._source, self.where))

    @cached_property
    def parts(self) -> LanguageParts[Site] | None:
        """The languages of the site, each compared by itself; None where there are no two or lists may mix them."""
        return language_parts(self, model_by_language=self._model_by_language)

    def among(self, rows: NDArray[np.integer], name: str, settings: Settings, encoder: Encoder) -> Site:
        """Some of the articles, compared among themselves.

        Parameters
        ----------
        rows : integer array
            Ascending.
        name : str
            Distinguishes them from others of the site.
        settings : Settings
        encoder : Encoder
            Of the settings' model.
        """
        corpus = self.corpus.among(rows.tolist())
        source = self._source.among(corpus, name.encode())
        if encoder is not self.encoder:
            source = source.with_model(settings, encoder)
        ingested, where = (
            replace(self.ingested, corpus=corpus),
            replace(self.where, site=digest(self.where.site, name.encode())),
        )
        return Site(self.content, settings, encoder, ingested, source, where, jobs=self._jobs, today=self.today)

    def mixed(self) -> Site:
        """The same articles, all languages compared together."""
        if self.parts is None:
            return self
        settings = replace(self.settings, links=replace(self.settings.links, same_language=False))
        texts = (self.encoder, self.ingested, self._source, self.where)
        return Site(self.content, settings, *texts, jobs=self._jobs, today=self.today)

    def vectors(self, view: str) -> NDArray[np.float32]:
        """Vectors of one view, shape (n, dim), rows L2-normalised or zero where the article lacks the text.

        Raises
        ------
        InputError
            The site's settings have no such view.
        """
        if view not in self.settings.views:
            raise InputError(f"expected one of the views {', '.join(self.settings.views)}; found {view!r}")
        return self.plan.texts.view(view)

    def truncation(self) -> Truncation:
        """How much of the site's text the model reads in pieces."""
        return self.plan.truncation() if self.parts is None else self.parts.truncation()

    @property
    def audits(self) -> dict[str | None, Audit]:
        """By view, of the searches that were not exact; None for all texts."""
        return self.plan.audits if self.parts is None else self.parts.audits

    @property
    def prints(self) -> Fingerprints:
        """What shows of each article whether another one says the same."""
        return self.plan.texts.prints if self.parts is None else self.parts.prints

    def text_vectors(self) -> NDArray[np.float32]:
        """One vector per article, shape (n, dim), rows L2-normalised: the weighted sum of its views' vectors."""
        return self.plan.texts.vectors

    @property
    def term_weights(self) -> TermWeights:
        """The strongest words and pairs of words of every article, and what they weigh."""
        return self.plan.texts.weights

    def propose(self, depth: int, view: str | None = None, *, text_only: bool = False) -> Candidates:
        """The best candidates of every article; see `Plan.propose`."""
        made_by = self.plan if self.parts is None else self.parts
        return made_by.propose(depth, view, text_only=text_only)

    def pair_scores(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
        """The score that `propose` has for the pair of each two rows, shape (m,), whether it proposes it or not."""
        across = self.plan.pair_scores
        return across(left, right) if self.parts is None else self.parts.pair_scores(left, right, across)

    @property
    def duplicates(self) -> Duplicates:
        """Articles that say the same."""
        return self.plan.duplicates if self.parts is None else self.parts.duplicates

    def with_model(self, name: str | None, *, device: str | None = None, precision: Precision | None = None) -> Site:
        """The same articles, not read again, with another model, on the site's device and in its precision if no other
        is named.

        Raises
        ------
        ModelError
            There is no such model, or it cannot be used.
        """
        old = self.settings.model
        model = ModelSettings(name, device or old.device, precision or old.precision)
        encoder = load_encoder(name, device=model.device, precision=model.precision)
        settings = replace(self.settings, model=model)
        source = self._source.with_model(settings, encoder)
        return Site(
            self.content,
            settings,
            encoder,
            self.ingested,
            source,
            self.where,
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


def require_site(value: object) -> None:
    """Raise unless this is an opened site.

    Raises
    ------
    InputError
        It is something else, such as the path of a folder.
    """
    if not isinstance(value, Site):
        raise InputError(
            f"expected an opened site; found {type(value).__name__}: recommender.open_site(folder) opens one"
        )
