"""What pairs of articles are both about: the terms that say most for their likeness, by name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from recommender.execute.ingest import read_texts
from recommender.lexical.languages import language_of
from recommender.lexical.terms import is_subject, named_terms
from recommender.lexical.weights import PAIR_WEIGHT
from recommender.site.site import Site

MOST = 2
# Terms that are looked at: more than are shown, since a pair of words and its words are one thing, and some are no
# subject.
_LOOKED_AT = 10
# A term that adds less than this to the cosine of two articles' words is no reason.
_LEAST = 0.01
# What half of a site's articles say is no subject of two; see `recommender.lexical.weights.vocabulary`.
_LEAST_RARITY = 0.75


def shared_terms(site: Site, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """At most two terms for each pair of rows, the weightiest first; none where words say little for it.

    Terms are kept by number alone, so the texts of `sources` are read again to name them.
    """
    if not len(sources) or site.settings.words.share == 0:
        return [()] * len(sources)
    strongest = list(_strongest(site, sources, targets))
    wanted: dict[int, set[int]] = {}
    for source, terms in zip(sources.tolist(), strongest, strict=True):
        if terms:
            wanted.setdefault(source, set()).update(terms)
    names = dict(_names(site, wanted))
    return [
        _distinct([names[source][term] for term in terms if term in names.get(source, {})])
        for source, terms in zip(sources.tolist(), strongest, strict=True)
    ]


def _strongest(site: Site, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> Iterator[list[int]]:
    """Numbers of the terms that add most to the likeness of each pair, the strongest first."""
    weights = site.term_weights
    common = weights.matrix[sources].multiply(weights.matrix[targets]).tocsr()
    common.sort_indices()
    rarity = weights.vocabulary.rarity / np.where(weights.vocabulary.terms & 1, PAIR_WEIGHT, 1.0)
    for row in range(len(sources)):
        part = slice(common.indptr[row], common.indptr[row + 1])
        order = np.argsort(-common.data[part], kind="stable")[:_LOOKED_AT]
        chosen = order[(common.data[part][order] >= _LEAST) & (rarity[common.indices[part][order]] >= _LEAST_RARITY)]
        yield weights.vocabulary.terms[common.indices[part][chosen]].tolist()


def _names(site: Site, wanted: dict[int, set[int]]) -> Iterator[tuple[int, dict[int, str]]]:
    """The names of the terms that are wanted of each article."""
    rows = sorted(wanted)
    paths = [site.corpus.articles[row].path for row in rows]
    texts = chain.from_iterable(read_texts(site.content, paths, site.settings))
    for row, text in zip(rows, texts, strict=True):
        found: dict[int, str] = {}
        language = language_of(site.corpus.articles[row].language, text or "")
        for number, name in named_terms(text or "", language):
            if number in wanted[row]:
                found.setdefault(number, name)
                if len(found) == len(wanted[row]):
                    break
        yield row, {number: name for number, name in found.items() if is_subject(name, language)}


def _distinct(names: list[str]) -> tuple[str, ...]:
    """The first names that share no word with one before, in the singular or the plural."""
    import Stemmer

    stem = Stemmer.Stemmer("english").stemWord
    chosen: list[str] = []
    seen: set[str] = set()
    for name in names:
        words = set(map(stem, name.split()))
        if not words & seen:
            chosen.append(name)
            seen |= words
    return tuple(chosen[:MOST])
