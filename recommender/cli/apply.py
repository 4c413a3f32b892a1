"""`recommender apply`: a links file into the front matter."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.again import again
from recommender.cli.groups import number, option
from recommender.cli.list_options import DecisionOptions
from recommender.cli.options import OUTPUT, Quiet, StateDir
from recommender.cli.site_options import ReadOptions
from recommender.ranges import K

WRITING = "What is written"


def apply(
    links: Annotated[
        Path, typer.Argument(metavar="LINKS", help="Links file that `links` made: .json, .yaml or .jsonl.")
    ],
    site: ReadOptions,
    decided: DecisionOptions,
    overwrite: Annotated[
        bool, option("--overwrite", help="Write over curated links, from the first place on.", panel=WRITING)
    ] = False,
    remove: Annotated[
        bool, option("--remove", help="Remove links that the links file does not name.", panel=WRITING)
    ] = False,
    field: Annotated[
        str | None, option(metavar="NAME", help="Keep suggestions in a field of their own, a list.", panel=WRITING)
    ] = None,
    k: Annotated[
        int | None, number("-k", within=K, help="Places per article; by default the links file's.", panel=WRITING)
    ] = None,
    dry_run: Annotated[
        bool, option("--dry-run", "-n", help="Write nothing; print a unified diff.", panel=OUTPUT)
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="A file that cannot be used is an error.")] = False,
    state_dir: StateDir = None,
    quiet: Quiet = False,
) -> None:
    """Write a links file into the front matter.

    Curated links stay, free places are filled, and only the lines of related fields change. `undo` takes it back.

        recommender apply related-links.json content --dry-run
    """
    from recommender.cli.console import Console, problems_error
    from recommender.corpus.table import require_folder
    from recommender.errors import InputError
    from recommender.files import write_standard_output
    from recommender.links.apply import apply_links
    from recommender.links.formats import load_links
    from recommender.links.planner import ApplyRules
    from recommender.links.writing.journal import undo_command

    begun = time.perf_counter()
    if links.is_dir() and site.content.is_file():
        right = dataclasses.replace(site, content=links).apply_command(site.content)
        raise InputError(f"expected the links file first and the folder second; give: {right}")
    require_folder(site.content)
    with Console(quiet=quiet, to_stderr=dry_run) as console:
        links_file = load_links(links)
        read = site.read(site.settings(decided), console)
        applied = apply_links(
            read,
            links_file,
            ApplyRules(k, overwrite, remove, field),
            command=f"apply {links}",
            state_dir=state_dir,
            dry_run=dry_run,
            strict=strict,
            jobs=site.jobs,
            reporter=console,
        )
    plans, report = applied.plans, applied.report
    if dry_run:
        write_standard_output(report.diffs[path].encode() for path in report.changed)
    console.show_files(read)
    console.show_problems(read)
    if report.resumed and not dry_run:
        console.say("resumed       the last run was interrupted; this one went on where it ended")
    new, removed = plans.new_in(report.changed), plans.removed_in(report.changed)
    would, gone = "would change" if dry_run else "changed", f", {removed:,} removed" if removed else ""
    same = plans.asked - len(report.changed) - len(report.problems)
    console.say(f"links         {new:,} new, {plans.kept:,} kept{gone}")
    console.say(f"files         {len(report.changed):,} {would}, {same:,} as they should be")
    console.warn_of(plans.problems, "links that cannot be written")
    console.show_seconds(time.perf_counter() - begun)
    if report.journal is not None and report.changed:
        console.say_next(("take it back", undo_command(site.content, state_dir)))
    elif dry_run and report.changed:
        console.say_next(("write it", again(without=["dry_run"])))
    else:
        console.say_next(("look for broken links", site.command("check")))
    if report.problems:
        raise problems_error("not written", report.problems)
