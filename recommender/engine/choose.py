"""The lists of a block of articles, by the rules that ask of no other block."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.ranks import load_candidates, load_duplicates
from recommender.engine.tables import array, ragged, ragged_column, read_table
from recommender.engine.who import load_languages, load_roles
from recommender.neighbours.candidates import Candidates
from recommender.selection.choose import choose
from recommender.selection.lists import Choice
from recommender.selection.report import Report
from recommender.selection.rules import ChoiceRules, Given

if TYPE_CHECKING:
    import pyarrow as pa

CHOOSE = "choose"
_REPORT = b"report"
_COUNTS = ("duplicates", "empty_places", "cut_short")


@dataclass(frozen=True, slots=True)
class ChoiceFiles:
    """What the choice reads beside a block's candidates.

    Attributes
    ----------
    who : tuple of Path
    duplicates : Path or None
        None where lists may name near-duplicates.
    same_language : bool
    """

    who: tuple[Path, ...]
    duplicates: Path | None
    same_language: bool


def is_local(rules: ChoiceRules) -> bool:
    """Whether a list depends on nothing but its own article's candidates."""
    asks_of_others = rules.limits or rules.hubs != "none" or rules.only_missing or rules.keep_curated
    return not asks_of_others and rules.diversity == 0


def choose_block(ranked: Path, depth: int, rules: ChoiceRules, files: ChoiceFiles) -> pa.Table:
    """The lists of a block.

    Returns
    -------
    pyarrow.Table
        ``row`` of each article that gets one, ascending; ``targets``, rows, and their ``scores``, best first. What
        became of the rules stands in the schema.
    """
    import pyarrow as pa

    rows, candidates = load_candidates(ranked, depth)
    # The articles that the block names, numbered among themselves in the order of their rows.
    named = np.unique(np.concatenate([rows, candidates.indices[candidates.indices >= 0]]))
    own = np.searchsorted(named, rows)
    indices = np.full((len(named), candidates.depth), -1, dtype=np.int32)
    scores = np.full((len(named), candidates.depth), -np.inf)
    indices[own] = np.where(candidates.indices >= 0, np.searchsorted(named, candidates.indices), -1)
    scores[own] = candidates.scores
    sources = own[np.isin(rows, load_roles(files.who).sources)]
    given = Given(
        sources=sources.astype(np.int32),
        clusters=None if files.duplicates is None else _numbered(load_duplicates(files.duplicates).labels[named]),
        languages=_languages(files.who, named) if files.same_language else None,
    )
    chosen = choose(Candidates(indices, scores), rules, given)
    lists = [chosen.lists[source] for source in sources.tolist()]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in lists], dtype=np.int64)])
    targets = named[np.array([choice.row for one in lists for choice in one], dtype=np.int64)]
    values = np.array([choice.score for one in lists for choice in one], dtype=np.float64)
    table = pa.table(
        {
            "row": named[sources].astype(np.int32),
            "targets": ragged_column(targets.astype(np.int32), starts),
            "scores": ragged_column(values, starts),
        }
    )
    counts = {name: getattr(chosen.report, name) for name in _COUNTS}
    return table.replace_schema_metadata({_REPORT: json.dumps(counts).encode()})


def load_report(paths: Iterable[Path]) -> Report:
    """What became of the rules in all blocks."""
    import pyarrow.parquet as pq

    counts = [json.loads(pq.read_schema(path).metadata[_REPORT]) for path in paths]
    total = {name: sum(one[name] for one in counts) for name in _COUNTS}
    return Report(**total, margin=None, churn=None, graph=None)


def load_lists(paths: Sequence[Path]) -> dict[int, tuple[Choice, ...]]:
    """The lists of all blocks by row."""
    lists: dict[int, tuple[Choice, ...]] = {}
    for path in paths:
        table = read_table(path)
        targets, starts = ragged(table, "targets")
        choices = [
            Choice(target, score)
            for target, score in zip(targets.tolist(), ragged(table, "scores")[0].tolist(), strict=True)
        ]
        bounds = starts.tolist()
        for row, first, last in zip(array(table, "row").tolist(), bounds[:-1], bounds[1:], strict=True):
            lists[row] = tuple(choices[first:last])
    return lists


def _languages(who: tuple[Path, ...], named: NDArray[np.integer]) -> NDArray[np.int32]:
    languages = load_languages(who)[named]
    return np.where(languages == 0, -1, _numbered(languages)).astype(np.int32)


def _numbered(names: NDArray[np.integer]) -> NDArray[np.int32]:
    """Small numbers for names, the same for the same."""
    numbers: NDArray[np.int32] = np.unique(names, return_inverse=True)[1].astype(np.int32)
    return numbers
