"""The words of a site's articles: those of an earlier run, with the articles that changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.execute.terms import TermShelf
from recommender.lexical.parts import SharedTerms, shared_terms
from recommender.lexical.terms import TermCounts
from recommender.lexical.update import (
    HeldTerms,
    changed_frequency,
    changed_values,
    columns_now,
    holders,
    shared_again,
)
from recommender.lexical.weights import WEIGHTS_VERSION, Vocabulary, row_digests, site_vocabulary, weighed_by_parts
from recommender.scratch import GrowingArray
from recommender.splices import names_array, places_of, spliced, spliced_starts, spliced_values
from recommender.stages.stage import Columns, Ragged, Stage, Store, part_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Batch size, in articles.
_ARTICLES_AT_ONCE = 4_096
# With more changes than this share of the articles, weighing all is as fast.
UPDATE_RATIO = 0.05
# So few changed articles are made again from the cache by each run, rather than all written again by one.
FEW_CHANGED = 64
# The words of a larger site are not kept together.
MOST_ARTICLES = 300_000

SITE_WORDS = Stage("words", 1, dict, "weigh words")


@dataclass(frozen=True, slots=True)
class WeighedWords:
    """The words of a site, weighed.

    Attributes
    ----------
    weights : csr_matrix
        See `TermWeights.matrix`.
    row_names : uint8 array of shape (n, 16)
        See `recommender.lexical.weights.row_digests`.
    """

    weights: csr_matrix
    vocabulary: Vocabulary
    shared: SharedTerms
    row_names: NDArray[np.uint8]


class SiteWords:
    """The term counts of all articles, and what follows from them.

    Parameters
    ----------
    names : sequence of bytes
        Of the articles' texts, by row, all of them on the shelf or among what an earlier run kept.
    site : bytes
        Names the site.

    Attributes
    ----------
    rows : uint8 array of shape (n, 16)
        The names as an array.
    recipe : bytes
        Names the way in which words are counted and weighed.
    """

    def __init__(self, names: Sequence[bytes], shelf: TermShelf, store: Store, site: bytes) -> None:
        self._names = names
        self._shelf = shelf
        self._store = store
        self.rows = rows = names_array(names)
        self.recipe = recipe = digest(shelf.space, WEIGHTS_VERSION)
        self._part = part_of(SITE_WORDS, recipe, rows.tobytes(), slot=digest(site, recipe))
        self._base = store.last(self._part) if len(rows) <= MOST_ARTICLES else None
        self._places: NDArray[np.int64] = np.full(len(rows), -1)
        if self._base is not None:
            self._places = places_of(rows, self._base["names"])
            if (self._places < 0).sum() > UPDATE_RATIO * len(rows):
                self._base, self._places = None, np.full(len(rows), -1)

    @property
    def missing(self) -> list[bytes]:
        """The names of those whose counts are needed from the shelf."""
        return [self._names[row] for row in np.flatnonzero(self._places < 0).tolist()]

    def parts(self) -> Iterator[TermCounts]:
        """The counts of all articles in their order, some at a time."""
        for first in range(0, len(self._names), _ARTICLES_AT_ONCE):
            yield self._counts(slice(first, first + _ARTICLES_AT_ONCE))

    def prints(self) -> NDArray[np.uint8]:
        """The fingerprints of all articles; see `Fingerprints.packed`."""
        if self._base is None:
            return self._shelf.prints(self._names)
        return spliced(self._base["prints"], self._shelf.prints(self.missing), self._places)

    @cached_property
    def weighed(self) -> WeighedWords:
        """The weights of all articles' terms."""
        found = None if self._base is None else self._updated(self._base)
        if found is not None and (self._places < 0).sum() <= FEW_CHANGED:
            return found
        if found is None:
            shared = shared_terms(self.parts)
            known = site_vocabulary(shared)
            weights = weighed_by_parts(self.parts, known)
            found = WeighedWords(weights, known, shared, names_array(row_digests(weights, known)))
        if self._store.cache.folder is not None and len(self._names) <= MOST_ARTICLES:
            self._keep(found)
        return found

    def _updated(self, base: Columns) -> WeighedWords | None:
        """The weights of an earlier run brought up to date, None where too many change."""
        n, old_n = len(self._names), len(base["names"])
        held = self._held(base)
        added = self._shelf.take(self.missing)
        terms = changed_frequency(_counts_of(base, np.flatnonzero(held[0].rows < 0)), added)
        frequency = np.bincount(holders(held, terms).places, minlength=len(terms))
        old_shared = SharedTerms(((base["shared"], base["frequency"].astype(np.int64)),), old_n)
        shared = shared_again(old_shared, terms, frequency, n)
        old_known = Vocabulary(base["vocabulary"], base["rarity"], base["too_common"])
        known = site_vocabulary(shared)
        changed = changed_values(old_known.terms, old_known.rarity, known.terms, known.rarity)
        again = np.union1d(holders(held, changed).rows, np.flatnonzero(self._places < 0))
        if len(again) > UPDATE_RATIO * n:
            return None
        made = known.weigh(self.counts_of(again))
        places = self._places.copy()
        places[again] = -1
        moved = columns_now(old_known.terms, known.terms)
        weights = _spliced_rows(base, made, places, moved, len(known.terms))
        names = names_array(row_digests(made, known))
        return WeighedWords(weights, known, shared, spliced(base["row_names"], names, places))

    def _counts(self, rows: slice) -> TermCounts:
        places = self._places[rows]
        if self._base is None:
            return self._shelf.take(self._names[rows])
        names = [self._names[rows.start + row] for row in np.flatnonzero(places < 0).tolist()]
        new = self._shelf.take(names)
        terms, packed = self._base["terms"], self._base["packed"]
        return TermCounts.unpacked(
            spliced_values((terms.values, terms.starts), (new.terms, new.starts), places),
            spliced_values((packed, terms.starts), (new.packed(), new.starts), places),
            spliced_starts(terms.starts, new.starts, places),
        )

    def holding(self, terms: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The articles that hold any of some terms, which ascend, where an earlier run's are kept."""
        if self._base is None:
            return np.arange(len(self._names))
        return np.unique(holders(self._held(self._base), terms).rows)

    def _held(self, base: Columns) -> list[HeldTerms]:
        """The terms of what an earlier run had, and of what came since."""
        rows_of_old = np.full(len(base["names"]), -1, dtype=np.int64)
        rows_of_old[self._places[self._places >= 0]] = np.flatnonzero(self._places >= 0)
        added = self._shelf.take(self.missing)
        return [
            HeldTerms(base["terms"].values, base["terms"].starts, rows_of_old),
            HeldTerms(added.terms, added.starts, np.flatnonzero(self._places < 0)),
        ]

    def counts_of(self, rows: NDArray[np.int64]) -> TermCounts:
        """The counts of some articles."""
        places = self._places[rows]
        if self._base is None or not len(rows):
            return self._shelf.take([self._names[row] for row in rows.tolist()])
        old = _counts_of(self._base, places[places >= 0])
        new = self._shelf.take([self._names[row] for row in rows[places < 0].tolist()])
        order = np.where(places >= 0, np.cumsum(places >= 0) - 1, -1)
        return TermCounts.unpacked(
            spliced_values((old.terms, old.starts), (new.terms, new.starts), order),
            spliced_values((old.packed(), old.starts), (new.packed(), new.starts), order),
            spliced_starts(old.starts, new.starts, order),
        )

    def _keep(self, found: WeighedWords) -> None:
        terms, packed = GrowingArray(np.uint32), GrowingArray(np.uint16)
        starts = [np.zeros(1, dtype=np.int64)]
        for part in self.parts():
            starts.append(part.starts[1:] + len(terms))
            terms.append(part.terms)
            packed.append(part.packed())
        shared, frequency = _joined(found.shared)
        columns = {
            "names": self.rows,
            "terms": Ragged(terms.whole(), np.concatenate(starts)),
            "packed": packed.whole(),
            "prints": self.prints(),
            "shared": shared,
            "frequency": frequency.astype(np.int32),
            "vocabulary": found.vocabulary.terms,
            "rarity": found.vocabulary.rarity,
            "too_common": found.vocabulary.too_common,
            "columns": Ragged(found.weights.indices, found.weights.indptr.astype(np.int64)),
            "weights": found.weights.data,
            "row_names": found.row_names,
        }
        self._store.write(self._part, columns)
        self._base, self._places = columns, np.arange(len(self._names))


def _joined(shared: SharedTerms) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    terms = np.concatenate([np.empty(0, np.uint32), *(found for found, _ in shared.ranges)])
    return terms, np.concatenate([np.empty(0, np.int64), *(count for _, count in shared.ranges)])


def _counts_of(base: Columns, rows: NDArray[np.int64]) -> TermCounts:
    """The counts of some articles of an earlier run."""
    terms, starts = base["terms"]
    empty = np.zeros(1, np.int64)
    return TermCounts.unpacked(
        spliced_values((terms, starts), (terms[:0], empty), rows),
        spliced_values((base["packed"], starts), (base["packed"][:0], empty), rows),
        spliced_starts(starts, empty, rows),
    )


def _spliced_rows(
    base: Columns, made: csr_matrix, places: NDArray[np.int64], moved: NDArray[np.int32] | None, n_terms: int
) -> csr_matrix:
    """An earlier run's rows where `places` says, their columns where they are now, and new rows."""
    from scipy.sparse import csr_matrix

    columns, starts = base["columns"]
    new_starts = made.indptr.astype(np.int64)
    columns = columns if moved is None else moved[columns]
    indices = spliced_values((columns, starts), (made.indices, new_starts), places)
    data = spliced_values((base["weights"], starts), (made.data, new_starts), places)
    return csr_matrix((data, indices, spliced_starts(starts, new_starts, places)), shape=(len(places), n_terms))
