"""Articles by words of their titles and keys, also misspelt, quick enough for every key that is pressed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article

if TYPE_CHECKING:
    from recommender.site.site import Site

_WORD = re.compile(r"\w+")
# Similarity, from 0 to 100, of a typed word to a word that it may be a misspelling of, and of a text to a whole title.
_WORD_SIMILARITY = 75
_TITLE_SIMILARITY = 70
_MOST_CORRECTIONS = 8
# Every word of one or two letters is similar to many.
_SHORTEST_CORRECTED = 4
_MOST_COMPARED = 50


class ArticleSearch:
    """An inverted index of the words in titles, aliases, keys and ids."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._titles = [article.title.casefold() for article in articles]
        # Words in alphabetical order, so that titles compare whatever the order in which words are typed.
        self._sorted = [_in_order(title) for title in self._titles]
        self._exact: dict[str, list[int]] = {}
        found: dict[str, list[int]] = {}
        for row, article in enumerate(articles):
            for name in {article.key, article.url, article.path, None if article.id is None else str(article.id)}:
                if name:
                    self._exact.setdefault(name.strip("/"), []).append(row)
            for word in dict.fromkeys(_words(" ".join((article.title, *article.aliases, article.key)))):
                found.setdefault(word, []).append(row)
        self._vocabulary = sorted(found)
        self._rows = [np.array(found[word], dtype=np.int32) for word in self._vocabulary]

    def find(self, text: str, among: NDArray[np.bool_], most: int = 20) -> list[int]:
        """Rows of the articles with this name, best first.

        An article of exactly this key, url, path or id comes first. Then come those with titles or keys in which every
        word begins one, shorter titles first; a word with which none begins is taken for those that it may
        be a misspelling of. If no article holds all words, those with similar titles are found.

        Parameters
        ----------
        among : bool array of shape (n,)
            The articles that may be found.
        """
        text = text.strip()
        exact = [row for row in self._exact.get(text.strip("/"), []) if among[row]] if text else []
        folded = text.casefold()
        matching = self.matching(text)
        ordered = sorted(
            matching[among[matching]].tolist(),
            key=lambda row: (folded not in self._titles[row], len(self._titles[row]), row),
        )
        found = list(dict.fromkeys([*exact, *ordered]))
        return found[:most] if found or not _words(text) else self._similar(folded, among, most)

    def matching(self, text: str) -> NDArray[np.int32]:
        """Rows of all articles with titles or keys that hold every word of a text, ascending; see `find`."""
        matching: NDArray[np.int32] | None = None
        # The longest word first: it is likely to be in the fewest titles.
        for word in sorted(set(_words(text)), key=lambda word: (-len(word), word)):
            rows = self._beginning(word)
            if not len(rows):
                rows = self._corrected(word)
            matching = rows if matching is None else np.intersect1d(matching, rows, assume_unique=True)
            if not len(matching):
                break
        return np.empty(0, np.int32) if matching is None else matching

    def _beginning(self, word: str) -> NDArray[np.int32]:
        begin, end = bisect_left(self._vocabulary, word), bisect_left(self._vocabulary, word + "\U0010ffff")
        return _union(self._rows[begin:end])

    def _corrected(self, word: str) -> NDArray[np.int32]:
        from rapidfuzz import fuzz, process

        if len(word) < _SHORTEST_CORRECTED:
            return np.empty(0, np.int32)
        found = process.extract(
            word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_WORD_SIMILARITY, limit=_MOST_CORRECTIONS
        )
        return _union([self._rows[at] for _, _, at in found])

    def _similar(self, text: str, among: NDArray[np.bool_], most: int) -> list[int]:
        from rapidfuzz import fuzz, process

        found = process.extract(
            _in_order(text), self._sorted, scorer=fuzz.ratio, score_cutoff=_TITLE_SIMILARITY, limit=_MOST_COMPARED
        )
        return [row for _, _, row in found if among[row]][:most]


class MeaningSearch:
    """Articles with vectors that are near to that of a text."""

    def __init__(self, site: Site) -> None:
        self._encoder = site.encoder
        self._vectors = site.text_vectors()

    def find(self, text: str, among: NDArray[np.bool_], most: int) -> list[int]:
        """Rows of the nearest articles, the nearest first; none where the model has no word of the text."""
        from recommender.embedder.text import plain_text

        encoded = self._encoder.encode([plain_text(text)], role="query").vectors[0]
        if not encoded.any():
            return []
        scores = np.where(among, self._vectors @ encoded, -np.inf)
        most = min(most, int(among.sum()))
        nearest = np.argpartition(-scores, most - 1)[:most] if most else np.empty(0, np.int64)
        return [int(row) for row in nearest[np.lexsort((nearest, -scores[nearest]))]]


def _union(lists: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return lists[0] if len(lists) == 1 else np.unique(np.concatenate([np.empty(0, np.int32), *lists]))


def _in_order(text: str) -> str:
    return " ".join(sorted(_words(text)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
