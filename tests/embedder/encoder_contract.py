"""What every encoder keeps to."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.embedder.encoder import Encoder

TEXTS = [
    "the river water",
    "",
    "money, price and tax!",
    "the river water",
    " \n\t ",
    "star light heat work map road stone salt wind leaf root seed bird fish wave sand clay iron gold rain snow cloud "
    * 4,
    "élan 中文 naïve ﬁsh \u200b\ufeff x",
    "a",
    "unknownword 12345 $x^2$ \\frac{a}{b}",
]


class EncoderContract:
    """Tests of one encoder; a subclass says which, by a fixture `encoder`."""

    @pytest.fixture
    def encoder(self) -> Encoder:
        raise NotImplementedError

    def test_shapes_and_types(self, encoder: Encoder) -> None:
        encoded = encoder.encode(TEXTS)
        assert encoded.vectors.shape == (len(TEXTS), encoder.dim)
        assert encoded.vectors.dtype == np.float32
        assert encoded.chunks.dtype == np.int32
        assert encoded.cut_ratio.dtype == np.float32
        assert encoded.chunks.shape == encoded.cut_ratio.shape == (len(TEXTS),)

    def test_rows_are_normalised_or_zero(self, encoder: Encoder) -> None:
        encoded = encoder.encode(TEXTS)
        norms = np.linalg.norm(encoded.vectors, axis=1)
        empty = [not text.strip() for text in TEXTS]
        np.testing.assert_allclose(norms[np.logical_not(empty)], 1, atol=1e-5)
        assert not encoded.vectors[empty].any()
        assert (encoded.chunks == 0).tolist() == empty

    def test_no_texts(self, encoder: Encoder) -> None:
        assert encoder.encode([]).vectors.shape == (0, encoder.dim)

    def test_any_sequence_will_do(self, encoder: Encoder) -> None:
        np.testing.assert_array_equal(encoder.encode(tuple(TEXTS)).vectors, encoder.encode(TEXTS).vectors)

    def test_a_text_alone_has_the_vector_that_it_has_among_others(self, encoder: Encoder) -> None:
        together = encoder.encode(TEXTS).vectors
        alone = np.concatenate([encoder.encode([text]).vectors for text in TEXTS])
        np.testing.assert_array_equal(alone, together)

    def test_order_does_not_matter(self, encoder: Encoder) -> None:
        order = np.random.default_rng(2).permutation(len(TEXTS) * 3)
        texts = TEXTS * 3
        shuffled = encoder.encode([texts[place] for place in order]).vectors
        np.testing.assert_array_equal(shuffled, encoder.encode(texts).vectors[order])

    def test_cut_texts_are_reported(self, encoder: Encoder) -> None:
        encoded = encoder.encode(TEXTS)
        assert ((encoded.cut_ratio >= 0) & (encoded.cut_ratio < 1)).all()
        assert ((encoded.chunks > 1) == (encoded.cut_ratio > 0)).all()

    def test_roles(self, encoder: Encoder) -> None:
        np.testing.assert_array_equal(encoder.encode(TEXTS).vectors, encoder.encode(TEXTS, role="document").vectors)
        assert encoder.encode(TEXTS, role="query").vectors.shape == (len(TEXTS), encoder.dim)
        with pytest.raises(ValueError, match="found 'passage'"):
            encoder.encode(TEXTS, role="passage")

    def test_says_what_it_is(self, encoder: Encoder) -> None:
        assert encoder.name
        assert len(encoder.identity) == 32
        assert isinstance(encoder.light, bool)
