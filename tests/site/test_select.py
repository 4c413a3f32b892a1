from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from recommender.errors import InputError
from recommender.links.record import ArticleLinks, LinksFile, Related
from recommender.ranker.list_score import Function, default_model
from recommender.settings import EligibilitySettings, LinkSettings, Settings
from recommender.settings_file import load_settings
from recommender.site.open import open_site
from recommender.site.ranking import SiteRanker
from recommender.site.recommend import recommend
from recommender.site.select import last_run, select
from recommender.site.site import Site
from recommender.stages import neighbours
from tests.conftest import ROOT, article

WriteSite = Callable[[dict[str, str]], Path]


@pytest.fixture(scope="module")
def sample() -> Site:
    return open_site(Path(__file__).parents[2] / "data", Settings(), use_cache=False)


def inbound(links: LinksFile) -> dict[str, int]:
    counts = dict.fromkeys((one.key for one in links.articles), 0)
    for one in links.articles:
        for related in one.related:
            counts[related.key] += 1
    return counts


def test_limits_hold_on_the_whole_site(sample: Site) -> None:
    before = inbound(recommend(sample))
    assert max(before.values()) > 10
    assert min(before.values()) < 2
    after = inbound(recommend(sample, LinkSettings(max_inbound=7, min_inbound=2)))
    assert max(after.values()) <= 7
    assert min(after.values()) >= 2
    assert sum(after.values()) == sum(before.values())


def test_near_duplicates_do_not_stand_in_one_list(data_with_copy: Path) -> None:
    site = open_site(data_with_copy, Settings(), use_cache=False)
    cluster = {site.corpus.articles[row].key for row in site.duplicates.clusters()[0]}
    assert len(cluster) == 2

    def together(settings: LinkSettings) -> int:
        lists = ({one.key, *(related.key for related in one.related)} for one in recommend(site, settings).articles)
        return sum(cluster <= found for found in lists)

    assert together(LinkSettings(near_duplicates=True)) > 0
    assert together(LinkSettings()) == 0


def test_a_floor_from_the_sites_own_links(sample: Site) -> None:
    loose, strict = (select(sample, LinkSettings(min_precision=share)) for share in ("95%", "99%"))
    assert loose.floor is not None
    assert strict.floor is not None
    assert loose.floor.basis == "curated"
    assert loose.floor.score < strict.floor.score
    assert loose.floor.related_ratio > 5 * loose.floor.random_ratio
    for done in (loose, strict):
        scores = [choice.score for chosen in done.chosen.lists.values() for choice in chosen]
        assert min(score for score in scores if score is not None) >= done.floor.score
    assert strict.chosen.report.empty_places > loose.chosen.report.empty_places > 0
    both = select(sample, LinkSettings(min_precision="95%", min_score=2.0))
    assert not any(both.chosen.lists.values())


def test_a_site_without_curated_links_takes_its_proposals(small_site: Path) -> None:
    site = open_site(small_site, use_cache=False)
    floor = select(site, LinkSettings(min_precision="0.9")).floor
    assert floor is not None
    assert floor.basis == "proposed"
    with pytest.raises(InputError, match="too few articles"):
        select(
            open_site(small_site, replace(site.settings, targets=EligibilitySettings(ids=("99",)))),
            LinkSettings(min_precision="1"),
        )


def test_probabilities_are_their_own_floor(sample: Site) -> None:
    class Certain(SiteRanker):
        gives_probabilities = True

    done = select(sample, LinkSettings(min_precision="70%"), ranker=Certain(sample, None))
    assert done.floor is not None
    assert (done.floor.score, done.floor.basis) == (0.7, "probability")


def test_the_same_run_again_changes_nothing(sample: Site) -> None:
    links = recommend(sample)
    done = select(sample, previous=links)
    assert done.chosen.report.churn is not None
    assert done.chosen.report.churn.lists_changed == 0
    assert done.chosen.report.margin is not None
    assert 0 < done.chosen.report.margin < 0.2
    assert recommend(sample, previous=links) == links


def test_a_changed_default_ranking_changes_few_links_of_a_site_that_gives_its_last_run(
    sample: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a later version has learned other weights: each signal counts a third more, or a third less."""

    def pairs(links: LinksFile) -> set[tuple[str, str]]:
        return {(one.key, related.key) for one in links.articles for related in one.related}

    links = recommend(sample)
    model = default_model()
    functions = {
        name: Function(function.at, tuple(count * (4 / 3 if place % 2 else 2 / 3) for count in function.counts))
        for place, (name, function) in enumerate(model.functions.items())
    }
    monkeypatch.setattr(neighbours, "default_model", lambda: replace(model, functions=functions))
    other = open_site(Path(__file__).parents[2] / "data", Settings(), use_cache=False)
    changed = len(pairs(links) - pairs(recommend(other)))
    assert changed > 40
    assert len(pairs(links) - pairs(recommend(other, previous=links))) < changed / 5


def test_incumbents_stay_where_other_rules_would_have_others(sample: Site) -> None:
    links = recommend(sample, LinkSettings(hubs="csls"))
    calm = select(sample, previous=links).chosen.report.churn
    restless = select(sample, LinkSettings(margin=0.0), previous=links).chosen.report.churn
    assert calm is not None
    assert restless is not None
    assert calm.links_gone < restless.links_gone


def test_old_pages_are_left_alone(sample: Site) -> None:
    day = dt.date(2024, 10, 1)
    links = recommend(sample, LinkSettings(diversity=0.9))
    known = msgspec.structs.replace(links, articles=links.articles[10:])
    found = {one.key: one for one in recommend(sample, previous=known, frozen_before=day).articles}
    fresh = {one.key: one for one in recommend(sample).articles}
    old = {one.key for one in sample.corpus.articles if one.date is not None and one.date < day}
    assert 20 < len(old) < 120
    for one in known.articles:
        if one.key in old:
            assert found[one.key] == one
    new = {one.key for one in links.articles[:10]}
    assert not new & old & found.keys()
    assert all(found[key] == fresh[key] for key in new - old)
    with pytest.raises(InputError, match="--previous"):
        recommend(sample, frozen_before=day)


def related(key: str, *, curated: bool = False) -> Related:
    return Related(key, None, "T", None, None, 0.5, curated=curated)


def test_what_can_no_longer_be_linked_is_lost(write_site: WriteSite) -> None:
    content = write_site(
        {
            f"{name}.md": article(
                name, number, f"What is {name}?", "Water.", extra="draft: true" if name == "c" else ""
            )
            for number, name in enumerate("abc")
        }
    )
    site = open_site(content, use_cache=False)
    lists = (
        related("/learn/b"), related("/learn/c"), related("/learn/c", curated=True), related("/learn/gone")
    )  # fmt: skip
    file = LinksFile(
        "m",
        5,
        (
            ArticleLinks("/learn/a", 0, "A", None, None, None, lists),
            ArticleLinks("/x", 9, "X", None, None, None, lists),
        ),
    )
    found = last_run(file, site)
    assert {row: [choice.row for choice in chosen] for row, chosen in found.lists.items()} == {0: [1, 2]}
    assert found.lost == 2


def test_languages_keep_to_themselves(write_site: WriteSite) -> None:
    content = write_site(
        {
            f"{n:02}.md": article(f"a{n:02}", n, f"What is a cell {n}?", f"A cell, part {n}.", extra=f"lang: {lang}")
            for n, lang in enumerate(["en", "de", "en-GB", "de", "en", "en", "de"])
        }
    )
    site = open_site(content, use_cache=False)
    languages = {one.key: (one.language or "")[:2] for one in site.corpus.articles}
    found = recommend(site, LinkSettings(near_duplicates=True))
    assert [len(one.related) for one in found.articles] == [3, 2, 3, 2, 3, 3, 2]
    assert all(languages[one.key] == languages[other.key] for one in found.articles for other in one.related)
    mixed = recommend(site, LinkSettings(near_duplicates=True, same_language=False))
    assert all(len(one.related) == 5 for one in mixed.articles)


def test_lists_are_filled_from_deeper_candidates(write_site: WriteSite) -> None:
    # Forty articles that say the same, and five others that are their only possible links.
    files = {f"{n:02}.md": article(f"a{n:02}", n, "What is a cell?", "A cell is small.") for n in range(40)}
    files |= {f"z{n}.md": article(f"z{n}", 90 + n, f"{word}?", f"{word} trade") for n, word in enumerate(WORDS)}
    site = open_site(write_site(files), use_cache=False)
    found = recommend(site, LinkSettings(duplicate_score=0.99))
    assert all(len(one.related) == 5 for one in found.articles if one.key.startswith("/learn/a"))


WORDS = ("Money", "Price", "Planets", "Rivers", "Kings")


def test_vectors_and_threads_do_not_change_the_result(sample: Site) -> None:
    settings = LinkSettings(max_inbound=9, min_inbound=1, diversity=0.2, hubs="local-scaling", min_precision="2 in 3")
    first = recommend(sample, settings)
    again = recommend(open_site(sample.content, Settings(), use_cache=False, jobs=1), settings)
    assert first == again
    assert np.isfinite([one.score for article in first.articles for one in article.related if one.score]).all()


@pytest.mark.corpora
def test_a_real_site_of_many_versions_has_neither_hubs_nor_orphans(corpora: Path) -> None:
    site = open_site(corpora / "kong" / "app", load_settings(ROOT, ROOT / "examples/kong.yaml"), use_cache=False)
    sizes = [len(cluster) for cluster in site.duplicates.clusters()]
    # The same page of many versions of a product, and no chain that runs through the site.
    assert len(sizes) > 30
    assert max(sizes) < 40
    graph = select(site, LinkSettings(max_inbound=15, min_inbound=1)).chosen.report.graph
    assert graph is not None
    assert graph.largest == 15 < graph.largest_before
    assert graph.orphans_before > 0.05 * graph.eligible
    assert graph.orphans < 0.01 * graph.eligible
    assert graph.score_ratio > 0.97
