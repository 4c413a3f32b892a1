from __future__ import annotations

import pytest

from recommender.corpus.html_page import read_html
from recommender.corpus.yaml_nodes import plain_value

PAGE = """<!doctype html><html lang="en"><head><title>Soup | The garden</title>
<link rel="canonical" href="https://example.org/soup/"><meta name="description" content="On soup">
<meta name="robots" content="noindex"></head><body><header><nav><a href="/">Home</a></nav></header>
<main><h1>Soup</h1><p>Boil <b>onions</b>, see <a href="../bread/">bread</a>.</p><script>no</script>
<h2>See also</h2><ul><li><a href="/stew/">Stew</a></li></ul></main><footer>Foot</footer></body></html>"""


def test_a_page_without_what_stands_around_it() -> None:
    source = read_html("soup/index.html", PAGE)
    assert source is not None
    assert plain_value(source.root) == {  # type: ignore[arg-type]
        "title": "Soup",
        "description": "On soup",
        "address": "/soup/",
        "lang": "en",
        "robots": "noindex",
    }
    assert source.body == ("# Soup\n\nBoil onions, see [bread](<../bread/>).\n\n## See also\n\n- [Stew](</stew/>)\n")


@pytest.mark.parametrize(("path", "address"), [("index.html", "/"), ("a/index.html", "/a/"), ("a/b.html", "/a/b.html")])
def test_an_address_from_the_file(path: str, address: str) -> None:
    source = read_html(path, "<title>A</title><p>Text.")
    assert source is not None
    assert plain_value(source.root) == {"title": "A", "address": address}  # type: ignore[arg-type]


def test_a_page_that_leads_to_another_is_none() -> None:
    assert read_html("a.html", '<meta http-equiv="Refresh" content="0; url=/b/">') is None


def test_broken_and_deep_pages_are_read() -> None:
    assert read_html("a.html", "<main>" + "<div>" * 5_000 + "deep") is not None
    assert read_html("a.html", "") is not None
