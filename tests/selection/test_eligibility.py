from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from recommender.corpus.article import Article
from recommender.selection.eligibility import REASONS, Eligibility, Reason, admit, language_numbers
from recommender.settings import EligibilitySettings, SourceSettings

TODAY = dt.date(2024, 12, 31)
PLAIN = Article("/a", "bio/a.md", "A", id=7, group="Biology", date=TODAY, language="en-GB")


@pytest.mark.parametrize(
    ("article", "settings", "reason"),
    [
        (PLAIN, EligibilitySettings(), None),
        (replace(PLAIN, no_index=True), EligibilitySettings(), "no_index"),
        (replace(PLAIN, no_index=True), SourceSettings(), None),
        (replace(PLAIN, draft=True), EligibilitySettings(), "draft"),
        (replace(PLAIN, draft=True), EligibilitySettings(drafts=True), None),
        (replace(PLAIN, date=dt.date(2025, 1, 1)), EligibilitySettings(), "future date"),
        (replace(PLAIN, date=dt.date(2025, 1, 1)), SourceSettings(), None),
        (replace(PLAIN, date=None), EligibilitySettings(), None),
        (PLAIN, EligibilitySettings(languages=("EN",)), None),
        (PLAIN, EligibilitySettings(languages=("en_gb",)), None),
        (PLAIN, EligibilitySettings(languages=("en-US", "de")), "language"),
        (replace(PLAIN, language="eng"), EligibilitySettings(languages=("en",)), "language"),
        (replace(PLAIN, language=None), EligibilitySettings(languages=("en",)), "language"),
        (PLAIN, EligibilitySettings(groups=("biology ",)), None),
        (PLAIN, EligibilitySettings(groups=("Physics",)), "group"),
        (replace(PLAIN, group=None), EligibilitySettings(groups=("Physics",)), "group"),
        (replace(PLAIN, group=None), EligibilitySettings(exclude_groups=("Physics",)), None),
        (PLAIN, EligibilitySettings(groups=("Biology",), exclude_groups=("BIOLOGY",)), "group"),
        (PLAIN, EligibilitySettings(paths=("bio/*.md",)), None),
        (PLAIN, EligibilitySettings(paths=("*.md",)), "path"),
        (PLAIN, EligibilitySettings(exclude_paths=("**/a.*",)), "path"),
        (PLAIN, EligibilitySettings(ids=("7",)), None),
        (PLAIN, EligibilitySettings(ids=("/a",)), None),
        (PLAIN, EligibilitySettings(ids=("70",)), "id"),
        (PLAIN, EligibilitySettings(exclude_ids=("/a",)), "id"),
        (replace(PLAIN, id=None), EligibilitySettings(exclude_ids=("None",)), None),
        (replace(PLAIN, no_index=True, draft=True), EligibilitySettings(groups=("Physics",)), "no_index"),
    ],
)
def test_the_first_reason_that_holds(article: Article, settings: EligibilitySettings, reason: Reason | None) -> None:
    assert Eligibility(settings, TODAY).reason(article) == reason


def test_everyone_is_counted_once() -> None:
    articles = [
        PLAIN,
        replace(PLAIN, key="/b", draft=True, no_index=True),
        replace(PLAIN, key="/c", draft=True),
        replace(PLAIN, key="/d", group=None),
    ]
    admitted = admit(articles, EligibilitySettings(groups=("Biology",)), TODAY)
    assert admitted.rows.tolist() == [0]
    assert admitted.left_out == {"no_index": 1, "draft": 1, "group": 1}
    assert [*admitted.left_out] == [reason for reason in REASONS if reason in admitted.left_out]


def test_names_that_fit_no_article_are_told_with_the_nearest() -> None:
    settings = EligibilitySettings(
        groups=("biologie",), languages=("de",), paths=("bio/*", "blog/**"), exclude_ids=("8", "7", "/a")
    )
    assert admit([PLAIN], settings, TODAY).unmatched == (
        "no article is in the group 'biologie'; did you mean 'Biology'?",
        "no article is in the language 'de'",
        "no article's path fits 'blog/**'",
        "no article has the id or key '8'",
    )


def test_regions_do_not_make_another_language() -> None:
    languages = ["pt-BR", "en", None, "PT_pt", "en-GB", "fil", "fi"]
    numbers = language_numbers([replace(PLAIN, language=language) for language in languages])
    assert numbers is not None
    assert numbers.tolist() == [3, 0, -1, 3, 0, 2, 1]
    assert language_numbers([replace(PLAIN, language=language) for language in ("en", None, "en-GB")]) is None


articles = st.builds(
    Article,
    key=st.sampled_from(["/a", "/b"]),
    path=st.sampled_from(["a.md", "x/b.md"]),
    title=st.just("T"),
    id=st.sampled_from([None, 1, "two"]),
    group=st.sampled_from([None, "A", "b"]),
    date=st.sampled_from([None, TODAY, TODAY + dt.timedelta(1)]),
    no_index=st.booleans(),
    draft=st.booleans(),
    language=st.sampled_from([None, "en", "de-AT"]),
)
rules = st.builds(
    EligibilitySettings,
    no_index=st.booleans(),
    drafts=st.booleans(),
    future=st.booleans(),
    languages=st.sampled_from([(), ("en",), ("de", "fr")]),
    groups=st.sampled_from([(), ("a",), ("a", "b")]),
    exclude_groups=st.sampled_from([(), ("B",)]),
    paths=st.sampled_from([(), ("*.md",)]),
    exclude_ids=st.sampled_from([(), ("1", "/b")]),
)


@given(st.lists(articles, max_size=8), rules)
def test_loosening_a_rule_never_loses_an_article(found: list[Article], settings: EligibilitySettings) -> None:
    admitted = set(admit(found, settings, TODAY).rows.tolist())
    for looser in (
        dataclasses.replace(settings, no_index=True, drafts=True, future=True),
        dataclasses.replace(settings, groups=(), exclude_groups=()),
        dataclasses.replace(settings, languages=(), paths=(), exclude_ids=()),
    ):
        assert admitted <= set(admit(found, looser, TODAY).rows.tolist())
    counted = admit(found, settings, TODAY)
    assert len(counted.rows) + sum(counted.left_out.values()) == len(found)
