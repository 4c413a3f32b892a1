"""Small sites for tests of the ranker: articles that come in batches, with links drawn within a batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article, Link
from recommender.ranker.additive import AdditiveModel, StepFunction
from recommender.ranker.features import ArticleFeatures, article_features
from recommender.ranker.record import Calibration, Card, Combination, Ranker, key_name
from recommender.site.own_ranker import basis_of
from recommender.site.site import Site


def batched_articles(
    n_batches: int, *, size: int = 10, seed: int = 0, links: bool = True
) -> tuple[list[Article], NDArray[np.int64]]:
    """Articles of uploads of `size` consecutive ids, some of them not published, and the upload of each.

    Links go to three articles drawn from the same upload; those of group ``"Unseen"`` have none and get none.
    """
    rng = np.random.default_rng(seed)
    articles, batch_of = [], []
    for batch in range(n_batches):
        members = [batch * size + place for place in range(size) if rng.random() < 0.8] or [batch * size]
        for number in members:
            group = "Unseen" if number % 5 == 4 else f"Group {batch % 3}"
            others = [other for other in members if other != number and other % 5 != 4]
            chosen = rng.permutation(others)[:3].tolist() if links and group != "Unseen" else []
            key = f"/a/{number:05}"
            articles.append(
                Article(
                    key=key,
                    path=f"a/{number:05}.md",
                    title=f"Article {number}",
                    id=number,
                    group=group,
                    links=tuple(Link(f"/a/{other:05}") for other in chosen),
                )
            )
            batch_of.append(batch)
    return articles, np.array(batch_of)


_WORDS = (
    "river",
    "stone",
    "cloud",
    "engine",
    "market",
    "planet",
    "garden",
    "copper",
    "signal",
    "bridge",
    "forest",
    "lantern",
)


def batched_files(n_batches: int) -> dict[str, str]:
    """The files of `batched_articles`, with texts of which those of two uploads in a row are about one thing."""
    articles, batch_of = batched_articles(n_batches)
    rng = np.random.default_rng(0)
    files = {}
    for article, batch in zip(articles, batch_of.tolist(), strict=True):
        topic = np.random.default_rng(batch // 2).permutation(_WORDS)[:5].tolist()
        text = " ".join(rng.choice([*topic, *_WORDS], 12).tolist())
        links = "".join(
            f"related_article{number}:\n    url: {link.target}\n" for number, link in enumerate(article.links, 1)
        )
        files[article.path] = (
            f"---\nid: {article.id}\nurl: {article.key}\ntitle: {article.title}\nsubject: {article.group}\n"
            f"question: About {topic[0]}\nanswer: {text}\n{links}---\n"
        )
    return files


def topic_vectors(
    topics: NDArray[np.int64], *, dim: int = 16, noise: float = 0.6, seed: int = 1
) -> NDArray[np.float32]:
    """Unit vectors around a direction per topic."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(int(topics.max()) + 1, dim))
    vectors = centres[topics] + noise * rng.normal(size=(len(topics), dim))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def batched_features(n_batches: int, *, size: int = 10, seed: int = 0) -> tuple[ArticleFeatures, NDArray[np.int64]]:
    """Features of `batched_articles`, whose texts resemble each other within an upload."""
    articles, batch_of = batched_articles(n_batches, size=size, seed=seed)
    vectors = topic_vectors(batch_of, seed=seed)
    return article_features(articles, vectors, {"answer": vectors}), batch_of


def plain_ranker(site: Site) -> Ranker:
    """A ranker as a fit on a site would make it, by the similarity of texts and of folders alone."""
    functions = {
        "text": StepFunction((0.1, 0.2, 0.4), (-1.0, 0.0, 1.0, 2.0), -1.0),
        "same folder": StepFunction((0.5,), (0.0, 0.5), 0.0),
    }
    whole = Combination(AdditiveModel(functions, -2.0), None, None, Calibration(1.0, 0.0))
    card = Card(
        articles=len(site.corpus),
        queries=30,
        links=90,
        components=6,
        folds=2,
        text_only=False,
        pool_recall={"union": 1.0},
        figures=(),
        gain=None,
        expected_calibration_error=0.01,
        model=site.encoder.name,
        views=dict(site.settings.views),
        treatment="as it is",
        learned_on="2026-11-30",
        basis=basis_of(site),
    )
    names = [key_name(article.key) for article in site.corpus.articles]
    return Ranker(whole, (whole, whole), (frozenset(names[::2]), frozenset(names[1::2])), card)
