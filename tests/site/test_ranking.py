"""Fitting a ranker on a site on disk, and what it does there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.settings import EvaluateSettings
from recommender.measure.evaluate import evaluate
from recommender.measure.systems import ranker_systems
from recommender.neighbours.candidates import Candidates
from recommender.progress import Silent
from recommender.ranker.file import dump_ranker
from recommender.ranker.record import Ranker
from recommender.ranker.score import SiteScorer
from recommender.settings import FieldSettings, LinkSettings, RelatedSettings, Settings
from recommender.site.fit import fit_ranker
from recommender.site.open import open_site
from recommender.site.ranking import SiteRanker, site_signals
from recommender.site.site import Site
from tests.ranker.helpers import batched_files, plain_ranker


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    content = tmp_path_factory.mktemp("site")
    for path, text in batched_files(22).items():
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


def test_what_a_ranker_scored_is_kept_until_something_that_it_reads_changes(
    tmp_path: Path, write_site: Callable[[dict[str, str]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = _foldered()
    content, scored = write_site(files), []
    score = SiteScorer.probabilities

    def counted(self: SiteScorer, sources: NDArray[np.int64], candidates: NDArray[np.int64]) -> NDArray[np.float64]:
        scored.append(len(sources))
        return score(self, sources, candidates)

    monkeypatch.setattr(SiteScorer, "probabilities", counted)

    def proposed(made: Callable[[Site], Ranker] = plain_ranker) -> Candidates:
        scored.clear()
        site = open_site(content, _FOLDERED, cache_dir=tmp_path / "cache", jobs=1)
        return SiteRanker(site, made(site)).propose(5)

    first = proposed()
    assert scored
    again = proposed()
    assert not scored
    np.testing.assert_array_equal(again.indices, first.indices)
    np.testing.assert_array_equal(again.scores, first.scores)
    # A link in a text is no word of it.
    (content / "f0" / "v.md").write_text(files["f0/v.md"] + "\n[x](/f3/w/)\n")
    proposed()
    assert scored
    proposed(lambda site: replace(plain_ranker(site), card=replace(plain_ranker(site).card, learned_on="2026-12-01")))
    assert scored


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


def _foldered(links: str = "field") -> dict[str, str]:
    """Twelve folders of five articles. Texts are on six themes, each in two folders; editors link within a folder."""
    themes = ("river stone", "cloud rain", "engine wheel", "market price", "planet orbit", "garden seed")
    names = "vwxyz"
    files = {}
    for folder in range(12):
        for number, name in enumerate(names):
            others = [f"/f{folder}/{other}/" for other in names if other != name][:3]
            front = f"title: {themes[folder % 6]} {'abcde'[number]}\n"
            front += f"related: [{', '.join(others)}]\n" if links == "field" else ""
            text = f"{themes[folder % 6]} once more, part {number}.\n"
            if links == "section":
                text += "\n## See also\n\n" + "".join(f"- [that]({other})\n" for other in others)
            files[f"f{folder}/{name}.md"] = f"---\n{front}---\n{text}"
    return files


_FOLDERED = replace(
    Settings(),
    fields=FieldSettings(
        key="$path", id=None, title="title", question="title", answer="$body", group=None, required=("title",)
    ),
    related=RelatedSettings(field="related", shape="strings", target="url", sections=("See also",)),
    # The default ranking knows folders as well: what is left to learn is more by texts alone.
    links=LinkSettings(text_only=True),
)


def _open(files: dict[str, str], write_site: Callable[[dict[str, str]], Path]) -> Site:
    return open_site(write_site(files), _FOLDERED, use_cache=False, jobs=1)


def test_without_ids_it_builds_upon_the_default_ranking(write_site: Callable[[dict[str, str]], Path]) -> None:
    site = _open(_foldered(), write_site)
    ranker = fit_ranker(site, folds=3)
    assert ranker.whole is not None, ranker.card.reason
    figures = {figure.name: figure.capped_recall for figure in ranker.card.figures}
    assert figures["ranker"] > figures["default ranking"] + 0.2
    assert ranker.whole.model.lines["default"](np.array([1.5])).tolist() == [1.5]
    used = SiteRanker(site, ranker)
    found = used.propose(3)
    folders = [article.path.split("/")[0] for article in site.corpus.articles]
    assert np.mean([folders[row] == folders[target] for row, one in enumerate(found.indices) for target in one]) > 0.9
    rows = np.repeat(np.arange(len(site.corpus)), 3)
    np.testing.assert_array_equal(used.pair_scores(rows, found.indices.ravel()), found.scores.ravel())
    reasons = used.reasons(np.arange(len(folders)), found.indices[:, 0])
    assert sum("same folder" in one for one in reasons) > len(reasons) / 2
    # Measured, each article is scored by the part that has not seen its component.
    run = evaluate(
        site,
        EvaluateSettings(measures=("R@5",)),
        systems=["ranker"],
        extra=ranker_systems(site, ranker, Silent()),
    )
    assert run.evaluation.systems["ranker"]["R@5"].mean == pytest.approx(figures["ranker"], abs=1e-4)
    card = fit_ranker(site, folds=3, text_only=True).card
    assert not {"shared folders", "paths between", "same group"} & {figure.name for figure in card.figures}
    assert set(card.pool_recall) == {"text", "union"}


def test_curated_links_are_no_signal(write_site: Callable[[dict[str, str]], Path]) -> None:
    """What a ranker reads of pairs is the same whether the links are there or not, in the front matter or a section."""
    found = []
    for kind in ("none", "field", "section"):
        site = _open(_foldered(kind), write_site)
        assert any(article.links for article in site.corpus.articles) == (kind != "none")
        left, right = np.repeat(np.arange(60), 60), np.tile(np.arange(60), 60)
        pairs = site_signals(site, text_only=False).pairs(left, right)
        assert pairs.standings is not None
        found.append(pairs.standings)
    for other in found[1:]:
        np.testing.assert_array_equal(other.log_odds, found[0].log_odds)
        for name, values in found[0].signals.items():
            np.testing.assert_array_equal(other.signals[name], values, err_msg=name)
