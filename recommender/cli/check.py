"""`recommender check`: what is wrong with articles and curated links."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.again import again
from recommender.cli.console import print_columns
from recommender.cli.groups import option
from recommender.cli.list_options import TargetOptions
from recommender.cli.options import OUTPUT, Quiet, StateDir
from recommender.cli.site_options import ReadOptions
from recommender.files import STANDARD_OUTPUT

if TYPE_CHECKING:
    from recommender.check.findings import CheckResult
    from recommender.links.writing import RunReport
    from recommender.settings import Settings
    from recommender.site.reading import ReadSite

# What a run that repairs goes without.
_OF_REPORT = ("form", "output")


def _list_rules(wanted: bool) -> None:
    if wanted:
        from recommender.rules import RULES

        rows = [(rule.name, rule.severity, "--fix" if rule.repaired else "", rule.summary) for rule in RULES]
        print_columns(rows)
        raise typer.Exit


def check(
    site: ReadOptions,
    part: TargetOptions,
    form: Annotated[
        str, option("--format", "-f", metavar="FORMAT", help="text, json, sarif or github (annotations).", panel=OUTPUT)
    ] = "text",
    output: Annotated[
        Path,
        option(
            "--output", "-o", metavar="FILE", help="Write findings to a file instead.", show_default=False, panel=OUTPUT
        ),
    ] = Path(STANDARD_OUTPUT),
    only: Annotated[
        str | None,
        typer.Option(metavar="RULES", help="The only rules to check, with commas between."),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Repair in the files what is certain, and report what is left.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="With --fix: write nothing; print a unified diff.")
    ] = False,
    list_rules: Annotated[
        bool, typer.Option("--list-rules", callback=_list_rules, is_eager=True, help="Print all rules and end.")
    ] = False,
    state_dir: StateDir = None,
    quiet: Quiet = False,
) -> None:
    """Find links that lead nowhere, disagree with their targets or repeat.

    Articles that share what must be unique are found as well. The exit status is 1 if an error or a warning is found.

        recommender check content
        recommender check content --fix --dry-run
    """
    from recommender.check.all_rules import check_corpus
    from recommender.check.fix import fix_site
    from recommender.check.formats import FORMATS, Report, format_result
    from recommender.cli.console import Console
    from recommender.corpus.table import require_folder
    from recommender.errors import InputError
    from recommender.files import check_writable, write_output
    from recommender.progress import stage

    begun = time.perf_counter()
    if form not in FORMATS:
        raise InputError(f"--format must be one of {', '.join(FORMATS)}; found {form!r}")
    if dry_run and not fix:
        raise InputError("--dry-run shows what --fix would write; give both")
    if fix:
        require_folder(site.content)
    check_writable(output)
    with Console(quiet=quiet, to_stderr=True) as console:
        settings = site.settings(part)

        def look() -> tuple[ReadSite, CheckResult]:
            found = site.read(settings, console)
            with stage(console, "check"):
                return found, check_corpus(found.corpus, settings, today=part.day, only=_names(only))

        read, result = look()
        fixed = None
        if fix:
            before = result
            fixed = fix_site(read, result, state_dir=state_dir, dry_run=dry_run, jobs=site.jobs, reporter=console)
            if fixed.changed and not dry_run:
                read, result = look()
        lines = format_result(Report.of(result, site.content, Path.cwd()), form)  # type: ignore[arg-type]
        if fixed is not None and dry_run:
            lines = iter([fixed.diffs[path] for path in fixed.changed])
        write_output(output, (line.encode() for line in lines))
    for note in dict.fromkeys(console.notes):
        console.warn(f"note: {note}")
    console.say(f"checked       {result.articles:,} articles, {result.links:,} links")
    if fixed is not None:
        repaired = sum(one.repair is not None and one.path in set(fixed.changed) for one in before.findings)
        would = "would be repaired" if dry_run else "repaired"
        console.say(f"{would:13} {repaired:,} findings in {len(fixed.changed):,} files")
        for problem in fixed.problems:
            console.warn(f"warning: {problem}")
    for line in settings.recognised:
        console.say(f"recognised    {line}")
    for rule, count in result.by_rule().items():
        console.say(f"{count:12,}  {rule}")
    if not result.findings:
        console.say("found         nothing")
    console.say(f"seconds       {time.perf_counter() - begun:.1f}")
    console.say_next(*_next(site, settings, result, fixed, state_dir, dry_run=dry_run))
    if result.is_failed:
        raise typer.Exit(1)


def _next(
    site: ReadOptions,
    settings: Settings,
    result: CheckResult,
    fixed: RunReport | None,
    state_dir: Path | None,
    *,
    dry_run: bool,
) -> Iterator[tuple[str, str]]:
    from recommender.corpus.built_pages import are_built
    from recommender.links.writing.journal import undo_command

    repairs = sum(finding.repair is not None for finding in result.findings)
    if fixed is not None and fixed.changed and not dry_run:
        yield "take it back", undo_command(site.content, state_dir)
    elif repairs and fixed is None and site.content.is_dir() and not are_built(settings):
        yield f"see {repairs:,} repairs", again("--fix", "--dry-run", without=_OF_REPORT)
    elif repairs and dry_run:
        yield f"make {repairs:,} repairs", again(without=("dry_run", *_OF_REPORT))
    else:
        yield "propose links", site.command("links")


def _names(written: str | None) -> list[str] | None:
    return None if written is None else [name.strip() for name in written.split(",") if name.strip()]
