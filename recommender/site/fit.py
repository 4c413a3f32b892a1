"""Fitting a ranker on a site's curated links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.judgements import Judgements, judge_by_links
from recommender.evaluator.significance import PairedScores
from recommender.evaluator.units import FEWEST, Components, Units, connect, resampling_units
from recommender.progress import Reporter, Silent, stage
from recommender.ranker.batch_model import PairEvidence, near_links
from recommender.ranker.calibrate import expected_calibration_error
from recommender.ranker.figures import PLACES, capped_recall, recall_by_query
from recommender.ranker.fit import TREATMENT, Fitted, Lessons, cross_fit
from recommender.ranker.lists_fit import DEFAULT as DEFAULT_SIGNAL
from recommender.ranker.pool import Pool, pool_recall, with_pairs
from recommender.ranker.record import Card, Gain, Ranker, SystemFigure, key_name
from recommender.ranker.signals import FALLING, LISTED, SIGNALS, usable_signals
from recommender.site.learnable import remember_can_learn
from recommender.site.own_ranker import basis_of
from recommender.site.ranking import site_pool, site_signals
from recommender.site.site import Site, require_site

RANKER = "ranker"
DEFAULT = "default ranking"

FEWEST_QUERIES = 20
"""Articles with curated links; from fewer nothing is learned."""


@dataclass(frozen=True, slots=True)
class Teachers:
    """The articles that a ranker can learn from.

    Attributes
    ----------
    judgements : Judgements
        Their curated links.
    n_components : int
        Parts of the site with curated links that share none.
    units : Units
        What intervals resample.
    """

    judgements: Judgements
    components: Components
    n_components: int
    units: Units

    @property
    def too_few(self) -> str:
        """Why nothing can be learned from them, empty where something can."""
        count, parts = len(self.judgements.queries), self.n_components
        if not count:
            return "no article has curated links to others, so there is nothing to learn from"
        if count < FEWEST_QUERIES:
            return f"{count} articles have curated links; to learn from them, {FEWEST_QUERIES} are needed"
        if parts < 2:
            return (
                "all curated links hang together: each article with links can be reached from each other along them, "
                "so that no part of the site is left on which to check what was learned"
            )
        if self.units.n < FEWEST:
            return (
                f"the articles with curated links form {self.units.n} parts of the site that share no link; to check "
                f"what was learned, {FEWEST} are needed"
            )
        return ""


def teachers(site: Site) -> Teachers:
    """The articles of a site that a ranker can learn from."""
    eligible = np.isin(np.arange(len(site.corpus)), site.targets)
    judgements = judge_by_links(site.judged.targets, eligible).restrict(site.sources)
    components = connect(site.judged.targets)
    n_components = len(np.unique(components.labels[judgements.queries]))
    units = resampling_units(components, site.judged.targets, judgements.queries)
    return Teachers(judgements, components, n_components, units)


def can_learn(site: Site) -> bool:
    """Whether a site has curated links enough for `fit_ranker`. It is remembered for `recall_can_learn`, which is to be
    asked first: an earlier fit on the same links may have declined, and resolving those of a large site takes a second.
    """
    can = not teachers(site).too_few
    remember_can_learn(site, can)
    return can


def fit_ranker(
    site: Site, *, text_only: bool = False, folds: int = 5, seed: int = 0, reporter: Reporter | None = None
) -> Ranker:
    """Learn from curated links which candidates editors choose.

    Nothing is learned from too few links, nor where what was learned is not surely better than the default ranking on
    articles of components that were not learned from: the ranker's `whole` is None then, and its card has the reason.

    Parameters
    ----------
    site : Site
    text_only : bool
        Use texts alone, for sites where other signals are accidental, or to compare models.
    folds : int
        At least 2; fewer are made where the links form fewer components.
    seed : int
        Of the folds.
    reporter : Reporter, optional

    Raises
    ------
    InputError
        `folds` is below 2.
    """
    require_site(site)
    if folds < 2:
        raise InputError(f"folds must be at least 2; found {folds}")
    reporter = reporter or Silent()
    found = teachers(site)
    if found.too_few:
        return Ranker(None, (), (), _card(site, found, 0, text_only, reason=found.too_few))
    n_folds = min(folds, found.n_components)
    judgements = found.judgements
    with stage(reporter, "signals"):
        lessons, pool = _lessons(site, judgements, found.components, n_folds, seed, text_only)
    with stage(reporter, "fit", n_folds + 1) as advance:
        fitted = cross_fit(lessons, advance)
    own, default = recall_by_query(lessons.sources, lessons.candidates, fitted.log_odds, lessons), _default(site, found)
    gain = _gain(found, own, default, seed)
    probabilities = fitted.whole.calibration.probability(fitted.log_odds)
    card = _card(
        site,
        found,
        n_folds,
        text_only,
        recall=pool_recall(pool, lessons.shown, int(judgements.relevant.counts.sum())),
        figures=_figures(lessons, fitted, float(own.mean()), float(default.mean())),
        gain=gain,
        error=expected_calibration_error(probabilities, lessons.shown),
        reason="" if gain.low > 0 else _why_not(gain),
    )
    if not text_only:
        remember_can_learn(site, not card.reason)
    if card.reason:
        return Ranker(None, (), (), card)
    names = [key_name(article.key) for article in site.corpus.articles]
    keys = tuple(
        frozenset(names[row] for row in np.flatnonzero(lessons.folds == fold).tolist()) for fold in range(n_folds)
    )
    return Ranker(fitted.whole, fitted.parts, keys, card)


def _gain(found: Teachers, own: NDArray[np.float64], default: NDArray[np.float64], seed: int) -> Gain:
    """The difference of two ways of ranking the same articles, with an interval that resamples independent parts."""
    difference = PairedScores((own - default)[:, None], found.units.labels, seed=seed).interval(0)
    return Gain(round(difference.mean, 4), round(difference.low, 4), round(difference.high, 4))


def _why_not(gain: Gain) -> str:
    surely = "" if gain.mean <= 0 else "surely "
    return (
        f"on articles whose links it had not seen, what was learned is not {surely}better than the default ranking "
        f"(share of the curated links in the first five places: {gain})"
    )


def _lessons(
    site: Site, judgements: Judgements, components: Components, n_folds: int, seed: int, text_only: bool
) -> tuple[Lessons, Pool]:
    """Pairs of the articles with links, what became of each, and how the site is dealt into folds."""
    n = len(site.corpus)
    keys = [article.key for article in site.corpus.articles]
    signals = site_signals(site, text_only=text_only)
    pool = site_pool(site, signals, text_only=text_only, sources=judgements.queries)
    rejected = site.judged.rejected
    if len(rejected.sources):
        pool = with_pairs(pool, rejected.sources, rejected.targets, n)
    owners = judgements.queries[judgements.relevant.owners].astype(np.int64)
    links = np.unique(owners * n + judgements.relevant.rows)
    pairs = pool.sources * n + pool.candidates
    shown = np.isin(pairs, links)
    judged = np.union1d(judgements.queries, rejected.sources)
    of_judged = components.folds(judged, n_folds, keys, seed=seed)
    of_component = np.full(n, -1, dtype=np.int32)
    of_component[components.labels[judged]] = of_judged
    n_links = np.bincount(owners, minlength=n)
    return (
        Lessons(
            site=signals,
            sources=pool.sources,
            candidates=pool.candidates,
            shown=shown,
            refused=np.isin(pairs, rejected.sources * n + rejected.targets),
            n_links=n_links,
            folds=of_component[components.labels],
            near_components=_near_components(signals.evidence, links, n),
            signals=usable_signals(within_lists=signals.surroundings is not None, text_only=text_only),
            keys=keys,
        ),
        pool,
    )


def _near_components(evidence: PairEvidence | None, links: NDArray[np.int64], n: int) -> NDArray[np.int32]:
    if evidence is not None:
        links = links[near_links(evidence.axis, links // n, links % n)]
    order = np.argsort(links // n, kind="stable")
    counts = np.bincount(links // n, minlength=n)
    return connect(np.split((links % n)[order].astype(np.int32), np.cumsum(counts)[:-1])).labels


def _default(site: Site, found: Teachers) -> NDArray[np.float64]:
    """What the default ranking finds of each teacher's links, over all articles as candidates."""
    proposed = site.propose(PLACES).indices[found.judgements.queries, :PLACES]
    hits = found.judgements.relevant.contains(proposed).sum(axis=1)
    result: NDArray[np.float64] = hits / np.minimum(found.judgements.relevant.counts, PLACES)
    return result


def _figures(lessons: Lessons, fitted: Fitted, own: float, default: float) -> tuple[SystemFigure, ...]:
    """The ranker, the default ranking and every signal alone on the same candidates, best first."""
    found = [SystemFigure(RANKER, own), SystemFigure(DEFAULT, default)]
    for name, values in fitted.signals.items():
        if SIGNALS[name].ranks and name != DEFAULT_SIGNAL and np.ptp(values[~np.isnan(values)]) > 0:
            scores = np.nan_to_num(-values if name in FALLING else values, nan=-np.inf)
            recall = capped_recall(lessons.sources, lessons.candidates, scores, lessons)
            found.append(SystemFigure(name.removesuffix(LISTED), recall))
    return tuple(sorted(found, key=lambda figure: (-figure.capped_recall, figure.name)))


def _card(
    site: Site,
    found: Teachers,
    n_folds: int,
    text_only: bool,
    *,
    recall: dict[str, float] | None = None,
    figures: tuple[SystemFigure, ...] = (),
    gain: Gain | None = None,
    error: float | None = None,
    reason: str = "",
) -> Card:
    return Card(
        articles=len(site.corpus),
        queries=len(found.judgements.queries),
        links=int(found.judgements.relevant.counts.sum()),
        components=found.n_components,
        folds=n_folds,
        text_only=text_only,
        pool_recall={name: round(value, 4) for name, value in (recall or {}).items()},
        figures=tuple(SystemFigure(figure.name, round(figure.capped_recall, 4)) for figure in figures),
        gain=gain,
        expected_calibration_error=None if error is None else round(error, 5),
        model=site.encoder.name,
        views=dict(site.settings.views),
        treatment=TREATMENT,
        learned_on=site.today.isoformat(),
        basis=basis_of(site),
        reason=reason,
    )
