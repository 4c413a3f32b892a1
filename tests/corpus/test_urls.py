from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.corpus.urls import normal_url, slug_of, stem_of, url_of
from recommender.errors import SettingsError
from recommender.settings import UrlSettings
from recommender.settings_file import parse_settings

NAMES = st.text("ab.-_", min_size=1, max_size=6).filter(lambda name: set(name) != {"."})


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=3))
def test_stems_and_slugs_are_those_of_pathlib(parts: list[str]) -> None:
    path = "/".join(parts)
    stem = PurePosixPath(path).with_suffix("")
    assert stem_of(path) == str(stem)
    inside = stem.name in ("index", "_index") and stem.parent.name
    assert slug_of(path) == (stem.parent.name if inside else stem.name)


@settings(deadline=None)
@given(st.text("/ab.~-é?#%41:@ ", max_size=8))
def test_plain_paths_are_taken_apart_as_all_urls_are(url: str) -> None:
    # The second is the same page to `urlsplit` and no plain path.
    assert normal_url("/" + url.lstrip("/"), UrlSettings()) == normal_url("/" + url.lstrip("/") + " ", UrlSettings())


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("/a/b/", "/a/b"), ("/a/index.html", "/a"), ("/", "/"), ("", "/"), ("a/b", "/a/b"), ("/a%20b", "/a b"),
        ("/a?x#y", "/a"), ("//example.org/a", None), ("https://example.org/a", None), ("/index.html", "/"),
        ("/a//", "/a"),
    ],
)  # fmt: skip
def test_normal_urls(url: str, normal: str | None) -> None:
    assert normal_url(url, UrlSettings()) == normal


@pytest.mark.parametrize(
    ("path", "rewrite", "url"),
    [
        ("_posts/2024-05-17-cells.md", {"_posts/": "/{year}/{month}/{day}/{slug}.html"}, "/2024/05/17/cells.html"),
        ("_posts/2024-5-7-cells.md", {"_posts/": "/blog/{year}/{month}/{slug}/"}, "/blog/2024/05/cells/"),
        ("_posts/bio/2024-05-17-a.md", {"_posts/": "/blog/{slug}/"}, "/blog/a/"),
        ("_posts/undated.md", {"_posts/": "/blog/{slug}/"}, "/blog/undated/"),
        ("_guides/a/index.md", {"_guides/": "/guides/{path}.html"}, "/guides/a.html"),
        ("_guides/a.md", {"_guides/": "guides/"}, "/guides/a/"),
        ("a/{slug}.md", {}, "/a/{slug}/"),
    ],
)
def test_folders_with_a_pattern_of_their_own(path: str, rewrite: dict[str, str], url: str) -> None:
    assert url_of(path, UrlSettings(rewrite=rewrite)) == url


def test_the_pattern_of_all_files() -> None:
    assert url_of("posts/2024-05-17-cells.md", UrlSettings(pattern="/{year}/{slug}/")) == "/2024/cells/"


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"urls._posts/: yaer is not a setting; did you mean year\?"):
        parse_settings("urls: {rewrite: {_posts/: '/{yaer}/{slug}/'}}")
    with pytest.raises(SettingsError, match=r"urls.pattern needs \{path\} or \{slug\}; found '/x/'"):
        parse_settings("urls: {pattern: /x/}")
