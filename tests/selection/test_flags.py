from __future__ import annotations

import pytest

from recommender.errors import InputError
from recommender.selection.flags import with_links, with_rules
from recommender.settings import EligibilitySettings, LinkSettings, SourceSettings


def test_a_rule_replaces_what_the_file_says_of_the_same_thing() -> None:
    settings = SourceSettings(groups=("Physics",), exclude_paths=("old/**",))
    found = with_rules(settings, ["group=Biology", "group = Earth Science", "id!=7", "path=a=b/*.md", "no-index=no"])
    assert found == SourceSettings(
        no_index=False,
        groups=("Biology", "Earth Science"),
        exclude_paths=("old/**",),
        exclude_ids=("7",),
        paths=("a=b/*.md",),
    )


def test_no_rule_changes_nothing() -> None:
    assert with_rules(EligibilitySettings(groups=("A",)), []) == EligibilitySettings(groups=("A",))


def test_all_wrong_rules_are_named() -> None:
    wrong = ["grup=x", "drafts=perhaps", "language!=en", "group=", "biology", "drafts!=yes"]
    with pytest.raises(InputError) as raised:
        with_rules(EligibilitySettings(), ["group=A", *wrong])
    lines = str(raised.value).splitlines()
    assert len(lines) == len(wrong)
    assert all(repr(rule) in line for rule, line in zip(wrong, lines, strict=True))
    assert lines[0].endswith("did you mean group?")


def test_options_are_checked_as_the_file_is() -> None:
    settings = LinkSettings(k=3, min_inbound=2)
    assert with_links(settings, {"max_inbound": 9}) == LinkSettings(k=3, min_inbound=2, max_inbound=9)
    with pytest.raises(InputError) as raised:
        with_links(settings, {"k": 0, "max_inbound": 1, "diversity": 1.5, "hubs": "ls", "min_precision": "all"})
    assert [line.split()[0] for line in str(raised.value).splitlines()] == [
        "links.k", "links.diversity", "links.min_precision:", "links.max_inbound", "links.hubs",
    ]  # fmt: skip
