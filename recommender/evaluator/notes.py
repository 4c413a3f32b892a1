"""What must be said beside the figures, in whole sentences."""

from __future__ import annotations

import math

from recommender.evaluator.result import Evaluation
from recommender.evaluator.significance import SIGNIFICANT, smallest_p_value
from recommender.evaluator.units import FEW, FEWEST


def query_notes(evaluation: Evaluation) -> list[str]:
    """Which queries and candidates there were, and what intervals rest on."""
    facts = evaluation.facts
    notes = [
        f"{evaluation.queries:,} queries with {facts.judgements:,} judgements; {evaluation.corpus.eligible:,} "
        "candidates each.",
        units_note(evaluation),
    ]
    if facts.lists < evaluation.corpus.articles:
        fold = f", fold {evaluation.evaluation.fold}" if evaluation.evaluation.fold else ""
        notes.append(
            f"Only {facts.lists:,} of {evaluation.corpus.articles:,} articles are measured{fold}; "
            f"{facts.lists - evaluation.queries:,} of them have no curated link that judges."
        )
    return notes


def units_note(evaluation: Evaluation) -> str:
    """What intervals and tests rest on."""
    facts = evaluation.facts
    largest = f"the largest of {facts.largest_component:,} queries"
    parts = f"{facts.components:,} components of the graph of curated links, {largest}"
    if facts.components == 1:
        parts = "the one component of the graph of curated links"
    if facts.divided:
        which = "" if facts.components == 1 else f", {facts.divided:,} of them"
        parts += f"{which} divided into communities, which {facts.cut_ratio:.0%} of the links there leave"
    if facts.units < FEWEST:
        smallest = smallest_p_value(facts.units, evaluation.evaluation.permutations)
        return (
            f"No intervals and tests: they would resample {_counted(facts.units, 'unit')} ({parts}), with which the "
            f"smallest possible p is {smallest:.3g}."
        )
    note = f"95% intervals and tests resample {_counted(facts.units, 'unit')}: {parts}."
    if facts.effective_units < FEW:
        note += f" That is worth {facts.effective_units:.0f} units of equal size: few, so intervals are rough."
    return note


def significance_note(evaluation: Evaluation) -> str | None:
    """What few units leave impossible; None where a difference of any two systems can be significant."""
    facts, pairs = evaluation.facts, math.comb(len(evaluation.systems), 2)
    if facts.units < FEWEST or not pairs:
        return None
    smallest = smallest_p_value(facts.units, evaluation.evaluation.permutations)
    corrected = min(1.0, smallest * pairs)
    if corrected < SIGNIFICANT:
        return None
    note = f"With {_counted(facts.units, 'unit')} no p can be below {smallest:.3g}"
    if pairs > 1:
        note += f", {corrected:.3g} after the correction for {pairs:,} pairs of systems"
    note += f": no difference can be significant at {SIGNIFICANT:g}, however large it is."
    if smallest < SIGNIFICANT:
        most = next(
            count for count in range(len(evaluation.systems), 1, -1) if smallest * math.comb(count, 2) < SIGNIFICANT
        )
        note += f" Compare at most {most} systems at once."
    return note


def file_notes(evaluation: Evaluation) -> list[str]:
    """What of the files given was not measured."""
    notes = []
    for name, counts in evaluation.files.items():
        parts = [
            (counts.unknown, "name no article of the site"),
            (counts.not_asked, "are for articles that are not measured"),
            (counts.to_self, "lead to the article itself"),
            (counts.not_eligible, "lead to articles that may not be proposed"),
            (counts.repeated, "are repeats"),
            (counts.too_deep, f"are past place {evaluation.evaluation.depth}"),
        ]
        unused = [f"{count:,} {text}" for count, text in parts if count]
        notes.append(f"{name}: {counts.used:,} proposals measured" + (f"; {', '.join(unused)}" if unused else ""))
    return notes


def link_note(evaluation: Evaluation) -> str:
    """What became of the curated links."""
    links = evaluation.facts.links
    parts = [
        (links.repeated, "repeated"),
        (links.to_self, "to the article itself"),
        (links.dangling, "to no article"),
        (links.ambiguous, "by a name that several articles have"),
        (links.external, "to other sites"),
        (links.not_eligible, "to articles that may not be proposed"),
    ]
    others = ", ".join(f"{count:,} {text}" for count, text in parts if count)
    decided = f", {links.accepted:,} of them accepted in the review" if links.accepted else ""
    refused = f"; {links.refused:,} curated links were rejected there" if links.refused else ""
    left_out = f"; left out: {others}" if others else ""
    return f"{links.kept:,} of {links.written:,} curated links judge{decided}{refused}{left_out}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
