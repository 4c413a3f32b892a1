"""An evaluation as tables of text, the same for the terminal, Markdown, LaTeX and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recommender.evaluator.compare import Changes
from recommender.evaluator.notes import query_notes, significance_note
from recommender.evaluator.result import CURATED, Comparison, Evaluation
from recommender.evaluator.significance import Interval
from recommender.evaluator.units import FEWEST
from recommender.tables import Table

UPPER_BOUND = "upper bound"

GRAPH_COLUMNS = (
    ("coverage", "share of the articles that at least one list names"),
    ("orphans", "articles that no list names"),
    ("skew", "of how often articles are named: 0 where all are named equally often, large where a few are everywhere"),
    ("hub", "how often the most frequent article is named"),
    ("mutual", "share of the proposals whose target also names the source"),
    ("in group", "share of the proposals within the source's group"),
    ("inner", "mean similarity of two proposals of one list: high where a list says one thing several times"),
    (
        "near-dup",
        "share of the proposals that say the same as the source or as an earlier proposal: near-duplicates",
    ),
)
"""The figures of the link graph, and their meanings."""


def measure_table(evaluation: Evaluation, *, intervals: bool = True) -> Table:
    """Accuracy of every system. Without `intervals` only the first measure has one, so that the table stays narrow."""
    measures = evaluation.measures
    sure = evaluation.facts.units >= FEWEST
    rows = []
    best = set()
    for column, measure in enumerate(measures, start=1):
        means = [figures[measure].mean for figures in evaluation.systems.values()]
        best |= {(row, column) for row, mean in enumerate(means) if mean == max(means) and mean > 0}
    for name, figures in evaluation.systems.items():
        cells = [
            interval_text(figures[measure])
            if sure and (intervals or measure == measures[0])
            else f"{figures[measure].mean:.3f}"
            for measure in measures
        ]
        rows.append((name, *cells))
    rows.append((UPPER_BOUND, *(f"{evaluation.upper_bound[measure]:.3f}" for measure in measures)))
    notes = query_notes(evaluation)
    notes += [
        f"{name} proposed nothing for {count:,} queries, which score 0."
        for name, count in evaluation.not_answered.items()
        if count
    ]
    return Table("Accuracy", ("system", *measures), tuple(rows), tuple(notes), frozenset(best))


def joined_table(accuracy: Table, structure: Table) -> Table:
    """Accuracy and what it does not see in one table; the row of the curated links is also the upper bound."""
    beside = {row[0]: row[1:] for row in structure.rows}
    rows = tuple(
        (f"{CURATED} ({UPPER_BOUND})" if row[0] == UPPER_BOUND else row[0], *row[1:], *beside[_in_structure(row[0])])
        for row in accuracy.rows
    )
    return Table(
        "Systems side by side",
        (*accuracy.columns, *structure.columns[1:]),
        rows,
        (*accuracy.notes, *structure.notes),
        accuracy.best,
    )


def _in_structure(name: str) -> str:
    return CURATED if name == UPPER_BOUND else name


def structure_table(evaluation: Evaluation) -> Table:
    """What the lists do to the link graph."""
    k = evaluation.evaluation.k
    unjudged = f"unjudged@{k}"
    rows = tuple(
        (
            name,
            f"{found.coverage_ratio:.1%}",
            f"{found.orphans:,}",
            f"{found.in_degree_skew:.2f}",
            f"{found.largest_hub:,}",
            f"{found.reciprocity_ratio:.1%}",
            _share(found.same_group_ratio),
            "–" if found.list_similarity is None else f"{found.list_similarity:.3f}",
            _share(found.near_duplicate_ratio),
            _share(found.unjudged_ratio),
        )
        for name, found in evaluation.structure.items()
    )
    notes = (
        f"First {k} places of the lists of {evaluation.facts.lists:,} articles; {unjudged} over the queries only. "
        f"{CURATED}: the editors' own links.",
    )
    return Table("Link graph", ("system", *(name for name, _ in GRAPH_COLUMNS), unjudged), rows, notes)


def comparison_table(evaluation: Evaluation, measure: str | None = None) -> Table:
    """The main system against every other by one measure, the first by default."""
    measure = measure or evaluation.measures[0]
    main = evaluation.main
    sure = evaluation.facts.units >= FEWEST
    rows = []
    for comparison in evaluation.comparisons:
        if comparison.measure == measure and main in (comparison.first, comparison.second):
            seen = comparison if comparison.first == main else _turned(comparison)
            rows.append(
                (
                    seen.second,
                    _signed(seen.difference) if sure else f"{seen.difference.mean:+.4f}",
                    _p_value(seen.p_corrected) if sure else "–",
                    f"{seen.wins:,}",
                    f"{seen.ties:,}",
                    f"{seen.losses:,}",
                )
            )
    note = (
        "Positive: better than the other. p: paired randomisation test by unit, corrected (Holm) for all pairs of "
        "systems."
    )
    columns = (f"{main} minus", measure, "p", "wins", "ties", "losses")
    few = significance_note(evaluation)
    notes = (note,) if few is None else (note, few)
    return Table(f"{main} against the others by {measure}", columns, tuple(rows), notes)


def slice_tables(evaluation: Evaluation) -> list[Table]:
    """The first measure on parts of the queries, one table for each way of dividing them."""
    names = tuple(evaluation.systems)
    tables = []
    for by in dict.fromkeys(part.by for part in evaluation.slices):
        parts = [part for part in evaluation.slices if part.by == by]
        rows = tuple(
            (part.name, f"{part.queries:,}", *(f"{part.systems[name].mean:.3f}" for name in names)) for part in parts
        )
        tables.append(Table(f"{evaluation.measures[0]} by {by}", (by, "queries", *names), rows))
    return tables


def change_tables(earlier: Sequence[Changes]) -> list[Table]:
    """What changed since earlier evaluations, side by side."""
    if not earlier:
        return []
    tables = [_figures_then_and_now(earlier)]
    for changes in earlier:
        since = "" if len(earlier) == 1 else f" since {changes.name}"
        for title, found in (("won", changes.won), ("lost", changes.lost)):
            if found:
                cells = tuple((change.key, f"{change.old:.3f}", f"{change.new:.3f}") for change in found)
                tables.append(Table(f"Queries that {title} most{since}", ("query", "then", "now"), cells))
    return tables


def _figures_then_and_now(earlier: Sequence[Changes]) -> Table:
    """A row for each figure: what each earlier evaluation has, and what this one has."""
    then = [{(change.system, change.measure): change.old for change in changes.measures} for changes in earlier]
    now = {(change.system, change.measure): change.new for changes in earlier for change in changes.measures}
    rows = tuple(
        (
            " ".join(figure),
            *(f"{found[figure]:.4f}" if figure in found else "–" for found in then),
            f"{value:.4f}",
            *(f"{round(value - found[figure], 4) + 0.0:+.4f}" if figure in found else "–" for found in then),
        )
        for figure, value in now.items()
    )
    if len(earlier) == 1:
        names, differences = ["then"], ["change"]
    else:
        names = [changes.name for changes in earlier]
        differences = [f"since {name}" for name in names]
    return Table(
        "Since the earlier evaluation" if len(earlier) == 1 else f"Since {len(earlier)} earlier evaluations",
        ("figure", *names, "now", *differences),
        rows,
        tuple(note for changes in earlier for note in _change_notes(changes, named=len(earlier) > 1)),
    )


def _change_notes(changes: Changes, *, named: bool) -> list[str]:
    before = f"{changes.name}: " if named else ""
    notes = [before + note for note in changes.notes]
    outcome = changes.outcome
    if outcome is not None:
        notes.append(
            f"{before}{changes.system} by {changes.measure} on {changes.shared:,} queries of both: "
            f"{_signed(outcome.difference)}, p {_p_value(outcome.p_value)}; "
            f"{outcome.wins:,} won, {outcome.ties:,} tied, {outcome.losses:,} lost."
        )
    return notes


def _turned(comparison: Comparison) -> Comparison:
    old = comparison.difference
    return replace(
        comparison,
        first=comparison.second,
        second=comparison.first,
        difference=Interval(-old.mean, -old.high, -old.low),
        wins=comparison.losses,
        losses=comparison.wins,
    )


def interval_text(interval: Interval) -> str:
    """A mean with its interval in brackets."""
    return f"{interval.mean:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def _signed(interval: Interval) -> str:
    return f"{interval.mean:+.4f} [{interval.low:+.4f}, {interval.high:+.4f}]"


def _p_value(p_value: float) -> str:
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _share(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.1%}"


def all_tables(evaluation: Evaluation, *, intervals: bool = True) -> Sequence[Table]:
    """The tables that are shown first."""
    tables = [measure_table(evaluation, intervals=intervals), structure_table(evaluation)]
    return [*tables, comparison_table(evaluation)] if evaluation.comparisons else tables
