from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.engine.tables import (
    UNFINISHED,
    array,
    matrix,
    matrix_column,
    ragged,
    ragged_column,
    read_range,
    read_table,
    write_table,
)
from recommender.errors import OutputError


def test_columns_come_back_as_they_were(tmp_path: Path) -> None:
    vectors = np.arange(12, dtype=np.float16).reshape(4, 3)
    terms, starts = np.array([5, 6, 7], dtype=np.uint32), np.array([0, 2, 2, 3, 3])
    table = pa.table({"vector": matrix_column(vectors), "terms": ragged_column(terms, starts), "row": [3, 1, 2, 0]})
    write_table(table, tmp_path / "folder" / "x.parquet")
    held = read_table(tmp_path / "folder" / "x.parquet")
    assert np.array_equal(matrix(held, "vector"), vectors)
    assert matrix(held, "vector").dtype == np.float16
    found, found_starts = ragged(held.slice(1), "terms")
    assert found.tolist() == [7]
    assert found_starts.tolist() == [0, 0, 1, 1]
    assert array(read_table(tmp_path / "folder" / "x.parquet", ["row"]), "row").tolist() == [3, 1, 2, 0]


def test_no_rows_are_rows_too(tmp_path: Path) -> None:
    table = pa.table({"vector": matrix_column(np.empty((0, 3), np.float32)), "row": np.empty(0, np.int32)})
    write_table(table, tmp_path / "x.parquet")
    held = read_table(tmp_path / "x.parquet")
    assert matrix(held, "vector").shape == (0, 3)
    assert len(read_range(tmp_path / "x.parquet", "row", 0, 5)) == 0


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(st.integers(0, 50), max_size=40).map(sorted),
    bounds=st.tuples(st.integers(-1, 52), st.integers(-1, 52)).map(sorted),
    size=st.integers(1, 9),
)
def test_a_range_is_what_a_filter_gives(
    tmp_path_factory: pytest.TempPathFactory, values: list[int], bounds: list[int], size: int
) -> None:
    import pyarrow.parquet as pq

    path = tmp_path_factory.mktemp("range") / "x.parquet"
    pq.write_table(pa.table({"row": pa.array(values, pa.int32())}), path, row_group_size=size)
    found = array(read_range(path, "row", *bounds), "row").tolist()
    assert found == [value for value in values if bounds[0] <= value < bounds[1]]


def test_a_writer_that_is_killed_before_the_rename_leaves_nothing_that_is_taken_for_a_result(tmp_path: Path) -> None:
    place = tmp_path / "x.parquet"
    program = (
        "import os, signal, pathlib, pyarrow as pa\n"
        "from recommender.engine import tables\n"
        "os.replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"tables.write_table(pa.table({{'row': [1, 2]}}), pathlib.Path({str(place)!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not place.exists()
    left = list(tmp_path.iterdir())
    assert len(left) == 1
    assert left[0].name.endswith(UNFINISHED)
    write_table(pa.table({"row": [1, 2]}), place)
    assert array(read_table(place), "row").tolist() == [1, 2]


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "stage").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_table(pa.table({"row": [1]}), tmp_path / "stage" / "x.parquet")
