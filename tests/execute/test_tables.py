from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recommender.errors import OutputError
from recommender.execute.tables import TableColumns, write_columns
from recommender.execute.unfinished import UNFINISHED
from recommender.stages.stage import Ragged


def test_columns_come_back_as_they_were(tmp_path: Path) -> None:
    columns = {
        "vector": np.arange(12, dtype=np.float16).reshape(4, 3),
        "terms": Ragged(np.array([5, 6, 7], dtype=np.uint32), np.array([0, 2, 2, 3, 3])),
        "row": np.array([3, 1, 2, 0]),
        "text": ["one", None, "three", ""],
        "record": [b"1", b"", b"3", b"4"],
    }
    write_columns(columns, tmp_path / "folder" / "x.parquet")
    held = TableColumns(tmp_path / "folder" / "x.parquet")
    assert list(held) == list(columns)
    assert held["vector"].dtype == np.float16
    assert np.array_equal(held["vector"], columns["vector"])
    assert [part.tolist() for part in held["terms"]] == [[5, 6, 7], [0, 2, 2, 3, 3]]
    assert held["row"].tolist() == [3, 1, 2, 0]
    assert (held["text"], held["record"]) == (columns["text"], columns["record"])
    with pytest.raises(KeyError):
        held["none"]


def test_no_rows_are_rows_too(tmp_path: Path) -> None:
    none = {"vector": np.empty((0, 3), np.float32), "row": np.empty(0, np.int32), "text": []}
    write_columns(none, tmp_path / "x.parquet")
    held = TableColumns(tmp_path / "x.parquet")
    assert held["vector"].shape == (0, 3)
    assert (len(held["row"]), held["text"]) == (0, [])


def test_a_writer_that_is_killed_before_the_rename_leaves_nothing_that_is_taken_for_a_result(tmp_path: Path) -> None:
    place = tmp_path / "x.parquet"
    program = (
        "import os, signal, pathlib, numpy as np\n"
        "from recommender.execute import tables\n"
        "os.replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"tables.write_columns({{'row': np.arange(2)}}, pathlib.Path({str(place)!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not place.exists()
    left = list(tmp_path.iterdir())
    assert len(left) == 1
    assert left[0].name.endswith(UNFINISHED)
    write_columns({"row": np.arange(2)}, place)
    assert TableColumns(place)["row"].tolist() == [0, 1]


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "stage").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_columns({"row": np.arange(1)}, tmp_path / "stage" / "x.parquet")
