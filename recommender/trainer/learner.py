"""A model in training: how it takes texts, how it encodes them now, what becomes of its weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.folder import ModelFolder

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sentence_transformers import SentenceTransformer

    from recommender.trainer.torch_parts import MakeFeatures


Weights = dict[str, Any]


class Learner:
    """What `recommender.trainer.fit` needs of a model, static or not.

    Attributes
    ----------
    make : callable
    device : str
        As torch names it.
    threads : int or None
        With how many it is trained, None for as many as there are.
    rate_unit : float
        In what a learning rate is given.

    Parameters
    ----------
    make : callable
        From numbers of texts to features.
    keep : float
        Share of the starting weights in the result.
    """

    threads: int | None = None
    rate_unit = 1.0

    def __init__(self, model: SentenceTransformer, make: MakeFeatures, keep: float) -> None:
        self.model = model
        self.device = str(model.device)
        self.make = make
        self._keep = keep
        self._start: Weights = (
            {name: value.detach().clone() for name, value in model.named_parameters()} if keep > 0 else {}
        )

    def encode(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Vectors of texts as the model would have them now, L2-normalised."""
        raise NotImplementedError

    def settle(self) -> None:
        """Draw the weights towards the starting ones for good."""
        import torch

        with torch.no_grad():
            for name, value in self._parameters():
                value.lerp_(self._start[name], self._keep)

    @contextmanager
    def as_result(self) -> Iterator[None]:
        """With the weights that would be written now: those in training, drawn towards the starting ones by `keep`
        (Wortsman et al. 2022, Robust fine-tuning of zero-shot models, arXiv:2109.01903).
        """
        import torch

        trained = {name: value.detach().clone() for name, value in self._parameters()}
        self.settle()
        try:
            yield
        finally:
            with torch.no_grad():
                for name, value in self._parameters():
                    value.copy_(trained[name])

    def _parameters(self) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name, value in self.model.named_parameters() if name in self._start)


class StaticLearner(Learner):
    """A static model; texts are given as the counts of their tokens. It waits for memory more than it computes."""

    threads = 1

    def __init__(self, weights: NDArray[np.float32], tokenizer: Any, counts: csr_matrix, keep: float) -> None:
        from sentence_transformers import SentenceTransformer

        from recommender.trainer.torch_parts import CountedEmbedding, counted_features

        module = CountedEmbedding(tokenizer, embedding_weights=weights.copy())
        super().__init__(SentenceTransformer(modules=[module], device="cpu"), counted_features(counts), keep)
        self._counts = counts
        self.rate_unit = float(np.sqrt(np.mean(np.square(weights, dtype=np.float64))))

    @property
    def weights(self) -> NDArray[np.float32]:
        """One row per token."""
        module: Any = self.model[0]
        weights: NDArray[np.float32] = module.embedding.weight.detach().numpy()
        return weights

    def encode(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """As `Learner` says."""
        return _normalised(self._counts[numbers] @ self.weights)


class TransformerLearner(Learner):
    """Any other model; of a text it reads what it takes at once."""

    def __init__(self, model: SentenceTransformer, texts: Sequence[str], keep: float, batch_size: int) -> None:
        def make(numbers: NDArray[np.int64]) -> dict[str, Any]:
            features: dict[str, Any] = model.preprocess([texts[number] for number in numbers.tolist()])
            return features

        super().__init__(model, make, keep)
        self._texts = texts
        self._batch_size = batch_size

    def encode(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """As `Learner` says."""
        vectors = self.model.encode(
            [self._texts[number] for number in numbers.tolist()], batch_size=self._batch_size, show_progress_bar=False
        )
        return _normalised(np.asarray(vectors, dtype=np.float32))


def learner(folder: ModelFolder, texts: Sequence[str], *, keep: float, batch_size: int, device: str) -> Learner:
    """Load a model for training, in single precision. `texts` have the model's prompt for documents before them.

    Raises
    ------
    ModelError
        It cannot be loaded.
    """
    prompt = folder.prompt("document")
    texts = [prompt + text for text in texts] if prompt else texts
    if folder.is_static:
        from recommender.embedder.static import StaticEncoder

        encoder = StaticEncoder(folder)
        return StaticLearner(encoder.weights, encoder.tokenizer, encoder.token_counts(texts), keep)
    from recommender.embedder.hardware import Hardware
    from recommender.embedder.torch_model import load_model

    return TransformerLearner(load_model(folder, Hardware(device, "float32")), texts, keep, batch_size)


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    normalised: NDArray[np.float32] = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return normalised
