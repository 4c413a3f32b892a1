from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import recommender
from recommender.lexical.terms import is_subject, named_terms
from recommender.ranker.reasons import with_terms
from recommender.settings import Settings, WordSettings
from recommender.site.shared_terms import MOST, shared_terms
from tests.conftest import ROOT, article

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
        assert {f"{word}s" for word in words}.isdisjoint(words)
        for row in (source, target):
            assert set(terms) <= {name for _, name in named_terms(texts[row])}


QUESTIONS = (
    "How do you boil a {}?",
    "How do you clean a {}?",
    "Why does it have a {} in 2024?",
    "What can we do with a {}?",
)


def test_function_words_and_what_is_said_everywhere_are_no_reason(write_site: Callable[[dict[str, str]], Path]) -> None:
    pages = {
        f"{number}-{thing}.md": article(
            f"{thing}{number}",
            10 * number + place,
            question.format(thing),
            f"How do you do that? Ask the cook of {thing}.",
        )
        for number, question in enumerate(QUESTIONS)
        for place, thing in enumerate(("kettle", "carpet", "window"))
    }
    site = recommender.open_site(write_site(pages), use_cache=False, jobs=1)
    sources, targets = (side.ravel() for side in np.indices((len(pages), len(pages))))
    told = {term for terms in shared_terms(site, sources, targets) for term in terms}
    # Every article has a cook.
    assert {word for term in told for word in term.split()} <= {"kettle", "carpet", "window", "boil", "clean"}
    assert {"kettle", "carpet", "window"} <= told


@pytest.mark.parametrize(
    ("language", "subjects", "others"),
    [
        ("en", ("soup", "soup pot", "grid2"), ("how do", "your soup", "2024", "don", "which")),
        ("de", ("suppe", "topf deckel"), ("wie", "die suppe", "und", "oder")),
        ("fr", ("potage",), ("comment", "les potages", "avec")),
        ("ru", ("суп",), ("когда", "как", "или")),
        ("ja", ("自転", "自転車", "チェーン"), ("です", "を煮", "する", "り方")),
        ("zh", ("味噌",), ("可以", "我们")),
        ("xx", ("soup",), ("12",)),
    ],
)
def test_what_can_be_a_subject(language: str, subjects: tuple[str, ...], others: tuple[str, ...]) -> None:
    assert [name for name in (*subjects, *others) if is_subject(name, language)] == list(subjects)


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
