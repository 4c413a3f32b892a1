from __future__ import annotations

import pytest

from recommender.embedder.coverage import known_ratio
from tests.embedder.model_makers import make_tokenizer


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("river, water 12", 10),
        # One piece more than the word, of one letter: `rivers` is known, four pieces of one letter are spelled.
        ("rivers", 6),
        ("abba", 0),
        ("Ωmega", 0),
        # Han letters mean something by themselves; the second is not in the vocabulary.
        ("中国", 1),
        ("か", 0),
    ],
)
def test_letters_in_known_words(text: str, known: int) -> None:
    letters = sum(map(str.isalpha, text))
    # Digits alone are no words.
    assert known_ratio(make_tokenizer(), [text]) == pytest.approx(known / letters)


def test_texts_are_taken_together() -> None:
    assert known_ratio(make_tokenizer(), ["river", "Ωmega"]) == 0.5
    assert known_ratio(make_tokenizer(), ["12 !", ""]) is None
