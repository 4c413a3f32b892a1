"""Transformer models of sentence-transformers: whole texts, vectors that do not depend on the batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.batches import Pieces, cut, lay_out, windows
from recommender.embedder.encoder import Encoded
from recommender.embedder.folder import ModelFolder, read_model_folder, read_tokenizer
from recommender.embedder.hardware import choose_hardware
from recommender.embedder.token_rows import RowMaker
from recommender.embedder.torch_model import Run, TorchModel
from recommender.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# One window is in memory at a time.
_WINDOW_TEXTS = 8192
_WINDOW_CHARS = 32_000_000
# A thousand tokens of a small model stay in a core's own cache; a GPU wants more at once.
_CPU_BATCH_TOKENS = 1024
_GPU_BATCH_TOKENS = 32_768


class TransformerEncoder:
    """Encodes with a sentence-transformers model that is made of a transformer, pooling and the like.

    A text that the model reads at once gets the vector of ``SentenceTransformer.encode_query`` or ``encode_document``
    with ``normalize_embeddings=True``, rounding apart. A longer one is cut into pieces, each of which gets the prompt
    and the special tokens; its vector is the mean of theirs, weighted by their tokens. A text's vector does not depend
    on the texts beside it, nor on the number of cores up to eight; see `recommender.embedder.batches`.

    The model is loaded when the first text is encoded: a run that finds all vectors in the cache never imports torch.

    Parameters
    ----------
    device : str, optional
        As torch names it; a GPU where there is one if not given.
    precision : {"auto", "float32", "bfloat16"}
        In what the transformer computes; ``"auto"`` is bfloat16 where the processor multiplies in it and float32
        elsewhere. Pooling and what follows is float32.

    Raises
    ------
    ModelError
        The folder holds no such model, or it cannot be used.
    """

    light = False

    def __init__(self, folder: Path | ModelFolder, *, device: str | None = None, precision: str = "auto") -> None:
        self._folder = folder if isinstance(folder, ModelFolder) else read_model_folder(folder)
        if self._folder.modules[0].kind != "Transformer":
            kinds = ", ".join(module.kind for module in self._folder.modules)
            raise ModelError(f"{self._folder.path}: expected a Transformer as first module, found {kinds}")
        self._hardware = choose_hardware(device, precision)
        self._dim = self._folder.dim
        self._identity = self._folder.digest("transformer 1", self._hardware.kind, self._hardware.precision)

    @property
    def identity(self) -> str:
        """Digest of weights, tokenizer, configuration, kind of device and precision."""
        return self._identity

    @property
    def name(self) -> str:
        """What a person calls the model."""
        return self._folder.name

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return self._dim

    @property
    def tokenizer(self) -> Tokenizer | None:
        """Read without torch; None where the folder has none that can be."""
        folder = self._folder.modules[0].folder
        return read_tokenizer(folder) if (folder / "tokenizer.json").exists() else None

    def encode(self, texts: Sequence[str], *, role: str = "document") -> Encoded:
        """Encode `texts` as ``"query"`` or ``"document"``; memory is bounded whatever their number.

        Raises
        ------
        ModelError
            The model cannot be loaded, its prompt leaves no room for a text, or its vectors hold NaN or infinity.
        """
        prompt = self._folder.prompt(role)
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        chunks = np.zeros(len(texts), dtype=np.int32)
        cut_ratio = np.zeros(len(texts), dtype=np.float32)
        if len(texts) > 0:
            model = self._model
            rows = RowMaker(model.tokenizer, prompt, lowercase=model.lowercase)
            with model.running(rows.prompt_length if prompt else None) as run:
                for window in windows(texts, _WINDOW_TEXTS, _WINDOW_CHARS):
                    part = self._encode_window(texts[window], rows, run)
                    if not np.isfinite(part.vectors).all():
                        raise ModelError(f"{self._folder.path}: the model gives vectors that are no numbers")
                    vectors[window] = part.vectors
                    chunks[window] = part.chunks
                    cut_ratio[window] = part.cut_ratio
        return Encoded(vectors, chunks, cut_ratio)

    @cached_property
    def _model(self) -> TorchModel:
        return TorchModel(self._folder, self._hardware)

    def _encode_window(self, texts: Sequence[str], rows: RowMaker, run: Run) -> Encoded:
        limit = self._model.limit
        capacity = limit - rows.around
        if capacity < 1:
            raise ModelError(f"{self._folder.path}: the prompt leaves no room for a text in {limit} tokens")
        tokens = rows.tokenize(texts)
        pieces = cut(tokens.lengths, capacity)
        budget = _CPU_BATCH_TOKENS if self._hardware.kind == "cpu" else _GPU_BATCH_TOKENS
        plan = list(lay_out(pieces.lengths + rows.around, limit, budget))
        vectors = np.zeros((len(pieces.sequence), self._dim), dtype=np.float32)
        results = run(rows.rows(tokens, pieces, batch) for batch in plan)
        for batch, result in zip(plan, results, strict=True):
            vectors[batch.pieces[: batch.count]] = result[: batch.count, : self._dim]
        beyond = np.maximum(tokens.lengths - capacity, 0)
        return Encoded(
            vectors=_pool(vectors, pieces, len(texts)),
            chunks=np.bincount(pieces.sequence, minlength=len(texts)).astype(np.int32),
            cut_ratio=(beyond / np.maximum(tokens.lengths, 1)).astype(np.float32),
        )


def _pool(vectors: NDArray[np.float32], pieces: Pieces, count: int) -> NDArray[np.float32]:
    """Mean of the directions of each text's pieces, weighted by their tokens, L2-normalised; in float64 to the last."""
    pooled = np.zeros((count, vectors.shape[1]))
    if len(pieces.sequence) > 0:
        texts, firsts = np.unique(pieces.sequence, return_index=True)
        lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
        weights = np.divide(pieces.lengths, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        pooled[texts] = np.add.reduceat(vectors * weights[:, None], firsts, axis=0)
    norms = np.linalg.norm(pooled, axis=1, keepdims=True)
    normalised: NDArray[np.float32] = np.divide(pooled, norms, out=pooled, where=norms > 0).astype(np.float32)
    return normalised
