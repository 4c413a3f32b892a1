from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InputError
from recommender.site.site import Site
from recommender.trainer.pairs import (
    PASSAGE_CHARS,
    SiteTexts,
    TrainingPairs,
    cut_passages,
    make_pairs,
    read_texts,
    usual_kinds,
)
from recommender.trainer.parts import divide

NO_LINKS = np.empty((0, 2), dtype=np.int64)


def _texts(questions: list[str], answers: list[str]) -> SiteTexts:
    texts = list(dict.fromkeys(text for text in [*questions, *answers] if text))
    number = {"": -1} | {text: place for place, text in enumerate(texts)}
    return SiteTexts(
        tuple(texts),
        {
            "question": np.array([number[text] for text in questions], dtype=np.int32),
            "answer": np.array([number[text] for text in answers], dtype=np.int32),
        },
    )


def _read(pairs: TrainingPairs, texts: list[str]) -> list[tuple[str, str]]:
    return [(texts[a], texts[p]) for a, p in zip(pairs.anchors.tolist(), pairs.positives.tolist(), strict=True)]


def test_pairs_by_hand() -> None:
    site_texts = _texts(["q0", "q1", "q2", "", "q4"], ["a0", "a1", "a2", "a3", "q4"])
    links = np.array([[0, 1], [1, 0], [2, 3], [0, 2]])
    texts = list(site_texts.texts)
    made = {one.name: one for one in make_pairs(site_texts, np.arange(5), links, ("links", "views"), texts)}
    assert _read(made["links: question"], texts) == [("q0", "q1"), ("q0", "q2")]
    assert _read(made["links: answer"], texts) == [("a0", "a1"), ("a0", "a2"), ("a2", "a3")]
    assert _read(made["views: question, answer"], texts) == [("q0", "a0"), ("q1", "a1"), ("q2", "a2")]
    assert made["links: answer"].anchor_rows.tolist() == [0, 0, 2]
    assert made["links: answer"].positive_rows.tolist() == [1, 2, 3]
    assert len(texts) == len(site_texts.texts)


def test_only_rows_of_the_part_make_pairs(site: Site) -> None:
    parts = divide(site, by_links=True)
    site_texts = read_texts(site)
    for one in make_pairs(site_texts, parts.training, parts.links, ("links", "views"), list(site_texts.texts)):
        assert set(one.anchor_rows.tolist()) | set(one.positive_rows.tolist()) <= set(parts.training.tolist())
    assert usual_kinds(parts) == ("links", "views")


def test_neighbouring_passages_of_one_text() -> None:
    long = " ".join(f"word{number}." for number in range(400))
    site_texts = _texts(["short", "short too"], [long, "short as well"])
    texts = list(site_texts.texts)
    (pairs,) = make_pairs(site_texts, np.arange(2), NO_LINKS, ("passages",), texts)
    ((first, second),) = _read(pairs, texts)
    assert first + " " + second in long
    assert pairs.anchor_rows.tolist() == pairs.positive_rows.tolist() == [0]


def test_no_pairs() -> None:
    with pytest.raises(InputError, match=r"no pairs to learn from in 1 articles, where links and passages"):
        make_pairs(_texts(["q"], ["a"]), np.arange(1), NO_LINKS, ("links", "passages"), [])


@given(st.text(alphabet="ab .\n", max_size=6 * PASSAGE_CHARS))
def test_passages_cover_a_text_in_order(text: str) -> None:
    passages = cut_passages(text)
    if passages:
        assert "".join("".join(passages).split()) == "".join(text.split())
    assert all(len(passage) < 2 * PASSAGE_CHARS for passage in passages)


def test_a_passage_ends_where_a_paragraph_does() -> None:
    text = "x" * 500 + "\n\n" + "y. " * 400
    assert cut_passages(text)[0] == "x" * 500
