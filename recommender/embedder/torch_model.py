"""A loaded transformer: rows of tokens in, vectors out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.folder import ModelFolder
from recommender.embedder.hardware import Hardware
from recommender.embedder.token_rows import Rows
from recommender.embedder.weights import check_weights
from recommender.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedTokenizerBase

# Threads take turns at the interpreter between the steps of a model: more of them than this would mostly wait.
_MOST_WORKERS = 8
_BATCHES_AHEAD = 4
_NO_LIMIT = 1_000_000
_CAUTIOUS_LIMIT = 512

Vectors = NDArray[np.float32]
Run = Callable[[Iterable[Rows]], Iterator[Vectors]]


class TorchModel:
    """A sentence-transformers model on a device.

    Raises
    ------
    ModelError
        The libraries cannot load it.
    """

    def __init__(self, folder: ModelFolder, hardware: Hardware) -> None:
        self._hardware = hardware
        self._model = load_model(folder, hardware)

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's tokenizer."""
        tokenizer: PreTrainedTokenizerBase = self._model.tokenizer
        return tokenizer

    @property
    def lowercase(self) -> bool:
        """Whether the model wants its text in lower case, its tokenizer apart."""
        return bool(getattr(self._model[0], "do_lower_case", False))

    @property
    def limit(self) -> int:
        """Most tokens that the model takes, special tokens and all."""
        transformer: Any = self._model[0]
        limit = self._model.max_seq_length
        positions = getattr(transformer.auto_model.config, "max_position_embeddings", None)
        if limit is not None and limit < _NO_LIMIT:
            return int(min(limit, positions or limit))
        # RoBERTa and its kin number positions from two.
        return int(positions) - 2 if positions else _CAUTIOUS_LIMIT

    @contextmanager
    def running(self, prompt_length: int | None) -> Iterator[Run]:
        """A function that gives the vectors of batches, not normalised, in the order of the batches.

        On processors each core works on a batch of its own. That saves the cores from waiting for each other after each
        small step, and the result of a batch is the same for any number of cores up to eight.

        Parameters
        ----------
        prompt_length : int, optional
            Tokens of the prompt and before it, for models that leave them out of the mean.
        """
        import torch

        def forward(rows: Rows) -> Vectors:
            return _forward(self._model, rows, prompt_length)

        if self._hardware.kind != "cpu":
            yield lambda batches: map(forward, batches)
            return
        threads = torch.get_num_threads()
        workers = min(threads, _MOST_WORKERS)
        try:
            # The number of threads is each thread's own; torch also keeps the last one set for threads to come.
            with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(threads // workers,)) as pool:
                yield lambda batches: _map(pool, forward, batches, workers * _BATCHES_AHEAD)
        finally:
            torch.set_num_threads(threads)


def _map(
    pool: ThreadPoolExecutor, forward: Callable[[Rows], Vectors], batches: Iterable[Rows], ahead: int
) -> Iterator[Vectors]:
    """Like ``pool.map``, which would make all batches before the first result."""
    waiting: deque[Future[Vectors]] = deque()
    for rows in batches:
        waiting.append(pool.submit(forward, rows))
        if len(waiting) == ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _forward(model: SentenceTransformer, rows: Rows, prompt_length: int | None) -> Vectors:
    import torch

    features: dict[str, Any] = {
        "input_ids": torch.from_numpy(rows.ids).to(model.device),
        "attention_mask": torch.from_numpy(rows.mask).to(model.device),
    }
    if prompt_length is not None:
        features["prompt_length"] = prompt_length
    with torch.inference_mode():
        transformer, *others = model
        features = transformer(features)
        # What follows adds up tokens, and costs little.
        features["token_embeddings"] = features["token_embeddings"].float()
        for module in others:
            features = module(features)
        vectors: Vectors = features["sentence_embedding"].float().cpu().numpy()
    return vectors


def load_model(folder: ModelFolder, hardware: Hardware) -> SentenceTransformer:
    """Load a model folder as sentence-transformers does: nothing fetched, no code of the model's, no pickle.

    Raises
    ------
    ModelError
    """
    import torch
    from sentence_transformers import SentenceTransformer

    for one in folder.modules:
        check_weights(one.folder, one.config() if one.kind == "Transformer" else {})
    try:
        with quiet_transformers():
            model = SentenceTransformer(
                str(folder.path),
                device=hardware.device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": getattr(torch, hardware.precision), "use_safetensors": True},
            )
    except BaseException as error:
        # A tokenizer's panic is no Exception.
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ModelError(f"{folder.path}: sentence-transformers cannot load it: {reason}") from error
    for module in list(model)[1:]:
        module.float()
    return model.eval()


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Without the progress bars of transformers and its note on weights that the model does not use."""
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging
    verbosity, shows_progress = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.ERROR)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shows_progress:
            logging.enable_progress_bar()
