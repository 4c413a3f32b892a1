"""The lists of a block of articles, by the rules that ask of no other block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.limits import load_refused, without_refused
from recommender.engine.lists import COUNTS, lists_table
from recommender.engine.ranks import load_candidates, load_duplicates
from recommender.engine.who import load_languages, load_roles
from recommender.neighbours.candidates import Candidates
from recommender.selection.choose import choose
from recommender.selection.rules import ChoiceRules, Given

if TYPE_CHECKING:
    import pyarrow as pa

CHOOSE = "choose"


@dataclass(frozen=True, slots=True)
class ChoiceFiles:
    """What the choice reads beside a block's candidates.

    Attributes
    ----------
    who : tuple of Path
    duplicates : Path or None
        None where lists may name near-duplicates.
    same_language : bool
    refused : tuple of Path
        Links that may not be; see `recommender.engine.limits.refuse`.
    """

    who: tuple[Path, ...]
    duplicates: Path | None
    same_language: bool
    refused: tuple[Path, ...] = ()

    @property
    def paths(self) -> list[Path]:
        """All of them."""
        return [*self.who, *([] if self.duplicates is None else [self.duplicates]), *self.refused]


def is_local(rules: ChoiceRules) -> bool:
    """Whether a list depends on nothing but its own article's candidates, but for how many lists name an article at
    most and at least.
    """
    asks_of_others = rules.hubs != "none" or rules.only_missing or rules.keep_curated
    return not asks_of_others and rules.diversity == 0


def choose_block(ranked: Path, depth: int, rules: ChoiceRules, files: ChoiceFiles) -> pa.Table:
    """The lists of a block.

    Parameters
    ----------
    ranked : Path
        The block's candidates; see `recommender.engine.ranks.rank`.
    depth : int
        How many of each article's are looked at.
    rules : ChoiceRules
        Limits are not kept here.
    files : ChoiceFiles

    Returns
    -------
    pyarrow.Table
        See `lists_table`.
    """
    rows, candidates = load_candidates(ranked, depth)
    if files.refused:
        refused = load_refused(files.refused, int(rows[0]), int(rows[-1]) + 1)
        candidates = without_refused(rows, candidates, refused)
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
    chosen = choose(Candidates(indices, scores), replace(rules, max_inbound=None, min_inbound=0), given)
    lists = [chosen.lists[source] for source in sources.tolist()]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in lists], dtype=np.int64)])
    targets = named[np.array([choice.row for one in lists for choice in one], dtype=np.int64)]
    values = np.array([choice.score for one in lists for choice in one], dtype=np.float64)
    counts = {name: getattr(chosen.report, name) for name in COUNTS}
    return lists_table(named[sources].astype(np.int32), targets.astype(np.int32), values, starts, counts)


def _languages(who: tuple[Path, ...], named: NDArray[np.integer]) -> NDArray[np.int32]:
    languages = load_languages(who)[named]
    return np.where(languages == 0, -1, _numbered(languages)).astype(np.int32)


def _numbered(names: NDArray[np.integer]) -> NDArray[np.int32]:
    """Small numbers for names, the same for the same."""
    numbers: NDArray[np.int32] = np.unique(names, return_inverse=True)[1].astype(np.int32)
    return numbers
