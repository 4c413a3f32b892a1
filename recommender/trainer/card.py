"""What a trained model's folder says of it, for people and for the hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from recommender.evaluator.significance import Interval
from recommender.evaluator.units import FEW, FEWEST
from recommender.trainer.figures import Figure
from recommender.trainer.fit import Fitted
from recommender.trainer.negatives import HARDEST_RATIO, NEAR_DUPLICATE_SCORE
from recommender.trainer.parts import Parts
from recommender.trainer.settings import Schedule, TrainSettings

_TOOLS = ("sentence-transformers", "transformers", "torch", "tokenizers")
_RULES = {
    "components": "no two parts share a curated link",
    "communities": "the curated links connect nearly the whole site, so its communities were dealt to the parts",
    "articles": "articles were dealt to the parts at random, since nothing was learned from links",
}


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The contents of a card beside settings and figures.

    Attributes
    ----------
    name, start : str
        Of the model, and of the one that it was trained from.
    start_digest : str
        Of the latter's files.
    task : str
        What was to be found in the development part.
    """

    name: str
    start: str
    start_digest: str
    static: bool
    dim: int
    articles: int
    parts: Parts
    pairs: dict[str, int]
    near_duplicates: int
    task: str
    views: dict[str, float]


def card(
    facts: CardFacts, settings: TrainSettings, schedule: Schedule, fitted: Fitted, figures: Sequence[Figure]
) -> str:
    """A model card in Markdown. The same training gives the same text."""
    kind = "static model" if facts.static else "transformer model"
    what = "The vector of a text is the mean of its tokens' vectors. " if facts.static else ""
    sizes = ", ".join(map(str, settings.matryoshka or ()))
    return f"""---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, {"static-embeddings, " if facts.static else ""}recommender]
---

# {facts.name}

A {kind}, trained from `{facts.start}` on the articles of one site to tell which of them belong together.
{what}It is to be compared by cosine.

- **Use**: `recommender links CONTENT --model FOLDER`, or `SentenceTransformer("FOLDER")` in sentence-transformers.
- **Size**: {facts.dim} components{", in half precision" if facts.static else ""}. Trained to be of use when cut to
  their first {sizes} (`SentenceTransformer("FOLDER", truncate_dim=…)`).
- **Licence**: that of `{facts.start}`, and what the owner of the articles allows.
- **Limits**: it was fitted to one site. How it does on other texts was not measured.

## Figures

{_figures(facts, figures)}

## Data

{_data(facts)}

## Settings

{_settings(facts, settings, schedule, fitted)}

## Course

nDCG@10 when looking for {facts.task}, among texts of the development part only: {fitted.start:.4f} before.

| Batches | Passes | Loss | Development nDCG@10 |
|---:|---:|---:|---:|
{_course(fitted)}

Made with {", ".join(f"{tool} {version(tool)}" for tool in _TOOLS)}.
"""


def _figures(facts: CardFacts, figures: Sequence[Figure]) -> str:
    if not figures:
        return "None: neither part has anything to measure by."
    rows = [
        f"| {one.part} | {one.signal} | {one.measure} | {one.queries:,} | {_interval(one.before, one)} | "
        f"{_interval(one.after, one)} | {_interval(one.outcome.difference, one, '+')} | {_p_value(one)} |"
        for one in figures
    ]
    smallest = min(one.units for one in figures)
    doubt = ""
    if smallest < FEWEST:
        doubt = f" With fewer than {FEWEST} nothing is said of how sure a figure is."
    elif smallest < FEW:
        doubt = f" {smallest} are few, so intervals are rough."
    linked = facts.task == "linked articles"
    what = "Curated links found among all articles" if linked else f"Finding {facts.task} among those of its part"
    return "\n".join(
        [
            f"{what}: means with 95% intervals, and p of the paired randomisation test. The",
            "development part chose when to stop, so its figures flatter; the test part chose nothing.",
            f"Resampled are {_units(figures)}.{doubt}",
            "",
            "| Part | By | Measure | Queries | Before | After | Difference | p |",
            "|---|---|---|---:|---|---|---|---:|",
            *rows,
        ]
    )


def _units(figures: Sequence[Figure]) -> str:
    by_part = {one.part: one.units for one in figures}
    return " and ".join(f"{units:,} units ({part})" for part, units in by_part.items())


def _data(facts: CardFacts) -> str:
    parts = facts.parts
    lines = [
        f"{facts.articles:,} articles: {len(parts.training):,} to learn from, {len(parts.development):,} to stop by, "
        f"{len(parts.test):,} to measure on; {_RULES[parts.rule]}.",
        f"Curated links within the first part: {len(parts.links):,}; from one part to another, and not used: "
        f"{parts.cut_links:,}.",
        "",
        "| Pairs | Number |",
        "|---|---:|",
        *(f"| {name} | {count:,} |" for name, count in facts.pairs.items()),
        "",
        "Wrong answers to a text are those of the other pairs in its batch, but never its own article, one that is "
        "linked to it in either direction, or a near-duplicate (cosine of the starting model's vectors "
        f"{NEAR_DUPLICATE_SCORE} or more; {facts.near_duplicates:,} pairs).",
    ]
    return "\n".join(lines)


def _settings(facts: CardFacts, settings: TrainSettings, schedule: Schedule, fitted: Fitted) -> str:
    mined = (
        f"{settings.hard_negatives} a pair, among the nearest that score at most {HARDEST_RATIO} of the positive"
        if settings.hard_negatives
        else "none"
    )
    rate = " times the root mean square of the starting weights" if facts.static else ""
    rows = {
        "Trained from": f"`{facts.start}`, digest `{facts.start_digest}`",
        "Views and their weights": ", ".join(f"{view} {weight:g}" for view, weight in facts.views.items()),
        "Loss": f"MultipleNegativesRankingLoss both ways, scale {settings.scale:g}, in MatryoshkaLoss over "
        + ", ".join(map(str, settings.matryoshka or ())),
        "Pairs a batch": f"{schedule.batch_size:,}",
        "Passes": f"at most {schedule.epochs}",
        "Learning rate": f"{schedule.learning_rate:g}{rate}, after a tenth of the steps, then falling to 0",
        "Optimiser": "AdamW without weight decay",
        "Mined negatives": mined,
        "Stopped after": f"{settings.patience} looks without a better figure; best after {fitted.best.step:,} of "
        f"{fitted.planned_steps:,} planned batches",
        "Share of the starting weights kept": f"{settings.keep:g}",
        "Seed": str(settings.seed),
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


def _course(fitted: Fitted) -> str:
    return "\n".join(
        f"| {look.step:,} | {look.epoch:.2f} | {look.loss:.4f} | "
        + (f"**{look.development:.4f}**" if look == fitted.best else f"{look.development:.4f}")
        + " |"
        for look in fitted.looks
    )


def _interval(interval: Interval, figure: Figure, sign: str = "") -> str:
    mean = f"{interval.mean:{sign}.4f}"
    return mean if figure.units < FEWEST else f"{mean} [{interval.low:{sign}.4f}, {interval.high:{sign}.4f}]"


def _p_value(figure: Figure) -> str:
    return "" if figure.units < FEWEST else f"{figure.outcome.p_value:.2g}"
