"""Reasons in words, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.corpus.article import Article
from recommender.neighbours.exact import nearest
from recommender.ranker.additive import AdditiveModel, StepFunction
from recommender.ranker.affinity import AffinityCounts
from recommender.ranker.batch_model import BatchModel, pair_evidence
from recommender.ranker.crowd import crowd
from recommender.ranker.features import article_features
from recommender.ranker.reasons import Explainer
from recommender.ranker.record import Calibration, Combination
from recommender.ranker.score import SiteScorer, SiteSignals
from recommender.ranker.sequence import MAX_LENGTH


@pytest.fixture
def site() -> SiteSignals:
    articles = [
        Article("/a", "x/a.md", "Cells", id=1, group="Biology"),
        Article("/b", "x/b.md", "CELLS", id=3, group="Biology"),
        Article("/c", "y/c.md", "Atoms", id=900, group="Chemistry"),
    ]
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    features = article_features(articles, vectors, {"answer": vectors})
    return SiteSignals(features, pair_evidence(features), crowd(features, nearest(vectors, 2).indices))


def _say(site: SiteSignals, functions: dict[str, StepFunction], source: int, target: int) -> tuple[str, ...]:
    combination = Combination(
        AdditiveModel(functions, 0.0),
        BatchModel({}, 5.0, (0.0,) * 9 + (1.0,) + (0.0,) * (MAX_LENGTH - 10)),
        AffinityCounts(("Biology",) * 2, ("Biology", "Chemistry"), (1.0, 30.0), (20.0, 10.0)),
        Calibration(1.0, 0.0),
    )
    explainer = Explainer(site, SiteScorer(site, combination))
    return explainer.reasons(np.array([source]), np.array([target]))[0]


def _rising(edge: float, weight: float) -> StepFunction:
    return StepFunction((edge,), (-weight, weight), 0.0)


def test_what_counts_most_comes_first(site: SiteSignals) -> None:
    functions = {"text": _rising(0.5, 0.3), "same batch": _rising(0.5, 1.0), "same group": _rising(0.5, 0.5)}
    found = _say(site, functions, 0, 1)
    assert found[0].startswith("added together (")
    assert found[0].endswith("% sure), ids 2 apart")
    assert found[1:] == ("same group: Biology", "the texts are alike: 0.80")


def test_what_speaks_against_a_link_is_no_reason(site: SiteSignals) -> None:
    functions = {"text": _rising(0.5, 1.0), "same batch": _rising(0.5, 1.0), "group affinity": _rising(1.0, 1.0)}
    # Of 31 links 30 expected: Chemistry (30 + 5 * 31/30) / (10 + 5), leaning by 5 links on itself, over that average.
    average = 31 / 30
    target = (30 + 5 * average) / 15
    rate = (30 + 5 * target) / 15 / average
    assert _say(site, functions, 0, 2) == (
        f"editors link from Biology to Chemistry {rate:.1f} times as often as by chance",
    )


def test_signals_of_one_thing_are_told_once(site: SiteSignals) -> None:
    functions = {"text": _rising(0.5, 0.1), "stands out": _rising(-9.0, 0.1), "text rank": _rising(0.5, 0.1)}
    assert _say(site, functions, 0, 1) == ("the texts are alike: 0.80",)


def test_without_a_model_what_holds_is_told(site: SiteSignals) -> None:
    found = Explainer(site).reasons(np.array([0, 0]), np.array([1, 2]))
    assert found[0] == ("the same title", "the texts are alike: 0.80", "same group: Biology")
    assert found[1] == ()


def test_titles_that_are_named_and_views_that_are_alike_are_told() -> None:
    from recommender.lexical.terms import TermCounter
    from recommender.lexical.weights import term_weights

    texts = [
        ("Cell walls", "of green plants"),
        ("Green plants", "have cell walls and roots"),
        ("Soil", "holds roots, some say"),
    ]
    articles = [Article(f"/{title}", "x/a.md", title) for title, _ in texts]
    others = [("Other", f"things{number % 9}") for number in range(80)]
    fields = [{"title": title, "body": body} for title, body in (*texts, *others)]
    weights = term_weights(TermCounter().count(fields, {"title": 5, "body": 1}, ["title"]))
    views = {"title": np.array([[1, 0], [0.8, 0.6], [0, 1]]), "answer": np.array([[1, 0], [0.4, 0.91652], [0, 1]])}
    vectors = {name: view.astype(np.float32) for name, view in views.items()}
    features = article_features(
        articles, vectors["answer"], vectors, words=weights.matrix[:3], title_words=weights.titles[:3], share=0.7
    )
    site = SiteSignals(features, None, crowd(features, nearest(vectors["answer"], 2).indices))
    first, back, none = Explainer(site).reasons(np.array([1, 0, 2]), np.array([0, 1, 0]))
    # Each names the other in full. The answers are too little alike to be told of.
    assert first[1:] == ("its title stands in the text", "its text names this title")
    assert back[1:] == first[1:]
    assert not any("title" in reason or "answers" in reason for reason in none)
