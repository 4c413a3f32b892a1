from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.embedder.load import DEFAULT_MODEL, MULTILINGUAL_MODEL
from recommender.settings import ContentSettings
from recommender.site.model_choice import model_of_language
from recommender.site.open import open_site
from tests.conftest import article

WriteSite = Callable[[dict[str, str]], Path]

ENGLISH = "You can boil the soup for an hour, and then it is ready when we come home from work. "
GERMAN = "Die Suppe kann man eine Stunde kochen, und dann ist sie fertig, wenn wir nach Hause kommen. "
JAPANESE = "スープを一時間煮ると、家に帰るころにはできあがります。"


def files(text: str, folder: str, count: int = 4) -> dict[str, str]:
    return {f"{folder}/{n}.md": f"---\ntitle: The title\n---\n{text * 4}\n" for n in range(count)}


@pytest.mark.parametrize(
    ("texts", "model"),
    [
        ([ENGLISH], DEFAULT_MODEL),
        ([GERMAN], MULTILINGUAL_MODEL),
        ([JAPANESE], MULTILINGUAL_MODEL),
        ([ENGLISH, GERMAN], MULTILINGUAL_MODEL),
        ([ENGLISH] * 12 + [GERMAN], DEFAULT_MODEL),
        (["x = 3 "], DEFAULT_MODEL),
        ([], DEFAULT_MODEL),
    ],
)
def test_the_model_is_that_of_the_language(write_site: WriteSite, texts: list[str], model: str) -> None:
    found = {"README.txt": JAPANESE}
    for number, text in enumerate(texts):
        found |= files(text, f"part{number:02}/deep")
    assert model_of_language(write_site(found), ContentSettings()) == model


def test_hidden_folders_and_other_suffixes_say_nothing(write_site: WriteSite) -> None:
    found = files(ENGLISH, "en") | files(GERMAN, ".git") | files(GERMAN, "node_modules/x")
    found |= {f"de/{n}.rst": GERMAN for n in range(9)}
    assert model_of_language(write_site(found), ContentSettings()) == DEFAULT_MODEL


def test_a_site_is_opened_with_it_unless_a_model_is_named(write_site: WriteSite) -> None:
    content = write_site({"a.md": article("a", 1, GERMAN, GERMAN * 3), "b.md": article("b", 2, "Und nun?", GERMAN)})
    assert open_site(content, use_cache=False).encoder.name == MULTILINGUAL_MODEL
    assert open_site(content, model=DEFAULT_MODEL, use_cache=False).encoder.name == DEFAULT_MODEL
