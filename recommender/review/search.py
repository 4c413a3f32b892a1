"""Articles by words of their titles and keys, quick enough for every key that is pressed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article

_WORD = re.compile(r"\w+")
# How alike a title must be, of 100, where no title holds the words.
_ALIKE = 70
_MOST_COMPARED = 50


class ArticleSearch:
    """An inverted index of the words in titles, aliases, keys and ids.

    Parameters
    ----------
    articles : sequence of Article
    rows : integer array
        Rows of the articles that may be found.
    """

    def __init__(self, articles: Sequence[Article], rows: NDArray[np.integer]) -> None:
        self._titles = {row: articles[row].title.casefold() for row in rows.tolist()}
        # In the order of the alphabet, so that words may stand in any order.
        self._sorted = {row: _in_order(title) for row, title in self._titles.items()}
        self._exact: dict[str, list[int]] = {}
        found: dict[str, list[int]] = {}
        for row in rows.tolist():
            article = articles[row]
            for name in {article.key, article.url, article.path, None if article.id is None else str(article.id)}:
                if name:
                    self._exact.setdefault(name.strip("/"), []).append(row)
            for word in dict.fromkeys(_words(" ".join((article.title, *article.aliases, article.key)))):
                found.setdefault(word, []).append(row)
        self._vocabulary = sorted(found)
        self._rows = [np.array(found[word], dtype=np.int32) for word in self._vocabulary]

    def find(self, text: str, most: int = 20) -> list[int]:
        """Rows of the articles that are called so, best first.

        An article of exactly this key, url, path or id comes first. Then come those whose titles or keys hold every
        word, each as the beginning of one, shorter titles first; where there are none, those with titles that are
        written much alike.

        Parameters
        ----------
        text : str
        most : int
        """
        text = text.strip()
        exact = self._exact.get(text.strip("/"), []) if text else []
        words = _words(text)
        if not words:
            return exact[:most]
        matching: NDArray[np.int32] | None = None
        # The longest word first: it is likely to be in the fewest titles.
        for word in sorted(set(words), key=lambda word: (-len(word), word)):
            rows = self._beginning(word)
            matching = rows if matching is None else np.intersect1d(matching, rows, assume_unique=True)
            if not len(matching):
                break
        rows_found = [] if matching is None else matching.tolist()
        folded = text.casefold()
        ordered = sorted(
            rows_found,
            key=lambda row: (folded not in self._titles[row], len(self._titles[row]), row),
        )
        found = list(dict.fromkeys([*exact, *ordered]))
        return found[:most] if found else self._alike(folded, most)

    def _beginning(self, word: str) -> NDArray[np.int32]:
        begin, end = bisect_left(self._vocabulary, word), bisect_left(self._vocabulary, word + "\U0010ffff")
        lists = self._rows[begin:end]
        return lists[0] if len(lists) == 1 else np.unique(np.concatenate([np.empty(0, np.int32), *lists]))

    def _alike(self, text: str, most: int) -> list[int]:
        from rapidfuzz import fuzz, process

        found = process.extract(
            _in_order(text), self._sorted, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=min(most, _MOST_COMPARED)
        )
        return [row for _, _, row in found]


def _in_order(text: str) -> str:
    return " ".join(sorted(_words(text)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
