"""Books: pages are those that the table of contents names."""

from __future__ import annotations

from pathlib import Path

from recommender.corpus.generators import Address, NotBuilt, read_generator
from tests.corpus.generators.built import page, write

CONTENTS = (
    "# Summary\n\n[Intro](README.md)\n\n- [Bread](food/README.md)\n  - [Rye](<food/rye%20bread.md> 'x')\n"
    "- [Else](https://e.org/x.md)\n"
)
FILES = {
    "SUMMARY.md": CONTENTS, "README.md": page(), "food/README.md": page(), "food/rye bread.md": page(),
    "food/left out.md": page(),
}  # fmt: skip


def test_mdbook(tmp_path: Path) -> None:
    book = '[book]\ntitle = "x"\n[output.html]\nsite-url = "/guide/"\n'
    write(tmp_path, {"book.toml": book, **{f"src/{path}": text for path, text in FILES.items()}})
    for folder, start in ((tmp_path, "src/"), (tmp_path / "src", "")):
        generator = read_generator(folder)
        assert generator is not None
        assert generator.name == "mdBook"
        assert generator.address(f"{start}README.md", {}) == Address("/guide/")
        assert generator.address(f"{start}food/README.md", {}) == Address("/guide/food/")
        assert generator.address(f"{start}food/rye bread.md", {}) == Address("/guide/food/rye%20bread.html")
        assert isinstance(generator.address(f"{start}food/left out.md", {}), NotBuilt)
        assert isinstance(generator.address(f"{start}SUMMARY.md", {}), NotBuilt)


def test_gitbook(tmp_path: Path) -> None:
    write(tmp_path / "plain", FILES)
    configured = {f"docs/{path}": text for path, text in FILES.items()}
    write(tmp_path / "configured", {".gitbook.yaml": "root: ./docs/\n", **configured, "blog/a.md": page()})
    for folder, start in (("plain", ""), ("configured", "docs/"), ("configured/docs", "")):
        generator = read_generator(tmp_path / folder)
        assert generator is not None
        assert generator.name == "GitBook"
        assert generator.address(f"{start}README.md", {}) == Address("/")
        assert generator.address(f"{start}food/README.md", {}) == Address("/food")
        assert generator.address(f"{start}food/rye bread.md", {}) == Address("/food/rye%20bread")
        assert isinstance(generator.address(f"{start}food/left out.md", {}), NotBuilt)
    assert read_generator(tmp_path / "configured" / "blog") is None


def test_a_summary_that_names_no_chapter_is_no_book(tmp_path: Path) -> None:
    write(tmp_path, {"SUMMARY.md": "What this is about.\n", "README.md": page(), ".git/HEAD": ""})
    assert read_generator(tmp_path) is None
