"""Where articles are on a site: in which folders, under which names, and which of them link each other in their texts.

No curated link is read: sections of curated links are no part of a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.corpus.text_links import TextLinks
from recommender.neighbours.exact import sparse_row_products

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Rows = NDArray[np.integer]
Values = NDArray[np.float32]

# A file of such a name is the page of its folder.
_OF_FOLDER = frozenset({"index", "_index", "readme"})
_LEVELS = 8
_LETTERS = 40
_SIBLINGS = 15
_MOST_TOGETHER = 25
_MOST_LINKED = 200
_ROWS_AT_ONCE = 1024


SIGNALS: dict[str, str] = {
    "shared folders": "editors link within a folder, and between folders of one branch",
    "steps between folders": "how far apart the folders are, as parent and child or siblings",
    "page of a folder above": "what stands above an article is where its readers come from",
    "page of a folder": "an overview is linked otherwise than what it is over",
    "folder size": "in a small folder each article is more likely a link",
    "names alike": "files of one family begin alike",
    "paths between": "what stands side by side in the order of files is often read so",
    "links it": "the source links the candidate in its text",
    "linked by it": "the candidate links the source in its text",
    "linked together": "other texts that link the one link the other too",
    "link the same": "both texts link the same articles",
}
"""Signals of place by name, each with its reason. None of them reads a curated link."""


RANKED_BY = ("shared folders", "links it", "linked by it", "linked together", "link the same")
"""Those of `SIGNALS` that the default ranking reads."""

MOST_MENTIONED = 12
"""Articles that an article's text links, or that link it, beyond its nearest, as candidates of the default ranking."""


@dataclass(frozen=True)
class Places:
    """Places of the articles of a site.

    Attributes
    ----------
    folders : int32 array of shape (n, levels)
        Number of the folder on each level that an article is in, -1 past the last. The page of a folder is in it.
    is_folder : bool array of shape (n,)
        Whether the article is the page of its folder.
    order : float32 array of shape (n,)
        Place in the order of the paths, from 0.
    names : uint32 array of shape (n, letters)
        Letters of the file's name, 0 past the last.
    links : csr_matrix of shape (n, n)
        What each article links in its text. A link counts the less, the more articles link its target.
    """

    folders: NDArray[np.int32]
    is_folder: NDArray[np.bool_]
    order: Values
    names: NDArray[np.uint32]
    links: csr_matrix

    @cached_property
    def depth(self) -> NDArray[np.int64]:
        """Folders above each article."""
        found: NDArray[np.int64] = (self.folders >= 0).sum(axis=1)
        return found

    @cached_property
    def folder_sizes(self) -> Values:
        """Logarithm of the number of articles in each one's folder."""
        own = self.innermost
        return np.log1p(np.bincount(own)[own]).astype(np.float32)

    @cached_property
    def innermost(self) -> NDArray[np.int32]:
        """Number of the folder that holds each article; 0 for none."""
        last = np.maximum(self.depth - 1, 0)
        found: NDArray[np.int32] = self.folders[np.arange(len(self.folders)), last] + 1
        return found

    def signals(self, left: Rows, right: Rows) -> dict[str, Values]:
        """The signals of a link from each left row to each right one, shape (m,), named as `SIGNALS`."""
        shared = ((self.folders[left] == self.folders[right]) & (self.folders[left] >= 0)).sum(axis=1)
        alike = (self.names[left] == self.names[right]) & (self.names[left] > 0)
        found = {
            "shared folders": shared,
            "steps between folders": self.depth[left] + self.depth[right] - 2 * shared,
            "page of a folder above": self.is_folder[right] & (shared == self.depth[right]),
            "page of a folder": self.is_folder[right],
            "folder size": self.folder_sizes[right],
            "names alike": np.logical_and.accumulate(alike, axis=1).sum(axis=1),
            "paths between": np.log1p(np.abs(self.order[left] - self.order[right])),
        }
        if self.links.nnz:
            found |= self._of_links(left, right)
        none = np.zeros(len(left), dtype=np.float32)
        return {name: found[name].astype(np.float32) if name in found else none for name in SIGNALS}

    def ranked_by(self, left: Rows, right: Rows) -> dict[str, Values]:
        """Those of `signals` that the default ranking reads, by `RANKED_BY`."""
        levels = max(int(self.depth.max(initial=0)), 1)
        own, other = self.folders[left, :levels], self.folders[right, :levels]
        found = {"shared folders": ((own == other) & (own >= 0)).sum(axis=1).astype(np.float32)}
        return found | (self._of_links(left, right) if self.links.nnz else {})

    def _of_links(self, left: Rows, right: Rows) -> dict[str, Values]:
        return {
            "links it": np.asarray(self.links[left, right], dtype=np.float32).ravel(),
            "linked by it": np.asarray(self.links[right, left], dtype=np.float32).ravel(),
            "linked together": sparse_row_products(self._unit_linked_by, left, right),
            "link the same": sparse_row_products(self._unit_links, left, right),
        }

    def mentioned(self, rows: NDArray[np.int64], may: NDArray[np.bool_], but: NDArray[np.int32]) -> NDArray[np.int32]:
        """What the texts of some rows link, and what links them, the strongest link first; shape
        ``(len(rows), MOST_MENTIONED)``, -1 behind the last.

        Parameters
        ----------
        may : bool array of shape (n,)
            Rows that count.
        but : int32 array of shape (len(rows), m)
            Rows that do not count, by line.
        """
        found = np.full((len(rows), MOST_MENTIONED), -1, dtype=np.int32)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[start : start + _ROWS_AT_ONCE]
            either = self._either[some]
            lines = np.repeat(np.arange(len(some)), np.diff(either.indptr))
            others = either.indices
            wanted = may[others] & (others != some[lines])
            wanted &= (but[start + lines] != others[:, None]).all(axis=1)
            order = np.flatnonzero(wanted)
            order = order[np.lexsort((others[order], -either.data[order], lines[order]))]
            lines, others = lines[order], others[order]
            place = np.arange(len(lines)) - np.searchsorted(lines, lines)
            kept = place < MOST_MENTIONED
            found[start + lines[kept], place[kept]] = others[kept]
        return found

    @cached_property
    def _either(self) -> csr_matrix:
        return (self.links + self.links.T).tocsr()

    def near(self, sources: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of some rows and what is near them: the files before and after it in the folder, articles that the
        text links or that link it, and those most often linked together with it.
        """
        found = [self._siblings(sources)]
        if self.links.nnz:
            found.append(_pairs(sources, self._either[sources]))
            for start in range(0, len(sources), _ROWS_AT_ONCE):
                some = sources[start : start + _ROWS_AT_ONCE]
                together = (self._unit_linked_by[some] @ self._unit_linked_by.T).tocsr()
                found.append(_strongest(some, together, _MOST_TOGETHER))
        left, right = (np.concatenate(sides) for sides in zip(*found, strict=True))
        other = left != right
        return left[other], right[other]

    def _siblings(self, sources: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        line = np.lexsort((self.order, self.innermost))
        place = np.empty(len(line), dtype=np.int64)
        place[line] = np.arange(len(line))
        around = place[sources][:, None] + np.arange(-_SIBLINGS, _SIBLINGS + 1)
        row, column = np.nonzero((around >= 0) & (around < len(line)))
        left, right = sources[row], line[around[row, column]]
        same = self.innermost[left] == self.innermost[right]
        return left[same], right[same]

    @cached_property
    def _unit_links(self) -> csr_matrix:
        return _unit_rows(self.links)

    @cached_property
    def _unit_linked_by(self) -> csr_matrix:
        """By the target: which articles link it, each by how few it links. A table of contents says nothing."""
        out = np.diff(self.links.indptr)
        weights = np.where(out > _MOST_LINKED, 0, 1 / np.log2(1 + np.maximum(out, 1))).astype(np.float32)
        by = self.links.copy()
        by.data = np.repeat(weights, out)
        by.eliminate_zeros()
        return _unit_rows(by.T.tocsr())


def place_columns(places: Places) -> dict[str, NDArray[np.generic]]:
    """Places as columns, for a stage."""
    links = places.links
    return {
        "folders": places.folders,
        "is_folder": places.is_folder,
        "order": places.order,
        "file_names": places.names,
        "link_starts": links.indptr.astype(np.int64),
        "link_targets": links.indices.astype(np.int32),
        "link_weights": links.data.astype(np.float32),
    }


def read_places(columns: Mapping[str, NDArray[Any]]) -> Places:
    """The places that columns hold."""
    from scipy.sparse import csr_matrix

    n = len(columns["folders"])
    graph = csr_matrix((columns["link_weights"], columns["link_targets"], columns["link_starts"]), shape=(n, n))
    return Places(columns["folders"], columns["is_folder"], columns["order"], columns["file_names"], graph)


def article_places(articles: Sequence[Article], links: TextLinks) -> Places:
    """Read the places of articles. Folders count from the innermost that holds all articles: those of a language of a
    site are as deep as where its folder is the whole site.

    Parameters
    ----------
    links : TextLinks
        Among them.
    """
    from scipy.sparse import csr_matrix

    n = len(articles)
    number: dict[str, int] = {}
    folders = np.full((n, _LEVELS), -1, dtype=np.int32)
    names = np.zeros((n, _LETTERS), dtype=np.uint32)
    is_folder = np.zeros(n, dtype=np.bool_)
    above = _common_folder(articles)
    for row, article in enumerate(articles):
        folder, _, name = article.path.rpartition("/")
        stem = name.rpartition(".")[0] or name
        is_folder[row] = stem.casefold() in _OF_FOLDER
        if is_folder[row]:
            stem = folder.rpartition("/")[2]
        parts = folder.split("/")[above : above + _LEVELS] if folder else []
        for level in range(len(parts)):
            folders[row, level] = number.setdefault("/".join(parts[: level + 1]), len(number))
        letters = [ord(letter) for letter in stem.casefold()[:_LETTERS]]
        names[row, : len(letters)] = letters
    order = np.empty(n, dtype=np.float32)
    order[sorted(range(n), key=lambda row: articles[row].path)] = np.arange(n)
    degree = np.bincount(links.targets, minlength=n)
    weights = (1 / np.log2(2 + degree))[links.targets].astype(np.float32)
    graph = csr_matrix((weights, (links.sources, links.targets)), shape=(n, n))
    return Places(folders, is_folder, order, names, graph)


def _common_folder(articles: Sequence[Article]) -> int:
    """How many folders down the innermost folder is that holds all articles."""
    if not articles:
        return 0
    # Of all paths the first and the last share the least.
    paths = [article.path for article in articles]
    first, last = (path.split("/")[:-1] for path in (min(paths), max(paths)))
    alike = (number for number, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return next(alike, min(len(first), len(last)))


def _pairs(sources: NDArray[np.int64], lines: csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The entries of lines, each with the row that the line is of."""
    return np.repeat(sources, np.diff(lines.indptr)), lines.indices.astype(np.int64)


def _strongest(sources: NDArray[np.int64], lines: csr_matrix, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """As `_pairs`, of each line's largest entries."""
    owners = np.repeat(np.arange(len(sources)), np.diff(lines.indptr))
    order = np.lexsort((lines.indices, -lines.data, owners))
    kept = order[np.arange(len(order)) - lines.indptr[owners[order]] < most]
    return sources[owners[kept]], lines.indices[kept].astype(np.int64)


def _unit_rows(matrix: csr_matrix) -> csr_matrix:
    from scipy.sparse import diags

    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scaled = diags((1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)) @ matrix
    return scaled.tocsr()
