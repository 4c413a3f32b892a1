"""Cutting and laying out, by hand and for any lengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.embedder.batches import cut, lay_out, windows

_LENGTHS = st.lists(st.integers(0, 300), max_size=60).map(lambda values: np.array(values, dtype=np.int64))


def test_cut_by_hand() -> None:
    pieces = cut(np.array([3, 0, 7, 4]), capacity=4)
    assert pieces.sequence.tolist() == [0, 2, 2, 3]
    assert pieces.start.tolist() == [0, 0, 4, 0]
    assert pieces.stop.tolist() == [3, 4, 7, 4]


@given(_LENGTHS, st.integers(1, 50))
def test_pieces_cover_every_sequence_once(lengths: np.ndarray, capacity: int) -> None:
    pieces = cut(lengths, capacity)
    covered = [
        [
            token
            for piece in np.flatnonzero(pieces.sequence == number)
            for token in range(pieces.start[piece], pieces.stop[piece])
        ]
        for number in range(len(lengths))
    ]
    assert covered == [list(range(length)) for length in lengths]
    assert ((pieces.lengths > 0) & (pieces.lengths <= capacity)).all()


def test_no_room() -> None:
    with pytest.raises(ValueError, match="capacity"):
        cut(np.array([1]), 0)


def test_lay_out_by_hand() -> None:
    batches = list(lay_out(np.array([16, 5, 17, 6, 16]), limit=24, budget=40))
    # 17 is padded to the limit, one row of it to a batch; whole 16s and padded ones keep apart, two rows to a batch.
    assert [(batch.length, batch.pieces.tolist(), batch.count) for batch in batches] == [
        (24, [2], 1),
        (16, [0, 4], 2),
        (16, [1, 3], 2),
    ]


@given(st.lists(st.integers(1, 70), max_size=60), st.integers(1, 400))
def test_every_piece_has_one_place_in_a_batch_of_its_own_shape(lengths: list[int], budget: int) -> None:
    seen: list[int] = []
    shapes: dict[int, set[tuple[int, int]]] = {}
    for batch in lay_out(np.array(lengths, dtype=np.int64), limit=70, budget=budget):
        assert 1 <= batch.count <= len(batch.pieces)
        assert batch.length * (len(batch.pieces) - 1) < budget
        assert set(batch.pieces[batch.count :]) <= {batch.pieces[batch.count - 1]}
        for piece in batch.pieces[: batch.count].tolist():
            seen.append(piece)
            assert lengths[piece] <= batch.length < lengths[piece] + 16
            shapes.setdefault(lengths[piece], set()).add((len(batch.pieces), batch.length))
    assert sorted(seen) == list(range(len(lengths)))
    # However many there are of a length, they go through the model in one shape.
    assert all(len(found) == 1 for found in shapes.values())


@given(st.lists(st.text(max_size=9), max_size=40), st.integers(1, 10), st.integers(1, 30))
def test_windows_are_consecutive_and_bounded(texts: list[str], most_texts: int, most_chars: int) -> None:
    found = list(windows(texts, most_texts, most_chars))
    assert [text for window in found for text in texts[window]] == texts
    for window in found:
        part = texts[window]
        assert 0 < len(part) <= most_texts
        assert len(part) == 1 or sum(map(len, part)) <= most_chars
