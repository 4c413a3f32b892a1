"""The settings of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.evaluator.measures import DEFAULT_MEASURES


@dataclass(frozen=True, slots=True)
class EvaluateSettings:
    """How proposals are measured.

    Attributes
    ----------
    measures : tuple of str
        Names of measures; the first is the one that comparisons, slices and examples are about.
    k : int
        Places per list for what is measured of the link graph.
    depth : int
        Longest list that is measured. Measures without a cut-off read all of it.
    symmetric : bool
        Whether a curated link also judges in the other direction.
    fold : str or None
        Measure only the articles of one of several parts that share no curated link, such as ``"2/5"``: for what
        learned from the links of the others. See `recommender.evaluator.folds`.
    resamples, permutations : int
        Number of draws of the bootstrap and of the randomisation test.
    seed : int
        Seed of every random choice.
    """

    measures: tuple[str, ...] = DEFAULT_MEASURES
    k: int = 5
    depth: int = 100
    symmetric: bool = False
    fold: str | None = None
    resamples: int = 1000
    permutations: int = 9999
    seed: int = 0
