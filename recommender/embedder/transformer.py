"""Transformer models of sentence-transformers: whole texts, vectors that do not depend on the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.batches import Batch, Pieces, batches, cut, windows
from recommender.embedder.encoder import Encoded
from recommender.embedder.folder import ModelFolder, read_model_folder
from recommender.embedder.hardware import choose_hardware
from recommender.embedder.token_rows import RowMaker, Rows
from recommender.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# One window is in memory at a time.
_WINDOW_TEXTS = 8192
_WINDOW_CHARS = 32_000_000
# A thousand tokens of a small model stay in a core's own cache; a GPU wants more at once.
_CPU_BATCH_TOKENS = 1024
_GPU_BATCH_TOKENS = 32_768
# Threads share the interpreter between the steps of a model: more than this would wait for each other.
_MOST_WORKERS = 8
_MOST_TOKENS_UNKNOWN = 512

Forward = Callable[[Rows], NDArray[np.float32]]


class TransformerEncoder:
    """Encodes with a sentence-transformers model that is made of a transformer, pooling and the like.

    A text that the model reads at once gets the vector of ``SentenceTransformer.encode_query`` or ``encode_document`` with
    ``normalize_embeddings=True``, rounding apart. A longer one is cut into pieces, each of which gets the
    prompt and the special tokens; its vector is the mean of theirs, weighted by their tokens.

    The model is loaded when the first text is encoded: a run that finds all vectors in the cache never imports torch.

    Parameters
    ----------
    folder : Path or ModelFolder
    device : str, optional
        As torch names it; a GPU where there is one if not given.
    precision : {"auto", "float32", "bfloat16"}
        In what the transformer computes; ``"auto"`` is bfloat16 where the processor multiplies in it and float32
        elsewhere. Pooling and what follows is float32.
    batch_tokens : int, optional
        About how many tokens go through the model at once.

    Raises
    ------
    ModelError
        The folder holds no such model, or it cannot be used.
    """

    light = False

    def __init__(
        self,
        folder: Path | ModelFolder,
        *,
        device: str | None = None,
        precision: str = "auto",
        batch_tokens: int | None = None,
    ) -> None:
        self._model = folder if isinstance(folder, ModelFolder) else read_model_folder(folder)
        if self._model.modules[0].kind != "Transformer":
            kinds = ", ".join(module.kind for module in self._model.modules)
            raise ModelError(f"{self._model.path}: expected a Transformer as first module, found {kinds}")
        self._hardware = choose_hardware(device, precision)
        on_cpu = self._hardware.kind == "cpu"
        self._batch_tokens = batch_tokens or (_CPU_BATCH_TOKENS if on_cpu else _GPU_BATCH_TOKENS)
        self._identity = self._model.digest("transformer 1", self._hardware.kind, self._hardware.precision)

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def dim(self) -> int:
        return self._model.dim

    def encode(self, texts: Sequence[str], *, role: str = "document") -> Encoded:
        prompt = self._model.prompt(role)
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        chunks = np.zeros(len(texts), dtype=np.int32)
        cut_ratio = np.zeros(len(texts), dtype=np.float32)
        if texts:
            rows = RowMaker(
                self._loaded.tokenizer, prompt, lowercase=bool(getattr(self._loaded[0], "do_lower_case", False))
            )
            with self._running(rows.prompt_length if prompt else None) as run:
                for window in windows(texts, _WINDOW_TEXTS, _WINDOW_CHARS):
                    encoded = self._encode_window(texts[window], rows, run)
                    vectors[window], chunks[window], cut_ratio[window] = (
                        encoded.vectors,
                        encoded.chunks,
                        encoded.cut_ratio,
                    )
        return Encoded(vectors, chunks, cut_ratio)

    def _encode_window(
        self, texts: Sequence[str], rows: RowMaker, run: Callable[[Iterable[Rows]], Iterator[NDArray[np.float32]]]
    ) -> Encoded:
        tokens = rows.tokenize(texts)
        capacity = self._limit - rows.around
        if capacity < 1:
            raise ModelError(f"{self._model.path}: the prompt leaves no room for a text in {self._limit} tokens")
        pieces = cut(tokens.lengths, capacity)
        plan = list(batches(pieces.lengths + rows.around, self._limit, self._batch_tokens))
        of_pieces = np.zeros((len(pieces.sequence), self.dim), dtype=np.float32)
        results = run(rows.rows(tokens, pieces, batch) for batch in plan)
        for batch, result in zip(plan, results, strict=True):
            of_pieces[batch.pieces[: batch.count]] = result[: batch.count]
        beyond = np.maximum(tokens.lengths - capacity, 0)
        return Encoded(
            vectors=_pool(of_pieces, pieces, len(texts)),
            chunks=np.bincount(pieces.sequence, minlength=len(texts)).astype(np.int32),
            cut_ratio=np.divide(
                beyond, tokens.lengths, out=np.zeros(len(texts), dtype=np.float64), where=beyond > 0
            ).astype(np.float32),
        )

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        return _load(self._model, self._hardware.device, self._hardware.precision)

    @cached_property
    def _limit(self) -> int:
        """Most tokens that the model takes, special tokens and all."""
        known = self._loaded.max_seq_length
        positions = getattr(self._loaded[0].auto_model.config, "max_position_embeddings", None)
        if known is not None and known < 1_000_000:
            return int(min(known, positions or known))
        # Some models number positions from two.
        return int(positions) - 2 if positions else _MOST_TOKENS_UNKNOWN

    @contextmanager
    def _running(
        self, prompt_length: int | None
    ) -> Iterator[Callable[[Iterable[Rows]], Iterator[NDArray[np.float32]]]]:
        """How batches run here: one after the other on a GPU, one per core on processors.

        Each core works on a batch of its own, which saves the waiting for each other after every small step, and makes the
        result of a batch the same for any number of cores.
        """
        import torch

        def forward(batch: Rows) -> NDArray[np.float32]:
            return _forward(self._loaded, batch, prompt_length)

        if self._hardware.kind != "cpu":
            yield lambda rows: map(forward, rows)
            return
        threads = torch.get_num_threads()
        workers = min(threads, _MOST_WORKERS)
        try:
            with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(threads // workers,)) as pool:
                yield lambda rows: _map_ahead(pool, forward, rows, 4 * workers)
        finally:
            torch.set_num_threads(threads)


def _map_ahead(
    pool: ThreadPoolExecutor, forward: Forward, rows: Iterable[Rows], ahead: int
) -> Iterator[NDArray[np.float32]]:
    """Results in order, `ahead` of them under way: not all rows at once stand in memory."""
    from collections import deque

    waiting = deque()
    for batch in rows:
        waiting.append(pool.submit(forward, batch))
        if len(waiting) == ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _forward(model: SentenceTransformer, rows: Rows, prompt_length: int | None) -> NDArray[np.float32]:
    """Vectors of rows, not normalised."""
    import torch

    features: dict[str, Any] = {
        "input_ids": torch.from_numpy(rows.ids).to(model.device),
        "attention_mask": torch.from_numpy(rows.mask).to(model.device),
    }
    if prompt_length is not None:
        features["prompt_length"] = prompt_length
    with torch.inference_mode():
        first, *others = model
        features = first(features)
        features["token_embeddings"] = features["token_embeddings"].float()
        for module in others:
            features = module(features)
        vectors: NDArray[np.float32] = features["sentence_embedding"].float().cpu().numpy()
    return vectors


def _pool(vectors: NDArray[np.float32], pieces: Pieces, count: int) -> NDArray[np.float32]:
    """Mean of each text's pieces weighted by their tokens, L2-normalised; float64 until the last step."""
    pooled = np.zeros((count, vectors.shape[1]))
    if len(pieces.sequence):
        texts, firsts = np.unique(pieces.sequence, return_index=True)
        pooled[texts] = np.add.reduceat(vectors * pieces.lengths[:, None].astype(np.float64), firsts, axis=0)
    norms = np.linalg.norm(pooled, axis=1, keepdims=True)
    return np.divide(pooled, norms, out=pooled, where=norms > 0).astype(np.float32)


def _load(model: ModelFolder, device: str, precision: str) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        with _quiet():
            loaded = SentenceTransformer(
                str(model.path),
                device=device,
                local_files_only=True,
                trust_remote_code=False,
                truncate_dim=model.truncate_dim,
                model_kwargs={"dtype": getattr(torch, precision), "use_safetensors": True},
            )
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, AttributeError, TypeError) as error:
        raise ModelError(f"{model.path}: sentence-transformers cannot load it: {error}") from error
    for module in list(loaded)[1:]:
        module.float()
    return loaded.eval()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without transformers' own progress bar and notes on unused weights."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
