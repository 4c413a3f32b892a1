"""One article, or any text, beside what is curated and proposed for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.corpus.article import Article
from recommender.errors import InputError
from recommender.lexical.terms import TermCounter
from recommender.neighbours.hubness import discounted
from recommender.neighbours.order import best_first
from recommender.pipeline.select import curated_scores
from recommender.pipeline.site import Site


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as it is shown; `score` is None where the target is no article, `in_both` where both lists name it."""

    title: str
    group: str | None
    key: str | None
    score: float | None
    in_both: bool


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What `look` found.

    Attributes
    ----------
    asked : str
    article : Article or None
        None where `asked` names no article and was taken as a text.
    also : tuple of Article
        Others of the same id or title.
    curated, proposed : tuple of ShownLink
    """

    asked: str
    article: Article | None
    also: tuple[Article, ...]
    curated: tuple[ShownLink, ...]
    proposed: tuple[ShownLink, ...]


def look(site: Site, asked: str, k: int) -> ArticleView:
    """Find the article that `asked` names by key, url, path, id or title; without one, take it as a text.

    Raises
    ------
    InputError
        The site has no articles, or the text holds no word that the model knows.
    """
    if not len(site.corpus):
        raise InputError(f"{site.content} holds no articles")
    rows = _named(site, asked.strip())
    if not rows:
        return ArticleView(asked, None, (), (), _nearest_to_text(site, asked, k))
    row = rows[0]
    articles = site.corpus.articles
    candidates = site.propose(k)
    pairs = zip(candidates.indices[row].tolist(), candidates.scores[row].tolist(), strict=True)
    proposed = [(target, score) for target, score in pairs if target >= 0]
    targets = site.resolved.targets[row].tolist()
    known = {target for target, _ in proposed} & set(targets)
    scores = curated_scores(site, site.resolved.targets)[row].tolist()
    curated = []
    for link, target, score in zip(articles[row].links, targets, scores, strict=True):
        if target >= 0:
            found = articles[target]
            curated.append(ShownLink(found.title, found.group, found.key, score, target in known))
        else:
            curated.append(
                ShownLink(f"{link.title or link.target} (not an article here)", link.group, None, None, False)
            )
    return ArticleView(
        asked=asked,
        article=articles[row],
        also=tuple(articles[other] for other in rows[1:]),
        curated=tuple(curated),
        proposed=tuple(
            ShownLink(articles[target].title, articles[target].group, articles[target].key, score, target in known)
            for target, score in proposed
        ),
    )


def _named(site: Site, asked: str) -> list[int]:
    """Rows of the articles of this name, by the first kind of name that fits any."""
    articles = site.corpus.articles
    if asked in site.corpus.rows:
        return [site.corpus.rows[asked]]
    folded = " ".join(asked.casefold().split())
    for names in (
        lambda article: (article.url, article.url and article.url.strip("/"), article.key.strip("/"), article.path),
        lambda article: (None if article.id is None else str(article.id),),
        lambda article: tuple(" ".join(title.casefold().split()) for title in (article.title, *article.aliases)),
    ):
        wanted = {asked, asked.strip("/"), folded}
        rows = [row for row, article in enumerate(articles) if wanted.intersection(filter(None, names(article)))]
        if rows:
            return rows
    return []


def _nearest_to_text(site: Site, text: str, k: int) -> tuple[ShownLink, ...]:
    from recommender.embedder.text import plain_text

    prepared = plain_text(text)
    encoded = site.encoder.encode([prepared], role="query").vectors[0]
    share = site.settings.words.share
    scores = (1 - share) * (site.text_vectors()[site.targets] @ encoded).astype(np.float64)
    is_known = bool(encoded.any())
    if share > 0:
        counts = TermCounter().count([{"text": prepared}], {"text": 1})
        words = site.term_weights.vocabulary.weigh(counts)
        is_known |= words.nnz > 0
        scores += share * (words @ site.term_weights.matrix[site.targets].T).toarray()[0]
    if not is_known:
        raise InputError(
            f"{text!r} names no article, and the model knows no word of it; give a url, an id, a title or a sentence"
        )
    scores = discounted(scores, site.similarity.crowding[site.targets])[None, :]
    order = best_first(site.targets[None, :], scores)[0, :k]
    articles = site.corpus.articles
    return tuple(
        ShownLink(article.title, article.group, article.key, float(scores[0, at]), False)
        for at in order.tolist()
        for article in (articles[site.targets[at]],)
    )
