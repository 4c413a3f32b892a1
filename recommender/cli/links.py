"""`recommender links`: the main job."""

from __future__ import annotations

import datetime as dt
import time
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.engine import Address, Engine, EngineName, Workdir
from recommender.cli.options import (
    CacheDir,
    Config,
    Content,
    Decisions,
    Diversity,
    Explain,
    Hubs,
    Jobs,
    MaxInbound,
    MinInbound,
    MinPrecision,
    MinScore,
    Model,
    NearDuplicates,
    NoCache,
    Quiet,
    RankerFile,
    Recall,
    Sources,
    Strict,
    Targets,
    Today,
    configured,
    day,
    with_decisions,
)

DEFAULT_OUTPUT = Path("related-links.json")


def links(
    content: Content,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Links file: .json, .yaml, .jsonl or .csv; - for JSON on standard output."),
    ] = DEFAULT_OUTPUT,
    k: Annotated[
        int | None,
        typer.Option(
            "-k", min=1, help="Links per article; by default the configuration's, else 5.", show_default=False
        ),
    ] = None,
    min_score: MinScore = None,
    min_precision: MinPrecision = None,
    only_missing: Annotated[bool, typer.Option("--only-missing", help="Only articles without curated links.")] = False,
    keep_curated: Annotated[
        bool, typer.Option("--keep-curated", help="Curated links first; proposals fill the free places.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; say which articles' lists are out of date, and exit with 1."),
    ] = False,
    front_matter: Annotated[
        bool, typer.Option("--front-matter", help="With --check: the front matter must hold the links as well.")
    ] = False,
    field: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --front-matter: as for `apply --field`.", show_default=False),
    ] = None,
    changed_only: Annotated[
        bool, typer.Option("--changed-only", help="Print the keys of the articles whose lists changed.")
    ] = False,
    near_duplicates: NearDuplicates = None,
    diversity: Diversity = None,
    max_inbound: MaxInbound = None,
    min_inbound: MinInbound = None,
    hubs: Hubs = None,
    recall: Recall = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="The last run's links file: its links stay unless beaten by a margin.", show_default=False),
    ] = None,
    margin: Annotated[
        float | None, typer.Option(min=0, help="That margin; by default found.", show_default=False)
    ] = None,
    frozen_before: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Articles of an earlier date keep the list that they have in --previous.",
            show_default=False,
        ),
    ] = None,
    ranker: RankerFile = None,
    explain: Explain = False,
    sources: Sources = None,
    targets: Targets = None,
    today: Today = None,
    decisions: Decisions = None,
    model: Model = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    strict: Strict = False,
    jobs: Jobs = None,
    engine: Engine = EngineName.LOCAL,
    address: Address = None,
    workdir: Workdir = None,
    quiet: Quiet = False,
) -> None:
    """Propose related links for every article and write them to a file."""
    from recommender.cli.console import Console
    from recommender.cli.engine import opened_site, recommendation, told_of_stages
    from recommender.errors import CheckFailed, InputError
    from recommender.links.formats import check_links_path, load_links, save_links
    from recommender.links.fresh import compare_file
    from recommender.progress import stage
    from recommender.ranker.file import load_ranker

    begun = time.perf_counter()
    to_stdout = str(output) == "-"
    compare = check or changed_only
    if not check:
        check_links_path(output)
    if (front_matter and not check) or (field is not None and not front_matter):
        raise InputError("--front-matter is for --check, and --field is for --front-matter; give them together")
    if to_stdout and compare:
        raise InputError("--check and --changed-only compare with a links file; name it with -o")
    loaded = load_ranker(ranker) if ranker else None
    settings = configured(
        content,
        config,
        sources,
        targets,
        k=k,
        min_score=min_score,
        min_precision=min_precision,
        near_duplicates=near_duplicates,
        diversity=diversity,
        max_inbound=max_inbound,
        min_inbound=min_inbound,
        hubs=hubs,
        margin=margin,
        recall=recall,
    )
    settings = with_decisions(content, settings, decisions)
    with (
        Console(quiet=quiet, to_stderr=to_stdout or compare) as console,
        opened_site(
            content,
            settings,
            engine,
            address,
            workdir,
            model=model,
            cache_dir=cache_dir,
            use_cache=not no_cache,
            strict=strict,
            jobs=jobs,
            today=day(today),
            reporter=console,
        ) as site,
    ):
        done = recommendation(
            site,
            only_missing=only_missing,
            keep_curated=keep_curated,
            previous=load_links(previous) if previous else None,
            frozen_before=day(frozen_before),
            ranker=loaded,
            explain=explain,
            reporter=console,
        )
        found = done.links
        # A site that keeps its links in the front matter may have no links file.
        changes = compare_file(output, found) if compare and (output.exists() or not front_matter) else ()
        stale: tuple[str, ...] = ()
        if front_matter:
            from recommender.links.stale import stale_files

            stale = stale_files(site, found, field, jobs=jobs, reporter=console)
        if not check:
            with stage(console, "write"):
                save_links(found, output)
    console.tell_of(site)
    kept = sum(map(attrgetter("curated"), chain.from_iterable(article.related for article in found.articles)))
    proposed = sum(len(article.related) for article in found.articles) - kept
    curated = f", {kept:,} curated links kept" if keep_curated else ""
    console.say(
        f"links         {proposed:,} proposed for {len(found.articles):,} articles{curated} (model {site.encoder.name})"
    )
    if loaded is not None:
        console.say(f"scores        {loaded.gives}")
    for line in done.selected.told():
        console.say(line)
    truncation = site.truncation()
    if truncation.articles:
        console.say(
            f"long texts    {truncation.articles:,} articles are longer than the model reads at once: read in pieces, "
            f"{truncation.share_ratio:.1%} of all text lies behind a first piece"
        )
    for line in told_of_stages(site):
        console.say(line)
    console.tell_cost(site, time.perf_counter() - begun)
    for change in changes:
        typer.echo(change.key if changed_only else f"{change.key}: {change.message}")
    if compare:
        console.say(f"changed       {len(changes):,} of {len(found.articles):,} lists")
    if not to_stdout and not check:
        console.say(f"written       {output}")
    for path in stale:
        typer.echo(f"{path}: its front matter does not hold these links")
    if stale:
        console.say(f"front matter  {len(stale):,} files out of date")
    if check and stale:
        own = f" --field {field}" if field else ""
        raise CheckFailed(
            f"{content} is out of date; bring it up to date with: recommender links {content} -o {output}, then: "
            f"recommender apply {output} {content}{own}"
        )
    if check and changes:
        raise CheckFailed(f"{output} is out of date; bring it up to date with: recommender links {content} -o {output}")
