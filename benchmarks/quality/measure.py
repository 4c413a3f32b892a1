"""One site through the program: opened, fitted and evaluated as anyone would."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.quality.corpora import Corpus, open_corpus
from benchmarks.quality.figures import BASELINES, SiteFigures, site_figures
from recommender.evaluator.settings import EvaluateSettings
from recommender.measure.evaluate import evaluate
from recommender.measure.systems import RANKER, TEXT, ranker_systems
from recommender.measure.systems import TEXT_ONLY as ALONE
from recommender.progress import Silent
from recommender.site.fit import fit_ranker

TEXT_ONLY, DEFAULT, FITTED = "text only", "default", "fitted"
SYSTEMS = (TEXT_ONLY, DEFAULT, FITTED)
MEASURE = "cR@5"


def measure(corpus: Corpus, systems: frozenset[str], cache: Path) -> SiteFigures:
    """Measure one site.

    Parameters
    ----------
    corpus : Corpus
    systems : frozenset of str
        Those of `SYSTEMS` that are wanted.
    cache : Path
        Where the program keeps vectors and words.
    """
    site = open_corpus(corpus, cache)
    notes = {}
    extra = []
    if FITTED in systems:
        ranker = fit_ranker(site)
        extra = [system for system in ranker_systems(site, ranker, Silent()) if system.name == RANKER]
        if ranker.whole is None:
            notes[FITTED] = f"the default: {ranker.card.reason}"
    run = evaluate(
        site,
        EvaluateSettings(measures=(MEASURE,), depth=5),
        systems=[TEXT, ALONE, *(system.name for system in extra), *BASELINES],
        extra=extra,
    )
    found = {name: np.array(values) for name, values in run.evaluation.per_query.systems.items()}
    named = {TEXT_ONLY: ALONE, DEFAULT: TEXT, FITTED: RANKER, **{name: name for name in BASELINES}}
    return site_figures(
        {name: found[system] for name, system in named.items() if name in systems or name in BASELINES},
        run.bench.units.labels,
        articles=len(site.corpus),
        notes=notes,
    )
