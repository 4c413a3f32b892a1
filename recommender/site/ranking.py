"""A ranker at work on a site."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import rounded
from recommender.progress import Reporter, Silent, stage
from recommender.ranker.batch_model import pair_evidence
from recommender.ranker.crowd import crowd
from recommender.ranker.features import article_features
from recommender.ranker.file import dump_ranker
from recommender.ranker.places import article_places
from recommender.ranker.pool import Pool, candidate_pool, ranked, text_depth
from recommender.ranker.reasons import Explainer, with_terms
from recommender.ranker.record import Ranker
from recommender.ranker.score import SiteScorer, SiteSignals
from recommender.site.parts import LanguageParts
from recommender.site.shared_terms import shared_terms
from recommender.site.site import Site
from recommender.stages.neighbours import packed, unpacked
from recommender.stages.stage import Part, Stage, part_of


def site_signals(site: Site, *, text_only: bool) -> SiteSignals:
    """Read a site as a ranker does: its articles and their texts, none of their links.

    Parameters
    ----------
    text_only : bool
        Leave out all that is not text.
    """
    nearest = site.propose(text_depth(len(site.corpus)))
    views = {name: site.vectors(name) for name in site.settings.views}
    share = site.settings.words.share
    weights = site.term_weights if share > 0 and len(site.corpus) else None
    features = article_features(
        site.corpus.articles,
        site.text_vectors(),
        views,
        words=weights.matrix if weights else None,
        title_words=weights.titles if weights else None,
        share=share,
    )
    evidence = None if text_only else pair_evidence(features)
    if evidence is not None:
        # Words have served to find the batches; comparing them for every candidate takes longer than all other signals.
        features = replace(features, words=None, title_words=None, share=0.0)
    crowded = crowd(features, nearest.indices)
    if evidence is not None or not len(site.corpus):
        return SiteSignals(features, evidence, crowded)
    places = None if text_only else article_places(site.corpus.articles, site.text_links)
    surroundings = site.plan.text_surroundings if text_only else site.plan.surroundings
    return SiteSignals(features, None, crowded, surroundings, places)


def site_pool(site: Site, signals: SiteSignals, *, text_only: bool, sources: NDArray[np.integer]) -> Pool:
    """The candidates of the articles `sources`."""
    features = signals.features
    return candidate_pool(
        signals.crowd.nearest,
        features.numbers,
        features.days,
        sources=sources,
        targets=site.targets,
        text_only=text_only,
        places=signals.places,
    )


# A ranking by a site's own ranker, as columns: see `recommender.stages.neighbours.packed`.
OWN_RANKING = Stage("own ranking", 1, dict, "rank")


class SiteRanker:
    """A ranker made ready for a site; everything is worked out when it is first asked for.

    Parameters
    ----------
    ranker : Ranker or None
        None for the default combination of text signals, which is how the site compares texts.
    sources : integer array, optional
        Rows that `propose` is for; by default those that get links by the site's settings.
    out_of_fold : bool
        Score each article that the ranker has learned from by the part that has not seen its component of the link
        graph: for measuring, never for use.
    """

    def __init__(
        self,
        site: Site,
        ranker: Ranker | None,
        *,
        sources: NDArray[np.integer] | None = None,
        out_of_fold: bool = False,
        reporter: Reporter | None = None,
    ) -> None:
        self._site = site
        self._ranker = ranker if ranker is not None and ranker.whole is not None else None
        self._text_only = self._ranker is None or self._ranker.card.text_only
        self._of_site = sources is None
        self._sources = site.sources if sources is None else sources
        self._out_of_fold = out_of_fold
        self._reporter = reporter or Silent()

    @property
    def gives_probabilities(self) -> bool:
        """Whether scores are probabilities that an editor links the pair; those of the default combination are not."""
        return self._ranker is not None

    def propose(self, depth: int) -> Candidates:
        """The best candidates of every article; of a fitted ranker none for articles that are no sources."""
        n = len(self._site.corpus)
        if self._ranker is None or not n:
            return self._site.propose(depth)
        found = self._ranked
        return Candidates(found.indices[:, :depth], found.scores[:, :depth])

    def pair_scores(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
        """The score of any pairs of rows, shape (n_pairs,), as `propose` would give it."""
        sources, candidates = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
        if self._ranker is None:
            return self._site.pair_scores(sources, candidates)
        scores = np.empty(len(sources))
        of_pair = self._parts[sources]
        for part in np.unique(of_pair).tolist():
            chosen = of_pair == part
            scores[chosen] = self._scorer(part).probabilities(sources[chosen], candidates[chosen])
        return rounded(scores)

    def reasons(self, sources: NDArray[np.integer], targets: NDArray[np.integer]) -> list[tuple[str, ...]]:
        """Why each pair of rows is proposed: the strongest reason first."""
        left, right = np.asarray(sources, dtype=np.int64), np.asarray(targets, dtype=np.int64)
        if self._ranker is None and self._site.parts is not None:
            return self._reasons_by_part(self._site.parts, left, right)
        scorer = None if self._ranker is None else self._scorer(-1)
        explainer = Explainer(self._signals, scorer)
        told = explainer.reasons(left, right)
        about = shared_terms(self._site, left, right)
        return [with_terms(reasons, terms) for reasons, terms in zip(told, about, strict=True)]

    def _reasons_by_part(
        self, parts: LanguageParts[Site], left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> list[tuple[str, ...]]:
        told: list[tuple[str, ...]] = [()] * len(left)
        for pairs in parts.pairs(left, right):
            ranker = SiteRanker(pairs.site or self._site.mixed(), None)
            for place, reasons in zip(pairs.places.tolist(), ranker.reasons(pairs.left, pairs.right), strict=True):
                told[place] = reasons
        return told

    @cached_property
    def _signals(self) -> SiteSignals:
        return site_signals(self._site, text_only=self._text_only)

    @cached_property
    def _ranked(self) -> Candidates:
        """All candidates, best first. Those of the whole site are kept: after a run that changed nothing that the
        ranker reads, nothing is scored again.
        """
        if self._out_of_fold or not self._of_site:
            return self._scored()
        store, part = self._site.where.store, self._part_of_ranking()
        columns = store.read(part)
        if columns is None:
            columns = packed(self._scored())
            store.write(part, columns)
        return unpacked(columns)

    def _scored(self) -> Candidates:
        n = len(self._site.corpus)
        with stage(self._reporter, "rank"):
            pool = site_pool(self._site, self._signals, text_only=self._text_only, sources=self._sources)
            return ranked(pool, self.pair_scores(pool.sources, pool.candidates), n, n)

    def _part_of_ranking(self) -> Part:
        """Names the ranker and all that it reads."""
        site = self._site
        articles = "\n".join(
            f"{one.key} {one.path} {one.title} {one.id!r} {one.group!r} {one.date} {one.text_links!r}"
            for one in site.corpus.articles
        )
        ranker = b"" if self._ranker is None else dump_ranker(self._ranker)
        sources = np.asarray(self._sources, dtype=np.int64).tobytes()
        slot = digest(site.where.site, b"ranker")
        return part_of(OWN_RANKING, site.plan.ranking_name, ranker, sources, articles.encode(), slot=slot)

    @cached_property
    def _parts(self) -> NDArray[np.int32]:
        """Which part of the ranker scores each article; -1 for the whole."""
        articles = self._site.corpus.articles
        if self._ranker is None or not self._out_of_fold:
            return np.full(len(articles), -1, dtype=np.int32)
        return self._ranker.unseen_parts([article.key for article in articles])

    @cached_property
    def _scorers(self) -> dict[int, SiteScorer]:
        return {}

    def _scorer(self, part: int) -> SiteScorer:
        ranker = self._ranker
        if ranker is None or ranker.whole is None:
            raise ValueError("the default combination has no parts")
        if part not in self._scorers:
            combination = ranker.whole if part < 0 else ranker.parts[part]
            self._scorers[part] = SiteScorer(self._signals, combination)
        return self._scorers[part]
