from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from recommender.embedder.weights import check_weights
from recommender.errors import ModelError

CONFIG = {"vocab_size": 4, "hidden_size": 4, "num_hidden_layers": 1, "max_position_embeddings": 8}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return weights(tmp_path, np.ones((4, 4), dtype=np.float32))


def weights(folder: Path, matrix: np.ndarray[Any, Any]) -> Path:
    save_file({"a": np.ones(3, dtype=np.int64), "b": matrix}, folder / "model.safetensors")
    return folder


def test_good_weights(folder: Path) -> None:
    check_weights(folder, CONFIG)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers(folder: Path, kind: type, value: float) -> None:
    matrix = np.ones((4, 4), dtype=kind)
    matrix[3, 3] = value
    with pytest.raises(ModelError, match=r"model\.safetensors: expected finite numbers, found others in the tensor b"):
        check_weights(weights(folder, matrix), CONFIG)


def test_half_precision_of_the_other_kind(folder: Path) -> None:
    header = json.dumps({"b": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    for bits, is_fine in ((0x3F80, True), (0x7F80, False), (0xFFC0, False)):
        raw = len(header).to_bytes(8, "little") + header + np.array([0, bits], dtype=np.uint16).tobytes()
        (folder / "model.safetensors").write_bytes(raw)
        if is_fine:
            check_weights(folder, {})
        else:
            with pytest.raises(ModelError, match="finite"):
                check_weights(folder, {})


@pytest.mark.parametrize(
    "change",
    [
        {"vocab_size": 2**40},
        {"vocab_size": 10**30},
        {"hidden_size": 100_000},
        {"num_hidden_layers": 10**9},
        {"max_position_embeddings": 2**31},
        {"vocab_size": -1},
        {"hidden_size": "many"},
    ],
)
def test_a_configuration_that_makes_room_for_more_than_there_is(folder: Path, change: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"config\.json: "):
        check_weights(folder, {**CONFIG, **change})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x80\x04\x95cos",
        (2**60).to_bytes(8, "little"),
        (3).to_bytes(8, "little") + b"[1]",
        (9).to_bytes(8, "little") + b'{"a": 1}x',
        (55).to_bytes(8, "little") + b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99]}}',
        (10**5).to_bytes(8, "little") + b"[" * 10**5,
    ],
)
def test_what_is_no_safetensors(folder: Path, raw: bytes) -> None:
    (folder / "model.safetensors").write_bytes(raw)
    with pytest.raises(ModelError, match="expected weights in safetensors"):
        check_weights(folder, {})
