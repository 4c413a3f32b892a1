"""What all articles are compared by, in the order of their rows, as arrays that every process maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.arrays import ArraysWriter, open_arrays
from recommender.engine.tables import array, matrix, ragged, read_range
from recommender.engine.words import load_vocabulary
from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.space import DenseSpace

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy.sparse import csr_matrix

SPACE = "space"
# So many rows are in memory at once while the arrays are written: about 2 GB.
_ROWS_AT_ONCE = 500_000


def put_together(
    folder: Path, weighed: Sequence[Path], vocabulary: tuple[Path, ...], views: Sequence[str], n: int, dim: int
) -> None:
    """Write the arrays of a space: ``hashes``, ``questions``, ``vectors``, ``view.VIEW``, and of the words ``starts``,
    ``terms`` (places in the vocabulary) and ``weights``, and the same of the titles; see
    `recommender.engine.words.weigh`.

    Parameters
    ----------
    folder : Path
        Empty.
    weighed : sequence of Path
        Outputs of `recommender.engine.words.weigh`: all of them.
    vocabulary : tuple of Path
        None of them where words do not count.
    views : sequence of str
    n, dim : int
        Of the articles, and of their vectors.
    """
    terms = load_vocabulary(vocabulary).terms if vocabulary else np.empty(0, np.uint32)
    with ArraysWriter(folder) as writer:
        writer.append("hashes", np.empty(0, np.uint64))
        writer.append("questions", np.empty(0, np.uint64))
        writer.append("vectors", np.empty((0, dim), np.float32))
        for view in views:
            writer.append(f"view.{view}", np.empty((0, dim), np.float16))
        for names in (_WORDS, _TITLES):
            writer.append(names.starts, np.zeros(1, np.int64))
            writer.append(names.terms, np.empty(0, np.int32))
            writer.append(names.weights, np.empty(0, np.float32))
        ends = [0, 0]
        for first in range(0, n, _ROWS_AT_ONCE):
            block = _Block.read(weighed, views, first, min(first + _ROWS_AT_ONCE, n))
            for name, values in block.columns.items():
                writer.append(name, values)
            for number, (names, lists) in enumerate(((_WORDS, block.words), (_TITLES, block.titles))):
                writer.append(names.starts, ends[number] + lists.starts[1:])
                writer.append(names.terms, np.searchsorted(terms, lists.terms).astype(np.int32))
                writer.append(names.weights, lists.weights)
                ends[number] += len(lists.terms)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of the arrays of lists of terms."""

    starts: str
    terms: str
    weights: str


_WORDS = _Names("starts", "terms", "weights")
_TITLES = _Names("title_starts", "title_terms", "title_shares")


@dataclass(frozen=True, slots=True)
class _Lists:
    """Lists of terms, one per row."""

    starts: NDArray[np.int64]
    terms: NDArray[np.uint32]
    weights: NDArray[np.float32]

    @classmethod
    def read(cls, tables: Sequence[pa.Table], names: _Names, order: NDArray[np.intp]) -> _Lists:
        """The lists of several tables, one below the other, in another order."""
        lists = [(ragged(table, names.terms), ragged(table, names.weights)[0]) for table in tables]
        sizes = np.concatenate([np.diff(starts) for (_, starts), _ in lists])
        begins = np.concatenate([[0], np.cumsum(sizes)])[:-1]
        starts = np.concatenate([[0], np.cumsum(sizes[order])])
        place = np.repeat(begins[order] - starts[:-1], sizes[order]) + np.arange(starts[-1])
        terms = np.concatenate([terms for (terms, _), _ in lists])[place]
        return cls(starts, terms, np.concatenate([weights for _, weights in lists])[place])


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows of what `weigh` made, in their order."""

    columns: dict[str, NDArray[np.generic]]
    words: _Lists
    titles: _Lists

    @classmethod
    def read(cls, weighed: Sequence[Path], views: Sequence[str], first: int, last: int) -> _Block:
        tables = [read_range(path, "row", first, last) for path in weighed]
        order = np.argsort(np.concatenate([array(table, "row") for table in tables]))
        columns: dict[str, NDArray[np.generic]] = {}
        for name, own in (("hashes", "hash"), ("questions", "question")):
            columns[name] = np.concatenate([array(table, own) for table in tables])[order]
        for name, own in (("vectors", "vector"), *((f"view.{view}", f"view.{view}") for view in views)):
            columns[name] = np.concatenate([matrix(table, own) for table in tables])[order]
        return cls(
            columns=columns, words=_Lists.read(tables, _WORDS, order), titles=_Lists.read(tables, _TITLES, order)
        )


@dataclass(frozen=True, slots=True)
class SpaceFiles:
    """Where a space is.

    Attributes
    ----------
    folder : Path
        From `put_together`.
    n_terms : int
        Size of the vocabulary.
    share : float
        Of the words in a score.
    """

    folder: Path
    n_terms: int
    share: float

    def load(self) -> MixedSpace | DenseSpace:
        """The space, mapped; kept by the process for its next task."""
        return _load(self)

    def hashes(self) -> NDArray[np.uint64]:
        """The hash of every article's key; see `recommender.neighbours.cells.key_hashes`."""
        return open_arrays(self.folder)["hashes"]

    def words(self) -> csr_matrix:
        """The weights of all articles' terms, shape (n, n_terms)."""
        return self._matrix(_WORDS)

    def titles(self) -> csr_matrix:
        """Which part of each title a term is, shape (n, n_terms)."""
        return self._matrix(_TITLES)

    def questions(self) -> NDArray[np.uint64]:
        """A hash of every article's question, 0 where it asks none."""
        return open_arrays(self.folder)["questions"]

    def view(self, name: str) -> NDArray[np.float16]:
        """Vectors of one view, shape (n, dim)."""
        return open_arrays(self.folder)[f"view.{name}"]

    def _matrix(self, names: _Names) -> csr_matrix:
        from scipy.sparse import csr_matrix

        held = open_arrays(self.folder)
        shape = (len(held["vectors"]), self.n_terms)
        return csr_matrix((held[names.weights], held[names.terms], held[names.starts]), shape=shape)


@lru_cache(maxsize=1)
def _load(files: SpaceFiles) -> MixedSpace | DenseSpace:
    held = open_arrays(files.folder)
    if files.share == 0:
        return DenseSpace(held["vectors"])
    return MixedSpace(held["vectors"], files.words(), files.share)
