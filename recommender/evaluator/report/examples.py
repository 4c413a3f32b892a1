"""Queries worth looking at, with curated and proposed links side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.evaluator.measured import EvaluationRun
from recommender.neighbours.exact import row_products

_LOCALITY = frozenset({"random", "same-group", "nearest-id", "nearest-date"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a list.

    Attributes
    ----------
    score : float
        Text similarity to the query.
    in_both : bool
        Curated and proposed.
    """

    title: str
    group: str | None
    key: str
    score: float
    in_both: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One query.

    Attributes
    ----------
    value : float
        Of the main system by the first measure.
    best_other : str
        The other system that reads text and did best here, empty if there is none.
    curated, proposed : tuple of Entry
        The curated links as they are written, those that only lead here last; the proposals of the main system, best
        first.
    """

    title: str
    group: str | None
    key: str
    value: float
    best_other: str
    best_other_value: float
    curated: tuple[Entry, ...]
    proposed: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples of one kind."""

    title: str
    meaning: str
    found: tuple[Example, ...]


def find_examples(run: EvaluationRun, count: int = 8) -> list[Examples]:
    """The worst, the most surprising and the best queries of the main system, no two of one unit."""
    view = _View(run)
    main = run.evaluation.main
    measure = run.evaluation.measures[0]
    gap = view.values - view.best_other
    kinds = [
        Examples(
            "Worst",
            f"{main} is worst by {measure} where another way of reading the text finds most.",
            view.pick(np.lexsort((view.drawn, -view.best_other, view.values)), count),
        ),
        Examples(
            "Most surprising",
            f"Nothing among the first {view.k} proposals of {main} was curated, although the first is as similar as "
            "can be without being a near-duplicate: a fault of the model, or a link that the editors would welcome.",
            view.pick(view.surprising(), count),
        ),
        Examples(
            "Best against the others",
            f"{main} finds by {measure} what no other way of reading the text does.",
            view.pick(np.lexsort((view.drawn, -gap))[: int((gap > 0).sum())], count),
        ),
    ]
    return [kind for kind in kinds if kind.found]


class _View:
    """An evaluation, turned to its queries."""

    def __init__(self, run: EvaluationRun) -> None:
        self._run = run
        self._measure = run.evaluation.measures[0]
        self.k = run.evaluation.evaluation.k
        main = run.evaluation.main
        lists = run.bench.of_queries(run.runs[main].candidates)
        self._proposed = lists.indices[:, : self.k]
        self._labels = run.bench.units.labels
        self.values = run.runs[main].scores.values[self._measure]
        # Equals are drawn, always alike: in the order of their keys they would all be of one group.
        self.drawn = np.random.default_rng(run.bench.task.seed).permutation(len(self.values))
        others = [name for name in run.runs if name != main]
        self._others = [name for name in others if name not in _LOCALITY] or others
        table = [run.runs[name].scores.values[self._measure] for name in self._others]
        self._other_values = np.stack(table) if table else np.zeros((1, len(self.values)))
        self.best_other = self._other_values.max(axis=0)

    def surprising(self) -> NDArray[np.intp]:
        """Queries without a hit, by the similarity of their first proposal."""
        queries = self._run.bench.judgements.queries
        first = self._proposed[:, 0]
        missed = ~self._run.bench.judgements.relevant.contains(self._proposed).any(axis=1) & (first >= 0)
        similarity = np.full(len(queries), -np.inf)
        similarity[missed] = row_products(self._run.vectors, queries[missed], first[missed])
        clusters = self._run.duplicates
        similarity[clusters[queries] == clusters[first]] = -np.inf
        order = np.lexsort((self.drawn, -similarity))
        return order[: int(np.isfinite(similarity).sum())]

    def pick(self, order: Iterable[int], count: int) -> tuple[Example, ...]:
        """The first queries in an order, no two of one unit: their lists would be much alike."""
        seen: set[int] = set()
        found: list[Example] = []
        for position in order:
            if len(found) == count:
                break
            label = int(self._labels[position])
            if label not in seen:
                seen.add(label)
                found.append(self._example(int(position)))
        return tuple(found)

    def _example(self, position: int) -> Example:
        bench = self._run.bench
        query = int(bench.judgements.queries[position])
        article = bench.task.articles[query]
        curated = bench.judgements.relevant.of(position)
        proposed = self._proposed[position]
        proposed = proposed[proposed >= 0]
        entry = self._entry_maker(query)
        both = set(curated.tolist()) & set(proposed.tolist())
        best = int(self._other_values[:, position].argmax())
        return Example(
            title=article.title,
            group=article.group,
            key=article.key,
            value=float(self.values[position]),
            best_other=self._others[best] if self._others else "",
            best_other_value=float(self.best_other[position]),
            curated=tuple(entry(row, row in both) for row in _as_written(curated, bench.links[query])),
            proposed=tuple(entry(row, row in both) for row in proposed.tolist()),
        )

    def _entry_maker(self, query: int) -> Callable[[int, bool], Entry]:
        def make(row: int, in_both: bool) -> Entry:
            article: Article = self._run.bench.task.articles[row]
            score = float(row_products(self._run.vectors, np.array([query]), np.array([row]))[0])
            return Entry(article.title, article.group, article.key, score, in_both)

        return make


def _as_written(rows: NDArray[np.int32], written: NDArray[np.int32]) -> list[int]:
    places = {row: -place for place, row in enumerate(reversed(written.tolist()))}
    return sorted(rows.tolist(), key=lambda row: (places.get(row, 1), row))
