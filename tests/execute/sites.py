"""Generated sites: made-up words in topics, so that articles have neighbours."""

from __future__ import annotations

import random
from pathlib import Path

from tests.conftest import article

_SYLLABLES = ["ba", "ko", "li", "mu", "ne", "po", "ra", "si", "tu", "ve", "wo", "za"]


def write_articles(content: Path, count: int, words: int = 120, seed: int = 0) -> Path:
    """Write `count` articles of about so many words each, in topics of twenty."""
    draw = random.Random(seed)

    def word() -> str:
        return "".join(draw.choice(_SYLLABLES) for _ in range(draw.randint(2, 4)))

    common = [word() for _ in range(400)]
    topics = [[word() for _ in range(60)] for _ in range(max(1, count // 20))]
    for number in range(count):
        topic = topics[number % len(topics)]
        text = " ".join(draw.choice(topic if draw.random() < 0.4 else common) for _ in range(words))
        question = " ".join(draw.choice(topic) for _ in range(6))
        folder = content / f"part{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        text = article(f"a{number:05d}", number, question, text, f"topic{number % 5}")
        (folder / f"a{number:05d}.md").write_text(text)
    return content
