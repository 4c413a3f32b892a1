"""Facts beside the figures: corpus, versions of packages, and why there may be nothing to measure."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.evaluator.bench import Bench
from recommender.evaluator.result import CorpusFacts
from recommender.site.site import Site

_PACKAGES = (
    "recommender",
    "networkx",
    "numpy",
    "scipy",
    "scikit-learn",
    "faiss-cpu",
    "bm25s",
    "sparse-dot-topn",
    "sentence-transformers",
    "tokenizers",
    "torch",
)


def corpus_facts(site: Site, bench: Bench) -> CorpusFacts:
    """Name and count what was measured."""
    articles = site.corpus.articles
    parts = []
    eligible = bench.task.eligible.tolist()
    for article, texts, targets, may in zip(articles, site.corpus.texts, site.judged.targets, eligible, strict=True):
        marks = b"".join(name.encode() + texts[name].digest for name in sorted(texts))
        parts += [article.key.encode(), bytes([not may]), marks, targets.astype("<i4").tobytes()]
    return CorpusFacts(
        folder=str(site.content),
        digest=digest(*parts).hex(),
        articles=len(articles),
        eligible=int(bench.task.eligible.sum()),
        groups=len({article.group for article in articles} - {None}),
    )


def nothing_to_judge(site: Site, bench: Bench) -> str:
    """Say why no query is left."""
    counts = bench.judgements.counts
    if counts.kept:
        return (
            f"None of the {len(bench.task.sources):,} articles to measure has a curated link that judges; "
            f"{counts.kept:,} links of the site do."
        )
    if not counts.written:
        related = site.settings.related
        where = f" in the field {related.field!r}" if related.field else ""
        return (
            f"There is nothing to measure against: no curated links were found in {site.content}{where}. "
            "The section `related` of a configuration says where they are."
        )
    return (
        f"None of the {counts.written} curated links judges a query: {counts.dangling} lead to no article, "
        f"{counts.external} to other sites, {counts.to_self} to the article itself, {counts.ambiguous} by a name that "
        f"several articles have, {counts.not_eligible} to articles that may not be proposed."
    )


def numbers(names: Sequence[str | None]) -> NDArray[np.int32]:
    """A number for each name, -1 for None."""
    number = {name: place for place, name in enumerate(sorted({name for name in names if name is not None}))}
    return np.array([-1 if name is None else number[name] for name in names], dtype=np.int32)


def versions() -> dict[str, str]:
    """Versions of the packages that figures depend on."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
