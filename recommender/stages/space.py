"""What articles are compared by, from the columns that hold it: a space, its words and titles, vectors of views."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.fingerprints import Fingerprints
from recommender.lexical.letters import weigh_runs
from recommender.lexical.profiles import Profiles
from recommender.lexical.weights import TermWeights, Vocabulary, row_digests
from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.space import DenseSpace, Space
from recommender.stages.stage import Columns, Ragged, Stage

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_NAME_BYTES = 16

WORDS = "words"
"""Name of the comparison by words alone, beside the views."""


WORD_COLUMNS = ("terms", "weights", "vocabulary", "rarity", "too_common", "row_names")
"""Names of the columns of `word_columns`."""

TITLE_COLUMNS = ("title_terms", "title_shares")
"""Names of the columns of `title_columns`."""

PROFILE_COLUMNS = ("words", "marks", "lengths", "title_rarity", "title_names", "word_terms", "word_rarity")
"""Names of the columns of `profile_columns`."""


def word_columns(
    words: csr_matrix, known: Vocabulary, row_names: NDArray[np.uint8]
) -> dict[str, NDArray[np.generic] | Ragged]:
    """Weights of terms as the columns of a space: ``terms``, ``weights``, the vocabulary, and names of the rows."""
    return {
        "terms": Ragged(words.indices, words.indptr),
        "weights": words.data,
        "vocabulary": known.terms,
        "rarity": known.rarity,
        "too_common": known.too_common,
        "row_names": row_names,
    }


def title_columns(titles: csr_matrix) -> dict[str, NDArray[np.generic] | Ragged]:
    """What the terms of titles weigh as the columns of a space."""
    return {"title_terms": Ragged(titles.indices, titles.indptr), "title_shares": titles.data}


def profile_columns(profiles: Profiles) -> dict[str, NDArray[np.generic] | Ragged]:
    """Profiles as columns of a space: ``words`` and their ``marks``, lengths, and what says how much a title says."""
    return {
        "words": Ragged(profiles.words, profiles.starts),
        "marks": profiles.marks,
        "lengths": profiles.lengths,
        "title_rarity": profiles.title_rarity,
        "title_names": profiles.title_names,
        "word_terms": profiles.terms,
        "word_rarity": profiles.rarity,
    }


class Texts:
    """The texts of all articles as they are compared.

    Parameters
    ----------
    columns : mapping
        ``vectors``, float32 of shape (n, dim), rows L2-normalised or zero; ``view.VIEW``, those of one view, which may
        be of half precision; ``prints``, packed `Fingerprints`; and where words count the columns of `word_columns`,
        which may lack ``row_names``, of `title_columns` and `profile_columns`, and of titles ``letters`` as
        `title_runs` gives them and ``title_sizes``.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._spaces: dict[tuple[str | None, float], Space] = {}

    @property
    def vectors(self) -> NDArray[np.float32]:
        """One vector per article: the weighted sum of its views' vectors."""
        vectors: NDArray[np.float32] = self.columns["vectors"]
        return vectors

    def view(self, name: str) -> NDArray[np.float32]:
        """Vectors of one view, shape (n, dim)."""
        vectors: NDArray[np.float32] = self.columns[f"view.{name}"].astype(np.float32, copy=False)
        return vectors

    @cached_property
    def prints(self) -> Fingerprints:
        """What shows of each article whether another one says the same."""
        return Fingerprints.unpacked(self.columns["prints"])

    @cached_property
    def words(self) -> csr_matrix:
        """`TermWeights.matrix` of all articles."""
        return self._matrix("terms", "weights")

    @cached_property
    def weights(self) -> TermWeights:
        """The strongest terms of every article, and what the terms of its title weigh."""
        return TermWeights(self.words, self._matrix("title_terms", "title_shares"), self._vocabulary)

    @property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(*(self.columns[name] for name in ("vocabulary", "rarity", "too_common")))

    def row_names(self) -> list[bytes]:
        """By row: 16 bytes that name its weights, whatever the other articles are."""
        if "row_names" in self.columns:
            names = self.columns["row_names"].tobytes()
            return [names[start : start + _NAME_BYTES] for start in range(0, len(names), _NAME_BYTES)]
        return row_digests(self.words, self._vocabulary)

    @cached_property
    def profiles(self) -> Profiles:
        """The single words of every article by the places where they occur."""
        words, starts = self.columns["words"]
        marks, lengths, title_rarity, names, terms, rarity = (self.columns[name] for name in PROFILE_COLUMNS[1:])
        return Profiles(starts, words, marks, terms, rarity, lengths, title_rarity, names)

    @cached_property
    def letters(self) -> csr_matrix:
        """The letters of titles, weighed."""
        return weigh_runs(*self.columns["letters"])

    def space(self, view: str | None, share: float) -> Space:
        """By all texts, by one view, or, for ``"words"``, by words alone."""
        if (view, share) not in self._spaces:
            self._spaces[view, share] = self._space(view, share)
        return self._spaces[view, share]

    def _space(self, view: str | None, share: float) -> Space:
        if view == WORDS:
            words = self.words
            return MixedSpace(np.zeros((words.shape[0], 1), dtype=np.float32), words, 1.0)
        if view is not None:
            return DenseSpace(self.view(view))
        return DenseSpace(self.vectors) if share == 0 else MixedSpace(self.vectors, self.words, share)

    def _matrix(self, terms: str, weights: str) -> csr_matrix:
        from scipy.sparse import csr_matrix

        places, starts = self.columns[terms]
        return csr_matrix((self.columns[weights], places, starts), shape=(len(starts) - 1, len(self.columns["rarity"])))


class _Last:
    """The texts of the columns that were read last: a process works on one site at a time and reads them often."""

    texts: Texts | None = None


def texts_of(columns: Columns) -> Texts:
    """The texts that columns hold; kept by the process for its next call."""
    if _Last.texts is None or _Last.texts.columns is not columns:
        _Last.texts = Texts(columns)
    return _Last.texts


LETTERS = Stage("letters", 1, dict, "weigh words")
