"""Articles by words of their titles."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.article import Article
from recommender.review.search import ArticleSearch, _words

TITLES = (
    "How does a cell divide?", "Cell walls", "Division of labour", "Dividing cells in time", "Über Zellen",
    "Time and money", "Money", "A wall of money", "What divides us",
)  # fmt: skip
ARTICLES = tuple(
    Article(key=f"/learn/{row}", path=f"{row}.md", title=title, id=100 + row, url=f"/learn/{row}")
    for row, title in enumerate(TITLES)
)


def search(rows: list[int] | None = None) -> ArticleSearch:
    return ArticleSearch(ARTICLES, np.array(range(len(TITLES)) if rows is None else rows, dtype=np.int32))


def test_every_word_must_begin_one() -> None:
    assert search().find("cell") == [1, 3, 0]
    assert search().find("cell div") == [0, 3]
    assert search().find("DIV cel") == [3, 0]
    assert search().find("über") == [4]


def test_what_is_meant_exactly_comes_first() -> None:
    assert search().find("105")[0] == 5
    assert search().find("/learn/3") == [3]
    assert search().find("7.md")[0] == 7
    # The whole of what was typed, in one piece, before its words apart; then the shorter title.
    assert search().find("money") == [6, 5, 7]
    assert search().find("wall of money") == [7]


def test_misspelt_titles_are_found_where_no_title_holds_the_words() -> None:
    assert search().find("celll wals") == [1]
    assert search().find("walls cell") == [1]
    assert search().find("quite another thing") == []
    assert search().find("  ") == search().find("?!") == []


def test_only_what_may_be_linked_is_found_and_no_more_than_asked_for() -> None:
    assert search([0, 6]).find("money") == [6]
    assert search([0, 6]).find("/learn/5") == []
    assert search().find("cell", most=1) == [1]


@given(
    st.lists(
        st.sampled_from(["ce", "cell", "div", "of", "t", "money", "wal", "über", "9", "learn"]), min_size=1, max_size=3
    )
)
def test_it_finds_what_looking_at_every_title_finds(words: list[str]) -> None:
    found = search().find(" ".join(words), most=99)
    plain = {
        row
        for row, article in enumerate(ARTICLES)
        if all(any(own.startswith(word) for own in _words(f"{article.title} {article.key}")) for word in words)
    }
    if plain:
        assert set(found) == plain
