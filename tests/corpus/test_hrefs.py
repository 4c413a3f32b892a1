from __future__ import annotations

import pytest

from recommender.corpus.hrefs import hrefs


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[a](/x/) and [b](<y z.md> 'T')", [("/x/", "a", "inline"), ("y z.md", "b", "inline")]),
        ("![i](i.png) `[no](x)` [w](/w_(x)/)", [("/w_(x)/", "w", "inline")]),
        ("[![i](i.png)](/page/)", [("/page/", "![i](i.png)", "inline")]),
        ("[[Note|the note]] [[Other]]", [("Note", "the note", "wikilink"), ("Other", "Other", "wikilink")]),
        ('<a class="x" href="/q"><b>Q</b></a>', [("/q", "Q", "html")]),
        ("[ref] [full][Ref] [free text]", [("/r", "ref", "reference"), ("/r", "full", "reference")]),
        ('[s]({{< ref "p.md" >}}) [t]({% slug a/b %})', [("ref:p.md", "s", "shortcode"), ("slug:a/b", "t", "inline")]),
        ("[^1] text", []),
    ],
)
def test_links_in_all_ways(line: str, expected: list[tuple[str, str, str]]) -> None:
    found = hrefs([line, "[ref]: /r 'Title'", "[^1]: a note"])
    assert [(href.target, href.text, href.form) for href in found] == expected


def test_code_holds_no_links() -> None:
    assert hrefs(["```", "[a](b)", "```", "[c](d)"])[0].line == 3
