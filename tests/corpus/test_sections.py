from __future__ import annotations

import pytest

from recommender.corpus.sections import KNOWN_HEADINGS, find_sections, folded_heading, without_sections


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        ("See **also**:", "see also"),
        ("👉 Related articles", "related articles"),
        ('<a name="see-also"></a>참고 항목', "참고 항목"),
        ("関連項目 {#see}", "関連項目"),
    ],
)
def test_headings_in_one_form(heading: str, folded: str) -> None:
    assert folded_heading(heading) == folded
    assert folded in KNOWN_HEADINGS


BODY = """Text with a [link](/in-text/).

## See also

- [One](one.md)

### More

- [Two](two.md)

## Next

[Three](three.md)
"""


def test_a_heading_of_marks_takes_no_longer_than_its_length() -> None:
    assert folded_heading("See" + " +" * 100_000 + " also" + " +" * 100_000) == "see" + " +" * 100_000 + " also"


def test_a_section_ends_with_the_next_heading_of_its_level() -> None:
    [section] = find_sections(BODY, KNOWN_HEADINGS)
    assert (section.start, section.end, [link.target for link in section.links]) == (2, 10, ["one.md", "two.md"])
    assert without_sections(BODY, [section]) == "Text with a [link](/in-text/).\n\n## Next\n\n[Three](three.md)\n"


@pytest.mark.parametrize(
    ("body", "targets", "rest"),
    [
        ("A.\n\n**See also:** [g](h)\n\nB [x](i)", ["h"], "A.\n\n\nB [x](i)"),
        ("**Related:**\n\n- [a](b)\n- [c](d)\n\nB.\n", ["b", "d"], "\nB.\n"),
        ("## See also\n\nNothing here.\n", [], "## See also\n\nNothing here.\n"),
        ("```\n## See also\n[a](b)\n```\n", [], "```\n## See also\n[a](b)\n```\n"),
    ],
)
def test_labels_and_what_is_no_section(body: str, targets: list[str], rest: str) -> None:
    sections = find_sections(body, KNOWN_HEADINGS)
    assert [link.target for section in sections for link in section.links] == targets
    assert without_sections(body, sections) == rest


def test_the_anchor_of_a_translated_heading() -> None:
    [section] = find_sections('## <a name="see-also"></a>참조\n[a](b)\n', KNOWN_HEADINGS)
    assert section.heading == "참조"


def test_a_heading_that_the_site_names() -> None:
    assert find_sections("## Onwards\n[a](b)\n", KNOWN_HEADINGS) == ()
    assert len(find_sections("## Onwards\n[a](b)\n", {"onwards"})) == 1
