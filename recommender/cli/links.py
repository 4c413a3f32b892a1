"""`recommender links`: the main job."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from functools import partial
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.again import again
from recommender.cli.engine import EngineOptions
from recommender.cli.groups import number, option
from recommender.cli.list_options import (
    DecisionOptions,
    ListOptions,
    PartOptions,
    RankerOptions,
    day,
    with_link_settings,
)
from recommender.cli.options import LINKS_FILE, LISTS, OUTPUT, STABILITY, Explain, Quiet
from recommender.cli.site_options import SiteOptions
from recommender.ranges import MARGIN

if TYPE_CHECKING:
    from recommender.site.site import Site

# What a run that writes the links file goes without.
_OF_CHECK = ("check", "changed_only", "front_matter", "field", "quiet")


def links(
    site: SiteOptions,
    part: PartOptions,
    decided: DecisionOptions,
    lists: ListOptions,
    scoring: RankerOptions,
    where: EngineOptions,
    output: Annotated[
        Path,
        option(
            "--output",
            "-o",
            metavar="FILE",
            help="Links file: .json, .yaml, .jsonl or .csv; - for JSON on standard output.",
            panel=OUTPUT,
        ),
    ] = LINKS_FILE,
    only_missing: Annotated[
        bool, option("--only-missing", help="Only articles without curated links.", panel=LISTS)
    ] = False,
    keep_curated: Annotated[
        bool, option("--keep-curated", help="Curated links first; proposals fill the free places.", panel=LISTS)
    ] = False,
    check: Annotated[
        bool,
        option(
            "--check",
            help="Write nothing; name the articles whose lists are out of date, and exit with 1.",
            panel=OUTPUT,
        ),
    ] = False,
    front_matter: Annotated[
        bool, option("--front-matter", help="With --check: the front matter must hold the links as well.", panel=OUTPUT)
    ] = False,
    field: Annotated[
        str | None, option(metavar="NAME", help="With --front-matter: as for `apply --field`.", panel=OUTPUT)
    ] = None,
    changed_only: Annotated[
        bool, option("--changed-only", help="Print the keys of the articles whose lists changed.", panel=OUTPUT)
    ] = False,
    previous: Annotated[
        Path | None,
        option(
            metavar="FILE", help="The last run's links file: its links stay unless beaten by a margin.", panel=STABILITY
        ),
    ] = None,
    margin: Annotated[
        float | None,
        number("--margin", within=MARGIN, help="That margin; by default found.", panel=STABILITY, metavar="X"),
    ] = None,
    frozen_before: Annotated[
        dt.datetime | None,
        option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Articles of an earlier date keep the list that they have in --previous.",
            panel=STABILITY,
        ),
    ] = None,
    explain: Explain = False,
    watch: Annotated[
        bool,
        option(
            "--watch",
            help="Write the file again whenever an article changes, until Ctrl-C, which ends with 0.",
            panel=OUTPUT,
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Propose related links for every article.

    The links go into a file, which a site's templates read or `apply` writes into the front matter.

        recommender links content -o related-links.json
        recommender links content --check
    """
    from recommender.cli.console import Console
    from recommender.errors import CheckFailed, InputError
    from recommender.links.formats import check_links_path, load_links, save_links
    from recommender.links.fresh import compare_file
    from recommender.progress import stage
    from recommender.site.marks import differences
    from recommender.site.recommend import recommend_and_tell

    begun = time.perf_counter()
    to_stdout = str(output) == "-"
    compare = check or changed_only
    if not check:
        check_links_path(output)
    if (front_matter and not check) or (field is not None and not front_matter):
        raise InputError("--front-matter is for --check, and --field is for --front-matter; give them together")
    if to_stdout and compare:
        raise InputError("--check and --changed-only compare with a links file; name it with -o")
    if watch:
        if to_stdout or compare or previous is not None:
            raise InputError(
                "--watch writes a links file again and again; leave out -o -, --check, --changed-only and --previous"
            )
        from recommender.cli.watching import watch as watch_content

        run = partial(links, site, part, decided, lists, scoring, where, output, only_missing, keep_curated)
        once = partial(run, margin=margin, frozen_before=frozen_before, explain=explain)
        watch_content(site.content, output, partial(once, quiet=quiet), partial(once, quiet=True))
        return
    settings = with_link_settings(site.settings(part, decided, lists), margin=margin)
    file = scoring.read(site, settings)
    with (
        Console(quiet=quiet, to_stderr=to_stdout or compare) as console,
        where.open(site, settings, console, today=part.day) as opened,
    ):
        ranking = scoring.rank(site, file, opened, console)
        done = recommend_and_tell(
            opened,
            only_missing=only_missing,
            keep_curated=keep_curated,
            previous=load_links(previous) if previous else None,
            frozen_before=day(frozen_before),
            ranker=ranking.ranker,
            explain=explain,
            reporter=console,
        )
        found = done.links
        # A site that keeps its links in the front matter may have no links file.
        changes = compare_file(output, found) if compare and (output.exists() or not front_matter) else ()
        stale: list[str] = []
        if front_matter:
            from recommender.links.apply import apply_links
            from recommender.links.planner import ApplyRules

            rules = ApplyRules(field=field)
            stale = apply_links(opened, found, rules, dry_run=True, jobs=site.jobs, reporter=console).report.changed
        if not check:
            with stage(console, "write"):
                save_links(found, output)
        console.show_site(opened)
    kept = sum(map(attrgetter("curated"), chain.from_iterable(article.related for article in found.articles)))
    proposed = sum(len(article.related) for article in found.articles) - kept
    curated = f", {kept:,} curated links kept" if keep_curated else ""
    console.say(
        f"links         {proposed:,} proposed for {len(found.articles):,} articles{curated} "
        f"(model {opened.encoder.name})"
    )
    console.say(f"ranked by     {ranking.description}")
    for line in done.selected.summary_lines():
        console.say(line)
    truncation = opened.truncation()
    if truncation.articles:
        console.say(
            f"long texts    {truncation.articles:,} articles are longer than the model reads at once: read in pieces, "
            f"{truncation.share_ratio:.1%} of all text is past a first piece"
        )
    for line in opened.where.executor.summary():
        console.say(line)
    console.show_cost(opened, time.perf_counter() - begun)
    for change in changes:
        typer.echo(change.key if changed_only else f"{change.key}: {change.message}")
    if compare and output.exists() and output.suffix.lower() != ".csv":
        for line in differences(load_links(output).recognised, found.recognised, output.name):
            console.warn(f"recognised otherwise: {line}")
    if compare:
        console.say(f"changed       {len(changes):,} of {len(found.articles):,} lists")
    if not to_stdout and not check:
        console.say(f"written       {output}")
    if not to_stdout and not compare and found.articles:
        console.say_next(*_next(site, output, opened, is_learned=ranking.ranker is not None or file.unwanted))
    for path in stale:
        typer.echo(f"{path}: its front matter does not hold these links")
    if stale:
        console.say(f"front matter  {len(stale):,} files out of date")
    remedy = f"bring it up to date with: {again(without=_OF_CHECK)}"
    if check and stale:
        write = site.apply_command(output, *(["--field", field] if field else []))
        raise CheckFailed(f"{site.content} is out of date; {remedy}, then: {write}")
    if check and changes:
        raise CheckFailed(f"{output} is out of date; {remedy}")


def _next(site: SiteOptions, output: Path, opened: Site, *, is_learned: bool) -> Iterator[tuple[str, str]]:
    """What makes sense once there are links: to look, to decide, and to measure or to write."""
    from recommender.corpus.built_pages import are_built
    from recommender.site.learnable import recall_can_learn

    articles = opened.corpus.articles
    names = (article.key if article.id is None else str(article.id) for article in articles)
    if (name := next((name for name in names if not name.startswith("-")), None)) is not None:
        yield "look at one article", site.command("show", name)
    yield "accept and reject", site.command("review")
    curated = sum(bool(article.links) for article in articles)
    if curated:
        yield "measure", site.command("evaluate")
    can = not is_learned and recall_can_learn(opened)
    if can is None:
        # All of learning comes with it.
        from recommender.site.fit import can_learn

        can = can_learn(opened)
    if can:
        yield f"learn from {curated:,} curated lists", site.command("fit")
    if not curated and site.content.is_dir() and not are_built(opened.settings) and output.suffix.lower() != ".csv":
        # What was recognised names no field of curated links to write into.
        own = ["--field", "suggested_articles"] if opened.settings.recognised else []
        yield "write into the files", site.apply_command(output, *own, "--dry-run")
