from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from recommender.embedder.encoder import Encoded
from recommender.embedder.speed import TEXT_CHARS, sample_texts, texts_per_second


class _Paced:
    """Takes the same time for each text, on a clock of its own."""

    identity = name = "paced"
    dim = 1
    light = True

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.calls: list[int] = []
        self._seconds = seconds

    def encode(self, texts: Sequence[str], *, role: str = "document") -> Encoded:
        self.calls.append(len(texts))
        self.now += len(texts) * self._seconds
        return Encoded(np.zeros((len(texts), 1), np.float32), np.ones(len(texts), np.int32), np.zeros(len(texts)))


@pytest.mark.parametrize("seconds", [0.00001, 0.002, 0.05, 0.4, 3.0])
def test_the_speed_is_that_of_the_encoder(seconds: float) -> None:
    encoder = _Paced(seconds)
    assert texts_per_second(encoder, clock=lambda: encoder.now) == pytest.approx(1 / seconds)


def test_a_slow_model_is_not_asked_for_much() -> None:
    encoder = _Paced(0.4)
    texts_per_second(encoder, clock=lambda: encoder.now)
    assert encoder.calls == [1, 2]


def test_the_sample_is_of_whole_articles_that_differ() -> None:
    texts = sample_texts()
    assert {len(text) for text in texts} == {TEXT_CHARS}
    assert len(set(texts)) == len(texts)
