from __future__ import annotations

from pathlib import Path

import numpy as np

import recommender
from recommender.lexical.terms import named_terms
from recommender.ranker.reasons import with_terms
from recommender.settings import Settings, WordSettings
from recommender.site.shared_terms import MOST, shared_terms
from tests.conftest import ROOT

DATA = ROOT / "data"


def test_terms_stand_in_both_texts_and_share_no_word() -> None:
    site = recommender.open_site(DATA, use_cache=False, jobs=1)
    texts = list(site.plain_texts())
    found = site.propose(5).indices
    sources, targets = np.repeat(np.arange(len(found)), 5), found.ravel().astype(np.int64)
    told = shared_terms(site, sources, targets)
    assert sum(bool(terms) for terms in told) > 0.9 * len(told)
    for source, target, terms in zip(sources.tolist(), targets.tolist(), told, strict=True):
        assert len(terms) <= MOST
        words = [word for term in terms for word in term.split()]
        assert len(words) == len(set(words))
        for row in (source, target):
            assert set(terms) <= {name for _, name in named_terms(texts[row])}


def test_the_order_of_pairs_is_kept_and_none_is_fine() -> None:
    site = recommender.open_site(DATA, use_cache=False, jobs=1)
    sources, targets = np.array([7, 3, 7, 90]), np.array([8, 9, 3, 91])
    together = shared_terms(site, sources, targets)
    alone = [shared_terms(site, sources[at : at + 1], targets[at : at + 1])[0] for at in range(4)]
    assert together == alone
    assert shared_terms(site, sources[:0], targets[:0]) == []


def test_without_words_nothing_is_told(small_site: Path) -> None:
    site = recommender.open_site(small_site, Settings(words=WordSettings(share=0)), use_cache=False)
    assert shared_terms(site, np.array([0]), np.array([1])) == [()]


def test_terms_come_second() -> None:
    assert with_terms(("a", "b", "c"), ("x y", "z")) == ("a", "both about *x y*, *z*", "b")
    assert with_terms((), ("x",)) == ("both about *x*",)
    assert with_terms(("a",), ()) == ("a",)
