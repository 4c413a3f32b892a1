"""`recommender apply`: a links file into the front matter."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.options import (
    CacheDir,
    Config,
    Content,
    Decisions,
    Jobs,
    NoCache,
    Quiet,
    StateDir,
    Strict,
    configured,
    with_decisions,
)


def apply(
    links: Annotated[
        Path, typer.Argument(metavar="LINKS", help="Links file that `links` made: .json, .yaml or .jsonl.")
    ],
    content: Content,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Write over curated links, from the first place on.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove links that the links file does not name.")] = False,
    field: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep suggestions in a field of their own, a list.", show_default=False),
    ] = None,
    k: Annotated[
        int | None,
        typer.Option("-k", min=1, help="Places per article; by default the links file's.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Write nothing; print a unified diff.")] = False,
    decisions: Decisions = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    state_dir: StateDir = None,
    strict: Strict = False,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Write a links file into the front matter: curated links stay, free places are filled, and only the lines of
    related fields change. `undo` takes it back.
    """
    from recommender.cli.console import Console, problems_error
    from recommender.files import write_standard_output
    from recommender.links.apply import ApplyRules, apply_links
    from recommender.links.formats import load_links
    from recommender.site.reading import read_site

    begun = time.perf_counter()
    with Console(quiet=quiet, to_stderr=dry_run) as console:
        links_file = load_links(links)
        site = read_site(
            content,
            with_decisions(content, configured(content, config), decisions),
            cache_dir=cache_dir,
            use_cache=not no_cache,
            jobs=jobs,
            reporter=console,
        )
        applied = apply_links(
            site,
            links_file,
            ApplyRules(k, overwrite, remove, field),
            command=f"apply {links}",
            state_dir=state_dir,
            dry_run=dry_run,
            strict=strict,
            jobs=jobs,
            reporter=console,
        )
    plans, report = applied.plans, applied.report
    if dry_run:
        write_standard_output(report.diffs[path].encode() for path in report.changed)
    console.tell_of_files(site)
    console.tell_of_problems(site)
    if report.resumed and not dry_run:
        console.say("resumed       the last run was interrupted; this one went on where it ended")
    new, removed = plans.new_in(report.changed), plans.removed_in(report.changed)
    would, gone = "would change" if dry_run else "changed", f", {removed:,} removed" if removed else ""
    same = plans.asked - len(report.changed) - len(report.problems)
    console.say(f"links         {new:,} new, {plans.kept:,} kept{gone}")
    console.say(f"files         {len(report.changed):,} {would}, {same:,} as they should be")
    console.warn_of(plans.problems, "links that cannot be written")
    console.tell_seconds(time.perf_counter() - begun)
    if report.journal is not None and report.changed:
        console.say(f"take it back  recommender undo {content}")
    if report.problems:
        raise problems_error("not written", report.problems)
