from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recommender.lexical.fingerprints as module
from recommender.lexical.fingerprints import NONE, RUN_WORDS, SKETCH, Fingerprints, resemblance, title_numbers
from recommender.lexical.terms import TermCounter

FIELDS = {"title": 5, "body": 1}


def prints_of(bodies: list[str], titles: list[str] | None = None, language: str | None = "en") -> Fingerprints:
    articles = [
        {"title": title, "body": body} for title, body in zip(titles or [""] * len(bodies), bodies, strict=True)
    ]
    found = TermCounter().count(articles, FIELDS, ["title"], [language] * len(articles)).prints
    assert found is not None
    return found


def runs(text: str, length: int = RUN_WORDS) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + length]) for at in range(max(1, len(words) - length + 1))} if words else set()


def naive(left: str, right: str) -> float:
    """Jaccard's index of the runs of words."""
    one, other = runs(left), runs(right)
    return len(one & other) / max(1, len(one | other)) if one and other else 0.0


words = st.lists(st.sampled_from(["salt", "sugar", "oil", "the", "rye", "x"]), max_size=14).map(" ".join)


@settings(deadline=None)
@given(st.lists(words, min_size=2, max_size=6))
def test_short_texts_resemble_as_their_runs_do(bodies: list[str]) -> None:
    prints = prints_of(bodies)
    left, right = np.divmod(np.arange(len(bodies) ** 2), len(bodies))
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    expected = [naive(bodies[a], bodies[b]) for a, b in pairs]
    counts = [len(runs(bodies[a]) & runs(bodies[b])) for a, b in pairs]
    assert resemblance(prints, left, right).runs.tolist() == pytest.approx(counts)
    assert resemblance(prints, left, right).ratio.tolist() == pytest.approx(expected)


def test_long_texts_resemble_nearly_as_their_runs_do() -> None:
    rng = np.random.default_rng(3)
    text = [f"w{number}" for number in rng.integers(0, 900, 1500)]
    other = [f"w{number}" for number in rng.integers(0, 900, 1500)]
    bodies = [" ".join([*text[:cut], *other[cut:]]) for cut in (1500, 1300, 1000, 600, 0)]
    prints = prints_of(bodies)
    zero = np.zeros(5, dtype=np.int64)
    expected = [naive(bodies[0], body) for body in bodies]
    found = resemblance(prints, zero, np.arange(5))
    assert found.ratio.tolist() == pytest.approx(expected, abs=0.2)
    # 1,496 runs of the first are shared with itself, a sixth of those of a site's estimate more or less.
    assert found.runs[0] == pytest.approx(1496, rel=0.3)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 40), max_size=200), st.integers(1, 3))
def test_a_sketch_holds_the_smallest_hashes(numbers: list[int], spare: int) -> None:
    found = np.array([number * 104_729 * 40_503 % 2**32 - 2 for number in numbers], dtype=np.int64).clip(0)
    owner = np.zeros(len(numbers), dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_SPARE", spare)
        table = np.full((1, SKETCH), NONE, dtype=np.uint32)
        short = module._fill(table, found.astype(np.uint32), owner, spare=spare)
    expected = sorted(set(found.tolist()))[:SKETCH]
    if not len(short):
        assert table[0, : len(expected)].tolist() == expected
        assert (table[0, len(expected) :] == NONE).all()


def test_repeated_runs_do_not_shorten_a_sketch() -> None:
    # A thousand times one sentence, and a few others: what is looked at first holds too few of them.
    body = "one two three four five six seven. " * 1000 + " ".join(f"w{number}" for number in range(120))
    (sketch,) = prints_of([body]).sketches
    assert (sketch != NONE).all()
    assert (np.diff(sketch.astype(np.int64)) > 0).all()


def test_titles_are_told_by_their_words_and_questions_by_their_mark() -> None:
    titles = [
        "Day 1: the harbour",
        "day 2 - The Harbour",
        "DAY 1, the harbour",
        "",
        "Is this the old harbour?",
        "庭は？",
    ]
    prints = prints_of([""] * 6, titles)
    assert prints.titles[0] == prints.titles[2] != prints.titles[1]
    assert prints.titles[3] == 0
    assert prints.asked.tolist() == [0, 0, 0, 0, 2, 1]
    assert np.array_equal(title_numbers(titles), prints.titles)


def test_a_digit_and_a_letter_tell_texts_apart() -> None:
    prints = prints_of(["pump 1 moves water", "pump 2 moves water", "pump b moves water", "pump 1 moves water"])
    assert resemblance(prints, np.zeros(3, int), np.array([1, 2, 3])).ratio.tolist() == [0, 0, 1]


def test_the_title_is_no_part_of_the_text_unless_there_is_nothing_else() -> None:
    prints = prints_of(["salt and sugar", "salt and sugar", "", ""], ["One", "Two", "One", "Two"])
    found = resemblance(prints, np.array([0, 2, 0]), np.array([1, 3, 2]))
    assert found.ratio.tolist() == [1, 0, 0]
    assert found.runs.tolist() == [1, 0, 0]


def test_an_article_without_words_resembles_nothing() -> None:
    prints = prints_of(["", "", "salt and sugar"])
    assert (prints.sketches[:2] == NONE).all()
    assert resemblance(prints, np.array([0, 0]), np.array([1, 2])).ratio.tolist() == [0.0, 0.0]


def test_where_words_are_pairs_of_characters_runs_are_longer() -> None:
    text, other = "庭の手入れは春に始めます", "庭の手入れは秋に始めます"
    prints = prints_of([text, other], language="ja")
    # 11 pairs of characters: two runs of ten, both with the character that differs.
    assert resemblance(prints, np.array([0]), np.array([1])).ratio == 0
    assert (prints.sketches[0] != NONE).sum() == 2


def test_packed_and_unpacked_they_are_the_same() -> None:
    prints = prints_of(["salt and sugar and oil and rye", ""], ["One 1", "Two"], "de")
    again = Fingerprints.unpacked(prints.packed())
    for name in ("sketches", "titles", "asked", "languages"):
        assert np.array_equal(getattr(prints, name), getattr(again, name))
    assert prints.packed().shape == (2, module.PACKED_BYTES)
