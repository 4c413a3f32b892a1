"""Fitting a ranker on a site's curated links."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.components import Components, connect
from recommender.evaluator.judgements import Judgements, judge_by_links
from recommender.progress import Reporter, Silent, stage
from recommender.ranker.batch_model import PairEvidence, near_links
from recommender.ranker.calibrate import expected_calibration_error
from recommender.ranker.figures import PLACES, capped_recall
from recommender.ranker.fit import TREATMENT, Fitted, Lessons, cross_fit
from recommender.ranker.pool import Pool, pool_recall, with_pairs
from recommender.ranker.record import Card, Ranker, SystemFigure, key_name
from recommender.ranker.signals import SIGNALS
from recommender.site.ranking import site_pool, site_signals
from recommender.site.site import Site

RANKER = "ranker"
DEFAULT = "default combination"

_FEWEST_QUERIES = 20


def fit_ranker(
    site: Site, *, text_only: bool = False, folds: int = 5, seed: int = 0, reporter: Reporter | None = None
) -> Ranker:
    """Learn from curated links which candidates editors choose.

    The ranker is the site's default combination of text signals where there are too few links to learn from, or where
    what was learned does not beat it on articles of components that were not learned from.

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
    if folds < 2:
        raise InputError(f"folds must be at least 2; found {folds}")
    reporter = reporter or Silent()
    eligible = np.isin(np.arange(len(site.corpus)), site.targets)
    judgements = judge_by_links(site.judged.targets, eligible).restrict(site.sources)
    components = connect(site.judged.targets)
    n_components = len(np.unique(components.labels[judgements.queries]))
    if len(judgements.queries) < _FEWEST_QUERIES or n_components < 2:
        reason = (
            "there are no curated links to learn from"
            if not len(judgements.queries)
            else f"{len(judgements.queries)} articles with curated links in {n_components} separate "
            f"{'part' if n_components == 1 else 'parts'} of the site are too few to learn from and to check on others"
        )
        return Ranker(None, (), (), _card(site, judgements, n_components, 0, text_only, reason=reason))
    n_folds = min(folds, n_components)
    with stage(reporter, "signals"):
        lessons, pool = _lessons(site, judgements, components, n_folds, seed, text_only)
    with stage(reporter, "fit", n_folds + 1) as advance:
        fitted = cross_fit(lessons, advance)
    figures = _figures(lessons, fitted, _default_recall(site, judgements))
    own = next(figure.capped_recall for figure in figures if figure.name == RANKER)
    default = next(figure.capped_recall for figure in figures if figure.name == DEFAULT)
    probabilities = fitted.whole.calibration.probability(fitted.log_odds)
    card = _card(
        site,
        judgements,
        n_components,
        n_folds,
        text_only,
        recall=pool_recall(pool, lessons.shown, int(judgements.relevant.counts.sum())),
        figures=figures,
        error=expected_calibration_error(probabilities, lessons.shown),
        reason="" if own > default else "on articles not learned from, what was learned did not beat it",
    )
    if own <= default:
        return Ranker(None, (), (), card)
    names = [key_name(article.key) for article in site.corpus.articles]
    keys = tuple(
        frozenset(names[row] for row in np.flatnonzero(lessons.folds == fold).tolist()) for fold in range(n_folds)
    )
    return Ranker(fitted.whole, fitted.parts, keys, card)


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
            signals=tuple(name for name, signal in SIGNALS.items() if signal.kind == "text" or not text_only),
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


def _default_recall(site: Site, judgements: Judgements) -> float:
    """What the site's comparison of texts finds, over all articles as candidates."""
    found = site.propose(PLACES).indices[judgements.queries, :PLACES]
    hits = judgements.relevant.contains(found).sum(axis=1)
    return float((hits / np.minimum(judgements.relevant.counts, PLACES)).mean())


def _figures(lessons: Lessons, fitted: Fitted, default: float) -> tuple[SystemFigure, ...]:
    """The ranker, the default and every signal alone, on the same candidates, best first."""
    found = [
        SystemFigure(RANKER, capped_recall(lessons.sources, lessons.candidates, fitted.log_odds, lessons)),
        SystemFigure(DEFAULT, default),
    ]
    for name, values in fitted.signals.items():
        if SIGNALS[name].ranks:
            falls = name in ("id distance", "articles between", "days apart")
            scores = np.nan_to_num(-values if falls else values, nan=-np.inf)
            found.append(SystemFigure(name, capped_recall(lessons.sources, lessons.candidates, scores, lessons)))
    return tuple(sorted(found, key=lambda figure: (-figure.capped_recall, figure.name)))


def _card(
    site: Site,
    judgements: Judgements,
    n_components: int,
    n_folds: int,
    text_only: bool,
    *,
    recall: dict[str, float] | None = None,
    figures: tuple[SystemFigure, ...] = (),
    error: float | None = None,
    reason: str = "",
) -> Card:
    return Card(
        articles=len(site.corpus),
        queries=len(judgements.queries),
        links=int(judgements.relevant.counts.sum()),
        components=n_components,
        folds=n_folds,
        text_only=text_only,
        pool_recall={name: round(value, 4) for name, value in (recall or {}).items()},
        figures=tuple(SystemFigure(figure.name, round(figure.capped_recall, 4)) for figure in figures),
        expected_calibration_error=None if error is None else round(error, 5),
        model=site.encoder.name,
        views=dict(site.settings.views),
        treatment=TREATMENT,
        reason=reason,
    )
