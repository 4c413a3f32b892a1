"""Learning: what a fit sees, and what it finds on a made-up site."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.evaluator.units import connect
from recommender.neighbours.exact import nearest
from recommender.ranker import fit as fit_module
from recommender.ranker.batch_model import pair_evidence
from recommender.ranker.crowd import crowd
from recommender.ranker.features import article_features
from recommender.ranker.figures import capped_recall
from recommender.ranker.fit import Fitted, Lessons, cross_fit
from recommender.ranker.score import SiteSignals
from recommender.ranker.signals import SIGNALS
from tests.ranker.helpers import batched_articles, topic_vectors


@pytest.fixture(scope="module")
def lessons() -> Lessons:
    return _lessons()


@pytest.fixture(scope="module")
def fitted(lessons: Lessons) -> Fitted:
    return cross_fit(lessons)


def _lessons(n_batches: int = 40) -> Lessons:
    articles, batch_of = batched_articles(n_batches)
    n = len(articles)
    # Texts of two uploads in a row resemble each other: text alone cannot tell them apart.
    vectors = topic_vectors(batch_of // 2, noise=0.3)
    features = article_features(articles, vectors, {"answer": vectors})
    rows = {article.key: row for row, article in enumerate(articles)}
    targets = [np.array([rows[link.target] for link in article.links], dtype=np.int32) for article in articles]
    components = connect(targets)
    sources = np.repeat(np.arange(n), n)
    candidates = np.tile(np.arange(n), n)
    near = (sources != candidates) & (np.abs(features.numbers[sources] - features.numbers[candidates]) < 40)
    asked = np.array([len(found) > 0 for found in targets])
    used = near & asked[sources]
    links = {(row, int(target)) for row, found in enumerate(targets) for target in found}
    pairs = list(zip(sources[used].tolist(), candidates[used].tolist(), strict=True))
    return Lessons(
        site=SiteSignals(features, pair_evidence(features), crowd(features, nearest(vectors, 20).indices)),
        sources=sources[used],
        candidates=candidates[used],
        shown=np.array([pair in links for pair in pairs]),
        refused=np.zeros(len(pairs), dtype=np.bool_),
        n_links=np.array([len(set(found.tolist())) for found in targets]),
        folds=_by_component(components.labels, asked),
        near_components=components.labels,
        signals=tuple(SIGNALS),
        keys=[article.key for article in articles],
    )


def _by_component(labels: NDArray[np.int32], asked: NDArray[np.bool_]) -> NDArray[np.int32]:
    return np.where(np.isin(labels, labels[asked]), labels % 3, -1).astype(np.int32)


def test_what_was_learned_is_better_than_any_signal_alone(lessons: Lessons, fitted: Fitted) -> None:
    recall = {
        name: capped_recall(lessons.sources, lessons.candidates, values, lessons)
        for name, values in (("ranker", fitted.log_odds), ("text", fitted.signals["text"]))
    }
    recall["ids"] = capped_recall(lessons.sources, lessons.candidates, -fitted.signals["id distance"], lessons)
    assert recall["ranker"] > recall["text"] + 0.1
    assert recall["ranker"] > recall["ids"] + 0.03


def test_probabilities_match_the_share_of_links(lessons: Lessons, fitted: Fitted) -> None:
    probability = fitted.whole.calibration.probability(fitted.log_odds)
    assert probability.mean() == pytest.approx(lessons.shown.mean(), abs=0.005)
    likely = probability > np.quantile(probability, 0.9)
    assert probability[likely].mean() == pytest.approx(lessons.shown[likely].mean(), abs=0.05)


def test_no_link_of_a_fold_is_seen_by_what_scores_it(lessons: Lessons, fitted: Fitted) -> None:
    """Turning all links of one fold into others changes nothing of the part that scores it."""
    rng = np.random.default_rng(1)
    of_fold = lessons.folds[lessons.sources] == 1
    shown = lessons.shown.copy()
    shown[of_fold] = rng.permutation(shown[of_fold])
    changed = cross_fit(replace(lessons, shown=shown))
    assert changed.parts[1].model == fitted.parts[1].model
    assert changed.parts[1].affinity == fitted.parts[1].affinity
    assert changed.parts[1].batches == fitted.parts[1].batches
    np.testing.assert_array_equal(changed.log_odds[of_fold], fitted.log_odds[of_fold])
    assert changed.parts[0].model != fitted.parts[0].model


def test_groups_that_are_never_linked_are_learned(lessons: Lessons, fitted: Fitted) -> None:
    whole = fitted.whole
    assert whole.affinity is not None
    rates = whole.affinity.on(lessons.site.features.group_names)
    names = lessons.site.features.group_names
    assert rates.target[names.index("Unseen")] < 0.5


def test_a_large_site_is_sampled_by_key(lessons: Lessons, fitted: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_module, "MOST_QUERIES", 50)
    halves = replace(lessons, folds=np.where(lessons.folds >= 0, lessons.folds % 2, -1))
    first, second = cross_fit(halves), cross_fit(halves)
    assert first.whole == second.whole
    assert first.whole.model != fitted.whole.model


def test_without_ids_there_are_no_batches() -> None:
    lessons = _lessons(20)
    site = lessons.site
    features = replace(site.features, numbers=np.full(len(site.features), np.nan))
    assert pair_evidence(features) is None
    bare = replace(lessons, site=SiteSignals(features, None, site.crowd))
    fitted = cross_fit(bare)
    assert fitted.whole.batches is None
    assert "same batch" not in fitted.whole.model.functions
    assert "text" in fitted.whole.model.functions
