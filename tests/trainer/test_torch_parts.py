from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recommender.embedder.folder import read_model_folder
from recommender.embedder.static import StaticEncoder

torch = pytest.importorskip("torch")


def _loss(anchors: np.ndarray, answers: np.ndarray, mask: np.ndarray) -> float:
    """Mean of both directions' cross-entropies over what is not masked, by hand."""
    anchors = anchors / np.linalg.norm(anchors, axis=1, keepdims=True)
    answers = answers / np.linalg.norm(answers, axis=1, keepdims=True)
    scores = np.where(mask, -np.inf, 20 * anchors @ answers.T)
    b = len(anchors)
    own = np.diag(scores)
    forward = np.log(np.exp(scores).sum(axis=1))
    backward = np.log(np.exp(scores[:, :b]).sum(axis=0))
    return float((-(own - (forward + backward) / 2)).mean())


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_leaves_out_what_is_masked(seed: int) -> None:
    from recommender.trainer.torch_parts import KnownNegativesRankingLoss

    rng = np.random.default_rng(seed)
    vectors = [rng.normal(size=(4, 5)).astype(np.float32) for _ in range(3)]
    mask = rng.random((4, 8)) < 0.3
    mask[np.arange(4), np.arange(4)] = False

    def model(features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {"sentence_embedding": features["vectors"]}

    loss = KnownNegativesRankingLoss(model, 20.0)  # type: ignore[arg-type]
    features = [{"vectors": torch.from_numpy(one)} for one in vectors]
    expected = _loss(vectors[0], np.concatenate(vectors[1:]), mask)
    assert float(loss(features, torch.from_numpy(mask.ravel()))) == pytest.approx(expected, rel=1e-5)


def test_counted_tokens_give_the_directions_of_all_tokens(base) -> None:  # type: ignore[no-untyped-def]
    from sentence_transformers import SentenceTransformer

    from recommender.trainer.torch_parts import CountedEmbedding, counted_features

    texts = ["river water river", "tax", "the star, light and light."]
    encoder = StaticEncoder(read_model_folder(base))
    module = CountedEmbedding(encoder.tokenizer, embedding_weights=encoder.weights.copy())
    features = counted_features(encoder.token_counts(texts))(np.array([2, 0, 1]))
    ours = module(features)["sentence_embedding"].detach().numpy()
    theirs = SentenceTransformer(str(base)).encode([texts[2], texts[0], texts[1]], normalize_embeddings=True)
    assert ours / np.linalg.norm(ours, axis=1, keepdims=True) == pytest.approx(theirs, abs=1e-6)


def test_a_batch_has_features_of_each_column_and_the_mask() -> None:
    from recommender.trainer.torch_parts import NumberedCollator, counted_features

    counts = csr_matrix(np.array([[1, 0, 2], [0, 3, 0], [1, 1, 0], [0, 0, 4]], dtype=np.float32))
    related = csr_matrix(np.eye(6, dtype=bool))
    collate = NumberedCollator(counted_features(counts), related, ["anchor", "positive", "negative_1"])
    batch = collate(
        [
            {"anchor": 0, "positive": 1, "negative_1": 2, "anchor_row": 0, "positive_row": 1, "negative_1_row": 2},
            {"anchor": 3, "positive": 2, "negative_1": 1, "anchor_row": 3, "positive_row": 2, "negative_1_row": 0},
        ]
    )
    assert batch["anchor_input_ids"].tolist() == [0, 2, 2]
    assert batch["anchor_counts"].tolist() == [1, 2, 4]
    assert batch["anchor_offsets"].tolist() == [0, 2]
    assert batch["negative_1_input_ids"].tolist() == [0, 1, 1]
    # Columns are the positives' articles 1 and 2, then the negatives' 2 and 0, which is the first anchor itself.
    assert batch["label"].tolist() == [False, False, False, True, False, False, False, False]


def test_a_mask_as_wide_as_the_vectors_goes_through_the_matryoshka_loss(base) -> None:  # type: ignore[no-untyped-def]
    from sentence_transformers.sentence_transformer.losses import MatryoshkaLoss

    from recommender.trainer.learner import StaticLearner
    from recommender.trainer.torch_parts import KnownNegativesRankingLoss

    encoder = StaticEncoder(read_model_folder(base))
    texts = ["river", "water", "tax", "star", "light", "heat", "work", "map"]
    learner = StaticLearner(encoder.weights, encoder.tokenizer, encoder.token_counts(texts), keep=0.0)
    loss = MatryoshkaLoss(learner.model, KnownNegativesRankingLoss(learner.model, 20.0), [encoder.dim, 4])
    numbers = np.arange(len(texts))
    assert len(texts) == encoder.dim
    masked = ~np.eye(len(texts), dtype=bool)
    features = [learner.make(numbers), learner.make(numbers[::-1].copy())]
    assert loss(features, torch.from_numpy(masked.ravel())).item() == pytest.approx(0, abs=1e-6)
