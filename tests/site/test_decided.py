"""Decisions in `links`, `apply`, `evaluate` and `fit`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from recommender.cli.app import app
from recommender.decisions.file import DecisionFile
from recommender.decisions.record import dump_line, new_decision
from recommender.errors import RecommenderError
from recommender.evaluator.settings import EvaluateSettings
from recommender.links.formats import load_links
from recommender.measure.evaluate import evaluate
from recommender.settings_file import load_settings
from recommender.site.fit import fit_ranker
from recommender.site.open import open_site
from recommender.site.site import Site
from tests.conftest import SMALL
from tests.ranker.helpers import batched_files


def decide(path: Path, *said: tuple[str, str, str] | tuple[str, str, str, int]) -> Path:
    """Write decisions given as verdict, source and target, a pin with its position."""
    lines = []
    for verdict, source, target, *position in said:
        lines.append(
            new_decision(
                "Ada",
                verdict,  # type: ignore[arg-type]
                source=f"/learn/{source}" if source else None,
                target=f"/learn/{target}",
                position=position[0] if position else None,
            )
        )
    path.write_bytes(b"".join(map(dump_line, lines)))
    return path


def run(*arguments: str | Path, status: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if status and isinstance(result.exception, RecommenderError):
        assert result.exception.exit_status == status
        return str(result.exception)
    assert result.exit_code == status, result.output
    return result.output


def lists(path: Path) -> dict[str, list[str]]:
    return {
        one.key.removeprefix("/learn/"): [related.key.removeprefix("/learn/") for related in one.related]
        for one in load_links(path).articles
    }


def test_links_keep_to_the_decisions(small_site: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    run("links", small_site, "-k", "3", "-o", before, "--no-cache", "-q")
    plain = lists(before)
    first, second, third = plain["osmosis"]
    others = [slug for slug in plain if slug not in (first, second, third, "osmosis")]
    decisions = decide(
        tmp_path / "d.jsonl",
        ("reject", "osmosis", first),
        ("accept", "osmosis", others[0]),
        ("pin", "osmosis", others[1], 1),
        ("never", "", "tariff"),
    )
    told = run("links", small_site, "-k", "3", "-o", after, "--decisions", decisions, "--no-cache")
    found = lists(after)
    wanted = [slug for slug in (others[1], others[0]) if slug != "tariff"]
    assert found["osmosis"][: len(wanted)] == wanted
    assert first not in found["osmosis"]
    assert not any("tariff" in listed for listed in found.values())
    assert f"({decisions})" in told
    assert f"pinned {int(others[1] != 'tariff')}, accepted {int(others[0] != 'tariff')}, kept out " in told
    related = {one.key: one.decided for one in load_links(after).articles[4].related}
    assert load_links(after).articles[4].key == "/learn/osmosis"
    assert set(related.values()) <= {None, "accept", "pin"}
    assert related[f"/learn/{wanted[0]}"] is not None


def test_a_file_of_decisions_is_found_beside_the_content_in_the_settings_and_here(
    small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def never(**options: object) -> list[int]:
        return sorted(open_site(small_site, use_cache=False, **options).decisions.decided.never)  # type: ignore[arg-type]

    rows = {key: row for row, key in enumerate(sorted(f"/learn/{slug}" for slug in _SLUGS))}
    assert never() == []
    decide(here / "decisions.jsonl", ("never", "", "money"))
    assert never() == [rows["/learn/money"]]
    decide(small_site / "decisions.jsonl", ("never", "", "neuron"))
    assert never() == [rows["/learn/neuron"]]
    (small_site / "recommender.yaml").write_text("decisions: kept/said.jsonl\n")
    (small_site / "kept").mkdir()
    decide(small_site / "kept" / "said.jsonl", ("never", "", "tariff"))
    assert load_settings(small_site).decisions == str(small_site / "kept" / "said.jsonl")
    assert never() == [rows["/learn/tariff"]]


_SLUGS = ("osmosis", "membrane", "neuron", "inflation", "money", "tariff")


def test_wrong_files_are_told(small_site: Path, tmp_path: Path) -> None:
    missing = run("links", small_site, "--decisions", tmp_path / "none.jsonl", "--no-cache", status=2)
    assert "none.jsonl" in missing
    bad = tmp_path / "bad.jsonl"
    bad.write_text("what\n")
    output = tmp_path / "out.json"
    for command in (
        ("links", small_site, "-o", output),
        ("evaluate", small_site, "--systems", "text"),
        ("fit", small_site, "-o", tmp_path / "ranker.json"),
    ):
        assert f"{bad}:1:" in run(*command, "--decisions", bad, "--no-cache", status=2)
    assert not output.exists()


def test_a_half_line_is_told_by_every_command(small_site: Path, tmp_path: Path) -> None:
    decisions = decide(tmp_path / "d.jsonl", ("reject", "tariff", "money"))
    with decisions.open("ab") as file:
        file.write(b'{"v":1,"id":"half')
    links = tmp_path / "l.json"
    for command in (
        ("links", small_site, "-o", links),
        ("apply", links, small_site, "--dry-run"),
        ("evaluate", small_site, "--systems", "text"),
        ("fit", small_site, "-o", tmp_path / "ranker.json"),
    ):
        told = run(*command, "--decisions", decisions, "--no-cache")
        assert f"note: {decisions}:2: the line ends before its decision does" in told


def test_unknown_articles_are_counted(small_site: Path, tmp_path: Path) -> None:
    decisions = decide(tmp_path / "d.jsonl", ("accept", "gone", "money"), ("never", "", "lost"))
    told = run("links", small_site, "-o", tmp_path / "l.json", "--decisions", decisions, "--no-cache")
    assert "2 articles that decisions name are not here" in told


def front_matter_targets(path: Path) -> list[str]:
    return [line.split("/learn/")[1] for line in path.read_text().splitlines() if line.startswith("    url: ")]


def test_apply_keeps_to_the_decisions(small_site: Path, tmp_path: Path) -> None:
    links = tmp_path / "links.json"
    run("links", small_site, "-k", "5", "-o", links, "--no-cache", "-q")
    file = small_site / "learn" / "tariff.md"
    assert front_matter_targets(file) == ["inflation", "money"]
    decisions = decide(
        tmp_path / "d.jsonl",
        ("reject", "tariff", "inflation"),
        ("reject", "tariff", "neuron"),
        ("pin", "tariff", "osmosis", 1),
        ("never", "", "membrane"),
    )
    run("apply", links, small_site, "--decisions", decisions, "--no-cache", "-q")
    # The pinned one, the editors' own that was not rejected, and nothing else that is allowed.
    assert front_matter_targets(file) == ["osmosis", "money"]
    run("undo", small_site, "-q")
    assert front_matter_targets(file) == ["inflation", "money"]
    run("apply", links, small_site, "--overwrite", "--decisions", decisions, "--no-cache", "-q")
    assert front_matter_targets(file) == ["osmosis", "money"]


def test_apply_leaves_articles_without_decisions_as_without_a_file(small_site: Path, tmp_path: Path) -> None:
    links = tmp_path / "links.json"
    run("links", small_site, "-k", "3", "-o", links, "--no-cache", "-q")
    plain = run("apply", links, small_site, "--dry-run", "--no-cache", "-q")
    decisions = decide(tmp_path / "d.jsonl", ("accept", "osmosis", "membrane"))
    assert run("apply", links, small_site, "--dry-run", "--decisions", decisions, "--no-cache", "-q") == plain


def test_a_pin_that_pushes_an_editors_link_out_is_told(small_site: Path, tmp_path: Path) -> None:
    links = tmp_path / "links.json"
    config = tmp_path / "c.yaml"
    config.write_text("related: {slots: 2}\nlinks: {k: 2}\n")
    run("links", small_site, "-k", "5", "-o", links, "--no-cache", "-q")
    decisions = decide(tmp_path / "d.jsonl", ("pin", "tariff", "osmosis", 1))
    arguments = ("apply", links, small_site, "--config", config, "--decisions", decisions, "--no-cache")
    told = run(*arguments, "--dry-run")
    assert "/learn/money has no place any more" in told


def with_decisions(site_of: Path, decisions: Path) -> Site:
    from dataclasses import replace

    return open_site(site_of, replace(load_settings(site_of), decisions=str(decisions)), use_cache=False)


def test_decisions_are_judgements(small_site: Path, tmp_path: Path) -> None:
    decisions = decide(
        tmp_path / "d.jsonl",
        ("accept", "neuron", "osmosis"),
        ("pin", "neuron", "membrane", 1),
        ("reject", "tariff", "money"),
        ("reject", "tariff", "neuron"),
    )
    site = with_decisions(small_site, decisions)
    run_ = evaluate(site, EvaluateSettings(measures=("nDCG@3",)), systems=["text", "selected"])
    articles = site.corpus.articles
    judged = run_.bench.judgements
    relevant = {
        articles[query].key: {articles[row].key for row in judged.relevant.of(line)}
        for line, query in enumerate(judged.queries.tolist())
    }
    rejected = {
        articles[query].key: {articles[row].key for row in judged.rejected.of(line)}
        for line, query in enumerate(judged.queries.tolist())
    }
    assert relevant["/learn/neuron"] == {"/learn/osmosis", "/learn/membrane"}
    assert relevant["/learn/tariff"] == {"/learn/inflation"}
    assert rejected["/learn/tariff"] == {"/learn/money", "/learn/neuron"}
    facts = run_.evaluation.facts.links
    assert (facts.written, facts.kept, facts.accepted, facts.refused) == (6, 6, 2, 1)
    # What is measured does not know what it is measured against: its lists are those without decisions.
    plain = evaluate(open_site(small_site, use_cache=False), systems=["selected"])
    assert np.array_equal(run_.runs["selected"].candidates.indices, plain.runs["selected"].candidates.indices)
    assert run_.evaluation.corpus.digest != plain.evaluation.corpus.digest


def test_fit_learns_from_decisions(write_site: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    content = write_site({path.replace("/", "-"): text for path, text in batched_files(16).items()})
    plain = open_site(content, use_cache=False)
    articles = plain.corpus.articles
    linked = [(row, int(targets[0])) for row, targets in enumerate(plain.resolved.targets) if len(targets)]
    row, target = linked[0]
    other = next(at for at in range(len(articles)) if at not in {row, *plain.resolved.targets[row].tolist()})
    path = tmp_path / "d.jsonl"
    DecisionFile(path).append(
        lambda _: [
            new_decision("Ada", "reject", source=articles[row].key, target=articles[target].key),
            new_decision("Ada", "accept", source=articles[row].key, target=articles[other].key),
        ]
    )
    site = with_decisions(content, path)
    before, after = fit_ranker(plain, folds=2), fit_ranker(site, folds=2)
    assert (before.card.links, before.card.queries) == (after.card.links, after.card.queries)
    assert before.whole != after.whole
    assert other in site.judged.targets[row]
    assert target not in site.judged.targets[row]


def test_show_keeps_to_the_decisions(small_site: Path, tmp_path: Path) -> None:
    plain = run("show", small_site, "neuron", "-k", "2", "--no-cache")
    best = next(slug for slug in ("membrane", "osmosis") if question(slug) in plain)
    decisions = decide(tmp_path / "d.jsonl", ("reject", "neuron", best), ("never", "", "money"))
    told = run("show", small_site, "/learn/neuron", "-k", "3", "--decisions", decisions, "--no-cache")
    assert question(best) not in told
    assert question("money") not in told


def question(slug: str) -> str:
    return next(asked for own, asked, *_ in SMALL if own == slug)
