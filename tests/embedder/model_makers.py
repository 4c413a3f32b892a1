"""How the tests make small models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = [
    "river",
    "water",
    "cell",
    "membrane",
    "money",
    "price",
    "tax",
    "goods",
    "star",
    "light",
    "heat",
    "work",
    "map",
    "road",
    "stone",
    "salt",
    "wind",
    "leaf",
    "root",
    "seed",
    "bird",
    "fish",
    "wave",
    "sand",
    "clay",
    "iron",
    "gold",
    "rain",
    "snow",
    "cloud",
    "storm",
    "field",
    "farm",
    "town",
]
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_PIECES = [
    "find",
    "the",
    "text",
    ":",
    ".",
    ",",
    "!",
    "##s",
    "##y",
    "##ing",
    "a",
    "b",
    "c",
    "d",
    "e",
    "##a",
    "##b",
    "é",
    "中",
]
VOCABULARY = {token: number for number, token in enumerate([*_SPECIAL, *WORDS, *_PIECES])}


def make_tokenizer(
    *, lowercase: bool = True, clean: bool = True, strip_accents: bool | None = None, truncation: int | None = None
) -> Any:
    """A WordPiece tokenizer like BERT's, with special tokens around a text."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing

    tokenizer: Any = Tokenizer(WordPiece(VOCABULARY, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(clean_text=clean, lowercase=lowercase, strip_accents=strip_accents)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.add_special_tokens(_SPECIAL)
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, VOCABULARY[name]) for name in ("[CLS]", "[SEP]")]
    )
    if truncation:
        tokenizer.enable_truncation(truncation)
    return tokenizer


def save_transformer(
    folder: Path,
    *,
    limit: int,
    prompts: dict[str, str] | None = None,
    pooling: str = "mean",
    include_prompt: bool = True,
    padding_side: str = "right",
    normalize: bool = True,
) -> Path:
    """A BERT of two small layers with random weights, as sentence-transformers saves it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    bare = folder.with_name(folder.name + "-bare")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    model = BertModel(config)
    if padding_side == "left":
        # Decoders know distances only; numbered positions would move with the padding.
        torch.nn.init.zeros_(model.embeddings.position_embeddings.weight)
    model.save_pretrained(bare)
    PreTrainedTokenizerFast(
        tokenizer_object=make_tokenizer(),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        padding_side=padding_side,
        model_max_length=limit,
    ).save_pretrained(bare)
    modules: list[Any] = [Transformer(str(bare), max_seq_length=limit)]
    modules.append(Pooling(32, pooling_mode=pooling, include_prompt=include_prompt))
    if normalize:
        modules.append(Normalize())
    SentenceTransformer(modules=modules, prompts=prompts).save(str(folder))
    return folder
