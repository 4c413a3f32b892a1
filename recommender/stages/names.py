"""Names of how texts are encoded and how their terms are counted, and of titles: part of the names of what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recommender.digest import digest
from recommender.embedder.text import PREPARATION
from recommender.lexical.terms import TERMS_VERSION


def encoding_name(identity: str) -> bytes:
    """Names the model of this identity, and the preparation of texts."""
    return digest(b"vectors 1", identity.encode(), PREPARATION.encode())


def counting_name(fields: Mapping[str, int]) -> bytes:
    """Names the way of counting terms where occurrences in fields count so often."""
    return digest(TERMS_VERSION, PREPARATION.encode(), repr(list(fields.items())).encode())


def titles_name(titles: Iterable[str]) -> bytes:
    """Names titles in their order."""
    return digest(*(title.encode("utf-8", "surrogatepass") for title in titles))
