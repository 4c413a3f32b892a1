"""The signals of a pair: what speaks for a link from one article to another, each by name and with its reason.

A signal is a function from pairs to numbers. Which signals a site has is found in its articles: without ids there is no
sequence, without groups no affinity of groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recommender.lexical import mentions
from recommender.neighbours.exact import row_products, sparse_row_products
from recommender.neighbours.order import rounded
from recommender.ranker import list_signals, places
from recommender.ranker.affinity import GroupAffinity
from recommender.ranker.crowd import Crowd
from recommender.ranker.features import ArticleFeatures
from recommender.ranker.list_score import Standings, default_model, pair_standings
from recommender.ranker.list_signals import Surroundings
from recommender.ranker.places import Places
from recommender.ranker.sequence import Batches
from recommender.settings import TEXT_FIELDS

Kind = Literal["text", "place"]
"""What a signal reads: texts, or the place and time of an article on the site."""

Values = NDArray[np.float32]


@dataclass
class Pairs:
    """Pairs of a source and a candidate, and what their signals are worked out from.

    Attributes
    ----------
    sources, candidates : int64 arrays of shape (n_pairs,)
        Rows.
    crowd : Crowd
        How similar the nearest of each article are.
    surroundings : Surroundings or None
        What the default ranking reads; None where words tell no more than the batches do.
    places : Places or None
        Where articles are; None where that is not to be known.
    """

    features: ArticleFeatures
    sources: NDArray[np.int64]
    candidates: NDArray[np.int64]
    crowd: Crowd
    batches: Batches | None = None
    affinity: GroupAffinity | None = None
    surroundings: Surroundings | None = None
    places: Places | None = None

    @cached_property
    def standings(self) -> Standings | None:
        """What the pairs are like within the lists of first candidates of their sources."""
        if self.surroundings is None:
            return None
        similarity = rounded(self.text)
        return pair_standings(
            default_model(), self.surroundings, self.sources, self.candidates, similarity, self.of_place
        )

    @cached_property
    def facts(self) -> dict[str, Values]:
        """What is not of texts, of these pairs; none where the places are not to be known."""
        return self.of_place(self.sources, self.candidates)

    def of_place(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, Values]:
        """Signals of pairs that are not of texts; none where the places are not to be known."""
        if self.places is None:
            return {}
        features = self.features
        known = (features.groups[left] >= 0) & (features.groups[left] == features.groups[right])
        return {
            **self.places.signals(left, right),
            "same group": known.astype(np.float32),
            "days between": _apart(features.days, left, right),
            "ids between": _apart(features.numbers, left, right),
        }

    @cached_property
    def text(self) -> Values:
        """Similarity of the whole texts."""
        return self.features.similarity(self.sources, self.candidates)

    @cached_property
    def same_batch(self) -> Values:
        """Probability that both are of one batch."""
        batches = self.batches
        if batches is None:
            return np.zeros(len(self.sources), dtype=np.float32)
        return batches.same(self.sources, self.candidates).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal.

    Attributes
    ----------
    kind : {"text", "place"}
    values : callable
        From pairs to a float32 array of shape (n_pairs,); NaN where a pair does not have it. None where the site
        does not.
    rises : bool
        A higher value never speaks against a link.
    ranks : bool
        Whether a list by this signal alone makes sense.
    """

    name: str
    kind: Kind
    values: Callable[[Pairs], Values | None]
    rises: bool = False
    ranks: bool = True


def _text(pairs: Pairs) -> Values:
    return pairs.text


def _text_rank(pairs: Pairs) -> Values:
    """Place of the candidate among the nearest of its source by text, from 1."""
    return pairs.crowd.rank(pairs.sources, pairs.candidates)


def standing_out(pairs: Pairs) -> Values:
    """Similarity beyond that of the nearest of both (CSLS: Conneau et al. 2018, arXiv:1710.04087, halved)."""
    crowd = pairs.crowd.mean_similarity
    return (pairs.text - (crowd[pairs.sources] + crowd[pairs.candidates]) / 2).astype(np.float32)


def _words(pairs: Pairs) -> Values | None:
    words = pairs.features.words
    return None if words is None else sparse_row_products(words, pairs.sources, pairs.candidates)


def _names(pairs: Pairs) -> Values | None:
    """The share of the candidate's title among the strongest words of the source."""
    return _named(pairs, pairs.candidates, pairs.sources)


def _is_named(pairs: Pairs) -> Values | None:
    """The share of the source's title among the strongest words of the candidate."""
    return _named(pairs, pairs.sources, pairs.candidates)


def _default(pairs: Pairs) -> Values | None:
    """Log-odds of the default ranking, which is learned over other sites: what this site's links refine."""
    return None if pairs.standings is None else pairs.standings.log_odds.astype(np.float32)


def _standing(name: str) -> Callable[[Pairs], Values | None]:
    return lambda pairs: None if pairs.standings is None else pairs.standings.signals.get(name)


def _apart(line: NDArray[np.float64], left: NDArray[np.int64], right: NDArray[np.int64]) -> Values:
    """Logarithm of the distance of both on a line; as far as its ends are apart where one of them is not on it."""
    if np.isnan(line).all():
        return np.zeros(len(left), dtype=np.float32)
    distance = np.nan_to_num(np.abs(line[left] - line[right]), nan=float(np.nanmax(line) - np.nanmin(line)))
    found: Values = np.log1p(distance).astype(np.float32)
    return found


def _named(pairs: Pairs, which: NDArray[np.int64], by: NDArray[np.int64]) -> Values | None:
    words, titles = pairs.features.words, pairs.features.title_words
    return None if words is None or titles is None else mentions.named(titles, words, which, by).astype(np.float32)


def _view(name: str) -> Callable[[Pairs], Values | None]:
    def values(pairs: Pairs) -> Values | None:
        vectors = pairs.features.views.get(name)
        return None if vectors is None else row_products(vectors, pairs.sources, pairs.candidates)

    return values


def _same_title(pairs: Pairs) -> Values:
    titles = pairs.features.titles
    return _equal(titles[pairs.sources], titles[pairs.candidates])


def _same_batch(pairs: Pairs) -> Values | None:
    return None if pairs.batches is None else pairs.same_batch


def _batch_share(pairs: Pairs) -> Values | None:
    """Chance of the candidate if one of the source's batch is drawn."""
    if pairs.batches is None:
        return None
    return (pairs.same_batch / np.maximum(pairs.batches.size[pairs.sources], 1)).astype(np.float32)


def _batch_size(pairs: Pairs) -> Values | None:
    return None if pairs.batches is None else pairs.batches.size[pairs.sources].astype(np.float32)


def _candidate_batch_size(pairs: Pairs) -> Values | None:
    return None if pairs.batches is None else pairs.batches.size[pairs.candidates].astype(np.float32)


def _id_distance(pairs: Pairs) -> Values | None:
    numbers = pairs.features.numbers
    if np.isnan(numbers).all():
        return None
    return np.abs(numbers[pairs.sources] - numbers[pairs.candidates]).astype(np.float32)


def _articles_between(pairs: Pairs) -> Values | None:
    if np.isnan(pairs.features.numbers).all():
        return None
    rank = pairs.crowd.rank_by_number
    between = np.abs(rank[pairs.sources] - rank[pairs.candidates])
    return between.astype(np.float32)


def _same_id(pairs: Pairs) -> Values | None:
    numbers = pairs.features.numbers
    if np.isnan(numbers).all():
        return None
    return _equal(numbers[pairs.sources], numbers[pairs.candidates])


def _copies(pairs: Pairs) -> Values | None:
    """Other articles with the candidate's title: a link to it may go to any of them."""
    titles = pairs.features.titles
    copies = np.bincount(titles)[titles] - 1
    return copies[pairs.candidates].astype(np.float32) if copies.any() else None


def _days_apart(pairs: Pairs) -> Values | None:
    days = pairs.features.days
    return None if np.isnan(days).all() else np.abs(days[pairs.sources] - days[pairs.candidates]).astype(np.float32)


def _same_group(pairs: Pairs) -> Values | None:
    groups = pairs.features.groups
    if len(pairs.features.group_names) < 2:
        return None
    known = (groups[pairs.sources] >= 0) & (groups[pairs.candidates] >= 0)
    return np.where(known, groups[pairs.sources] == groups[pairs.candidates], np.nan).astype(np.float32)


def _same_folder(pairs: Pairs) -> Values | None:
    folders = pairs.features.folders
    if folders.max(initial=0) < 1:
        return None
    return _equal(folders[pairs.sources], folders[pairs.candidates])


def _group_affinity(pairs: Pairs) -> Values | None:
    if pairs.affinity is None:
        return None
    groups = pairs.features.groups
    return pairs.affinity.of_pairs(groups[pairs.sources], groups[pairs.candidates])


def _group_linked(pairs: Pairs) -> Values | None:
    return None if pairs.affinity is None else pairs.affinity.of_target(pairs.features.groups[pairs.candidates])


def _equal(left: NDArray[np.generic], right: NDArray[np.generic]) -> Values:
    result: Values = (left == right).astype(np.float32)
    return result


LISTED = " in its list"
"""Ends the names of signals that are compared within the list of the source's first candidates."""

OF_PLACE = (*places.SIGNALS, "same group", "days between", "ids between")
"""What a ranker reads of pairs beside their texts, compared within the list."""

FALLING = frozenset({"id distance", "articles between", "days apart"}).union(
    name + LISTED for name in ("steps between folders", "paths between", "days between", "ids between", "unlike length")
)
"""Signals of which less speaks for a link."""

SIGNALS: dict[str, Signal] = {
    signal.name: signal
    for signal in (
        Signal("text", "text", _text, rises=True),
        Signal("default", "text", _default, rises=True),
        Signal("text rank", "text", _text_rank, ranks=False),
        Signal("stands out", "text", standing_out, rises=True),
        Signal("words", "text", _words, rises=True),
        Signal("names", "text", _names, rises=True),
        Signal("is named", "text", _is_named, rises=True),
        *(Signal(f"view {name}", "text", _view(name), rises=True) for name in TEXT_FIELDS),
        Signal("same title", "text", _same_title),
        Signal("same batch", "place", _same_batch, rises=True),
        Signal("batch share", "place", _batch_share, rises=True),
        Signal("batch size", "place", _batch_size, ranks=False),
        Signal("candidate's batch size", "place", _candidate_batch_size, ranks=False),
        Signal("id distance", "place", _id_distance),
        Signal("articles between", "place", _articles_between),
        Signal("same id", "place", _same_id, ranks=False),
        Signal("copies", "place", _copies, ranks=False),
        Signal("days apart", "place", _days_apart),
        Signal("same group", "place", _same_group),
        Signal("same folder", "place", _same_folder),
        Signal("group affinity", "place", _group_affinity, rises=True),
        Signal("group linked", "place", _group_linked, rises=True, ranks=False),
        *(Signal(name + LISTED, "text", _standing(name)) for name in list_signals.SIGNALS),
        *(Signal(name + LISTED, "place", _standing(name)) for name in OF_PLACE),
    )
}  # fmt: skip


def usable_signals(*, within_lists: bool, text_only: bool) -> tuple[str, ...]:
    """The signals that a fit may use.

    Parameters
    ----------
    within_lists : bool
        Signals within lists and the default ranking, instead of raw values, which fit sites whose ids give a sequence.
    text_only : bool
        None of place.
    """
    chosen = (name for name in SIGNALS if name.endswith(LISTED) == within_lists or name == "default")
    return tuple(name for name in chosen if SIGNALS[name].kind == "text" or not text_only)
