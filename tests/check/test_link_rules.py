from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from recommender.check.findings import Repair
from recommender.corpus.article import Link
from recommender.settings import CheckSettings, EligibilitySettings, RelatedSettings, Settings
from tests.check.helpers import TITLES, found, one, rules, to


def test_links_that_agree_with_their_targets_are_fine() -> None:
    link = to("b", id=2, title="About b", group="Biology")
    assert found(one("a", link), one("b", id=2, group="Biology")) == []


def test_a_link_to_nothing_names_the_nearest() -> None:
    [finding] = found(one("a", to("cell-membranes")), one("cell-membrane"))
    assert (finding.rule, finding.severity, finding.path, finding.line) == ("dangling-link", "error", "a.md", 10)
    assert finding.message == "'/cell-membranes' is no article here; did you mean '/cell-membrane' (96% alike)?"
    assert finding.likely == "/cell-membrane"
    assert finding.repair is None


def test_a_link_that_names_nothing_at_all() -> None:
    [finding] = found(one("a", Link("", title="About b", line=3, place=1)), one("b"))
    assert finding.message == "the link does not say where it leads; did you mean '/b' (same title)?"


def test_two_links_that_name_nothing_do_not_repeat_each_other() -> None:
    links = (Link("", title="x", line=3, place=1), Link("", title="y", line=4, place=2))
    assert rules(found(one("a", *links))) == [("dangling-link", 3), ("dangling-link", 4)]


def test_an_id_that_one_article_has_tells_the_new_url() -> None:
    [finding] = found(one("a", to("old", id=7, title="About new")), one("new", id=7))
    assert finding.rule == "renamed-target"
    assert finding.message == "'/old' is no article here; the one of the same id is '/new'"
    assert finding.repair == Repair(0, "target", "/new")


def test_an_id_alone_is_not_certain_where_the_title_says_something_else() -> None:
    findings = found(one("a", to("old", id=7, title="Another thing")), one("new", id=7))
    assert rules(findings) == [("renamed-target", 10), ("stale-title", 10)]
    assert findings[0].repair is None


def test_an_id_that_several_articles_have_tells_nothing() -> None:
    [repeated, finding] = found(one("a", to("old", id=7)), one("b", id=7), one("c", id=7))
    assert (repeated.rule, finding.rule, finding.path) == ("dangling-link", "repeated-id", "b.md")


def test_a_title_tells_the_new_url_where_a_second_thing_agrees() -> None:
    link = to("old", title="About new", group="Biology")
    [finding] = found(one("a", link), one("new", group="Biology"))
    assert (finding.rule, finding.repair) == ("renamed-target", Repair(0, "target", "/new"))
    [finding] = found(one("a", link), one("new", group="Physics"))
    assert (finding.rule, finding.likely, finding.repair) == ("dangling-link", "/new", None)


def test_self_and_unlinkable_targets() -> None:
    findings = found(one("a", to("a"), to("b", 2)), one("b", no_index=True))
    assert rules(findings) == [("self-link", 10), ("unlinkable-target", 20)]
    assert findings[1].message == "'/b' may not be linked: no_index (b.md)"


def test_who_may_be_linked_is_the_sites() -> None:
    settings = Settings(targets=EligibilitySettings(exclude_groups=("Archive",)))
    [finding] = found(one("a", to("b")), one("b", group="Archive"), settings=settings)
    assert finding.message == "'/b' may not be linked: group (b.md)"
    tomorrow = one("b", date=dt.date(2025, 1, 1))
    assert rules(found(one("a", to("b")), tomorrow, today=dt.date(2024, 12, 31))) == [("unlinkable-target", 10)]
    assert found(one("a", to("b")), tomorrow, today=dt.date(2025, 1, 1)) == []


def test_a_repeat_is_found_whatever_it_is_called() -> None:
    links = (to("b"), Link("/b/?from=a", title="Part", line=20, place=2), to("gone", 3), to("gone", 4))
    findings = found(one("a", *links), one("b"))
    assert rules(findings) == [
        ("repeated-link", 20),
        ("dangling-link", 30),
        ("dangling-link", 40),
        ("repeated-link", 40),
    ]
    assert findings[0].message == "the link to '/b/?from=a' repeats that of line 10"
    assert findings[0].repair == Repair(1)


def test_two_sections_of_one_page_are_two_places() -> None:
    links = (to("b"), Link("/b/#one", line=20, place=2), Link("/b/#two", line=30, place=3), Link("/b#one", place=4))
    assert [finding.message for finding in found(one("a", *links), one("b"))] == [
        "the link to '/b#one' repeats that of line 20"
    ]


def test_gaps_in_numbered_fields() -> None:
    findings = found(one("a", to("b", 2), to("c", 5)), one("b"), one("c"))
    assert [finding.message for finding in findings] == [
        "related_article2 has no related_article1 before it",
        "related_article5 has no related_article3 or related_article4 before it",
    ]
    listed = Settings(related=RelatedSettings(field="more", shape="mappings"))
    assert found(one("a", to("b", 2)), one("b"), settings=listed) == []


def test_what_a_link_says_of_its_target() -> None:
    link = to("b", id=3, title="About b", group="Physics")
    findings = found(one("a", link), one("b", id=2, group="Biology"))
    assert [(finding.message, finding.repair) for finding in findings] == [
        ("the subject 'Physics' is not that of its target, 'Biology'", Repair(0, "group", "Biology")),
        ("the id 3 is not that of its target, 2", Repair(0, "id", 2)),
    ]
    [finding] = found(one("a", to("b", id=2, title="About B")), one("b", id=2))
    assert (finding.rule, finding.repair) == ("stale-title", Repair(0, "title", "About b"))


def test_a_title_may_be_an_alias_and_may_be_folded() -> None:
    target = one("b", aliases=("The letter b",))
    assert found(one("a", to("b", title="The letter\n b")), target) == []


def test_a_stale_id_is_certain_only_beside_a_title() -> None:
    findings = found(one("a", to("b", id=3, title="Something")), one("b", id=2))
    assert [(finding.rule, finding.repair) for finding in findings] == [
        ("stale-id", Repair(0, "id", 2)),
        ("stale-title", Repair(0, "title", "About b")),
    ]
    assert [finding.repair for finding in found(one("a", to("b", id=3)), one("b", id=2))] == [None]


def test_a_link_that_is_not_certain_repeats_nothing() -> None:
    links = (to("old", id=7, title="Another thing"), to("new", 2, id=7))
    assert rules(found(one("a", *links), one("new", id=7))) == [("renamed-target", 10), ("stale-title", 10)]


def test_where_id_and_title_are_another_articles_nothing_is_certain() -> None:
    findings = found(one("a", to("b", id=3, title="About c")), one("b", id=2), one("c", id=3))
    assert {finding.rule for finding in findings} == {"stale-id", "stale-title"}
    assert all(finding.repair is None for finding in findings)
    assert all(finding.message.endswith("its id and title are those of another article") for finding in findings)


def test_the_url_of_a_link_by_title() -> None:
    link = Link("About b", url="/old", line=4, place=1)
    [finding] = found(one("a", link), one("b"), settings=TITLES)
    assert (finding.rule, finding.repair) == ("stale-url", Repair(0, "url", "/b"))
    same = replace(link, url="/b/?from=a")
    assert found(one("a", same), one("b"), settings=TITLES) == []


def test_a_name_of_several_articles_lists_them() -> None:
    [finding] = found(
        one("a", Link("Same", line=4, place=1)), one("b", title="Same"), one("c", title="same"), settings=TITLES
    )
    assert finding.message == "'Same' names 2 articles: b.md, c.md"
    assert [place.path for place in finding.others] == ["b.md", "c.md"]


def test_links_out_of_the_site_are_nobodys_business() -> None:
    assert found(one("a", Link("https://example.org/b", title="B", line=4, place=1))) == []


@pytest.mark.parametrize(
    ("target", "pages", "fine"),
    [
        ("/api/v1/", ("/api/**",), True),
        ("/api", ("/api/**",), True),
        ("/plugins/?kind=auth#x", ("/plugins/",), True),
        ("/plugins/acl", ("/plugins/",), False),
        ("/", ("/",), True),
        ("word", ("**",), False),
    ],
)
def test_pages_that_are_no_articles(target: str, pages: tuple[str, ...], fine: bool) -> None:
    settings = Settings(check=CheckSettings(pages=pages))
    findings = found(one("a", Link(target, line=3, place=1)), settings=settings)
    assert [finding.rule for finding in findings] == ([] if fine else ["dangling-link"])


@pytest.mark.parametrize("severity", ["error", "warning", "note", "off"])
def test_severity_is_the_sites(severity: str) -> None:
    settings = Settings(check=CheckSettings({"self-link": severity}))  # type: ignore[dict-item]
    expected = [] if severity == "off" else [severity]
    assert [finding.severity for finding in found(one("a", to("a")), settings=settings)] == expected


def test_a_link_of_a_second_field_is_judged_as_that_field_names_articles() -> None:
    by_title = RelatedSettings(field="more", shape="strings", target="title")
    settings = Settings(related=RelatedSettings(also=(by_title,)))
    links = (to("b"), Link("About c", line=11, place=1, field=1), Link("About ca", line=12, place=2, field=1))
    [finding] = found(one("a", *links), one("b"), one("c"), settings=settings)
    assert (finding.rule, finding.line) == ("dangling-link", 12)
    assert finding.message == "'About ca' is no article here; did you mean 'About c' (93% alike)?"
