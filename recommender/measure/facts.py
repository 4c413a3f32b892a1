"""Facts of a site beside its figures: which corpus was measured, and why there may be nothing to measure."""

from __future__ import annotations

from recommender.digest import digest
from recommender.evaluator.bench import Bench
from recommender.evaluator.result import CorpusFacts
from recommender.site.site import Site


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
        field = site.settings.related.field
        return (
            f"There is nothing to measure against: no article in {site.content} has curated links in the field "
            f"{field!r}. The section `related` of the configuration says where they are."
        )
    return (
        f"None of the {counts.written} curated links judges a query: {counts.dangling} lead to no article, "
        f"{counts.external} to other sites, {counts.to_self} to the article itself, {counts.ambiguous} by a name that "
        f"several articles have, {counts.not_eligible} to articles that may not be proposed."
    )
