"""The measures of accuracy by their names in the field, and the mean over queries.

Undefined cases, decided here once: a query for which nothing is proposed scores 0 in every measure and is counted
(`Scores.n_empty`); it is never dropped from the mean. A query without a relevant article does not exist: `Judgements`
holds none. A list that is shorter than the cut-off is read as it is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator import kernels
from recommender.evaluator.judgements import Hits
from recommender.ranges import CUTOFF

DEFAULT_MEASURES = ("nDCG@10", "R@5", "cR@5", "P@5", "MRR", "MAP", "Hit@5", "bpref")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A family of measures: its formula, and whether a name needs, allows or forbids a cut-off."""

    name: str
    kernel: kernels.Kernel
    cutoff: str
    meaning: str


_KINDS = {
    kind.name.lower(): kind
    for kind in (
        _Kind(
            "nDCG",
            kernels.ndcg,
            "allowed",
            "gain of the relevant places, later places worth less, 1 for the best order",
        ),
        _Kind("R", kernels.recall, "needed", "share of the curated links that are found"),
        _Kind("cR", kernels.capped_recall, "needed", "share of the curated links that fit into the list and are found"),
        _Kind("P", kernels.precision, "needed", "share of the places that hold a curated link"),
        _Kind("Rprec", kernels.r_precision, "refused", "precision at as many places as there are curated links"),
        _Kind("MRR", kernels.reciprocal_rank, "allowed", "one over the place of the first curated link"),
        _Kind("MAP", kernels.average_precision, "allowed", "mean precision at the places of the curated links"),
        _Kind("Hit", kernels.hit, "needed", "share of the queries with at least one curated link found"),
        _Kind(
            "bpref",
            kernels.bpref,
            "refused",
            "how often links are ranked above rejected ones; unjudged proposals do not count; the share of links found "
            "where nothing was rejected",
        ),
        _Kind("judged", kernels.judged, "needed", "share of the proposals that somebody judged"),
        _Kind("unjudged", kernels.unjudged, "needed", "share of the proposals without a judgement"),
    )
}
_ALIASES = {
    "recall": "r", "precision": "p", "success": "hit", "hits": "hit", "hr": "hit", "rr": "mrr", "ap": "map",
    "r-prec": "rprec",
}  # fmt: skip
_NAME = re.compile(r"(?P<kind>[A-Za-z-]+)(?:@(?P<cutoff>\d+))?")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    Attributes
    ----------
    name : str
        As the field writes it: ``"nDCG@10"``, ``"MRR"``.
    cutoff : int or None
        How many places count; None for all that the run has.
    """

    name: str
    cutoff: int | None

    @property
    def meaning(self) -> str:
        """Its meaning in a few words."""
        return _KINDS[self.name.partition("@")[0].lower()].meaning

    def per_query(self, hits: Hits) -> NDArray[np.float64]:
        """The value of each query, 0 to 1."""
        cutoff = max(hits.relevant.shape[1], 1) if self.cutoff is None else self.cutoff
        if self.cutoff is None:
            cutoff = max(cutoff, int(hits.n_relevant.max(initial=0)))
        return _KINDS[self.name.partition("@")[0].lower()].kernel(hits, cutoff)


@dataclass(frozen=True, slots=True)
class Scores:
    """The values of one system, aligned with the judgements' queries.

    Attributes
    ----------
    values : dict of str to float64 array of shape (n_queries,)
        By the name of the measure.
    n_empty : int
        Queries for which the system proposed nothing.
    """

    values: dict[str, NDArray[np.float64]]
    n_empty: int

    def mean(self, measure: str) -> float:
        """Mean over all queries."""
        values = self.values[measure]
        return float(values.mean()) if len(values) else 0.0


def parse_measure(name: str) -> Measure:
    """Read a name such as ``"nDCG@10"``; letters may be in either case.

    Raises
    ------
    InputError
        The name is not known, or its cut-off is missing, 0, or not possible.
    """
    found = _NAME.fullmatch(name.strip())
    kind = None
    if found:
        lower = found["kind"].lower()
        kind = _KINDS.get(_ALIASES.get(lower, lower))
    if found is None or kind is None:
        wanted = name.partition("@")[0].lower()
        near = difflib.get_close_matches(wanted, [*_KINDS, *_ALIASES], n=1)
        hint = f" Did you mean {_KINDS[_ALIASES.get(near[0], near[0])].name}?" if near else ""
        raise InputError(f"There is no measure {name!r}.{hint} Known: {', '.join(map(_pattern, _KINDS.values()))}.")
    if (kind.cutoff == "needed" and found["cutoff"] is None) or (kind.cutoff == "refused" and found["cutoff"]):
        raise InputError(f"The measure {name!r} should be written {_pattern(kind)}.")
    if found["cutoff"] is None:
        return Measure(kind.name, None)
    try:
        cutoff = int(CUTOFF.read(found["cutoff"]))
    except ValueError as error:
        raise InputError(f"The measure {name!r} has no usable cut-off: {error}.") from None
    return Measure(f"{kind.name}@{cutoff}", cutoff)


def parse_measures(names: Iterable[str]) -> tuple[Measure, ...]:
    """Read several names; a comma separates as well; a name that occurs again is dropped."""
    parts = [part for name in names for part in name.split(",") if part.strip()]
    return tuple(dict.fromkeys(parse_measure(part) for part in parts))


def score(hits: Hits, measures: Sequence[Measure]) -> Scores:
    """All measures of one run."""
    return Scores(
        {measure.name: measure.per_query(hits) for measure in measures},
        int((hits.proposed == 0).sum()),
    )


def _pattern(kind: _Kind) -> str:
    return {
        "needed": f"{kind.name}@5",
        "allowed": f"{kind.name} or {kind.name}@10",
        "refused": kind.name,
    }[kind.cutoff]
