from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recommender.site.site import Site
from recommender.trainer.development import FindLinked, FindOther, development_task
from recommender.trainer.pairs import read_texts
from recommender.trainer.parts import divide


def _encoder(n: int, seed: int = 0) -> Callable[[np.ndarray], np.ndarray]:
    vectors = np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return lambda numbers: vectors[numbers]


def _ndcg(order: list[int], relevant: set[int]) -> float:
    gains = sum(1 / np.log2(place + 2) for place, row in enumerate(order[:10]) if row in relevant)
    return gains / sum(1 / np.log2(place + 2) for place in range(min(10, len(relevant))))


def test_linked_articles_of_the_part_against_a_naive_twin(site: Site) -> None:
    parts, site_texts = divide(site, by_links=True), read_texts(site)
    texts = list(site_texts.texts)
    task = development_task(site_texts, parts, {"question": 1.0, "answer": 3.0}, texts)
    assert isinstance(task, FindLinked)
    assert task.n_queries == len(parts.development) == 12
    encode = _encoder(len(texts))
    questions, answers = (encode(site_texts.views[view][parts.development]) for view in ("question", "answer"))
    joined = 0.25 * questions + 0.75 * answers
    joined /= np.linalg.norm(joined, axis=1, keepdims=True)
    scores = joined @ joined.T
    naive = []
    for line, row in enumerate(parts.development.tolist()):
        order = [other for other in np.argsort(-scores[line]).tolist() if other != line]
        linked = set(np.searchsorted(parts.development, site.resolved.targets[row]).tolist())
        naive.append(_ndcg(order, linked))
    assert task.values(encode).tolist() == pytest.approx(naive)


def test_without_links_the_answer_to_a_question(open_linked: Callable[..., Site]) -> None:
    site = open_linked(linked=False)
    parts, site_texts = divide(site, by_links=False), read_texts(site)
    texts = list(site_texts.texts)
    task = development_task(site_texts, parts, site.settings.views, texts)
    assert isinstance(task, FindOther)
    assert task.what == "the other text of a pair (views: question, answer)"
    encode = _encoder(len(texts), 1)
    questions, answers = (encode(site_texts.views[view][parts.development]) for view in ("question", "answer"))
    scores = questions @ answers.T
    naive = [_ndcg(np.argsort(-line).tolist(), {place}) for place, line in enumerate(scores)]
    assert task.values(encode).tolist() == pytest.approx(naive)


def test_a_perfect_model_finds_everything(open_linked: Callable[..., Site]) -> None:
    site = open_linked(linked=False)
    parts, site_texts = divide(site, by_links=False), read_texts(site)
    task = development_task(site_texts, parts, site.settings.views, list(site_texts.texts))
    own = np.zeros((len(site_texts.texts), len(site.corpus)), dtype=np.float32)
    for numbers in site_texts.views.values():
        own[numbers, np.arange(len(site.corpus))] = 1
    assert task.values(lambda numbers: own[numbers]).tolist() == [1.0] * task.n_queries
