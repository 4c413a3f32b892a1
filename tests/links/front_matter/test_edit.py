from __future__ import annotations

from hypothesis import given, settings

from tests.links.front_matter import properties
from tests.links.front_matter.front_matters import Case, cases


@settings(max_examples=120, deadline=None)
@given(cases())
def test_links_become_what_was_asked_and_nothing_else_changes(case: Case) -> None:
    properties.links_become_what_was_asked_and_nothing_else_changes(case)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_other_byte_stays(case: Case) -> None:
    properties.every_other_byte_stays(case)


@settings(max_examples=50, deadline=None)
@given(cases())
def test_what_is_as_asked_is_not_touched(case: Case) -> None:
    properties.what_is_as_asked_is_not_touched(case)
