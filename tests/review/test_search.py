"""Articles by words of their titles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.article import Article
from recommender.review.search import ArticleSearch, MeaningSearch, _words
from recommender.site.open import open_site

TITLES = (
    "How does a cell divide?", "Cell walls", "Division of labour", "Dividing cells in time", "Über Zellen",
    "Time and money", "Money", "A wall of money", "What divides us",
)  # fmt: skip
ARTICLES = tuple(
    Article(key=f"/learn/{row}", path=f"{row}.md", title=title, id=100 + row, url=f"/learn/{row}")
    for row, title in enumerate(TITLES)
)


SEARCH = ArticleSearch(ARTICLES)


def find(text: str, rows: list[int] | None = None, most: int = 20) -> list[int]:
    return SEARCH.find(text, np.isin(np.arange(len(TITLES)), range(len(TITLES)) if rows is None else rows), most)


def test_every_word_must_begin_one() -> None:
    assert find("cell") == [1, 3, 0]
    assert find("cell div") == [0, 3]
    assert find("DIV cel") == [3, 0]
    assert find("über") == [4]


def test_what_is_meant_exactly_comes_first() -> None:
    assert find("105")[0] == 5
    assert find("/learn/3") == [3]
    assert find("7.md")[0] == 7
    # The whole of what was typed, in one piece, before its words apart; then the shorter title.
    assert find("money") == [6, 5, 7]
    assert find("wall of money") == [7]


def test_misspelt_titles_are_found_where_no_title_holds_the_words() -> None:
    assert find("celll wals") == [1]
    # One word is mended where it stands among others; a word that is right stays.
    assert find("monney") == [6, 5, 7]
    assert find("divizion") == [2, 3]
    assert find("time and mony") == [5]
    assert find("dividng cel") == [3, 0]
    # Three letters are like everything.
    assert find("xel") == []
    assert find("walls cell") == [1]
    assert find("quite another thing") == []
    assert find("  ") == find("?!") == []


def test_only_what_may_be_linked_is_found_and_no_more_than_asked_for() -> None:
    assert find("money", [0, 6]) == [6]
    assert find("/learn/5", [0, 6]) == []
    assert find("cell", most=1) == [1]


@given(
    st.lists(
        st.sampled_from(["ce", "cell", "div", "of", "t", "money", "wal", "über", "9", "learn"]), min_size=1, max_size=3
    )
)
def test_it_finds_what_looking_at_every_title_finds(words: list[str]) -> None:
    found = find(" ".join(words), most=99)
    plain = {
        row
        for row, article in enumerate(ARTICLES)
        if all(any(own.startswith(word) for own in _words(f"{article.title} {article.key}")) for word in words)
    }
    if plain:
        assert set(found) == plain


def test_meaning_finds_what_no_word_names(data: Path) -> None:
    site = open_site(data, use_cache=False)
    found = MeaningSearch(site).find("why things fall to the ground", np.ones(len(site.corpus), dtype=np.bool_), 5)
    vectors = site.text_vectors()
    encoded = site.encoder.encode(["why things fall to the ground"], role="query").vectors[0]
    assert found == sorted(range(len(site.corpus)), key=lambda row: (-float(vectors[row] @ encoded), row))[:5]
    among = np.zeros(len(site.corpus), dtype=np.bool_)
    among[found[3]] = True
    assert MeaningSearch(site).find("why things fall to the ground", among, 5) == [found[3]]
    assert MeaningSearch(site).find("", np.ones(len(site.corpus), dtype=np.bool_), 5) == []
