"""Lists for those whom too few name, in passes over the edges: against loops over links, and against the flow."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from recommender.engine.hosts import grant
from recommender.engine.ranks import load_duplicates
from recommender.engine.recommend import recommend_in_stages
from recommender.engine.run import EngineSettings, open_staged
from recommender.engine.selection import Selection
from recommender.engine.tables import write_table
from recommender.links.record import LinksFile
from recommender.neighbours.candidates import Candidates
from recommender.selection.graph import HOSTS_OFFERED
from recommender.settings import Settings
from recommender.site.recommend import Recommendation, recommend
from tests.engine.sites import write_articles

N, K = 120, 3

Lists = dict[int, dict[int, float]]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_articles(tmp_path_factory.mktemp("site") / "content", N, words=60)


def settings(**links: object) -> Settings:
    return replace(Settings(), links=replace(Settings().links, k=K, **links))  # type: ignore[arg-type]


def staged(content: Path, wanted: Settings, workdir: Path, blocks: int = 3) -> Recommendation:
    with open_staged(content, wanted, EngineSettings(workdir=workdir, shards=2, blocks=blocks), jobs=1) as site:
        return recommend_in_stages(site, flow_up_to=0)


def inbound(links: LinksFile) -> Counter[str]:
    return Counter(related.key for one in links.articles for related in one.related)


def one_after_the_other(before: Lists, candidates: Candidates, clusters: list[int], least: int) -> Lists:
    """The same passes by loops over single links."""
    lists = {row: dict(line) for row, line in before.items()}
    offered = [
        [(host, score) for host, score in zip(hosts, scores, strict=True) if host >= 0]
        for hosts, scores in zip(
            candidates.indices[:, :HOSTS_OFFERED].tolist(), candidates.scores[:, :HOSTS_OFFERED].tolist(), strict=True
        )
    ]
    while True:
        named = Counter(target for line in lists.values() for target in line)
        asks: dict[int, list[tuple[float, int]]] = {}
        for row in lists:
            wanted = least - named[row]
            while wanted > 0 and offered[row]:
                host, score = offered[row].pop(0)
                if row not in lists[host]:
                    asks.setdefault(host, []).append((-score, row))
                    wanted -= 1
        if not asks:
            return lists
        placed: list[tuple[int, int, float]] = []
        drops: dict[int, list[tuple[float, int, int, float]]] = {}
        for host, askers in asks.items():
            line, taken = lists[host], {clusters[target] for target in lists[host]}
            going = sorted((target for target in line if named[target] > least), key=lambda one: (line[one], -one))
            free = K - len(line)
            for worth, row in sorted(askers):
                if clusters[row] not in taken and free:
                    free -= 1
                    placed.append((host, row, -worth))
                else:
                    alike = {target for target in line if clusters[target] == clusters[row]}
                    possible = [out for out in going if not alike or alike == {out}]
                    if clusters[row] in taken - {clusters[target] for target in alike} or not possible:
                        continue
                    out = possible[0]
                    going.remove(out)
                    drops.setdefault(out, []).append((line[out] + worth, host, row, -worth))
                taken.add(clusters[row])
        for out, requests in drops.items():
            for _, host, row, score in sorted(requests)[: named[out] - least]:
                del lists[host][out]
                placed.append((host, row, score))
        for host, row, score in placed:
            lists[host][row] = score


@pytest.mark.parametrize(("least", "near_duplicates"), [(1, True), (2, False), (2, True)])
def test_passes_end_where_loops_over_single_links_do(
    content: Path, tmp_path: Path, least: int, near_duplicates: bool
) -> None:
    wanted = settings(min_inbound=least, near_duplicates=near_duplicates)
    with open_staged(content, wanted, EngineSettings(workdir=tmp_path, shards=2, blocks=3), jobs=1) as site:
        found = recommend_in_stages(site, flow_up_to=0).links
        rows, candidates = site.corpus.rows, site.propose(50)
        duplicates = Selection(site.stages).duplicates
        clusters = list(range(N)) if duplicates is None else load_duplicates(duplicates).labels.tolist()
    free = staged(content, settings(near_duplicates=near_duplicates), tmp_path / "free").links

    def by_row(links: LinksFile) -> Lists:
        return {rows[one.key]: {rows[link.key]: link.score or 0.0 for link in one.related} for one in links.articles}

    before = by_row(free)
    assert by_row(found) == one_after_the_other(before, candidates, clusters, least) != before


@pytest.mark.parametrize("least", [1, 2])
def test_few_are_short_and_nobody_has_become_so(content: Path, tmp_path: Path, least: int) -> None:
    done = staged(content, settings(min_inbound=least), tmp_path / "work")
    before, after = inbound(staged(content, settings(), tmp_path / "free").links), inbound(done.links)
    keys = [one.key for one in done.links.articles]
    short = [key for key in keys if after[key] < least]
    assert all(after[key] >= min(before[key], least) for key in keys)
    assert sum(before[key] < least for key in keys) > 5 * len(short)
    assert all(len(one.related) == K for one in done.links.articles)
    for one in done.links.articles:
        scores = [related.score or 0.0 for related in one.related]
        assert scores == sorted(scores, reverse=True)
        assert one.key not in {related.key for related in one.related}
    report = done.selected.chosen.report.graph
    assert report is not None
    assert report.short == len(short)
    assert report.orphans_before == sum(not before[key] for key in keys)
    assert report.orphans == sum(not after[key] for key in keys)


def test_the_price_is_near_that_of_the_best_there_is(content: Path, tmp_path: Path) -> None:
    wanted = settings(min_inbound=2)
    found = staged(content, wanted, tmp_path / "work").links
    with open_staged(content, wanted, EngineSettings(workdir=tmp_path / "flow", blocks=1), jobs=1) as site:
        best = recommend(site)
    totals = [sum(related.score or 0.0 for one in links.articles for related in one.related) for links in (found, best)]
    assert totals[0] > 0.98 * totals[1]


def test_both_limits_are_kept_and_the_result_is_the_same_for_any_number_of_blocks(
    content: Path, tmp_path: Path
) -> None:
    wanted = settings(min_inbound=2, max_inbound=6)
    found = [staged(content, wanted, tmp_path / str(blocks), blocks).links for blocks in (1, 2, 5)]
    assert found[0].articles == found[1].articles == found[2].articles
    counts = inbound(found[0])
    assert max(counts.values()) <= 6
    assert sum(counts[one.key] < 2 for one in found[0].articles) < 3


def test_a_host_names_none_of_another_language_and_none_below_the_least_score(content: Path, tmp_path: Path) -> None:
    free = staged(content, settings(min_inbound=2), tmp_path / "free").links
    scores = sorted(related.score or 0.0 for one in free.articles for related in one.related)
    floor = scores[len(scores) // 3]
    found = staged(content, settings(min_inbound=2, min_score=floor), tmp_path / "floor").links
    assert min(related.score or 0.0 for one in found.articles for related in one.related) >= floor
    for path in list(content.rglob("*.md"))[::2]:
        copy = tmp_path / "languages" / path.relative_to(content)
        copy.parent.mkdir(parents=True, exist_ok=True)
        language = "de" if int(path.stem[1:]) % 4 == 0 else "en"
        copy.write_text(path.read_text().replace("---\n", f"---\nlang: {language}\n", 1))
    wanted = settings(min_inbound=2, same_language=True)
    with open_staged(tmp_path / "languages", wanted, EngineSettings(workdir=tmp_path / "l", blocks=2), jobs=1) as site:
        links = recommend_in_stages(site, flow_up_to=0).links
        languages = {article.key: article.language for article in site.corpus.articles}
    assert len(set(languages.values())) == 2
    assert all(languages[one.key] == languages[link.key] for one in links.articles for link in one.related)


def test_an_article_is_dropped_by_no_more_lists_than_it_can_do_without_and_where_least_is_lost(tmp_path: Path) -> None:
    asked = {"out": [4, 5, 5, 5], "host": [0, 1, 2, 3], "asker": [9, 9, 8, 7], "score": [0.5] * 4}
    write_table(pa.table({**asked, "loss": [0.1, 0.3, 0.1, 0.2]}), tmp_path / "answers.parquet")
    for spare, hosts in (([0, 0], []), ([1, 1], [0, 2]), ([0, 2], [2, 3])):
        write_table(pa.table({"row": [4, 5], "spare": spare}), tmp_path / "asks.parquet")
        granted = grant((tmp_path / "answers.parquet",), tmp_path / "asks.parquet", (4, 6))
        assert granted["host"].to_pylist() == hosts
