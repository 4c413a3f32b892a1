"""A small site whose links say which words mean the same, and a small model that does not know it yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.site.open import open_site
from recommender.site.site import Site
from tests.conftest import article
from tests.embedder.model_makers import WORDS, make_tokenizer, save_transformer

GROUPS = 15
PER_GROUP = 4

OpenSite = Callable[..., Site]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static model of 8 random components for each word."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    folder = tmp_path_factory.mktemp("models") / "base"
    tokenizer: Any = make_tokenizer()
    weights = np.random.default_rng(1).normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return folder


@pytest.fixture(scope="session")
def transformer_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reads 24 tokens at once."""
    return save_transformer(tmp_path_factory.mktemp("models") / "transformer", limit=24)


def linked_files(*, linked: bool = True, joined: bool = False) -> dict[str, str]:
    """Groups of articles that link to each other in a ring. Odd ones use other words than even ones for the same
    thing: the n-th word and the one 17 behind it. `joined`: each group also links to the next.
    """
    rng = np.random.default_rng(7)
    files: dict[str, str] = {}
    for group in range(GROUPS):
        things = rng.choice(17, size=4, replace=False)
        for place in range(PER_GROUP):
            words = [WORDS[thing + 17 * (place % 2)] for thing in things]
            # Without links, a question is in other words than its answer.
            asked = words if linked else [WORDS[thing + 17 * ((place + 1) % 2)] for thing in things]
            question = " ".join(rng.choice(asked, size=3))
            answer = " ".join(rng.choice(words, size=30)) + "."
            links = [f"{group}-{(place + 1) % PER_GROUP}"] if linked else []
            if joined and place == 0:
                links.append(f"{(group + 1) % GROUPS}-0")
            slug = f"{group}-{place}"
            files[f"learn/{slug}.md"] = article(slug, group * 10 + place, question, answer, "Words", tuple(links))
    return files


@pytest.fixture
def open_linked(write_site: Callable[[dict[str, str]], Path], base: Path) -> OpenSite:
    """Write and open the site, with the small model if no other is named."""

    def opened(model: Path = base, **changes: bool) -> Site:
        return open_site(write_site(linked_files(**changes)), model=str(model), jobs=1)

    return opened


@pytest.fixture(scope="session")
def linked_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = tmp_path_factory.mktemp("linked")
    for path, text in linked_files().items():
        place = content / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return content


@pytest.fixture
def site(linked_content: Path, base: Path) -> Site:
    return open_site(linked_content, model=str(base), jobs=1)
