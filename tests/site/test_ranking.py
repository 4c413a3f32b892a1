"""Fitting a ranker on a site on disk, and what it does there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recommender.errors import InputError
from recommender.evaluator.settings import EvaluateSettings
from recommender.measure.evaluate import evaluate
from recommender.measure.ranker import ranker_systems
from recommender.progress import Silent
from recommender.ranker.file import dump_ranker
from recommender.ranker.record import Ranker
from recommender.settings import Settings
from recommender.site.fit import fit_ranker
from recommender.site.open import open_site
from recommender.site.ranking import SiteRanker
from recommender.site.site import Site
from tests.ranker.helpers import batched_files


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    content = tmp_path_factory.mktemp("site")
    for path, text in batched_files(30).items():
        (content / path).parent.mkdir(exist_ok=True)
        (content / path).write_text(text)
    return open_site(content, Settings(), use_cache=False, jobs=1)


@pytest.fixture(scope="module")
def ranker(site: Site) -> Ranker:
    return fit_ranker(site, folds=3)


def test_it_is_better_than_its_signals_on_articles_it_has_not_learned_from(ranker: Ranker) -> None:
    figures = {figure.name: figure.capped_recall for figure in ranker.card.figures}
    assert ranker.whole is not None
    assert figures["ranker"] == max(figures.values())
    assert ranker.card.gain is not None
    assert ranker.card.gain.low > 0
    assert ranker.card.gain.mean == pytest.approx(figures["ranker"] - figures["default ranking"], abs=2e-4)
    assert ranker.card.pool_recall["union"] == 1.0
    assert ranker.card.pool_recall["ids"] == 1.0


def test_evaluate_scores_each_article_by_what_has_not_seen_its_component(site: Site, ranker: Ranker) -> None:
    reporter = Silent()
    found = evaluate(
        site,
        EvaluateSettings(measures=("R@5",)),
        systems=["ranker", "selected", "text"],
        extra=ranker_systems(site, ranker, reporter),
    )
    card = {figure.name: figure.capped_recall for figure in ranker.card.figures}["ranker"]
    # No article has more than three links here, so that capped and plain recall are the same.
    assert found.evaluation.systems["ranker"]["R@5"].mean == pytest.approx(card, abs=1e-4)
    # The lists as selected are those of the ranker, from the same parts of it, less near-duplicates.
    assert found.evaluation.systems["selected"]["R@5"].mean == pytest.approx(card, abs=0.08)
    assert found.evaluation.systems["text"]["R@5"].mean < card - 0.1
    alone = sum(not article.links and article.group == "Unseen" for article in site.corpus.articles)
    known = len(site.corpus) - alone
    assert reporter.notes[0].startswith(f"ranker: {known} of {len(site.corpus)} lists by the part that has not learned")


def test_in_use_the_whole_ranker_scores(site: Site, ranker: Ranker) -> None:
    used, measured = SiteRanker(site, ranker), SiteRanker(site, ranker, out_of_fold=True)
    assert used.gives_probabilities
    whole = used.propose(5)
    assert (whole.scores[:, 0] > whole.scores[:, -1]).all()
    assert whole.scores.max() < 1
    assert whole.scores[np.isfinite(whole.scores)].min() > 0
    assert not np.array_equal(whole.scores, measured.propose(5).scores)
    rows = np.repeat(np.arange(len(site.corpus)), 5)
    np.testing.assert_array_equal(used.pair_scores(rows, whole.indices.ravel()), whole.scores.ravel())


def test_every_proposal_has_a_reason(site: Site, ranker: Ranker) -> None:
    used = SiteRanker(site, ranker)
    first = used.propose(1).indices[:, 0]
    reasons = used.reasons(np.arange(len(first)), first)
    assert all(1 <= len(found) <= 3 for found in reasons)
    assert any("added together" in found[0] for found in reasons)


def test_the_same_site_gives_the_same_ranker(site: Site, ranker: Ranker) -> None:
    assert dump_ranker(fit_ranker(site, folds=3)) == dump_ranker(ranker)


def test_text_only_knows_nothing_else(site: Site) -> None:
    ranker = fit_ranker(site, folds=3, text_only=True)
    assert ranker.card.text_only
    assert set(ranker.card.pool_recall) == {"text", "union"}
    if ranker.whole is not None:
        assert ranker.whole.batches is None
        assert ranker.whole.affinity is None


def test_without_links_it_is_the_default_and_says_so(write_site: Callable[[dict[str, str]], Path]) -> None:
    files = {path: text.split("related_article")[0] + "---\n" for path, text in batched_files(6).items()}
    files = {path: text if text.count("---") == 2 else text[:-4] for path, text in files.items()}
    site = open_site(write_site(files), Settings(), use_cache=False, jobs=1)
    ranker = fit_ranker(site)
    assert ranker.whole is None
    assert ranker.card.reason == "no article has curated links to others, so there is nothing to learn from"
    used = SiteRanker(site, ranker)
    assert not used.gives_probabilities
    found = used.propose(3)
    assert (found.indices >= 0).all()
    assert used.reasons(np.arange(3), found.indices[:3, 0])[0]


def test_what_cannot_be_fitted(site: Site) -> None:
    with pytest.raises(InputError, match="at least 2; found 1"):
        fit_ranker(site, folds=1)
