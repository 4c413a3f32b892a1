"""New links look as their owner would have written them: before and after, by eye."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recommender.links.front_matter import (
    WHOLE,
    EditError,
    Item,
    Kept,
    Style,
    Written,
    edit_links,
    open_front_matter,
    style_of,
)
from recommender.settings import LinkNames, RelatedSettings

NUMBERED = RelatedSettings()
RESOURCES = RelatedSettings(
    field="related_resources", shape="mappings", names=LinkNames(id=None, title="text", group=None, url="url")
)
SLUGS = RelatedSettings(field="related", shape="strings", target="slug")
NESTED = replace(SLUGS, field="seo.related")


def full(number: int, title: str = "A title") -> Written:
    return Written({"id": number, "title": title, "subject": "Biology", "url": f"/{number}"})


def resource(name: str, title: str = "A title") -> Written:
    return Written({"text": title, "url": f"/{name}/"})


def slug(name: str) -> Written:
    return Written({WHOLE: name})


CASES: dict[str, tuple[RelatedSettings, dict[int, Item], str, str]] = {
    "a comment that stays and would become a part of the text above it": (
        SLUGS,
        {1: slug("/learn/a-b")},
        """\
        related:
        -

          # between
        - "yes"

          # between
        - >-
         /learn/a-b
        k0: A
        """,
        """\
        related:
        - /learn/a-b

          # between

          # between
        k0: A
        """,
    ),
    "folded titles, four columns, between and behind": (
        NUMBERED,
        {1: Kept(0), 2: full(2, "Why: and how?"), 3: Kept(1), 4: full(4)},
        """\
        url: /x
        related_article1:
            id: 1
            title: >-
                One
            subject: Biology
            url: /1
        related_article3:
            id: 3
            title: >-
                Three
            subject: Biology
            url: /3   # mine
        """,
        """\
        url: /x
        related_article1:
            id: 1
            title: >-
                One
            subject: Biology
            url: /1
        related_article2:
            id: 2
            title: >-
                Why: and how?
            subject: Biology
            url: /2
        related_article3:
            id: 3
            title: >-
                Three
            subject: Biology
            url: /3   # mine
        related_article4:
            id: 4
            title: >-
                A title
            subject: Biology
            url: /4
        """,
    ),
    "a gap closes by new numbers, an empty place that is not asked for stays": (
        NUMBERED,
        {1: Kept(0), 2: Kept(1)},
        """\
        related_article1: {id: 1, url: /1}
        # the best of all
        related_article3: {id: 3, url: /3}
        related_article4:
        related_article5: ~
        """,
        """\
        related_article1: {id: 1, url: /1}
        # the best of all
        related_article2: {id: 3, url: /3}
        related_article4:
        related_article5: ~
        """,
    ),
    "braces and their order of parts": (
        NUMBERED,
        {1: Kept(0), 2: full(2, "a, b")},
        """\
        related_article1: {url: /1, id: 1, title: 'One', subject: Biology}
        related_article2:
        """,
        """\
        related_article1: {url: /1, id: 1, title: 'One', subject: Biology}
        related_article2: {url: /2, id: 2, title: 'a, b', subject: Biology}
        """,
    ),
    "a list: quotes only where some are needed": (
        RESOURCES,
        {1: Kept(0), 2: Kept(1), 3: resource("c", "{{ site.name }} logs"), 4: resource("d")},
        """\
        related_resources:
          - text: "{{ site.name }}"
            url: /a/
          - text: Plain
            url: '/b/'

        # what follows
        next: 1
        """,
        """\
        related_resources:
          - text: "{{ site.name }}"
            url: /a/
          - text: Plain
            url: '/b/'
          - text: "{{ site.name }} logs"
            url: /c/
          - text: A title
            url: /d/

        # what follows
        next: 1
        """,
    ),
    "blank lines between items, dashes without indentation": (
        RESOURCES,
        {1: Kept(0), 2: Kept(1), 3: resource("c")},
        """\
        related_resources:
        -   url: /a/
            text: A

        -   url: /b/
            text: B
        next: 1
        """,
        """\
        related_resources:
        -   url: /a/
            text: A

        -   url: /b/
            text: B

        -   url: /c/
            text: A title
        next: 1
        """,
    ),
    "an empty list with a comment": (
        RESOURCES,
        {1: resource("a")},
        """\
        steps:
            - one
        related_resources: []  # none yet
        """,
        """\
        steps:
            - one
        related_resources:  # none yet
            - text: A title
              url: /a/
        """,
    ),
    "the last link goes, and with it the field": (
        RESOURCES, {},
        """\
        title: x
        related_resources:
          - text: A
            url: /a/
        # what follows
        next: 1
        """,
        """\
        title: x
        # what follows
        next: 1
        """,
    ),
    "brackets": (
        SLUGS, {1: Kept(2), 2: slug("yes"), 3: Kept(0)},
        "related: [a, 'b', c, ]  # by hand\n",
        "related: [c, 'yes', a, ]  # by hand\n",
    ),
    "brackets over several lines": (
        SLUGS, {1: Kept(0), 2: Kept(1), 3: slug("c")},
        "related: [\n  a, # first\n  b, # second\n]\nnext: 1\n",
        "related: [\n  a, # first\n  b, c, # second\n]\nnext: 1\n",
    ),
    "one text becomes a list": (
        SLUGS, {1: Kept(0), 2: slug("b")},
        "related: 'a' # mine\nnext: 1\n",
        "related: # mine\n  - 'a'\n  - b\nnext: 1\n",
    ),
    "a field below another, new": (
        NESTED, {1: slug("a")},
        "seo:\n    title: x\n# end\n",
        "seo:\n    title: x\n    related:\n      - a\n# end\n",
    ),
    "mappings above it are made": (
        NESTED, {1: slug("a")},
        "title: x\n\n",
        "title: x\nseo:\n  related:\n    - a\n\n",
    ),
    "a mapping is never left without fields": (
        NESTED, {},
        "seo:\n  related:\n  - a\nnext: 1\n",
        "seo:\n  {}\nnext: 1\n",
    ),
    "JSON stays JSON": (
        NUMBERED, {1: full(1)},
        '{\n  "title": "x",\n  "tags": ["a"]\n}\n',
        '{\n  "title": "x",\n  "tags": ["a"], "related_article1": {"id": 1, "title": "A title", "subject": "Biology",'
        ' "url": "/1"}\n}\n',
    ),
    "single parts of links that stay": (
        RESOURCES, {1: Kept(0, {"text": "New"}), 2: Kept(1, {"text": "It's new", "note": 7})},
        "related_resources:\n- text: >-\n     Old\n  url: /a/\n- {url: /b/, text: 'Old'} # mine\n",
        "related_resources:\n- text: >-\n     New\n  url: /a/\n- {url: /b/, text: 'It''s new', note: 7} # mine\n",
    ),
    "nothing but comments": (
        NUMBERED, {1: Written({"url": "/1"})},
        "# title:\n",
        "# title:\nrelated_article1:\n  url: /1\n",
    ),
}  # fmt: skip


def clean(text: str) -> str:
    lines = text.rstrip(" ").splitlines(keepends=True)
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "".join(line[margin:] if line.strip() else line for line in lines)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", CASES)
def test_before_and_after(name: str, end: str) -> None:
    related, slots, before, after = CASES[name]
    text = f"---\n{clean(before)}---\nbody"
    expected = f"---\n{clean(after)}---\nbody"
    assert edit_links(text.replace("\n", end), slots, related).text == expected.replace("\n", end)


def test_a_file_without_links_is_written_as_the_site_writes() -> None:
    model = (
        "---\nrelated_article1:\n    url: /1\n    title: >-\n      One\n    id: 1\n"
        "related_article2:\n    url: /2\n    title: >-\n      Two\n    id: 2\n---\n"
    )
    style = style_of(open_front_matter(model, NUMBERED), NUMBERED)
    assert (style.indent, style.fold, style.order) == (4, 2, ("url", "title", "id"))
    assert edit_links("---\nseo:\n  a: 'b'\n---\n", {1: full(9)}, NUMBERED, style).text == (
        "---\nseo:\n  a: 'b'\nrelated_article1:\n    url: /9\n    title: >-\n      A title\n    id: 9\n"
        "    subject: Biology\n---\n"
    )
    # The file's own quotes where the site shows none.
    assert "title: 'It: is'" in edit_links("---\nseo: 'b'\n---\n", {1: full(9, "It: is")}, NUMBERED, Style()).text


@pytest.mark.parametrize(
    ("related", "slots", "text", "rule", "line"),
    [
        (SLUGS, {1: Kept(0), 2: slug("b")}, "base: &b\n- a\nrelated: *b\n", "alias", 3),
        (SLUGS, {1: slug("b")}, "x: 1\n? related\n: - a\n", "unsupported-layout", 3),
        (SLUGS, {1: slug("b")}, "related:\n- &x a\nother: *x\n", "not-written", 0),
        (NESTED, {1: slug("b")}, "seo: none\n", "wrong-type", 2),
        (NESTED, {1: slug("b")}, "title: x\nseo:\n", "wrong-type", 3),
        (NUMBERED, {6: full(6)}, "title: x\n", "too-many", 0),
        (SLUGS, {}, "related: {a: b, c: d}\n", "wrong-type", 2),
        (SLUGS, {}, "a: [\n", "invalid-yaml", 3),
        (SLUGS, {}, "\ufeffa: 1\n", "unsupported-layout", 2),
        (SLUGS, {1: slug("\udc80")}, "title: x\n", "invalid-text", 0),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_refused(
    related: RelatedSettings, slots: dict[int, Item], text: str, rule: str, line: int
) -> None:
    with pytest.raises(EditError) as refused:
        edit_links(f"---\n{text}---\n", slots, related)
    assert (refused.value.rule, refused.value.line) == (rule, line)


@pytest.mark.parametrize("text", ["Author: A\n", "---\ntitle: x\n"])
def test_what_may_be_front_matter_is_not_edited(text: str) -> None:
    with pytest.raises(EditError):
        edit_links(text, {1: slug("a")}, SLUGS)
