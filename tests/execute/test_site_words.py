"""What is brought up to date equals what is made anew, however the articles change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.digest import digest
from recommender.execute import site_profiles as site_profiles_module
from recommender.execute import site_words
from recommender.execute.cache import SqliteCache
from recommender.execute.site_profiles import site_profiles
from recommender.execute.site_words import SiteWords
from recommender.execute.store import MemoryStore
from recommender.execute.terms import TermShelf
from recommender.lexical.profiles import Profiles, WordTable
from recommender.lexical.terms import TermCounter, TermCounts
from recommender.stages.cache import Cache, NoCache
from recommender.stages.space import PROFILE_COLUMNS
from recommender.stages.stage import Ragged
from recommender.stages.texts import CountedTexts

FIELDS = {"title": 2, "body": 1}
WORDS = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
Articles = dict[str, str]
COUNTER = TermCounter()


def words_of(articles: Articles, cache: Cache) -> SiteWords:
    """The words of articles by key, in the order of their keys."""
    shelf = TermShelf(cache, FIELDS)
    texts = [articles[key] for key in sorted(articles)]
    names = [digest(text.encode()) for text in texts]
    found = SiteWords(names, shelf, MemoryStore(cache), b"site")
    fields = [{"title": text.split(".")[0], "body": text.split(".")[-1]} for text in texts]
    wanted = set(found.missing)
    new = [row for row, name in enumerate(names) if name in wanted]
    shelf.add(
        CountedTexts(
            tuple(names[row] for row in new),
            COUNTER.count([fields[row] for row in new], FIELDS, ["title"], ["en"] * len(new)),
        )
    )
    return found


def assert_same(found: SiteWords, expected: SiteWords) -> None:
    one, other = found.weighed, expected.weighed
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(one.weights, part), getattr(other.weights, part)), part
    assert one.weights.shape == other.weights.shape
    assert np.array_equal(one.row_names, other.row_names)
    for part in ("terms", "rarity", "too_common"):
        assert np.array_equal(getattr(one.vocabulary, part), getattr(other.vocabulary, part)), part
    for column in (0, 1):
        ranges = [np.concatenate([part[column] for part in words.shared.ranges]) for words in (one, other)]
        assert np.array_equal(*ranges)
    assert one.shared.articles == other.shared.articles
    assert np.array_equal(found.prints(), expected.prints())
    for mine, theirs in zip(found.parts(), expected.parts(), strict=True):
        for part in ("terms", "counts", "in_title", "in_lead", "starts"):
            assert np.array_equal(getattr(mine, part), getattr(theirs, part)), part


def assert_same_profiles(articles: Articles, cache: Cache) -> None:
    found, expected = (
        site_profiles(words_of(articles, one), FIELDS["title"], MemoryStore(one), b"site") for one in (cache, NoCache())
    )
    for name in PROFILE_COLUMNS:
        mine, theirs = (one[name] if isinstance(one[name], Ragged) else (one[name],) for one in (found, expected))
        assert all(map(np.array_equal, mine, theirs)), name


texts = st.builds(
    lambda title, body: f"{' '.join(title)}.{' '.join(body)}",
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12),
)
sites = st.dictionaries(st.integers(0, 30).map(str), texts, min_size=1, max_size=12)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_words, "UPDATE_RATIO", 1.0)
    monkeypatch.setattr(site_profiles_module, "UPDATE_RATIO", 1.0)
    monkeypatch.setattr(site_words, "_ARTICLES_AT_ONCE", 5)


@settings(max_examples=60)
@given(runs=st.lists(sites, min_size=2, max_size=4), few=st.sampled_from([0, 64]))
def test_edits_additions_removals_and_renames(
    tmp_path_factory: pytest.TempPathFactory, runs: list[Articles], few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, SqliteCache(tmp_path_factory.mktemp("cache")) as cache:
        patch.setattr(site_words, "FEW_CHANGED", few)
        patch.setattr(site_profiles_module, "FEW_CHANGED", few)
        for articles in runs:
            assert_same(words_of(articles, cache), words_of(articles, NoCache()))
            assert_same_profiles(articles, cache)


def test_after_one_edit_only_it_and_those_who_hold_what_became_rarer_are_weighed(tmp_path: Path) -> None:
    articles = {f"{n:03}": f"title{n}.{WORDS[n % 5]} {WORDS[5 + n % 7]} {WORDS[12 + n % 11]}" for n in range(200)}
    weighed = []

    class Vocabulary(site_words.Vocabulary):
        __slots__ = ()

        def weigh(self, counts):  # type: ignore[no-untyped-def]
            weighed.append(len(counts))
            return super().weigh(counts)

    with SqliteCache(tmp_path) as cache:
        assert words_of(articles, cache).weighed
        changed = {**articles, "007": articles["007"] + " wordz wordy"}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("recommender.lexical.weights.Vocabulary", Vocabulary)
            found = words_of(changed, cache)
            assert found.missing == [digest(changed["007"].encode())]
            assert found.weighed
        assert weighed == [1]
        assert_same(found, words_of(changed, NoCache()))


def test_after_one_edit_its_profile_alone_is_made(tmp_path: Path) -> None:
    articles = {f"{n:03}": f"title{n}.{WORDS[n % 5]} {WORDS[5 + n % 7]} {WORDS[12 + n % 11]}" for n in range(200)}
    made = []

    def profiles(table: WordTable, counts: TermCounts, title_weight: int) -> Profiles:
        made.append(len(counts))
        return original(table, counts, title_weight)

    original = WordTable.profiles
    with SqliteCache(tmp_path) as cache:
        assert_same_profiles(articles, cache)
        changed = {**articles, "007": articles["007"] + " wordz wordy"}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WordTable, "profiles", profiles)
            site_profiles(words_of(changed, cache), FIELDS["title"], MemoryStore(cache), b"site")
        assert made == [1]
        assert_same_profiles(changed, cache)
