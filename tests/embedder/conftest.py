"""Small models with random weights, saved by the libraries themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_makers import WORDS, make_tokenizer, save_transformer


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _save_static(tmp_path_factory.mktemp("models") / "tiny-static", "float32")


@pytest.fixture(scope="session")
def half_static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _save_static(tmp_path_factory.mktemp("models") / "half-static", "float16")


@pytest.fixture(scope="session")
def model2vec_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as model2vec saves it when several tokens share a vector."""
    from safetensors.numpy import save_file

    folder = tmp_path_factory.mktemp("models") / "tiny-model2vec"
    folder.mkdir()
    generator = np.random.default_rng(3)
    tokenizer = make_tokenizer()
    size = tokenizer.get_vocab_size()
    save_file(
        {
            "embeddings": generator.normal(size=(20, 6)).astype(np.float16),
            "mapping": generator.integers(20, size=size),
            "weights": generator.uniform(0.5, 2, size=size),
        },
        folder / "model.safetensors",
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    modules = [
        {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    return folder


@pytest.fixture(scope="session")
def transformer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reads 24 tokens at once."""
    return save_transformer(tmp_path_factory.mktemp("models") / "tiny-transformer", limit=24)


@pytest.fixture(scope="session")
def prompted_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Has a prompt for each role, and leaves it out of the mean."""
    folder = tmp_path_factory.mktemp("models") / "prompted-transformer"
    prompts = {"query": "find: ", "passage": "the river text: "}
    return save_transformer(folder, limit=24, prompts=prompts, include_prompt=False)


@pytest.fixture(scope="session")
def last_token_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pads on the left and takes the last token, as models made of decoders do; no Normalize module."""
    folder = tmp_path_factory.mktemp("models") / "last-token-transformer"
    return save_transformer(folder, limit=24, pooling="lasttoken", padding_side="left", normalize=False)


@pytest.fixture(scope="session")
def long_texts() -> list[str]:
    """Texts of 0 to 120 tokens."""
    generator = np.random.default_rng(5)
    return [" ".join(generator.choice(WORDS, size=size)) for size in (0, 1, 3, 20, 21, 22, 23, 44, 45, 70, 120)]


def _save_static(folder: Path, dtype: str) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer: Any = make_tokenizer()
    weights = np.random.default_rng(1).normal(size=(tokenizer.get_vocab_size(), 8)).astype(dtype)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return folder
