from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.corpus.folder import list_files
from recommender.errors import InputError
from recommender.settings import ContentSettings

WriteSite = Callable[[dict[str, str]], Path]


def paths(content: Path, **settings: object) -> list[str]:
    return [file.path for file in list_files(content, ContentSettings(**settings)).files]  # type: ignore[arg-type]


def test_markdown_files_in_the_order_of_their_paths(write_site: WriteSite) -> None:
    content = write_site(
        dict.fromkeys(["b.md", "a/z.mdx", "a/b/c.markdown", "x.txt", ".git/a.md", "node_modules/a.md", ".a.md"], "")
    )
    assert paths(content) == ["a/b/c.markdown", "a/z.mdx", "b.md"]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (("*.md",), (), ["a.md"]),
        (("**/*.md",), ("drafts/**",), ["a.md", "x/y/b.md"]),
        (("x/*/?.md",), (), ["x/y/b.md"]),
        ((), (), []),
    ],
)
def test_globs(write_site: WriteSite, include: tuple[str, ...], exclude: tuple[str, ...], expected: list[str]) -> None:
    content = write_site(dict.fromkeys(["a.md", "x/y/b.md", "drafts/c.md"], ""))
    assert paths(content, include=include, exclude=exclude) == expected


def test_links_stay_inside(write_site: WriteSite, tmp_path: Path) -> None:
    content = write_site({"a.md": "", "x/b.md": ""})
    (tmp_path / "secret.md").write_text("secret")
    (content / "out.md").symlink_to(tmp_path / "secret.md")
    (content / "in.md").symlink_to(content / "a.md")
    (content / "loop").symlink_to(content)
    (content / "broken.md").symlink_to(content / "nothing.md")
    listing = list_files(content, ContentSettings())
    assert [file.path for file in listing.files] == ["a.md", "in.md", "x/b.md"]
    assert [(problem.path, problem.rule) for problem in listing.problems] == [
        ("broken.md", "unreadable"),
        ("out.md", "outside"),
    ]


def test_what_is_no_file_or_too_large_is_left_out(write_site: WriteSite) -> None:
    content = write_site({"a.md": "x" * 100, "b.md": "x"})
    os.mkfifo(content / "pipe.md")
    listing = list_files(content, ContentSettings(max_file_bytes=50))
    assert [file.path for file in listing.files] == ["b.md"]
    assert [problem.rule for problem in listing.problems] == ["too-large"]


def test_suffixes_in_any_case(write_site: WriteSite) -> None:
    assert paths(write_site(dict.fromkeys(["a.MD", "b.Mdx", "c.TXT"], ""))) == ["a.MD", "b.Mdx"]


def test_what_is_not_read_is_counted_by_suffix(write_site: WriteSite) -> None:
    names = ["a.md", "b.rst", "c.RST", "d.adoc", "LICENSE", "drafts/e.md", "node_modules/x.rst"]
    listing = list_files(write_site(dict.fromkeys(names, "")), ContentSettings(exclude=("drafts/**",)))
    assert list(listing.unread.items()) == [(".rst", 2), ("", 1), (".adoc", 1), (".md", 1)]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"expected a folder of articles at .*found nothing there"):
        list_files(tmp_path / "none", ContentSettings())
