"""The static encoder beside sentence-transformers and model2vec."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from encoder_contract import TEXTS
from model_makers import WORDS, make_tokenizer

from recommender.embedder.load import find_model
from recommender.embedder.static import StaticEncoder
from recommender.errors import ModelError


def _referee(folder: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True).float()
    return np.asarray(model.encode(texts, normalize_embeddings=True))


def test_same_as_sentence_transformers(static_folder: Path) -> None:
    np.testing.assert_allclose(
        StaticEncoder(static_folder).encode(TEXTS).vectors, _referee(static_folder, TEXTS), atol=1e-5
    )


def test_same_in_half_precision(half_static_folder: Path) -> None:
    vectors = StaticEncoder(half_static_folder).encode(TEXTS).vectors
    np.testing.assert_allclose(vectors, _referee(half_static_folder, TEXTS), atol=1e-5)


def test_same_with_the_default_model() -> None:
    texts = [*TEXTS, "Why does the moon have phases? Its lit half turns towards and away from us."]
    np.testing.assert_allclose(
        StaticEncoder(find_model()).encode(texts).vectors, _referee(find_model(), texts), atol=1e-5
    )


def test_shared_and_weighted_vectors(model2vec_folder: Path) -> None:
    from safetensors.numpy import load_file

    tensors = load_file(model2vec_folder / "model.safetensors")
    rows = tensors["embeddings"].astype(np.float64)[tensors["mapping"]] * tensors["weights"][:, None]
    ids = make_tokenizer().encode("the river, the money", add_special_tokens=False).ids
    expected = rows[ids].sum(axis=0)
    found = StaticEncoder(model2vec_folder).encode(["the river, the money"]).vectors[0]
    np.testing.assert_allclose(found, expected / np.linalg.norm(expected), atol=1e-5)


def test_a_truncation_in_the_tokenizer_is_lifted(static_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(static_folder, folder)
    make_tokenizer(truncation=4).save(str(folder / "tokenizer.json"))
    text = " ".join(WORDS)
    found = StaticEncoder(folder).encode([text])
    np.testing.assert_array_equal(found.vectors, StaticEncoder(static_folder).encode([text]).vectors)
    assert found.chunks.tolist() == [1]
    assert found.cut_ratio.tolist() == [0]


def test_prompts_stand_before_the_text(static_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(static_folder, folder)
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "find: "}}))
    encoder = StaticEncoder(folder)
    np.testing.assert_array_equal(
        encoder.encode(["river"], role="query").vectors, encoder.encode(["find: river"]).vectors
    )


def test_truncated_dimensions(static_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(static_folder, folder)
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"truncate_dim": 3}))
    whole = StaticEncoder(static_folder).encode(["river money"]).vectors[0, :3]
    encoder = StaticEncoder(folder)
    assert encoder.dim == 3
    np.testing.assert_allclose(encoder.encode(["river money"]).vectors[0], whole / np.linalg.norm(whole), atol=1e-6)


def test_identity_follows_the_content(static_folder: Path, half_static_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(static_folder, copy)
    identity = StaticEncoder(static_folder).identity
    assert StaticEncoder(copy).identity == identity
    assert StaticEncoder(half_static_folder).identity != identity
    (copy / "README.md").write_text("another card")
    assert StaticEncoder(copy).identity == identity
    make_tokenizer(lowercase=False).save(str(copy / "tokenizer.json"))
    assert StaticEncoder(copy).identity != identity


def test_loads_without_torch() -> None:
    script = (
        "import sys\n"
        "from recommender.embedder.load import load_encoder\n"
        "assert load_encoder().encode(['a text']).vectors.any()\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _broken(static_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "broken"
    shutil.copytree(static_folder, folder)
    return folder


def test_damaged_weights(static_folder: Path, tmp_path: Path) -> None:
    folder = _broken(static_folder, tmp_path)
    (folder / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}{}{}{}")
    with pytest.raises(ModelError, match=r"model\.safetensors: expected .* weights"):
        StaticEncoder(folder).encode(["river"])


def test_damaged_tokenizer(static_folder: Path, tmp_path: Path) -> None:
    folder = _broken(static_folder, tmp_path)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json: expected a tokenizer"):
        StaticEncoder(folder).encode(["river"])


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"other": np.zeros((70, 4), np.float32)}, "found other"),
        ({"embedding.weight": np.zeros((9, 4), np.float32)}, "the weights 9"),
        ({"embedding.weight": np.full((70, 4), np.nan, np.float32)}, "finite"),
        ({"embedding.weight": np.zeros(70, np.float32)}, "matrix"),
        ({"embedding.weight": np.zeros((70, 4), np.int8)}, "int8"),
    ],
)
def test_unusable_weights(static_folder: Path, tmp_path: Path, tensors: dict[str, np.ndarray], message: str) -> None:
    from safetensors.numpy import save_file

    folder = _broken(static_folder, tmp_path)
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ModelError, match=message):
        StaticEncoder(folder).encode(["river"])


def test_not_a_static_model(transformer_folder: Path) -> None:
    with pytest.raises(ModelError, match="expected one StaticEmbedding module, found Transformer"):
        StaticEncoder(transformer_folder)


def test_nothing_is_loaded_before_the_first_text(static_folder: Path) -> None:
    script = (
        "import sys\n"
        "from recommender.embedder.load import load_encoder\n"
        f"encoder = load_encoder({str(static_folder)!r})\n"
        "encoder.identity, encoder.dim, encoder.name, encoder.encode\n"
        "print('tokenizers' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_size_is_that_of_the_vectors(static_folder: Path, half_static_folder: Path, model2vec_folder: Path) -> None:
    for folder in (static_folder, half_static_folder, model2vec_folder):
        encoder = StaticEncoder(folder)
        assert encoder.dim == encoder.encode(["river"]).vectors.shape[1]
