"""A made-up site of any size, with the lengths, the skew of words and the topics of a real one.

    .venv/bin/python benchmarks/make_site.py FOLDER ARTICLES

Article number i is the same in a site of every size, so that a larger one continues a smaller one. Words are those of
the default model's vocabulary, the frequent ones first, and compounds of two of them; they follow Zipf's law. An
article has one of some topics, a topic one of some fields, a field one of some subjects, each with words of its own;
the number of topics grows a little slower than that of articles. Titles, questions, answers (median 2,900 characters),
subjects, urls, ids and, for three in four, links to articles of near ids stand in the front matter as the default
configuration reads them. The text says nothing.
"""

from __future__ import annotations

import argparse
import json
from functools import lru_cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np

SEED = 20_241
VOCABULARY = 3_000_000
COMMON = 3_000
SUBJECTS = 40
TOPICS_PER_FIELD = 25
MEDIAN_WORDS = 362
WORDS_SIGMA = 0.55
ARTICLES_PER_FOLDER = 500
# Of an article's words: from its topic, its field, its subject, and from all that are rare; the rest are common words.
SHARES = np.cumsum([0.16, 0.10, 0.12, 0.03])
WORDS_OF_TOPIC, WORDS_OF_FIELD, WORDS_OF_SUBJECT = 100, 400, 2_000


def random(*path: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((SEED, *path))))


@lru_cache(maxsize=1)
def base_words() -> list[str]:
    """Whole words of the default model's tokenizer, as they stand there: roughly by frequency."""
    file = Path(__file__).parent.parent / "models" / "english-static" / "tokenizer.json"
    tokens = json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]
    ordered = sorted(tokens, key=tokens.__getitem__)
    return [token for token in ordered if len(token) > 1 and token.isascii() and token.isalpha() and token.islower()]


@lru_cache(maxsize=300_000)
def word(number: int) -> str:
    """Frequent words are words, rare ones compounds."""
    words = base_words()
    if number < len(words):
        return words[number]
    mixed = (number * 2_654_435_761) % 2**32
    return words[COMMON // 4 + mixed % 9_000] + words[COMMON // 4 + mixed // 9_000 % 9_000]


def zipf(count: int, exponent: float = 1.0, shift: float = 2.7) -> np.ndarray:
    weights = 1 / (np.arange(count) + shift) ** exponent
    return np.cumsum(weights / weights.sum())


COMMON_LINE = zipf(COMMON)
TOPIC_LINE = zipf(WORDS_OF_TOPIC, 0.7)
FIELD_LINE = zipf(WORDS_OF_FIELD, 0.8)
SUBJECT_LINE = zipf(WORDS_OF_SUBJECT, 0.9)


@lru_cache(maxsize=60_000)
def own_words(kind: int, number: int, count: int) -> np.ndarray:
    """Words of a topic, field or subject, evenly spread over the logarithm of their rank beyond the common ones."""
    return rare_words(random(kind, number).random(count))


def rare_words(spread: np.ndarray) -> np.ndarray:
    return (COMMON / 4 * (VOCABULARY / COMMON * 4) ** spread).astype(np.int64)


class Article:
    """What follows from an article's number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rng = random(0, number)
        topics = max(1, int((number + 1) ** 0.8))
        self.topic = int(topics * self.rng.random() ** 1.3)
        self.field = self.topic // TOPICS_PER_FIELD
        self.subject = self.field % SUBJECTS
        about = own_words(1, self.topic, WORDS_OF_TOPIC)[np.searchsorted(TOPIC_LINE, self.rng.random(3))]
        filler = np.searchsorted(COMMON_LINE, self.rng.random(6))
        words = [word(int(one)) for one in (*filler[:3], about[0], filler[3], about[1], *filler[4:], about[2])]
        self.title = " ".join(words).capitalize() + "?"
        self.subject_name = word(COMMON + self.subject * 7).capitalize()
        self.url = f"/learn/{self.subject_name.lower()}/questions/{'-'.join(words)}-{number}"

    def answer(self) -> str:
        length = int(np.clip(MEDIAN_WORDS * np.exp(WORDS_SIGMA * self.rng.normal()), 40, 4_000))
        kind = self.rng.random(length)
        place = self.rng.random(length)
        numbers = np.searchsorted(COMMON_LINE, place)
        source = np.searchsorted(SHARES, kind, side="right")
        for at, (line, own) in enumerate(
            (
                (TOPIC_LINE, own_words(1, self.topic, WORDS_OF_TOPIC)),
                (FIELD_LINE, own_words(2, self.field, WORDS_OF_FIELD)),
                (SUBJECT_LINE, own_words(3, self.subject, WORDS_OF_SUBJECT)),
            )
        ):
            numbers[source == at] = own[np.searchsorted(line, place[source == at])]
        numbers[source == 3] = rare_words(place[source == 3])
        words = list(map(word, numbers.tolist()))
        sentences = []
        start = 0
        while start < length:
            end = start + int(self.rng.integers(8, 25))
            sentences.append(" ".join(words[start:end]).capitalize() + ".")
            start = end
        paragraphs = [" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5)]
        return "\\n\\n".join(paragraphs)

    def text(self) -> str:
        lines = [
            "---",
            f"id: {self.number + 1}",
            f"title: {self.title}",
            "question: >-",
            f"    {self.title}",
            "answer: >-",
            f"    {self.answer()}",
            f"subject: {self.subject_name}",
            f"url: {self.url}",
        ]
        if self.rng.random() < 0.75:
            back = np.unique(self.rng.integers(1, 22, int(self.rng.integers(1, 6))))
            for place, other in enumerate((self.number - back[back <= self.number]).tolist(), start=1):
                linked = Article(other)
                lines += [
                    f"related_article{place}:",
                    f"    id: {other + 1}",
                    f"    title: {linked.title}",
                    f"    subject: {linked.subject_name}",
                    f"    url: {linked.url}",
                ]
        return "\n".join([*lines, "---", ""])


def write_folder(call: tuple[Path, int, int]) -> None:
    folder, first, last = call
    half_made = folder.with_name(f".{folder.name}")
    half_made.mkdir(parents=True, exist_ok=True)
    for number in range(first, last):
        (half_made / f"{number:08d}.md").write_text(Article(number).text(), encoding="utf-8")
    half_made.rename(folder)


def make_site(folder: Path, articles: int, processes: int | None = None) -> None:
    """Write the folders that are not there yet; each under another name until it is whole."""
    starts = range(0, articles, ARTICLES_PER_FOLDER)
    calls = [(folder / f"{at:08d}", at, min(at + ARTICLES_PER_FOLDER, articles)) for at in starts]
    calls = [call for call in calls if not call[0].exists()]
    with Pool(processes) as pool:
        for _ in pool.imap_unordered(write_folder, calls):
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--processes", type=int)
    options = parser.parse_args()
    make_site(options.folder, options.articles, options.processes)


if __name__ == "__main__":
    main()
