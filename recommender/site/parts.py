"""A site of several languages as one site per language: what is derived from texts is derived within a language.

How rare a word is, what is near to everything, what says the same: all of it depends on the other articles, and a list
names articles of one language. So every language is ranked as if its folder were the whole site, and the lists are
joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import Corpus
from recommender.corpus.languages import spoken
from recommender.embedder.encoder import Encoder
from recommender.embedder.load import load_encoder, shipped_model
from recommender.lexical.fingerprints import PACKED_BYTES, Fingerprints
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first
from recommender.neighbours.recall import Audit
from recommender.selection.duplicates import Duplicates
from recommender.selection.eligibility import language_numbers
from recommender.settings import Settings
from recommender.stages.truncation import Truncation


class Compared(Protocol):
    """A site, as far as its languages are made of it and joined again."""

    @property
    def settings(self) -> Settings: ...

    @property
    def encoder(self) -> Encoder: ...

    @property
    def corpus(self) -> Corpus: ...

    @property
    def duplicates(self) -> Duplicates: ...

    @property
    def prints(self) -> Fingerprints: ...

    @property
    def audits(self) -> dict[str | None, Audit]: ...

    def propose(self, depth: int, view: str | None = None, *, text_only: bool = False) -> Candidates: ...

    def pair_scores(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]: ...

    def truncation(self) -> Truncation: ...

    def among(self, rows: NDArray[np.integer], name: str, settings: Settings, encoder: Encoder) -> Self: ...


S = TypeVar("S", bound=Compared)


@dataclass(frozen=True, slots=True)
class LanguagePart(Generic[S]):
    """The articles of one language.

    Attributes
    ----------
    site : Site
        Of these articles, and of those that name no language.
    rows : int32 array
        Their rows in the whole site, ascending.
    language : str
        As far as languages are kept apart; see `recommender.corpus.languages.spoken`.
    """

    site: S
    rows: NDArray[np.int32]
    language: str


@dataclass(frozen=True, slots=True)
class PartPairs(Generic[S]):
    """Pairs of articles of one part.

    Attributes
    ----------
    site : Site or None
        The part's; None for pairs of two languages.
    places : int64 array of shape (m,)
        Which of the pairs that were asked for.
    left, right : int64 arrays of shape (m,)
        Rows in that site, in the whole one for pairs of two languages.
    """

    site: S | None
    places: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]


class LanguageParts(Generic[S]):
    """All languages of a site.

    Parameters
    ----------
    numbers : int32 array of shape (n,)
        The part of each article; -1 where it names no language and is in all of them.
    """

    def __init__(self, parts: Sequence[LanguagePart[S]], numbers: NDArray[np.int32]) -> None:
        self.parts = tuple(parts)
        self._numbers = numbers
        self._largest = int(np.argmax([len(part.rows) for part in parts]))

    def propose(self, depth: int, view: str | None = None, *, text_only: bool = False) -> Candidates:
        """As `Site.propose`; an article that names no language has the best candidates of all."""
        n, free = len(self._numbers), np.flatnonzero(self._numbers < 0)
        found = [self._in_whole(part, part.site.propose(depth, view, text_only=text_only)) for part in self.parts]
        width = min(depth, sum(one.depth for one in found)) if len(free) else max(one.depth for one in found)
        indices = np.full((n, width), -1, dtype=np.int32)
        scores = np.full((n, width), -np.inf)
        merged = []
        for part, one in zip(self.parts, found, strict=True):
            indices[part.rows, : one.depth], scores[part.rows, : one.depth] = one.indices, one.scores
            own = np.searchsorted(part.rows, free)
            merged.append((one.indices[own], one.scores[own]))
        if len(free):
            indices[free], scores[free] = _best(merged, width)
        return Candidates(indices, scores)

    def pair_scores(
        self,
        left: NDArray[np.integer],
        right: NDArray[np.integer],
        across: Callable[[NDArray[np.integer], NDArray[np.integer]], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        """As `Site.pair_scores`; `across` gives those of pairs of two languages."""
        scores = np.empty(len(left))
        for pairs in self.pairs(left, right):
            score = across if pairs.site is None else pairs.site.pair_scores
            scores[pairs.places] = score(pairs.left, pairs.right)
        return scores

    def pairs(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> Iterator[PartPairs[S]]:
        """Share out pairs of rows of the whole site."""
        first, second = self._numbers[left], self._numbers[right]
        of_pair = np.where(first >= 0, first, np.where(second >= 0, second, self._largest))
        of_pair[(first >= 0) & (second >= 0) & (first != second)] = -1
        for number in np.unique(of_pair).tolist():
            places = np.flatnonzero(of_pair == number)
            one, other = left[places].astype(np.int64), right[places].astype(np.int64)
            if number < 0:
                yield PartPairs(None, places, one, other)
            else:
                rows = self.parts[number].rows
                own = np.searchsorted(rows, one), np.searchsorted(rows, other)
                yield PartPairs(self.parts[number].site, places, *own)

    @property
    def duplicates(self) -> Duplicates:
        """As `Site.duplicates`."""
        labels = np.arange(len(self._numbers), dtype=np.int32)
        threshold = 0.0
        for part in self.parts:
            found = part.site.duplicates
            of_part, threshold = part.rows[found.labels], found.threshold
            # What names no language stays in the first cluster that it is in.
            is_free = (self._numbers[part.rows] >= 0) | (labels[part.rows] == part.rows)
            labels[part.rows[is_free]] = of_part[is_free]
        return Duplicates(threshold, labels)

    @property
    def prints(self) -> Fingerprints:
        """As `Site.prints`."""
        lines = np.zeros((len(self._numbers), PACKED_BYTES), dtype=np.uint8)
        for part in self.parts:
            lines[part.rows] = part.site.prints.packed()
        return Fingerprints.unpacked(lines)

    def truncation(self) -> Truncation:
        """As `Site.truncation`."""
        articles, beyond, total = 0, 0.0, 0.0
        for part in self.parts:
            found = part.site.truncation()
            chars = float(sum(mark.chars for texts in part.site.corpus.texts for mark in texts.values()))
            articles, beyond, total = articles + found.articles, beyond + found.share_ratio * chars, total + chars
        return Truncation(articles, beyond / total if total else 0.0)

    @property
    def audits(self) -> dict[str | None, Audit]:
        """By view, of the searches that were not exact: the least recall of all parts."""
        audits: dict[str | None, Audit] = {}
        for part in self.parts:
            for view, audit in part.site.audits.items():
                audits[view] = min(audits.get(view, audit), audit, key=lambda one: one.recall_ratio)
        return audits

    @staticmethod
    def _in_whole(part: LanguagePart[S], found: Candidates) -> Candidates:
        """Candidates by their rows in the whole site."""
        return Candidates(np.where(found.indices >= 0, part.rows[found.indices], -1).astype(np.int32), found.scores)


def _best(
    lists: Sequence[tuple[NDArray[np.int32], NDArray[np.float64]]], width: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The best of several lists of each article; what stands in more than one has its best score."""
    indices, scores = (np.concatenate(columns, axis=1) for columns in zip(*lists, strict=True))
    nobody = np.iinfo(np.int32).max
    order = best_first(np.where(indices >= 0, indices, nobody), scores)
    indices, scores = np.take_along_axis(indices, order, axis=1), np.take_along_axis(scores, order, axis=1)
    for line, of in zip(indices, scores, strict=True):
        _, first = np.unique(line, return_index=True)
        again = np.ones(len(line), dtype=np.bool_)
        again[first] = False
        line[again], of[again] = -1, -np.inf
    order = best_first(np.where(indices >= 0, indices, nobody), scores)[:, :width]
    return np.take_along_axis(indices, order, axis=1), np.take_along_axis(scores, order, axis=1)


def language_parts(site: S, *, model_by_language: bool) -> LanguageParts[S] | None:
    """The languages of a site, None where its lists may mix them or there are no two.

    Parameters
    ----------
    model_by_language : bool
        Compare every language by the shipped model for it, whatever the model of the whole site.
    """
    settings, articles = site.settings, site.corpus.articles
    numbers = language_numbers(articles, settings.languages.apart) if settings.links.same_language else None
    if numbers is None:
        return None
    free, count = np.flatnonzero(numbers < 0), int(numbers.max()) + 1
    if len(free) * count > len(numbers):
        # Most name no language: they would be compared once for each that is named.
        return None
    parts = []
    for number in range(count):
        own = np.flatnonzero(numbers == number)
        tag = spoken(articles[own[0]].language or "", settings.languages.apart)
        rows = np.sort(np.concatenate([own, free])).astype(np.int32)
        parts.append(LanguagePart(_part(site, rows, tag, model_by_language=model_by_language), rows, tag))
    return LanguageParts(parts, numbers)


def _part(site: S, rows: NDArray[np.int32], tag: str, *, model_by_language: bool) -> S:
    settings, encoder = site.settings, site.encoder
    if model_by_language:
        name = shipped_model(tag)
        if name != settings.model.name:
            settings = replace(settings, model=replace(settings.model, name=name))
            encoder = load_encoder(name, device=settings.model.device, precision=settings.model.precision)
    return site.among(rows, tag, settings, encoder)
