"""Sitemaps as generators write them, and as nobody should."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from recommender.corpus import sitemap
from recommender.corpus.sitemap import sitemap_addresses
from recommender.errors import InputError

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
IMAGE = '<image:image xmlns:image="http://x"><image:loc>https://e.org/a.png</image:loc></image:image>'


def written(folder: Path, text: str | bytes, name: str = "sitemap.xml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def urls(*addresses: str, inside: str = "") -> str:
    entries = "".join(f"<url><loc> {address} </loc>{inside}</url>" for address in addresses)
    return f"{HEAD}<urlset {SPACE}>{entries}</urlset>"


def index(*addresses: str) -> str:
    entries = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f"{HEAD}<sitemapindex {SPACE}>{entries}</sitemapindex>"


def test_addresses_without_scheme_and_host(tmp_path: Path) -> None:
    text = urls("https://e.org/", "https://e.org/b/", "https://e.org/%C3%A9/?x=1&amp;y", "/b/", inside=IMAGE)
    assert sitemap_addresses(written(tmp_path, text)) == ("/", "/b/", "/é/")
    assert sitemap_addresses(written(tmp_path, "\ufeff" + text)) == ("/", "/b/", "/é/")
    assert sitemap_addresses(written(tmp_path, "https://e.org/a\n\nhttps://e.org/b\n", "s.txt")) == ("/a", "/b")
    assert sitemap_addresses(written(tmp_path, gzip.compress(text.encode()), "s.xml.gz")) == ("/", "/b/", "/é/")


def test_the_sitemaps_of_an_index_are_beside_it(tmp_path: Path) -> None:
    written(tmp_path, urls("https://e.org/a"), "posts.xml")
    written(tmp_path, gzip.compress(urls("https://e.org/b").encode()), "maps/pages.xml.gz")
    written(tmp_path, urls("https://e.org/c"), "news.xml")
    found = index("https://e.org/posts.xml", "https://e.org/maps/pages.xml.gz", "https://e.org/far/news.xml.gz")
    assert sitemap_addresses(written(tmp_path, found)) == ("/a", "/b", "/c")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (urls(), "expected a sitemap with addresses; found none"),
        ("<urlset><url>", "not a sitemap that can be read"),
        (f"{HEAD}{BOMB}<urlset><url><loc>&b;</loc></url></urlset>", "not a sitemap that can be read"),
        ("<html><body/></html>", "expected a sitemap (urlset or sitemapindex); found <html>"),
        (index("https://e.org/gone.xml"), "names https://e.org/gone.xml; expected its file beside it, found none"),
        (index("https://e.org/../../etc/passwd"), "expected its file beside it, found none"),
        (index("https://e.org/sitemap.xml"), "an index of sitemaps names another index"),
        (urls("https://[e.org/a"), "address 1 is none"),
        (b"\x1f\x8b no gzip", "not a packed file that can be read"),
    ],
)
def test_what_is_no_sitemap(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(InputError) as error:
        sitemap_addresses(written(tmp_path, text))
    assert said in str(error.value)


def test_a_sitemap_has_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_BYTES", 1_000)
    with pytest.raises(InputError, match="when it is unpacked"):
        sitemap_addresses(written(tmp_path, gzip.compress(b"<" + b"a" * 2_000), "s.xml.gz"))
    monkeypatch.setattr(sitemap, "MAX_ADDRESSES", 2)
    with pytest.raises(InputError, match="expected at most 2 addresses"):
        sitemap_addresses(written(tmp_path, urls("/a", "/b", "/c")))
