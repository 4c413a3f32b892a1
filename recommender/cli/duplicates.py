"""`recommender duplicates`: articles that say the same."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.options import (
    CacheDir,
    Config,
    Content,
    Jobs,
    Model,
    NoCache,
    Quiet,
    Strict,
    Targets,
    Today,
    configured,
    day,
)

if TYPE_CHECKING:
    from recommender.site.duplicates import DuplicateClusters


def duplicates(
    content: Content,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write JSON instead; - for standard output.", show_default=False),
    ] = None,
    score: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Similarity from which on two articles count; by default found.", show_default=False
        ),
    ] = None,
    targets: Targets = None,
    today: Today = None,
    model: Model = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    strict: Strict = False,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """List clusters of articles that say the same, the one that most curated links name first."""
    import msgspec

    from recommender.cli.console import Console
    from recommender.files import check_writable, write_output
    from recommender.progress import stage
    from recommender.site.duplicates import duplicate_clusters
    from recommender.site.open import open_site

    begun = time.perf_counter()
    if output is not None:
        check_writable(output)
    with Console(quiet=quiet, to_stderr=True) as console:
        site = open_site(
            content,
            configured(content, config, targets=targets, duplicate_score=score),
            model=model,
            cache_dir=cache_dir,
            use_cache=not no_cache,
            strict=strict,
            jobs=jobs,
            today=day(today),
            reporter=console,
        )
        with stage(console, "duplicates"):
            found = duplicate_clusters(site)
        if output is not None:
            written = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
            write_output(output, [written])
    if output is None:
        _print(found)
    console.tell_of(site)
    count = sum(len(cluster) for cluster in found.clusters)
    clusters = f"{len(found.clusters):,} cluster{'s' * (len(found.clusters) != 1)}"
    console.say(f"duplicates    {count:,} articles in {clusters} (alike by {found.threshold:.3f} or more)")
    console.tell_cost(site, time.perf_counter() - begun)


def _print(found: DuplicateClusters) -> None:
    for number, cluster in enumerate(found.clusters, start=1):
        typer.echo(f"{number}. {cluster[0].title}")
        for article in cluster:
            links = f"linked by {article.linked_by}" if article.linked_by else "not linked"
            facts = ", ".join(fact for fact in (article.group, article.date, links) if fact)
            title = f"  {article.title}" if article.title != cluster[0].title else ""
            typer.echo(f"   {article.similarity:.3f}  {article.path}{title}  ({facts})")
        typer.echo()
