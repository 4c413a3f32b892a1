"""Learning from curated links what editors link, checked on articles that share no link with those learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.progress import Advance
from recommender.ranker.additive import fit_additive
from recommender.ranker.affinity import AffinityCounts, GroupAffinity, count_affinity, expected_links
from recommender.ranker.batch_model import BatchModel, learn_batches
from recommender.ranker.calibrate import calibrate
from recommender.ranker.lists_fit import fit_lists
from recommender.ranker.record import Calibration, Combination
from recommender.ranker.score import SiteSignals, signal_values
from recommender.ranker.sequence import Batches
from recommender.ranker.signals import SIGNALS, Values

MOST_QUERIES = 4_000
"""Articles that the functions of the signals are fitted on; batches and affinities are learned from all."""

MOST_LISTS = 2_000
"""Articles that functions of signals within lists are fitted on."""

TREATMENT = (
    "Only articles with curated links teach. A candidate that the editor of such an article did not link counts as not "
    "chosen, which is not to say unrelated: the probability is that of being linked, in lists as long as the "
    "site's. Candidates of articles without curated links are not judged and not used, but, where ids give a sequence, "
    "for those that an editor rejected."
)

_LEARNED = (
    "same batch",
    "batch share",
    "batch size",
    "candidate's batch size",
    "group affinity",
    "group linked",
)


@dataclass(frozen=True, slots=True)
class Lessons:
    """Pairs with what editors made of them.

    Attributes
    ----------
    sources, candidates : int64 arrays of shape (n_pairs,)
        Candidates of the articles with curated links, and what was refused, ordered by source, then candidate.
    shown : bool array of shape (n_pairs,)
        Which are curated links.
    refused : bool array of shape (n_pairs,)
        Which an editor looked at and rejected: they teach also where their article has no links.
    n_links : int64 array of shape (n,)
        Curated links of each article to others, whether among the candidates or not.
    folds : int32 array of shape (n,)
        Part of the site; -1 for articles of no query's component.
    near_components : int32 array of shape (n,)
        Components of the links that lead to near ids.
    signals : tuple of str
        What may be used.
    """

    site: SiteSignals
    sources: NDArray[np.int64]
    candidates: NDArray[np.int64]
    shown: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    n_links: NDArray[np.int64]
    folds: NDArray[np.int32]
    near_components: NDArray[np.int32]
    signals: tuple[str, ...]
    keys: Sequence[str]

    @property
    def within_lists(self) -> bool:
        """Whether candidates are compared within their lists, beginning with the default ranking; where ids give a
        sequence, what was added together counts more than any list can say.
        """
        return self.site.surroundings is not None


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit gives.

    Attributes
    ----------
    parts : tuple of Combination
        One per fold, learned from the others.
    log_odds : float64 array of shape (n_pairs,)
        Of each pair by the part that has not learned from its source.
    signals : dict of str to float32 array of shape (n_pairs,)
        Likewise, where a signal is learned.
    """

    whole: Combination
    parts: tuple[Combination, ...]
    log_odds: NDArray[np.float64]
    signals: dict[str, Values]


def cross_fit(lessons: Lessons, advance: Advance | None = None) -> Fitted:
    """Fit on all links, and on those outside of each fold.

    Parameters
    ----------
    lessons : Lessons
        With at least two folds.
    advance : Advance, optional
        Hears of every fit.
    """
    fixed = [name for name in lessons.signals if name not in _LEARNED]
    static = signal_values(lessons.site.pairs(lessons.sources, lessons.candidates), fixed)
    log_odds = np.zeros(len(lessons.sources))
    signals = {name: np.full(len(lessons.sources), np.nan, dtype=np.float32) for name in lessons.signals}
    signals.update(static)
    parts = []
    for fold in range(int(lessons.folds.max()) + 1):
        learner = _Learner(lessons, static, lessons.folds != fold)
        combination = learner.fit()
        tested = np.flatnonzero(lessons.folds[lessons.sources] == fold)
        values = learner.values(tested)
        log_odds[tested] = combination.model.log_odds(values, len(tested))
        for name in set(values) - set(static):
            signals[name][tested] = values[name]
        parts.append(combination)
        if advance is not None:
            advance()
    calibration = calibrate(log_odds, lessons.shown)
    whole = _Learner(lessons, static, np.ones(len(lessons.folds), dtype=np.bool_)).fit()
    if advance is not None:
        advance()
    usable = {name: values for name, values in signals.items() if not np.isnan(values).all()}
    return Fitted(
        _calibrated(whole, calibration),
        tuple(_calibrated(part, calibration) for part in parts),
        log_odds,
        usable,
    )


def _calibrated(combination: Combination, calibration: Calibration) -> Combination:
    return Combination(combination.model, combination.batches, combination.affinity, calibration)


class _Learner:
    """Learns from the articles of some components."""

    def __init__(self, lessons: Lessons, static: Mapping[str, Values], known: NDArray[np.bool_]) -> None:
        self._lessons = lessons
        self._static = static
        self._known = known
        self._taught = known & (lessons.n_links > 0)
        self._model, self._batches = self._find_batches(known)
        features = lessons.site.features
        self._counts: AffinityCounts | None = None
        self._affinity: GroupAffinity | None = None
        if "group affinity" in lessons.signals and len(features.group_names) > 1:
            self._counts = self._count_affinity(self._taught)
            self._affinity = self._counts.on(features.group_names)

    def fit(self) -> Combination:
        """Fit the functions of the signals."""
        if self._lessons.within_lists:
            return self._fit_lists()
        chosen = self._sample(MOST_QUERIES)
        shown = self._lessons.shown[chosen]
        values = self._training_values(chosen)
        model = fit_additive(values, shown, {name: SIGNALS[name].rises for name in values})
        return Combination(model, self._model, self._counts, Calibration(1.0, 0.0))

    def _fit_lists(self) -> Combination:
        chosen = self._sample(MOST_LISTS)
        values = {name: known[chosen] for name, known in self._static.items()}
        place = {name for name in values if SIGNALS[name].kind == "place"}
        model = fit_lists(values, self._lessons.sources[chosen], self._lessons.shown[chosen], place)
        return Combination(model, None, None, Calibration(1.0, 0.0))

    def values(self, pairs: NDArray[np.int64], affinity: GroupAffinity | None = None) -> dict[str, Values]:
        """Signals of some pairs, given by their places."""
        lessons = self._lessons
        made = lessons.site.pairs(
            lessons.sources[pairs],
            lessons.candidates[pairs],
            self._batches,
            affinity if affinity is not None else self._affinity,
        )
        values = {name: known[pairs] for name, known in self._static.items()}
        values.update(signal_values(made, [name for name in lessons.signals if name in _LEARNED]))
        return {name: values[name] for name in lessons.signals if name in values}

    def _training_values(self, pairs: NDArray[np.int64]) -> dict[str, Values]:
        """Signals of the pairs that are fitted on, with affinities that have not counted the pair's own component."""
        if self._counts is None:
            return self.values(pairs)
        half = _halves(self._lessons)
        names = self._lessons.site.features.group_names
        of_pair = half[self._lessons.sources[pairs]]
        found: dict[str, Values] = {}
        for side in (0, 1):
            counts = self._count_affinity(self._taught & (half != side))
            for name, values in self.values(pairs[of_pair == side], counts.on(names)).items():
                found.setdefault(name, np.empty(len(pairs), dtype=np.float32))[of_pair == side] = values
        return found

    def _find_batches(self, known: NDArray[np.bool_]) -> tuple[BatchModel | None, Batches | None]:
        lessons = self._lessons
        evidence = lessons.site.evidence
        if evidence is None or "same batch" not in lessons.signals:
            return None, None
        model = learn_batches(evidence, lessons.near_components, known)
        return (model, model.find(evidence)) if model is not None else (None, None)

    def _count_affinity(self, taught: NDArray[np.bool_]) -> AffinityCounts:
        lessons = self._lessons
        used = np.flatnonzero(taught[lessons.sources])
        sources, candidates = lessons.sources[used], lessons.candidates[used]
        weights = np.ones(len(used)) if self._batches is None else self._batches.same(sources, candidates)
        shown = lessons.shown[used]
        groups = lessons.site.features.groups
        # Links to elsewhere than a batch say nothing of what is chosen within it.
        shown = shown & (weights > 0.5) if self._batches is not None else shown
        expected = expected_links(sources, weights, shown)
        return count_affinity(lessons.site.features.group_names, groups[sources], groups[candidates], shown, expected)

    def _sample(self, most: int) -> NDArray[np.int64]:
        """Pairs of at most a number of articles, drawn by their keys."""
        rows = np.flatnonzero(self._taught)
        if len(rows) > most:
            drawn = [hashlib.blake2b(self._lessons.keys[row].encode(), digest_size=8).digest() for row in rows.tolist()]
            rows = rows[sorted(range(len(rows)), key=drawn.__getitem__)[:most]]
        wanted = np.zeros(len(self._taught), dtype=np.bool_)
        wanted[rows] = True
        refused = self._lessons.refused & self._known[self._lessons.sources]
        return np.flatnonzero(wanted[self._lessons.sources] | refused)


def _halves(lessons: Lessons) -> NDArray[np.int64]:
    """0 or 1 for each article, the same within a component of near links."""
    return lessons.near_components.astype(np.int64) * 2_654_435_761 // 65_536 % 2
