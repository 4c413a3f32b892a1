"""The inputs of sentence-transformers' Trainer: batches of numbered texts, and a loss by what belongs together.

Imports torch and sentence-transformers, so it is imported only where a training begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.evaluation import BaseEvaluator
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from sentence_transformers.util import cos_sim
from torch import Tensor
from torch.nn.functional import embedding_bag
from transformers import TrainerCallback

from recommender.progress import Advance
from recommender.trainer.negatives import excluded

Features = dict[str, Tensor]
MakeFeatures = Callable[[NDArray[np.int64]], Features]
"""From numbers of texts to what the model takes."""


class CountedEmbedding(StaticEmbedding):
    """A `StaticEmbedding` that takes each distinct token of a text once, with its count.

    The vectors have the same directions, and a text of 550 tokens, 230 of them distinct, costs less than half.
    """

    def forward(self, features: Features, **options: Any) -> Features:
        """Set ``sentence_embedding`` to the sums of the tokens' vectors."""
        features["sentence_embedding"] = embedding_bag(
            features["input_ids"],
            self.embedding.weight,
            features["offsets"],
            mode="sum",
            per_sample_weights=features["counts"],
        )
        return features


def counted_features(counts: csr_matrix) -> MakeFeatures:
    """For `CountedEmbedding`: `counts` has a row for each text and a column for each token."""

    def make(numbers: NDArray[np.int64]) -> Features:
        chosen = counts[numbers]
        return {
            "input_ids": torch.from_numpy(chosen.indices.astype(np.int64)),
            "offsets": torch.from_numpy(chosen.indptr[:-1].astype(np.int64)),
            "counts": torch.from_numpy(chosen.data),
        }

    return make


class NumberedCollator:
    """Makes a batch of pairs that are given as numbers of texts and rows of articles.

    Parameters
    ----------
    make : callable
    related : bool csr matrix
        As `recommender.trainer.negatives.related_rows` makes it.
    columns : sequence of str
        ``"anchor"``, ``"positive"`` and one for each mined negative; the row of its article is in a column of the same
        name with the suffix ``_row``.
    """

    valid_label_columns = ("label",)

    def __init__(self, make: MakeFeatures, related: csr_matrix, columns: Sequence[str]) -> None:
        self._make = make
        self._related = related
        self._columns = columns

    def __call__(self, pairs: Sequence[dict[str, int]]) -> dict[str, Tensor]:
        """Features of each column, and as ``label`` the mask of `recommender.trainer.negatives.excluded`, row after
        row: `MatryoshkaLoss` takes labels of two dimensions for vectors if they happen to be as wide as those.
        """
        batch: dict[str, Tensor] = {}
        for column in self._columns:
            numbers = np.array([pair[column] for pair in pairs], dtype=np.int64)
            batch.update((f"{column}_{name}", value) for name, value in self._make(numbers).items())
        rows = {column: np.array([pair[f"{column}_row"] for pair in pairs]) for column in self._columns}
        anchors = rows.pop(self._columns[0])
        mask = excluded(self._related, anchors, np.concatenate(list(rows.values())))
        batch["label"] = torch.from_numpy(mask.ravel())
        return batch


class KnownNegativesRankingLoss(MultipleNegativesRankingLoss):
    """`MultipleNegativesRankingLoss`, both ways, in which articles that belong together are no wrong answers.

    The labels of a batch are a mask of shape (b * m,): which of the m answers is none to which of the b anchors. The
    library's own means against that, batches without duplicates, takes no account of links and near-duplicates.
    """

    def __init__(self, model: SentenceTransformer, scale: float) -> None:
        super().__init__(
            model,
            scale=scale,
            similarity_fct=self._masked,
            directions=("query_to_doc", "doc_to_query"),
            partition_mode="per_direction",
        )
        self._mask: Tensor | None = None

    def forward(self, sentence_features: Iterable[Features], labels: Tensor) -> Tensor:
        """The loss of a batch, a scalar."""
        self._mask = labels
        loss: Tensor = super().forward(sentence_features, labels)
        return loss

    def _masked(self, anchors: Tensor, answers: Tensor) -> Tensor:
        # Called with all answers, or with the positives alone, which come first.
        scores: Tensor = cos_sim(anchors, answers)
        if self._mask is None:
            return scores
        return scores.masked_fill(self._mask.view(len(anchors), -1)[:, : len(answers)], -torch.inf)


class DevelopmentEvaluator(BaseEvaluator):
    """Lets the Trainer ask for the figure on the development part.

    Parameters
    ----------
    score : callable
        The figure of the model as it is.
    """

    def __init__(self, measure: str, score: Callable[[], float]) -> None:
        super().__init__()
        self.primary_metric = measure
        self._measure = measure
        self._score = score

    def __call__(
        self, model: torch.nn.Module, output_path: str | None = None, epoch: float = -1, steps: int = -1
    ) -> dict[str, float]:
        """The figure by the name of its measure."""
        return {self._measure: self._score()}


class ProgressCallback(TrainerCallback):
    """Counts batches, and notes how many an earlier run had done."""

    def __init__(self) -> None:
        self.advance: Advance = _ignore
        self.first_step = 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """The Trainer has read the checkpoint, if there is one."""
        self.first_step = state.global_step
        self.advance(state.global_step)

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """One more."""
        self.advance(1)


def _ignore(count: int = 1) -> None:
    return None
