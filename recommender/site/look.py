"""One article, or any text, beside what is curated and proposed for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.errors import InputError
from recommender.lexical.languages import detect_language
from recommender.lexical.terms import TermCounter
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first, rounded
from recommender.neighbours.rerank import RERANKED, reordered
from recommender.ranker.list_score import default_model, score_lists
from recommender.ranker.record import Ranker
from recommender.ranker.typed import with_text
from recommender.site.ranking import SiteRanker
from recommender.site.select import Proposer
from recommender.site.site import Site, require_site


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as it is shown; `score` is None where the target is no article, `in_both` where both lists name it."""

    title: str
    group: str | None
    key: str | None
    score: float | None
    in_both: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What `look` found.

    Attributes
    ----------
    article : Article or None
        None where `asked` names no article and was taken as a text.
    also : tuple of Article
        Others of the same id or title.
    """

    asked: str
    article: Article | None
    also: tuple[Article, ...]
    curated: tuple[ShownLink, ...]
    proposed: tuple[ShownLink, ...]


def look(site: Site, asked: str, k: int = 5, *, ranker: Ranker | None = None, explain: bool = False) -> ArticleView:
    """Find the article that `asked` names by key, url, path, id or title; without one, take it as a text.

    Parameters
    ----------
    site : Site
    asked : str
    k : int
        Proposals.
    ranker : Ranker, optional
        Scores the candidates of an article; what is nearest to a text is always found by text.
    explain : bool
        Give the reasons for every link of an article.

    Raises
    ------
    InputError
        The text holds no word that the model knows.
    """
    require_site(site)
    rows = _named(site, asked.strip())
    if not rows:
        return ArticleView(asked, None, (), (), _nearest_to_text(site, asked, k))
    row = rows[0]
    articles = site.corpus.articles
    site_ranker = SiteRanker(site, ranker, sources=np.array([row])) if ranker is not None or explain else None
    proposer: Proposer = site if ranker is None or site_ranker is None else site_ranker
    decided = site.decisions.decided
    refused = decided.kept_out(row)
    # As much deeper as may be left out.
    candidates = proposer.propose(k + len(refused))
    pairs = zip(candidates.indices[row].tolist(), candidates.scores[row].tolist(), strict=True)
    proposed = [(target, score) for target, score in pairs if target >= 0 and target not in refused][:k]
    targets = site.resolved.targets[row].tolist()
    known = {target for target, _ in proposed} & set(targets)
    scores = _curated_scores(proposer, row, site.resolved.targets[row])
    reasons: dict[int, tuple[str, ...]] = {}
    if explain and site_ranker is not None:
        linked = sorted({target for target in targets if target >= 0} | {target for target, _ in proposed})
        reasons = dict(zip(linked, site_ranker.reasons(np.full(len(linked), row), np.array(linked)), strict=True))
    curated = []
    for link, target, score in zip(articles[row].links, targets, scores, strict=True):
        if target >= 0:
            found = articles[target]
            why = reasons.get(target, ())
            curated.append(ShownLink(found.title, found.group, found.key, score, target in known, why))
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
            ShownLink(found.title, found.group, found.key, score, target in known, reasons.get(target, ()))
            for target, score in proposed
            for found in (articles[target],)
        ),
    )


def _curated_scores(proposer: Proposer, row: int, targets: NDArray[np.int32]) -> list[float | None]:
    """Scores of one article's curated links; None where they lead to no article."""
    known = targets >= 0
    scores = iter(proposer.pair_scores(np.full(int(known.sum()), row), targets[known]).tolist() if known.any() else ())
    return [next(scores) if leads else None for leads in known.tolist()]


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
    """The articles that the default ranking proposes for a text, with scores of the same meaning as an article's."""
    from recommender.embedder.text import plain_text

    prepared = plain_text(text)
    encoded = site.encoder.encode([prepared], role="query").vectors[0]
    share = site.settings.words.share
    targets = site.targets
    similarity = (1 - share) * (site.text_vectors()[targets] @ encoded).astype(np.float64)
    counts = None
    is_known = bool(encoded.any())
    if share > 0:
        weights = site.term_weights
        # A text that was typed is a title as much as a body.
        fields, languages = {"text": 1}, [detect_language(prepared)]
        counts = TermCounter().count([{"text": prepared}], fields, ["text"], languages)
        words = weights.vocabulary.weigh(counts)
        is_known |= words.nnz > 0
        similarity += share * (words @ weights.matrix[targets].T).toarray()[0]
    if not is_known:
        raise InputError(
            f"{text!r} names no article, and the model knows no word of it; give a url, an id, a title or a sentence"
        )
    near = rounded(similarity)[None, :]
    order = best_first(targets[None, :], near)[:, : max(k, RERANKED)]
    nearest = Candidates(targets[order], np.take_along_axis(near, order, axis=1))
    first, nearness = nearest.indices[0, :RERANKED], nearest.scores[0, :RERANKED]
    around = with_text(site.plan.text_surroundings, first, nearness, counts)
    scores = score_lists(default_model(), around, np.array([len(site.corpus)]))[:, : len(first)]
    found = reordered(nearest, scores)
    articles = site.corpus.articles
    return tuple(
        ShownLink(article.title, article.group, article.key, score, False)
        for row, score in zip(found.indices[0, :k].tolist(), found.scores[0, :k].tolist(), strict=True)
        for article in (articles[row],)
    )
