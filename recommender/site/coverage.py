"""How well the models that compare a site's articles know their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from zlib import crc32

import numpy as np

from recommender.embedder.coverage import Tokenizing, known_ratio
from recommender.execute.ingest import read_texts
from recommender.site.site import Site
from recommender.stages.stage import Stage, part_of

LEAST = 0.5
"""A model that knows less of the words is told of."""

_ARTICLES = 30
_CHARS = 3_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well a model knows the words of one language of a site.

    Attributes
    ----------
    language : str or None
        Its tag; None for a site that is compared as a whole.
    known_ratio : float
        See `recommender.embedder.coverage.known_ratio`; of a sample of the articles.
    """

    language: str | None
    model: str
    known_ratio: float


def coverage(site: Site) -> Iterator[Coverage]:
    """How well each language's model knows its words; nothing of a model whose tokenizer cannot be read by itself."""
    parts = [(None, site)] if site.parts is None else [(part.language, part.site) for part in site.parts.parts]
    for language, of in parts:
        rows = _sample(of, language)
        ratio = _known(of, rows)
        if ratio is not None:
            yield Coverage(language, of.encoder.name, ratio)


def told(found: Sequence[Coverage]) -> str | None:
    """What a user ought to know of that, None where all is well."""
    low = [one for one in found if one.known_ratio < LEAST]
    if not low:
        return None
    known = ", ".join(
        f"{one.model} knows {one.known_ratio:.0%} of the words" + (f" in {one.language}" if one.language else "")
        for one in low
    )
    return f"{known}: its vectors say little there and words decide; a model of the language (--model) may find more"


def _sample(site: Site, language: str | None) -> list[int]:
    """The same files from run to run, as far as they are still there, whatever their addresses."""
    articles = site.corpus.articles
    own = (row for row, article in enumerate(articles) if language is None or article.language)
    return nsmallest(_ARTICLES, own, key=lambda row: (crc32(articles[row].path.encode(errors="surrogateescape")), row))


def _known(site: Site, rows: Sequence[int]) -> float | None:
    encoder, store = site.encoder, site.where.store
    texts = (mark.digest for row in rows for mark in site.corpus.texts[row].values())
    part = part_of(_COVERAGE, encoder.identity.encode(), *texts, slot=site.where.site)
    columns = store.read(part)
    if columns is None:
        tokenizer = encoder.tokenizer if isinstance(encoder, Tokenizing) else None
        if tokenizer is None:
            return None
        paths = [site.corpus.articles[row].path for row in rows]
        read = chain.from_iterable(read_texts(site.content, paths, site.settings, jobs=1))
        ratio = known_ratio(tokenizer, (text[:_CHARS] for text in read if text is not None))
        columns = {"known": np.array([np.nan if ratio is None else ratio])}
        store.write(part, columns)
    known = float(columns["known"][0])
    return None if np.isnan(known) else known


_COVERAGE = Stage("coverage", 1, dict, "words that the model knows")
