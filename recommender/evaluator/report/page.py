"""The page: what stands on it, and its making."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from recommender.evaluator.compare import Changes
from recommender.evaluator.measures import parse_measure
from recommender.evaluator.notes import file_notes, link_note, significance_note, units_note
from recommender.evaluator.report.examples import find_examples
from recommender.evaluator.report.figures import degrees_figure, measure_figures, scores_figure, slice_figures
from recommender.evaluator.result import Evaluation
from recommender.evaluator.run import EvaluationRun
from recommender.evaluator.significance import SIGNIFICANT
from recommender.evaluator.tables import (
    GRAPH_COLUMNS,
    change_tables,
    comparison_table,
    measure_table,
    slice_tables,
    structure_table,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A number at the head of the page."""

    label: str
    value: str


def report_page(run: EvaluationRun, changes: Changes | None = None) -> str:
    """One HTML page with tables, plots and examples; it loads nothing, and article text is nothing but text in it."""
    from jinja2 import Environment, StrictUndefined

    folder = files("recommender.evaluator.report")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((folder / "page.html.j2").read_text(encoding="utf-8"))
    evaluation = run.evaluation
    return template.render(
        style=(folder / "page.css").read_text(encoding="utf-8"),
        evaluation=evaluation,
        facts=_facts(evaluation),
        for_owners=_for_owners(evaluation),
        summary=_summary(evaluation),
        notes=[
            f"{note.rstrip('.')}." for note in (link_note(evaluation), *file_notes(evaluation), units_note(evaluation))
        ],
        accuracy=measure_table(evaluation),
        structure=structure_table(evaluation),
        comparison=comparison_table(evaluation) if evaluation.comparisons else None,
        slices=slice_tables(evaluation),
        changes=change_tables(changes) if changes is not None else [],
        measure_figures=measure_figures(evaluation),
        scores_figure=scores_figure(run),
        degrees_figure=degrees_figure(run),
        slice_figures=slice_figures(evaluation),
        examples=find_examples(run),
        graph_meanings=GRAPH_COLUMNS,
        meanings=[(name, parse_measure(name).meaning) for name in evaluation.measures],
    )


def _facts(evaluation: Evaluation) -> list[Fact]:
    facts = evaluation.facts
    return [
        Fact("articles", f"{evaluation.corpus.articles:,}"),
        Fact("queries", f"{evaluation.queries:,}"),
        Fact("curated links that judge", f"{facts.judgements:,}"),
        Fact("components of the link graph", f"{facts.components:,}"),
    ]


def _summary(evaluation: Evaluation) -> list[str]:
    """The main system against each other one in a sentence, for those who read no tables."""
    measure = evaluation.measures[0]
    main = evaluation.main
    sentences = [f"{main} reaches {measure} {evaluation.systems[main][measure].mean:.3f}."]
    better, worse, unclear = [], [], []
    for comparison in evaluation.comparisons:
        if comparison.measure == measure and main in (comparison.first, comparison.second):
            sign = 1 if comparison.first == main else -1
            other = comparison.second if comparison.first == main else comparison.first
            shown = f"{other} ({evaluation.systems[other][measure].mean:.3f})"
            if comparison.p_corrected >= SIGNIFICANT:
                unclear.append(shown)
            elif sign * comparison.difference.mean > 0:
                better.append(shown)
            else:
                worse.append(shown)
    for start, names in (
        ("It is better than", better),
        ("It is worse than", worse),
        ("There is no significant difference from", unclear),
    ):
        if names:
            sentences.append(f"{start} {_joined(names)}.")
    few = significance_note(evaluation)
    if unclear and few is not None:
        sentences.append(few)
    return sentences


def _for_owners(evaluation: Evaluation) -> list[str]:
    """What the main system's lists would show a reader, where the measures tell it."""
    figures = evaluation.systems[evaluation.main]
    parsed = [parse_measure(name) for name in evaluation.measures]
    found = []
    for measure in parsed:
        kind = measure.name.partition("@")[0]
        mean = figures[measure.name].mean
        if kind == "P" and measure.cutoff:
            found.append(
                f"Of the first {measure.cutoff} articles that {evaluation.main} proposes, {mean * measure.cutoff:.1f} "
                "are on average links that the editors chose."
            )
        elif kind == "Hit":
            found.append(
                f"{mean:.0%} of the articles with curated links have at least one of them among the first "
                f"{measure.cutoff}."
            )
    return found


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
