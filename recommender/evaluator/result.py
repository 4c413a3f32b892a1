"""The record of an evaluation and its JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from recommender.errors import InputError
from recommender.evaluator.judgements import LinkCounts
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.significance import Interval
from recommender.evaluator.structure import Structure
from recommender.evaluator.systems.files import FileCounts
from recommender.inputs import Malformed, decode_json, read_input

FORMAT = 1
CURATED = "curated"
"""Name under which the curated links themselves are described."""

_DECIMALS = 6
_MAX_BYTES = 1_000_000_000
_COMPACT = frozenset({"per_query"})


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """Which articles were measured.

    Attributes
    ----------
    folder : str
        As it was given.
    digest : str
        Names the articles' keys, texts and links; equal digests mean equal corpora.
    articles, eligible : int
        All, and those that may be proposed.
    """

    folder: str
    digest: str
    articles: int
    eligible: int
    groups: int


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """Which queries there are, and how curated links connect them.

    Attributes
    ----------
    links : LinkCounts
        Of the whole site.
    judgements : int
        Pairs that judge the queries.
    lists : int
        Articles for which every system made a list; the link graph is measured on these lists.
    components : int
        Connected components of the link graph that hold a query.
    largest_component : int
        Queries of the largest.
    divided : int
        Components that hold too many of the queries to be one unit of resampling, and were divided.
    cut_ratio : float
        Share of their links that lead from one unit to another.
    units : int
        What intervals and tests resample; 95% intervals and p-values of fewer than `units.FEWEST` mean nothing.
    effective_units : float
        Number of units of equal size that would give as much evidence.
    """

    links: LinkCounts
    judgements: int
    lists: int
    components: int
    largest_component: int
    divided: int
    cut_ratio: float
    units: int
    effective_units: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems compared by one measure: the mean of `first` less that of `second`.

    Attributes
    ----------
    p_value : float
        Two-sided, of the paired randomisation test.
    p_corrected : float
        The same corrected (Holm) for all comparisons by this measure.
    wins, ties, losses : int
        Queries on which `first` is better, equal, worse.
    """

    measure: str
    first: str
    second: str
    difference: Interval
    p_value: float
    p_corrected: float
    wins: int
    ties: int
    losses: int


@dataclass(frozen=True, slots=True)
class SliceFigures:
    """The first measure on some of the queries, by system.

    Attributes
    ----------
    by, name : str
        What divides, and which part this is.
    queries, units : int
        How many, and how many units of resampling they belong to.
    """

    by: str
    name: str
    queries: int
    units: int
    systems: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class PerQuery:
    """The first measure on every query: what a later evaluation is compared with.

    Attributes
    ----------
    keys : tuple of str
        Of the queries, ascending.
    systems : dict of str to tuple of float
        Aligned with `keys`.
    """

    measure: str
    keys: tuple[str, ...]
    systems: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that an evaluation found, as its JSON form has it.

    Attributes
    ----------
    format : int
        Version of the form.
    systems : dict
        By system and measure: mean over the queries with its 95% interval.
    upper_bound : dict
        By measure: what a list of the curated links themselves would score.
    structure : dict
        By system, and for the curated links under `CURATED`: what the lists do to the link graph.
    not_answered : dict
        By system: queries for which nothing was proposed; they score 0.
    files : dict
        By system that came from a file: what became of its proposals.
    comparisons : tuple of Comparison
        All pairs of systems by all measures.
    settings : dict
        The site's settings as they were resolved.
    model : str
        Name and identity of the model.
    versions : dict
        Of the packages that figures depend on.
    """

    format: int
    corpus: CorpusFacts
    queries: int
    systems: dict[str, dict[str, Interval]]
    upper_bound: dict[str, float]
    structure: dict[str, Structure]
    not_answered: dict[str, int]
    files: dict[str, FileCounts]
    facts: QueryFacts
    comparisons: tuple[Comparison, ...]
    slices: tuple[SliceFigures, ...]
    settings: dict[str, Any]
    evaluation: EvaluateSettings
    model: str
    versions: dict[str, str]
    per_query: PerQuery

    @property
    def main(self) -> str:
        """The system that the others are compared with: the first."""
        return next(iter(self.systems))

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, the first being what comparisons, slices and examples are about."""
        return tuple(self.upper_bound)


def encode_evaluation(evaluation: Evaluation) -> bytes:
    """JSON with numbers of six decimals; what is long is on one line."""
    parts = []
    for name, value in msgspec.to_builtins(evaluation).items():
        text = msgspec.json.encode(_rounded(value))
        shown = text if name in _COMPACT else msgspec.json.format(text, indent=1).replace(b"\n", b"\n ")
        parts.append(b" " + msgspec.json.encode(name) + b": " + shown)
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def decode_evaluation(text: bytes, name: str) -> Evaluation:
    """Read the JSON form; `name` is used in messages.

    Raises
    ------
    InputError
        It is not an evaluation, or one of a newer form.
    """
    try:
        found = decode_json(text, Evaluation)
    except Malformed as error:
        raise InputError(f"{error.where(name)} is no evaluation that this version can read: {error}.") from None
    if found.format != FORMAT:
        raise InputError(f"{name} is an evaluation of form {found.format}; this version reads form {FORMAT}.")
    return found


def load_evaluation(path: Path) -> Evaluation:
    """Read what ``--json`` wrote.

    Raises
    ------
    InputError
    """
    return decode_evaluation(read_input(path, "an evaluation", _MAX_BYTES), str(path))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
