from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recommender.scratch as scratch
from recommender.scratch import GrowingArray


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=9), max_size=8), st.sampled_from([0, 20, 1_000]))
def test_an_array_that_grew_holds_its_parts_wherever_it_lies(parts: list[list[int]], in_memory: int) -> None:
    growing = GrowingArray(np.uint32, in_memory)
    for part in parts:
        growing.append(np.array(part, dtype=np.uint32))
    everything = [number for part in parts for number in part]
    assert len(growing) == len(everything)
    whole = growing.whole()
    assert whole.dtype == np.uint32
    assert whole.tolist() == everything


def test_a_part_may_be_changed_after_it_was_appended() -> None:
    part = np.array([1, 2])
    growing = GrowingArray(np.int64)
    growing.append(part)
    part[:] = 0
    assert growing.whole().tolist() == [1, 2]


def test_a_large_array_lies_in_a_file_and_a_small_one_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not isinstance(scratch.empty((3, 4), np.float32), np.memmap)
    monkeypatch.setattr(scratch, "_IN_MEMORY_BYTES", 40)
    large = scratch.empty((3, 4), np.float32)
    assert isinstance(large, np.memmap)
    large[:] = 7
    assert large.shape == (3, 4)
    assert (large == 7).all()
