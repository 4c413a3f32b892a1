from __future__ import annotations

import dataclasses
import io
import re

import numpy as np
import pytest
from rich.console import Console

from recommender.evaluator.compare import changes
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.notes import file_notes, link_note, query_notes, units_note
from recommender.evaluator.render import fits, latex, markdown, show, stacked
from recommender.evaluator.result import Evaluation, QueryFacts
from recommender.evaluator.significance import Interval
from recommender.evaluator.systems.files import FileCounts
from recommender.evaluator.tables import (
    all_tables,
    change_tables,
    comparison_table,
    joined_table,
    measure_table,
    slice_tables,
    structure_table,
)
from recommender.tables import Table

HOSTILE = Table("A_title", ("x", "a|b"), (("50% & <b>", "1.5"), ("{x}\n#~^\\", "–")), ("a note*",), frozenset({(0, 1)}))


def with_facts(evaluation: Evaluation, **facts: object) -> Evaluation:
    changed: QueryFacts = dataclasses.replace(evaluation.facts, **facts)  # type: ignore[arg-type]
    return dataclasses.replace(evaluation, facts=changed)


def test_accuracy(sample_run: EvaluationRun) -> None:
    found = sample_run.evaluation
    table = measure_table(found)
    assert table.columns == ("system", *found.measures)
    assert [row[0] for row in table.rows] == [*found.systems, "upper bound"]
    text = found.systems["text"]["nDCG@10"]
    assert table.rows[0][1] == f"{text.mean:.3f} [{text.low:.3f}, {text.high:.3f}]"
    best = max(found.systems, key=lambda name: found.systems[name]["nDCG@10"].mean)
    assert (list(found.systems).index(best), 1) in table.best
    narrow = measure_table(found, intervals=False)
    assert re.fullmatch(r"0\.\d{3} \[.*\]", narrow.rows[0][1])
    assert re.fullmatch(r"0\.\d{3}", narrow.rows[0][2])


def test_structure_stands_beside_accuracy(sample_run: EvaluationRun) -> None:
    accuracy, structure = measure_table(sample_run.evaluation), structure_table(sample_run.evaluation)
    table = joined_table(accuracy, structure)
    assert table.columns == (*accuracy.columns, *structure.columns[1:])
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert table.rows[0] == (*accuracy.rows[0], *structure.rows[0][1:])
    assert table.rows[-1] == ("curated (upper bound)", *accuracy.rows[-1][1:], *structure.rows[-1][1:])
    assert {"coverage", "orphans", "skew", "hub", "mutual", "in group", "inner", "near-dup", "unjudged@5"} < set(
        table.columns
    )


def test_comparisons_are_seen_from_the_main_system(sample_run: EvaluationRun) -> None:
    found = sample_run.evaluation
    table = comparison_table(found)
    assert [row[0] for row in table.rows] == [name for name in found.systems if name != "text"]
    turned = comparison_table(dataclasses.replace(found, systems=dict(reversed(found.systems.items()))))
    row = next(row for row in turned.rows if row[0] == "text")
    seen = next(row for row in table.rows if row[0] == "bm25")
    assert (row[3], row[5]) == (seen[5], seen[3])
    low, high = re.findall(r"[-+]\d\.\d+", seen[1])[1:]
    assert re.findall(r"[-+]\d\.\d+", row[1])[1:] == [
        f"{-float(high):+.4f}",
        f"{-float(low):+.4f}",
    ]


def test_too_few_units_have_no_intervals(sample_run: EvaluationRun) -> None:
    few = with_facts(sample_run.evaluation, units=4)
    assert "[" not in "".join(cell for row in measure_table(few).rows for cell in row)
    assert {row[2] for row in comparison_table(few).rows} == {"–"}
    assert "with which the smallest possible p is 0.125" in units_note(few)


def test_what_intervals_rest_on(sample_run: EvaluationRun) -> None:
    note = units_note(sample_run.evaluation)
    assert "one component of the graph of curated links divided into communities" in note
    assert "few, so intervals are rough" in note
    many = with_facts(
        sample_run.evaluation, components=900, divided=0, largest_component=12, units=900, effective_units=500.0
    )
    assert units_note(many) == (
        "95% intervals and tests resample 900 units: 900 components of the graph of curated links, the largest of 12 "
        "queries."
    )


def test_who_was_asked(sample_run: EvaluationRun) -> None:
    assert len(query_notes(sample_run.evaluation)) == 2
    part = dataclasses.replace(with_facts(sample_run.evaluation, lists=130), queries=100)
    assert query_notes(part)[-1] == (
        "Only 130 of 140 articles are measured; 30 of them have no curated link that judges."
    )


def test_unanswered_queries_are_told(sample_run: EvaluationRun) -> None:
    found = dataclasses.replace(sample_run.evaluation, not_answered={"text": 0, "mine": 1234})
    assert measure_table(found).notes[-1] == "mine proposed nothing for 1,234 queries, which score 0."


def test_what_became_of_links_and_files(sample_run: EvaluationRun) -> None:
    assert link_note(sample_run.evaluation) == "333 of 333 curated links judge"
    found = dataclasses.replace(sample_run.evaluation, files={"mine": FileCounts(10, 1, 0, 2, 0, 0, 3)})
    assert file_notes(found) == [
        "mine: 10 proposals measured; 1 name no article of the site, 2 lead to the article itself, 3 are past place 100"
    ]


def test_slices(sample_run: EvaluationRun) -> None:
    tables = slice_tables(sample_run.evaluation)
    assert [table.columns[0] for table in tables] == [
        "group",
        "answer length",
        "number of judgements",
        "links across groups",
    ]
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)


def test_changes(sample_run: EvaluationRun) -> None:
    found = sample_run.evaluation
    labels = np.asarray(sample_run.bench.units.labels)
    tables = change_tables([changes(found, found, labels)])
    assert tables[0].columns == ("figure", "then", "now", "change")
    assert tables[0].rows[0][0] == "text nDCG@10"
    assert tables[0].rows[0][-1] == "+0.0000"
    assert "0 won, 124 tied, 0 lost" in tables[0].notes[-1]
    assert change_tables([]) == []


def test_several_earlier_evaluations_side_by_side(sample_run: EvaluationRun) -> None:
    new = sample_run.evaluation
    worse = Interval(0.5, 0.4, 0.6)
    old = dataclasses.replace(new, systems={"text": {**new.systems["text"], "nDCG@10": worse}})
    labels = np.asarray(sample_run.bench.units.labels)
    now = f"{new.systems['text']['nDCG@10'].mean:.4f}"
    table = change_tables([changes(old, new, labels, "a.json"), changes(new, new, labels, "b.json")])[0]
    assert table.columns == ("figure", "a.json", "b.json", "now", "since a.json", "since b.json")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["text nDCG@10"] == ("0.5000", now, now, f"{float(now) - 0.5:+.4f}", "+0.0000")
    # Only the later one has measured the other systems.
    assert rows["bm25 R@5"][0] == rows["bm25 R@5"][3] == "–"
    assert [note.split(":")[0] for note in table.notes] == ["a.json", "b.json"]


def test_markdown() -> None:
    assert markdown([HOSTILE]) == (
        "## A\\_title\n\n| x | a\\|b |\n|---|---:|\n| 50% & \\<b\\> | **1.5** |\n| {x} #~^\\\\ | – |\n\na note\\*\n"
    )


def test_latex() -> None:
    text = latex([HOSTILE])
    assert r"50\% \& $<$b$>$ & \textbf{1.5} \\" in text
    assert r"\{x\}" in text
    assert r"\#\textasciitilde{}\textasciicircum{}\textbackslash{} & -- \\" in text
    assert r"\caption{A\_title. a note*}" in text
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


@pytest.mark.parametrize("width", [1000, 60])
def test_shown_on_a_terminal(width: int, sample_run: EvaluationRun) -> None:
    file = io.StringIO()
    table = measure_table(sample_run.evaluation, intervals=False)
    console = Console(file=file, width=width)
    assert fits(table, console) is (width == 1000)
    show([table], console)
    assert "same-group" in file.getvalue()
    assert max(len(line) for line in file.getvalue().splitlines()) <= width


def test_markup_in_names_is_shown_as_it_is() -> None:
    file = io.StringIO()
    show([Table("t", ("[red]x", "y"), (("[bold]", "1"),))], Console(file=file, width=80))
    assert "[red]x" in file.getvalue()
    assert "[bold]" in file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_figure_is_cut_on_a_narrow_terminal(sample_run: EvaluationRun, width: int) -> None:
    for table in [*all_tables(sample_run.evaluation), *slice_tables(sample_run.evaluation)]:
        file = io.StringIO()
        console = Console(file=file, width=width)
        show([dataclasses.replace(table, notes=())], console)
        lines = file.getvalue().splitlines()
        assert max(map(len, lines)) <= width
        assert "…" not in file.getvalue()
        # Every cell stands whole on a line, beside the name of its row.
        for name, *cells in table.rows:
            own = [line for line in lines if line.strip().startswith(name)]
            assert all(any(cell in line for line in own) for cell in cells), (name, cells)
        parts = stacked(table, console)
        assert [column for part in parts for column in part.columns[1:]] == list(table.columns[1:])
