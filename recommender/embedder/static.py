"""Static models: a vector is the mean of its tokens' vectors. No torch, no neural network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.batches import windows
from recommender.embedder.encoder import Encoded
from recommender.embedder.folder import ModelFolder, read_model_folder, read_tokenizer
from recommender.embedder.token_counts import TokenCounter, token_counter
from recommender.embedder.weights import WEIGHTS
from recommender.errors import ModelError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from tokenizers import Tokenizer

_WINDOW_TEXTS = 1024
_WINDOW_CHARS = 8_000_000
_EXPECTED = "{path}: expected float16 or float32 weights in safetensors: {found}"


class StaticEncoder:
    """Encodes with a sentence-transformers model whose only module is a `StaticEmbedding`.

    The vectors are those of ``SentenceTransformer(folder).encode(texts, normalize_embeddings=True)``, except that a
    truncation in the tokenizer is lifted: a mean has no longest text, so all of a text is read. A text's vector is the
    same bit for bit whatever else is in its batch, since its tokens are summed in the order of their ids.

    Tokenizer and weights are loaded when the first text is encoded: a run that finds all vectors in the cache needs
    neither. They raise `ModelError` where they cannot be read.

    Raises
    ------
    ModelError
        The folder holds no such model.
    """

    light = True

    def __init__(self, folder: Path | ModelFolder) -> None:
        model = folder if isinstance(folder, ModelFolder) else read_model_folder(folder)
        if not model.is_static:
            kinds = ", ".join(module.kind for module in model.modules)
            raise ModelError(f"{model.path}: expected one StaticEmbedding module, found {kinds}")
        self._model = model
        self._identity = model.digest("static 1")
        self._dim = _width(self._weights_path, model.truncate_dim)

    @property
    def identity(self) -> str:
        """Digest of weights, tokenizer and configuration."""
        return self._identity

    @property
    def name(self) -> str:
        """What a person calls the model."""
        return self._model.name

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return self._dim

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        """One row per token, shape (size of the vocabulary, dim)."""
        weights = _read_weights(self._weights_path)
        known = self.tokenizer.get_vocab_size()
        if len(weights) < known:
            raise ModelError(f"{self._model.path}: the tokenizer knows {known} tokens, the weights {len(weights)}")
        return np.ascontiguousarray(weights[:, : self._dim], dtype=np.float32)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """It neither truncates nor pads."""
        return read_tokenizer(self._model.modules[0].folder)

    @property
    def _weights_path(self) -> Path:
        return self._model.modules[0].folder / WEIGHTS

    @cached_property
    def _counter(self) -> TokenCounter:
        return token_counter(self.tokenizer, len(self.weights))

    def token_counts(self, texts: Sequence[str]) -> csr_matrix:
        """How often each token occurs in each text, float32 of shape (n, size of the vocabulary)."""
        return self._counter.count(texts)

    def encode(self, texts: Sequence[str], *, role: str = "document") -> Encoded:
        """Encode `texts` as ``"query"`` or ``"document"``; memory is bounded whatever their number."""
        prompt = self._model.prompt(role)
        if prompt:
            texts = [prompt + text for text in texts]
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        chunks = np.zeros(len(texts), dtype=np.int32)
        for window in windows(texts, _WINDOW_TEXTS, _WINDOW_CHARS):
            counts = self._counter.count(texts[window])
            chunks[window] = np.diff(counts.indptr) > 0
            vectors[window] = _normalise(counts @ self.weights)
        return Encoded(vectors, chunks, np.zeros(len(texts), dtype=np.float32))


def _normalise(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    normalised: NDArray[np.float32] = np.divide(sums, norms, out=sums, where=norms > 0)
    return normalised


def _width(path: Path, most: int | None) -> int:
    """Components of a vector, from the head of the file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = [name for name in ("embedding.weight", "embeddings") if name in file.keys()]  # noqa: SIM118
            shapes = [file.get_slice(name).get_shape() for name in names]
    except (OSError, SafetensorError) as error:
        raise ModelError(_EXPECTED.format(path=path, found=error)) from None
    if not shapes or len(shapes[0]) != 2:
        # Reading them all says what is wrong.
        return int(_read_weights(path).shape[1])
    size = int(shapes[0][1])
    return min(size, most or size)


def _read_weights(path: Path) -> NDArray[np.floating]:
    """One row per token id, from the layout of sentence-transformers or of model2vec."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(path)
        return _rows(path, tensors)
    except (OSError, SafetensorError, KeyError, IndexError, TypeError, ValueError) as error:
        raise ModelError(_EXPECTED.format(path=path, found=error)) from None


def _rows(path: Path, tensors: dict[str, Any]) -> NDArray[np.floating]:
    if "embedding.weight" in tensors:
        weights = tensors["embedding.weight"]
    elif "embeddings" in tensors:
        weights = tensors["embeddings"]
        if "mapping" in tensors:
            weights = weights[tensors["mapping"]]
        if "weights" in tensors:
            weights = weights.astype(np.float32) * tensors["weights"].astype(np.float32)[:, None]
    else:
        raise ModelError(
            f"{path}: expected a tensor embedding.weight or embeddings, found {', '.join(sorted(tensors))}"
        )
    weights = np.asarray(weights)
    if weights.ndim != 2 or weights.dtype.kind != "f" or not np.isfinite(weights).all():
        raise ModelError(f"{path}: expected a matrix of finite numbers, found {weights.dtype} of shape {weights.shape}")
    rows: NDArray[np.floating] = weights
    return rows
