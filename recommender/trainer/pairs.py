"""The texts of a site, each distinct one once, and the pairs of them that a model learns from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.fields import DocumentReader
from recommender.corpus.reader import read_document
from recommender.embedder.text import plain_text
from recommender.errors import InputError
from recommender.site.site import Site
from recommender.trainer.parts import Parts
from recommender.trainer.settings import PairKind

PASSAGE_CHARS = 800
"""About how long a passage is; it ends where a paragraph, a sentence or at least a word ends."""

_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?])\s"), re.compile(r"\s"))


@dataclass(frozen=True, slots=True)
class TrainingPairs:
    """Pairs of one kind, which share batches: a text is compared with others of its own kind.

    Attributes
    ----------
    name : str
        Such as ``"links: answer"`` or ``"views: question, answer"``.
    anchors, positives : int32 arrays of shape (n,)
        Numbers of the texts.
    anchor_rows, positive_rows : int32 arrays of shape (n,)
        Rows of the articles that the texts are of.
    answers : int32 array of shape (n_articles,)
        Number of the text by which an article would be a wrong answer, -1 where it has none.
    """

    name: str
    anchors: NDArray[np.int32]
    positives: NDArray[np.int32]
    anchor_rows: NDArray[np.int32]
    positive_rows: NDArray[np.int32]
    answers: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.anchors)


def usual_kinds(parts: Parts) -> tuple[PairKind, ...]:
    """Links and views where there are links to learn from, else views and passages."""
    return ("links", "views") if len(parts.links) and parts.rule != "articles" else ("views", "passages")


def make_pairs(
    site_texts: SiteTexts,
    rows: NDArray[np.int64],
    links: NDArray[np.int64],
    kinds: Sequence[PairKind],
    texts: list[str],
    *,
    seed: int = 0,
) -> tuple[TrainingPairs, ...]:
    """Make the pairs of one part of a site.

    Two linked articles make one pair for each view that both have, however often they name each other. The views of one
    article make a pair unless they are the same. Of each text long enough one pair of neighbouring passages is drawn.

    Parameters
    ----------
    rows : int64 array
        The articles of the part.
    links : int64 array of shape (n_links, 2)
        Links within the part.
    kinds : sequence of {"links", "views", "passages"}
    texts : list of str
        Those of the site; passages are appended.

    Returns
    -------
    tuple of TrainingPairs
        None of them empty.

    Raises
    ------
    InputError
        There are no such pairs.
    """
    made: list[TrainingPairs] = []
    if "links" in kinds:
        made += _linked(site_texts, links)
    if "views" in kinds:
        made += _views(site_texts, rows)
    if "passages" in kinds:
        made += _passages(site_texts, rows, texts, np.random.default_rng([seed, 2]))
    pairs = tuple(one for one in made if len(one))
    if not pairs:
        raise InputError(
            f"no pairs to learn from in {len(rows):,} articles, where {' and '.join(kinds)} were looked for: links "
            "come from the curated links, views need two texts of an article (views in recommender.yaml), passages "
            f"need a text of at least {2 * PASSAGE_CHARS:,} characters"
        )
    return pairs


def _linked(site_texts: SiteTexts, links: NDArray[np.int64]) -> Iterator[TrainingPairs]:
    both = np.unique(np.sort(links, axis=1), axis=0)
    for view, numbers in site_texts.views.items():
        yield _pairs(f"links: {view}", numbers, numbers, both[:, 0], both[:, 1])


def _views(site_texts: SiteTexts, rows: NDArray[np.int64]) -> Iterator[TrainingPairs]:
    for (first, one), (second, other) in combinations(site_texts.views.items(), 2):
        yield _pairs(f"views: {first}, {second}", one, other, rows, rows)


def _pairs(
    name: str,
    anchor_texts: NDArray[np.int32],
    positive_texts: NDArray[np.int32],
    anchor_rows: NDArray[np.int64],
    positive_rows: NDArray[np.int64],
) -> TrainingPairs:
    anchors, positives = anchor_texts[anchor_rows], positive_texts[positive_rows]
    kept = (anchors >= 0) & (positives >= 0) & (anchors != positives)
    return TrainingPairs(
        name,
        anchors[kept],
        positives[kept],
        anchor_rows[kept].astype(np.int32),
        positive_rows[kept].astype(np.int32),
        positive_texts,
    )


def _passages(
    site_texts: SiteTexts, rows: NDArray[np.int64], texts: list[str], rng: np.random.Generator
) -> Iterator[TrainingPairs]:
    for view, numbers in site_texts.views.items():
        anchors: list[int] = []
        owners: list[int] = []
        for row in rows.tolist():
            passages = cut_passages(site_texts.texts[numbers[row]]) if numbers[row] >= 0 else []
            neighbours = list(pairwise(passages))
            if neighbours:
                anchors.append(len(texts))
                owners.append(row)
                texts.extend(neighbours[int(rng.integers(len(neighbours)))])
        first = np.array(anchors, dtype=np.int32)
        owner = np.array(owners, dtype=np.int32)
        answers = np.full(len(numbers), -1, dtype=np.int32)
        answers[owner] = first + 1
        yield TrainingPairs(f"passages: {view}", first, first + 1, owner, owner, answers)


def cut_passages(text: str) -> list[str]:
    """Cut a text into passages of about `PASSAGE_CHARS` characters, one after the other; fewer than two of them: none.

    Each ends at the last paragraph that ends in its second half, else at a sentence, else at a word. What is left over
    at the end belongs to the last.
    """
    passages: list[str] = []
    start = 0
    while len(text) - start >= 2 * PASSAGE_CHARS:
        half, whole = start + PASSAGE_CHARS // 2, start + PASSAGE_CHARS
        ends = (max((found.end() for found in end.finditer(text, half, whole)), default=0) for end in _ENDS)
        stop = next((stop for stop in ends if stop), whole)
        passages.append(text[start:stop].strip())
        start = stop
    passages.append(text[start:].strip())
    return [passage for passage in passages if passage] if len(passages) > 1 else []


@dataclass(frozen=True, slots=True)
class SiteTexts:
    """Prepared texts, and which article has which.

    Attributes
    ----------
    views : dict of str to int32 array of shape (n_articles,)
        By view, the number of each article's text in `texts`, -1 where it has none.
    """

    texts: tuple[str, ...]
    views: dict[str, NDArray[np.int32]]


def read_texts(site: Site) -> SiteTexts:
    """Read the texts of all views that count, prepared as they are for encoding.

    Raises
    ------
    InputError
        A file changed since the site was opened.
    """
    names = [view for view, weight in site.settings.views.items() if weight > 0]
    views = {view: np.full(len(site.corpus), -1, dtype=np.int32) for view in names}
    numbers: dict[str, int] = {}
    reader = DocumentReader(site.settings)
    for row, article in enumerate(site.corpus.articles):
        document = read_document(site.content, article.path, reader).document
        if document is None:
            raise InputError(f"{site.content / article.path} changed while it was read; run again")
        for view in names:
            text = plain_text(document.texts.get(view, ""))
            if text.strip():
                views[view][row] = numbers.setdefault(text, len(numbers))
    return SiteTexts(tuple(numbers), views)
