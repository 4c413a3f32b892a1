"""Counting tokens by the parts between spaces finds what the tokenizer finds in the whole text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_makers import VOCABULARY, WORDS, make_tokenizer

from recommender.embedder import token_counts
from recommender.embedder.load import find_model
from recommender.embedder.token_counts import ChunkCounter, PlainCounter, TokenCounter, splits_at_spaces, token_counter

# Spaces that some tokenizers delete and some split at, marks that combine, characters that are removed or padded.
_TRICKY = list(" \n\t\r\x0b\x0c\x1c\x1f\x85\xa0\u2028\u3000\u200b\ufeff\u0301\u0308\x00\ufffd\x7f中ßİΣςé[]#\\$^_")
_PARTS = ["[PAD]", "[pad]", "[UNK]", "[MASK]", "##s", "x^2", "\\frac{a}{b}", "naïve", "don't", "ab", *WORDS[:6]]
_TEXT = st.lists(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(_TRICKY), st.sampled_from(_PARTS)), max_size=40
).map("".join)


def _counter(tokenizer: Any) -> TokenCounter:
    return token_counter(tokenizer, tokenizer.get_vocab_size())


def _naive(tokenizer: Any, texts: list[str]) -> list[dict[int, int]]:
    return [dict(Counter(tokenizer.encode(text, add_special_tokens=False).ids)) for text in texts]


def _found(counter: TokenCounter, texts: list[str]) -> list[dict[int, int]]:
    counts = counter.count(texts)
    assert counts.dtype == np.float32
    rows = []
    for start, stop in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        ids = counts.indices[start:stop].tolist()
        assert ids == sorted(set(ids))
        rows.append(dict(zip(ids, counts.data[start:stop].astype(int).tolist(), strict=True)))
    return rows


def _with(change: dict[str, Any]) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(json.dumps(json.loads(make_tokenizer().to_str()) | change))


_SEQUENCES: dict[str, Any] = {
    "normalizer": {
        "type": "Sequence",
        "normalizers": [{"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}],
    },
    "pre_tokenizer": {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "WhitespaceSplit"},
            {"type": "Punctuation", "behavior": "Isolated"},
            {"type": "Digits", "individual_digits": True},
        ],
    },
}
_TOKENIZERS = {
    "like BERT": make_tokenizer(),
    "cased": make_tokenizer(lowercase=False),
    "unclean": make_tokenizer(clean=False),
    "cased without accents": make_tokenizer(lowercase=False, strip_accents=True),
    "sequences": _with(_SEQUENCES),
    "whitespace": _with({"normalizer": {"type": "NFKC"}, "pre_tokenizer": {"type": "Whitespace"}}),
    "not normalised": _with({"normalizer": None}),
}
_COUNTERS = {name: _counter(tokenizer) for name, tokenizer in _TOKENIZERS.items()}


def test_counts_worked_by_hand() -> None:
    found = _found(_counter(make_tokenizer()), ["The rivers, the river!", "", "xyz"])
    river, the, comma, bang, s = (VOCABULARY[token] for token in ("river", "the", ",", "!", "##s"))
    assert found == [{river: 2, the: 2, comma: 1, bang: 1, s: 1}, {}, {VOCABULARY["[UNK]"]: 1}]


@pytest.mark.parametrize("name", _TOKENIZERS)
@settings(max_examples=150, deadline=None)
@given(texts=st.lists(_TEXT, max_size=3))
def test_same_as_the_whole_text(name: str, texts: list[str]) -> None:
    assert isinstance(_COUNTERS[name], ChunkCounter)
    assert _found(_COUNTERS[name], texts) == _naive(_TOKENIZERS[name], texts)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(_TEXT, max_size=3))
def test_same_as_the_whole_text_with_the_default_model(texts: list[str]) -> None:
    tokenizer, counter = _default()
    assert _found(counter, texts) == _naive(tokenizer, texts)


def _default(_kept: list[tuple[Any, TokenCounter]] = []) -> tuple[Any, TokenCounter]:  # noqa: B006 - made once
    from tokenizers import Tokenizer

    if not _kept:
        tokenizer = Tokenizer.from_file(str(find_model() / "tokenizer.json"))
        _kept.append((tokenizer, _counter(tokenizer)))
    return _kept[0]


@pytest.mark.parametrize("name", ["like BERT", "unclean", "sequences", "whitespace"])
def test_every_character_of_the_first_plane(name: str) -> None:
    # Of the ideographs, of Hangul and of private use, which are all treated alike, every 64th.
    alike = (range(0x3400, 0x9FFF), range(0xAC00, 0xD7A3), range(0xE000, 0xF8FF))
    codes = (code for code in range(0x10000) if code % 64 == 0 or not any(code in block for block in alike))
    characters = [chr(code) for code in codes if not 0xD800 <= code < 0xE000]
    texts = [f"ab{character} {character}cd {character} e{character}f" for character in characters]
    plain = PlainCounter(_TOKENIZERS[name], len(VOCABULARY))
    assert (_COUNTERS[name].count(texts) != plain.count(texts)).nnz == 0


@pytest.mark.parametrize(
    "change",
    [
        {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}},
        {"pre_tokenizer": {"type": "Punctuation", "behavior": "Isolated"}},
        {"pre_tokenizer": None},
        {"normalizer": {"type": "Replace", "pattern": {"String": "a b"}, "content": "c"}},
        {
            "normalizer": {
                "type": "Sequence",
                "normalizers": [{"type": "Strip", "strip_left": True, "strip_right": True}],
            }
        },
    ],
)
def test_other_tokenizers_see_the_whole_text(change: dict[str, Any]) -> None:
    counter = _counter(_with(change))
    assert isinstance(counter, PlainCounter)
    texts = ["the river water", "a  b money", "", " s "]
    assert _found(counter, texts) == _naive(_with(change), texts)


def test_an_added_token_with_a_space_in_it_is_seen() -> None:
    from tokenizers import AddedToken

    tokenizer = make_tokenizer()
    tokenizer.add_tokens([AddedToken("river water", normalized=True)])
    counter = _counter(tokenizer)
    assert isinstance(counter, PlainCounter)
    assert _found(counter, ["the river water"]) == _naive(tokenizer, ["the river water"])


def test_an_added_token_within_a_word_is_seen() -> None:
    tokenizer = make_tokenizer()
    tokenizer.add_tokens(["wat"])
    texts = ["river waters", "the WATER"]
    assert _found(_counter(tokenizer), texts) == _naive(tokenizer, texts)


def test_dropout_is_left_to_the_tokenizer() -> None:
    config = json.loads(make_tokenizer().to_str())
    assert splits_at_spaces(config)
    config["model"]["dropout"] = 0.1
    assert not splits_at_spaces(config)


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = make_tokenizer()
    texts = [f"{one} {other}s, {one}a" for one in WORDS for other in WORDS[:5]]
    expected = _naive(tokenizer, texts)
    monkeypatch.setattr(token_counts, "_MAX_CHUNKS", 7)
    counter = _counter(tokenizer)
    for start in range(0, len(texts), 10):
        assert _found(counter, texts[start : start + 10]) == expected[start : start + 10]


def test_a_failure_leaves_it_usable() -> None:
    counter = _counter(make_tokenizer())
    with pytest.raises(TypeError):
        counter.count(["the river", "half a pair: \ud83d", "water"])
    assert _found(counter, ["water the"]) == _naive(make_tokenizer(), ["water the"])


@pytest.mark.corpora
def test_real_answers(corpora: Path) -> None:
    tokenizer, counter = _default()
    paths = sorted((corpora / "quicktakes" / "content").rglob("*.md"))[::300]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    assert _found(counter, texts) == _naive(tokenizer, texts)
