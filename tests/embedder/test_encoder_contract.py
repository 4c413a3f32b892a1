"""Every encoder keeps the same promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from encoder_contract import EncoderContract

from recommender.embedder.encoder import Encoder
from recommender.embedder.load import load_encoder
from recommender.embedder.static import StaticEncoder
from recommender.embedder.transformer import TransformerEncoder


class TestStatic(EncoderContract):
    @pytest.fixture
    def encoder(self, static_folder: Path) -> Encoder:
        return StaticEncoder(static_folder)


class TestHalfPrecisionStatic(EncoderContract):
    @pytest.fixture
    def encoder(self, half_static_folder: Path) -> Encoder:
        return StaticEncoder(half_static_folder)


class TestModel2Vec(EncoderContract):
    @pytest.fixture
    def encoder(self, model2vec_folder: Path) -> Encoder:
        return StaticEncoder(model2vec_folder)


class TestDefaultModel(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return load_encoder()


class TestTransformer(EncoderContract):
    @pytest.fixture
    def encoder(self, transformer_folder: Path) -> Encoder:
        return TransformerEncoder(transformer_folder, device="cpu", precision="float32")


class TestTransformerInHalfPrecision(EncoderContract):
    @pytest.fixture
    def encoder(self, transformer_folder: Path) -> Encoder:
        return TransformerEncoder(transformer_folder, device="cpu", precision="bfloat16")


class TestTransformerWithPrompts(EncoderContract):
    @pytest.fixture
    def encoder(self, prompted_folder: Path) -> Encoder:
        return TransformerEncoder(prompted_folder, device="cpu")


class TestTransformerThatPadsLeft(EncoderContract):
    @pytest.fixture
    def encoder(self, last_token_folder: Path) -> Encoder:
        return TransformerEncoder(last_token_folder, device="cpu")
