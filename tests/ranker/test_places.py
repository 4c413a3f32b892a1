"""Signals of place, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.corpus.article import Article, Link, TextLink
from recommender.corpus.text_links import text_links
from recommender.ranker.places import SIGNALS, Places, article_places
from recommender.settings import Settings

PATHS = ("guide/index.md", "guide/setup/install-linux.md", "guide/setup/install-mac.md", "index.md", "notes/a.md")
INDEX, LINUX, MAC, HOME, NOTE = range(5)


def _places(links: dict[int, tuple[int, ...]] | None = None) -> Places:
    articles = [
        Article(
            f"/{path}",
            path,
            f"Title of {path}",
            url=f"/{path}",
            links=(Link("/notes/a.md"),),
            text_links=tuple(TextLink(f"/{PATHS[target]}", 1) for target in (links or {}).get(row, ())),
        )
        for row, path in enumerate(PATHS)
    ]
    return article_places(articles, text_links(articles, Settings()))


def _signal(places: Places, name: str, *pairs: tuple[int, int]) -> list[float]:
    left, right = np.array(pairs).T
    found: list[float] = places.signals(left, right)[name].tolist()
    return found


def test_every_signal_has_a_value_for_every_pair() -> None:
    left, right = (side.ravel() for side in np.meshgrid(np.arange(5), np.arange(5)))
    found = _places({LINUX: (MAC,)}).signals(left, right)
    assert tuple(found) == tuple(SIGNALS)
    assert all(values.shape == (25,) and np.isfinite(values).all() for values in found.values())


def test_folders() -> None:
    places = _places()
    assert _signal(places, "shared folders", (LINUX, MAC), (LINUX, INDEX), (LINUX, NOTE)) == [2, 1, 0]
    assert _signal(places, "steps between folders", (LINUX, MAC), (LINUX, INDEX), (LINUX, NOTE)) == [0, 1, 3]
    above = _signal(places, "page of a folder above", (LINUX, INDEX), (LINUX, HOME), (NOTE, INDEX), (INDEX, LINUX))
    assert above == [1, 1, 0, 0]
    assert _signal(places, "folder size", (NOTE, LINUX), (NOTE, INDEX)) == pytest.approx(np.log([3, 2]).tolist())


def test_folders_count_from_the_innermost_that_holds_all() -> None:
    paths = ("a/b/c/one.md", "a/b/c/d/two.md", "a/b/c-e/three.md", "a/b/c/d/four.md")
    places = article_places([Article(path, path, "A title") for path in paths], text_links([], Settings()))
    assert places.depth.tolist() == [1, 2, 1, 2]
    assert _signal(places, "shared folders", (0, 1), (0, 2), (1, 3)) == [1, 0, 2]
    # One article alone is in no folder.
    assert article_places([Article("a/b.md", "a/b.md", "B")], text_links([], Settings())).depth.tolist() == [0]


def test_names_and_order() -> None:
    places = _places()
    assert _signal(places, "names alike", (LINUX, MAC), (LINUX, NOTE)) == [len("install-"), 0]
    assert _signal(places, "paths between", (INDEX, MAC)) == pytest.approx([np.log(3)])


def test_links_inside_texts() -> None:
    """The note and the guide's page link both installations, the note the guide's page as well; curated links count
    for nothing.
    """
    places = _places({NOTE: (LINUX, MAC, INDEX), INDEX: (LINUX, MAC)})
    # A link counts 1 / log2(2 + links to its target): two lead to each installation, one to the guide's page.
    assert _signal(places, "links it", (NOTE, LINUX), (NOTE, INDEX), (LINUX, NOTE)) == pytest.approx(
        [1 / 2, 1 / np.log2(3), 0]
    )
    assert _signal(places, "linked by it", (LINUX, NOTE), (NOTE, LINUX)) == pytest.approx([1 / 2, 0])
    # Both installations are linked by the same two; the guide's page by the note, whose three links count 1 / log2(4).
    note, index = 1 / 2, 1 / np.log2(3)
    cosine = note / np.hypot(note, index)
    assert _signal(places, "linked together", (LINUX, MAC), (LINUX, INDEX), (LINUX, HOME)) == pytest.approx(
        [1, cosine, 0]
    )
    same = np.hypot(1 / 2, 1 / 2) / np.sqrt(1 / 2 + 1 / np.log2(3) ** 2)
    assert _signal(places, "link the same", (NOTE, INDEX), (NOTE, HOME)) == pytest.approx([same, 0])


def test_a_table_of_contents_links_nothing_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.ranker.places._MOST_LINKED", 2)
    places = _places({HOME: (LINUX, MAC, NOTE)})
    assert _signal(places, "linked together", (LINUX, MAC)) == [0]


def test_what_stands_near() -> None:
    places = _places({NOTE: (LINUX, HOME)})
    left, right = places.near(np.array([LINUX, HOME]))
    # The other installation by the folder, the note by its link, and what the note links as well.
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == {
        (LINUX, MAC),
        (LINUX, NOTE),
        (LINUX, HOME),
        (HOME, NOTE),
        (HOME, LINUX),
    }
    left, right = _places().near(np.array([NOTE, MAC]))
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == {(MAC, LINUX)}


def test_what_texts_link_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    places = _places({NOTE: (LINUX, MAC, INDEX, HOME), INDEX: (LINUX, MAC)})
    every, none = np.ones(5, dtype=np.bool_), np.full((2, 1), -1, dtype=np.int32)
    # Fewer link the guide's page and the home page than the installations; INDEX is linked by NOTE and links the two.
    rows = np.array([NOTE, INDEX])
    found = places.mentioned(rows, every, none)
    assert found[:, :5].tolist() == [[INDEX, HOME, LINUX, MAC, -1], [NOTE, LINUX, MAC, -1, -1]]
    # Neither what may not be linked, nor what is a candidate already.
    found = places.mentioned(rows, np.arange(5) != LINUX, np.array([[HOME], [NOTE]], dtype=np.int32))
    assert found[:, :3].tolist() == [[INDEX, MAC, -1], [MAC, -1, -1]]
    monkeypatch.setattr("recommender.ranker.places.MOST_MENTIONED", 2)
    monkeypatch.setattr("recommender.ranker.places._ROWS_AT_ONCE", 1)
    assert places.mentioned(rows, every, none).tolist() == [[INDEX, HOME], [NOTE, LINUX]]
