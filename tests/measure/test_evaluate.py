from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import recommender
from recommender.errors import InputError
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.notes import significance_note
from recommender.evaluator.result import CURATED
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.systems.files import Proposal
from recommender.evaluator.tables import comparison_table
from recommender.measure.evaluate import evaluate
from recommender.measure.systems import selected_lists
from recommender.progress import Silent
from recommender.settings import LinkSettings
from recommender.site.select import select
from recommender.site.site import Site
from tests.conftest import article


@pytest.fixture
def small(small_site: Path) -> Site:
    return recommender.open_site(small_site, use_cache=False)


def key(slug: str) -> str:
    return f"/learn/{slug}"


def test_figures_by_hand(small: Site) -> None:
    """The five curated links of the small site, met by a file with known lists."""
    lists = [
        Proposal(key("osmosis"), key("membrane"), 3),
        Proposal(key("membrane"), key("neuron"), 3),
        Proposal(key("membrane"), key("osmosis"), 2),
        Proposal(key("tariff"), key("money"), 1),
    ]
    found = evaluate(
        small, EvaluateSettings(measures=("R@5", "MRR", "P@2"), k=2), systems=["mine", "random"], files={"mine": lists}
    ).evaluation
    assert list(found.systems) == ["mine", "random"]
    figures = {name: interval.mean for name, interval in found.systems["mine"].items()}
    # Queries: osmosis, membrane, inflation, tariff.
    assert found.queries == 4
    assert figures["R@5"] == pytest.approx((1 + 1 + 0 + 1 / 2) / 4)
    assert figures["MRR"] == pytest.approx((1 + 1 / 2 + 0 + 1) / 4)
    assert figures["P@2"] == pytest.approx((1 / 2 + 1 / 2 + 0 + 1 / 2) / 4)
    assert found.not_answered["mine"] == 1
    assert found.files["mine"].used == 4
    assert found.upper_bound == pytest.approx({"R@5": 1.0, "MRR": 1.0, "P@2": (3 * 1 / 2 + 1) / 4})
    assert found.structure["mine"].unjudged_ratio == pytest.approx((0 + 1 / 2 + 0 + 0) / 4)
    assert found.structure[CURATED].coverage_ratio == pytest.approx(4 / 6)


def test_queries_restrict_the_queries_and_not_the_candidates(small: Site) -> None:
    asked = evaluate(small, systems=["text"], queries=[key("osmosis"), key("neuron")]).evaluation
    assert asked.per_query.keys == (key("osmosis"),)
    assert asked.corpus.eligible == 6
    assert asked.facts.lists == 2
    everybody = evaluate(small, systems=["text"]).evaluation
    place = everybody.per_query.keys.index(key("osmosis"))
    assert asked.per_query.systems["text"] == (everybody.per_query.systems["text"][place],)


def test_a_key_that_is_no_article_is_named(small: Site) -> None:
    said = "1 of 2 queries are no articles of the site, first '/learn/osmoses' (nearest: '/learn/osmosis')"
    with pytest.raises(InputError, match=re.escape(said)):
        evaluate(small, queries=[key("osmoses"), key("osmosis")])


def test_symmetric_links_judge_both_ways(small: Site) -> None:
    assert evaluate(small, EvaluateSettings(symmetric=True), systems=["text"]).evaluation.queries == 5


def test_the_first_system_is_the_one_that_others_are_compared_with(small: Site) -> None:
    found = evaluate(small, systems=["tfidf", "text"]).evaluation
    assert found.main == "tfidf"
    assert {(one.first, one.second) for one in found.comparisons} == {("tfidf", "text")}


def test_what_a_site_lacks_is_left_out_of_all_and_an_error_by_name(
    write_site: Callable[[dict[str, str]], Path],
) -> None:
    text = article("one", 1, "What is one?", "A number of things.", links=("two",))
    other = article("two", 2, "What is two?", "Another number of things.")
    files = {
        f"{number}.md": re.sub(r"^(id|date|subject): .*\n", "", file, flags=re.MULTILINE)
        for number, file in enumerate((text, other))
    }
    site = recommender.open_site(write_site(files), use_cache=False)
    reporter = Silent()
    found = evaluate(site, reporter=reporter).evaluation
    assert not {"same-group", "nearest-id", "nearest-date"} & set(found.systems)
    assert "nearest-id is left out: no article has an id that is a number" in reporter.notes
    assert found.structure["text"].same_group_ratio is None
    with pytest.raises(InputError, match="nearest-date cannot run on this site: no article has a date"):
        evaluate(site, systems=["text", "nearest-date"])


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ((), "no curated links were found in "),
        (("gone",), "1 lead to no article"),
        (("one",), "1 to the article itself"),
    ],
)
def test_nothing_to_judge(links: tuple[str, ...], said: str, write_site: Callable[[dict[str, str]], Path]) -> None:
    content = write_site({"a.md": article("one", 1, "What?", "That.", links=links)})
    site = recommender.open_site(content, use_cache=False)
    with pytest.raises(InputError, match=said):
        evaluate(site)


def test_queries_that_nothing_judges(small: Site) -> None:
    with pytest.raises(InputError, match="None of the 1 articles to measure has a curated link that judges"):
        evaluate(small, queries=[key("neuron")])


def test_a_run_may_not_take_a_name_of_ours(small: Site) -> None:
    with pytest.raises(InputError, match="belongs to a system"):
        evaluate(small, files={"text": []})


def test_no_index_articles_are_no_candidates(write_site: Callable[[dict[str, str]], Path]) -> None:
    site = recommender.open_site(
        write_site(
            {
                "a.md": article("a", 1, "What is salt?", "A mineral of sodium.", links=("b", "c")),
                "b.md": article("b", 2, "What is salt water?", "A mineral of sodium in water.", extra="no_index: true"),
                "c.md": article("c", 3, "What is sugar?", "Sweet stuff."),
            }
        ),
        use_cache=False,
    )
    found = evaluate(site)
    assert found.evaluation.facts.links.not_eligible == 1
    for run in found.runs.values():
        assert 1 not in run.candidates.indices[:, :]


def test_all_systems_stand_on_one_bench(sample_run: EvaluationRun) -> None:
    found = sample_run.evaluation
    assert list(found.systems) == [
        "text", "text-only", "selected", "words", "question", "answer",
        "random", "same-group", "nearest-id", "nearest-date", "tfidf", "bm25",
    ]  # fmt: skip
    for name, run in sample_run.runs.items():
        for measure, interval in found.systems[name].items():
            assert interval.mean == pytest.approx(run.scores.values[measure].mean())
            assert interval.low <= interval.mean <= interval.high
            assert interval.mean <= found.upper_bound[measure] + 1e-12
        assert found.structure[name].n_lists == 140
    assert len(found.comparisons) == 66 * len(found.measures)
    assert all(one.p_value <= one.p_corrected <= 1 for one in found.comparisons)
    assert all(one.wins + one.ties + one.losses == found.queries for one in found.comparisons)
    assert found.systems["text"]["nDCG@10"].low > found.systems["random"]["nDCG@10"].high
    assert sum(part.queries for part in found.slices if part.by == "group") == found.queries


def test_one_component_is_divided_and_said_to_be(sample_run: EvaluationRun) -> None:
    facts = sample_run.evaluation.facts
    assert facts.components == facts.divided == 1
    assert facts.units == len(np.unique(sample_run.bench.units.labels)) > 5
    assert 0 < facts.cut_ratio < 0.3
    text = sample_run.evaluation.systems["text"]["nDCG@10"]
    assert 0.02 < text.high - text.low < 0.3


def test_the_set_up_stands_beside_the_figures(sample_run: EvaluationRun, data: Path) -> None:
    found = sample_run.evaluation
    assert {"python", "recommender", "numpy", "scikit-learn", "bm25s"} <= set(found.versions)
    assert found.settings["views"] == {"question": 1.0, "answer": 1.0} or found.settings["views"]
    assert found.evaluation == EvaluateSettings()
    assert re.fullmatch("[0-9a-f]{32}", found.corpus.digest)


def test_the_digest_names_texts_and_links(small_site: Path, small: Site) -> None:
    def digest() -> str:
        return evaluate(recommender.open_site(small_site, use_cache=False), systems=["text"]).evaluation.corpus.digest

    before = digest()
    assert before == digest()
    path = small_site / "learn" / "osmosis.md"
    text = path.read_text()
    path.write_text(text.replace("saltier", "sweeter"))
    edited = digest()
    path.write_text(text.replace("url: /learn/membrane", "url: /learn/neuron"))
    relinked = digest()
    assert len({before, edited, relinked}) == 3


def test_the_same_input_gives_the_same_bytes(small: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.evaluator.result import encode_evaluation

    one = encode_evaluation(evaluate(small).evaluation)
    monkeypatch.setattr("recommender.measure.evaluate.cpu_count", lambda: 7)
    assert encode_evaluation(evaluate(small).evaluation) == one
    assert encode_evaluation(evaluate(small, EvaluateSettings(seed=1)).evaluation) != one


def test_selected_lists_go_on_to_the_deepest_cutoff(sample_run: EvaluationRun, data: Path) -> None:
    """With rules that change nothing, the lists shown are the recommender's at every depth that a measure looks at."""
    site = recommender.open_site(data, use_cache=False)
    plain = LinkSettings(k=3, near_duplicates=True)
    site.settings = replace(site.settings, links=plain)
    task = sample_run.bench.task
    assert task.cutoff == 10
    found = selected_lists(site, task)
    assert found.indices.tolist() == site.propose(100).indices[:, :10].tolist()
    limited = replace(plain, max_inbound=4)
    shown = select(site, limited).chosen.lists
    found = selected_lists(site, task, limited)
    assert found.depth == 10
    for row, line in enumerate(found.indices.tolist()):
        own = [choice.row for choice in shown[row]]
        assert line[: len(own)] == own
        assert len(set(line)) == 10
    assert selected_lists(site, replace(task, cutoff=2)).depth == 3


def test_few_units_make_no_difference_significant(sample_run: EvaluationRun) -> None:
    facts = replace(sample_run.evaluation.facts, units=6)
    few = replace(sample_run.evaluation, facts=facts)
    # 2 ** (1 - 6) is 0.03125; of 12 systems there are 66 pairs, of 2 one.
    assert significance_note(few) == (
        "With 6 units no p can be below 0.0312, 1 after the correction for 66 pairs of systems: no difference can be "
        "significant at 0.05, however large it is. Compare at most 2 systems at once."
    )
    two = dict(list(few.systems.items())[:2])
    assert significance_note(replace(few, systems=two)) is None
    five = significance_note(replace(few, systems=two, facts=replace(facts, units=5)))
    assert five is not None
    assert five.endswith("no p can be below 0.0625: no difference can be significant at 0.05, however large it is.")
    assert significance_note(replace(few, facts=replace(facts, units=12))) is None
    assert significance_note(few) in comparison_table(few).notes
