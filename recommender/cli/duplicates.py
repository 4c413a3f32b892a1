"""`recommender duplicates`: articles that say the same."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.groups import number, option
from recommender.cli.list_options import TargetOptions, with_link_settings
from recommender.cli.options import OUTPUT, Quiet
from recommender.cli.site_options import SiteOptions
from recommender.ranges import RATIO

if TYPE_CHECKING:
    from recommender.site.duplicates import DuplicateClusters


def duplicates(
    site: SiteOptions,
    part: TargetOptions,
    output: Annotated[
        Path | None,
        option("--output", "-o", metavar="FILE", help="Write JSON instead; - for standard output.", panel=OUTPUT),
    ] = None,
    score: Annotated[
        float | None,
        number(
            "--score",
            within=RATIO,
            help="Share of text in common, 0 to 1, that alone makes duplicates; by default titles count too.",
            panel="Options",
            metavar="X",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """List articles that say the same.

    In a cluster, the article that most curated links name is first.

        recommender duplicates content
    """
    import msgspec

    from recommender.cli.console import Console
    from recommender.files import check_writable, write_output
    from recommender.progress import stage
    from recommender.site.duplicates import duplicate_clusters

    begun = time.perf_counter()
    if output is not None:
        check_writable(output)
    with Console(quiet=quiet, to_stderr=True) as console:
        settings = with_link_settings(site.settings(part), duplicate_score=score)
        opened = site.open(settings, console, today=part.day)
        with stage(console, "duplicates"):
            found = duplicate_clusters(opened)
        if output is not None:
            written = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
            write_output(output, [written])
    if output is None:
        _print(found)
    console.show_site(opened)
    count = sum(len(cluster) for cluster in found.clusters)
    clusters = f"{len(found.clusters):,} cluster{'s' * (len(found.clusters) != 1)}"
    console.say(f"duplicates    {count:,} articles in {clusters}")
    console.show_cost(opened, time.perf_counter() - begun)
    console.say_next(("propose links, at most one of each cluster", site.command("links")))


def _print(found: DuplicateClusters) -> None:
    for place, cluster in enumerate(found.clusters, start=1):
        typer.echo(f"{place}. {cluster[0].title}")
        for article in cluster:
            links = f"linked by {article.linked_by}" if article.linked_by else "not linked"
            facts = ", ".join(fact for fact in (article.group, article.date, links) if fact)
            title = f"  {article.title}" if article.title != cluster[0].title else ""
            typer.echo(f"   {article.similarity:.3f}  {article.path}{title}  ({facts})")
        typer.echo()
