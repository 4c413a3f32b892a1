"""The report page: its contents, and how it is made."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from recommender.evaluator.compare import Changes
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.measures import parse_measure
from recommender.evaluator.notes import file_notes, link_note, significance_note, units_note
from recommender.evaluator.report.examples import find_examples
from recommender.evaluator.report.figures import degrees_figure, measure_figures, scores_figure, slice_figures
from recommender.evaluator.result import Evaluation
from recommender.evaluator.significance import SIGNIFICANT
from recommender.evaluator.tables import (
    GRAPH_COLUMNS,
    change_tables,
    comparison_table,
    measure_table,
    slice_tables,
    structure_table,
)

_SYSTEMS = {
    "text": "the recommender as configured, without a fitted ranker",
    "text-only": "the same by texts alone, without folders and links inside texts",
    "selected": "the lists as the site shows them, with every rule of its configuration",
    "ranker": "the recommender with the ranker that was given",
    "words": "the words of all texts alone",
    "random": "any articles, drawn anew for each",
    "same-group": "any articles of the same group",
    "nearest-id": "articles with the nearest ids, reading no text",
    "nearest-date": "articles with the nearest dates, reading no text",
    "tfidf": "words by the cosine of TF-IDF vectors",
    "bm25": "words by BM25, the whole article as query",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A number at the head of the page."""

    label: str
    value: str


def report_page(run: EvaluationRun, earlier: Sequence[Changes] = ()) -> str:
    """One HTML page with tables, plots, examples and a search. It loads nothing, no script but its own may run, and
    article text is nothing but text in it.
    """
    from jinja2 import Environment, StrictUndefined

    folder = files("recommender.evaluator.report")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((folder / "page.html.j2").read_text(encoding="utf-8"))
    evaluation = run.evaluation
    script = (folder / "page.js").read_text(encoding="utf-8")
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
        changes=change_tables(earlier),
        measure_figures=measure_figures(evaluation),
        scores_figure=scores_figure(run),
        degrees_figure=degrees_figure(run),
        slice_figures=slice_figures(evaluation),
        examples=find_examples(run),
        graph_meanings=GRAPH_COLUMNS,
        system_meanings=[(name, system_meaning(name)) for name in evaluation.systems],
        queries=_queries(run),
        script=script,
        script_digest=b64encode(sha256(script.encode()).digest()).decode(),
        meanings=[(name, parse_measure(name).meaning) for name in evaluation.measures],
    )


def system_meaning(name: str) -> str:
    """The description of a system, for a reader to whom its name says nothing.

    >>> system_meaning("bm25")
    'words by BM25, the whole article as query'
    """
    return _SYSTEMS.get(name, f"the texts of {name!r} alone, or what --run named so")


def _queries(run: EvaluationRun) -> dict[str, list[list[object]]]:
    """Every query with the first measure of each system."""
    measure = run.evaluation.measures[0]
    articles = [run.bench.task.articles[row] for row in run.bench.judgements.queries.tolist()]
    values = [run.runs[name].scores.values[measure].tolist() for name in run.evaluation.systems]
    return {
        "rows": [
            [article.title, article.key, *(round(value, 4) for value in row)]
            for article, *row in zip(articles, *values, strict=True)
        ]
    }


def _facts(evaluation: Evaluation) -> list[Fact]:
    facts = evaluation.facts
    return [
        Fact("articles", f"{evaluation.corpus.articles:,}"),
        Fact("queries", f"{evaluation.queries:,}"),
        Fact("curated links that judge", f"{facts.judgements:,}"),
        Fact("components of the link graph", f"{facts.components:,}"),
    ]


def _summary(evaluation: Evaluation) -> list[str]:
    """The main system against each other one, in a sentence."""
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
    """What the main system's lists would show a reader, where the measures say so."""
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
