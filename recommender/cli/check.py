"""`recommender check`: what is wrong with articles and curated links."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.options import CacheDir, Config, Content, Jobs, NoCache, Quiet, Targets, Today, configured, day


def _list_rules(wanted: bool) -> None:
    if wanted:
        from recommender.check.rules import RULES

        for rule in RULES:
            typer.echo(f"{rule.name:22} {rule.severity:8} {'--fix' if rule.repaired else '     '} {rule.summary}")
        raise typer.Exit


def check(
    content: Content,
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help="text, json, sarif or github (annotations).")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write findings to a file instead.", show_default=False)
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="RULE,RULE", help="The only rules to look at.", show_default=False)
    ] = None,
    list_rules: Annotated[
        bool, typer.Option("--list-rules", callback=_list_rules, is_eager=True, help="Print all rules and end.")
    ] = False,
    targets: Targets = None,
    today: Today = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Find links that lead nowhere, disagree with their targets or repeat, and articles that share what must be
    unique. Exit status 1 if anything is found.
    """
    from recommender.check.formats import FORMATS, Report, format_result
    from recommender.check.run import check_corpus
    from recommender.cli.console import Console
    from recommender.errors import InputError
    from recommender.files import write_whole
    from recommender.pipeline.reading import read_site
    from recommender.progress import stage

    begun = time.perf_counter()
    if form not in FORMATS:
        raise InputError(f"--format must be one of {', '.join(FORMATS)}; found {form!r}")
    with Console(quiet=quiet, to_stderr=True) as console:
        site = read_site(
            content,
            configured(content, config, targets=targets),
            cache_dir=cache_dir,
            use_cache=not no_cache,
            jobs=jobs,
            reporter=console,
        )
        with stage(console, "check"):
            result = check_corpus(site.corpus, site.settings, today=day(today), only=_names(only))
        lines = format_result(Report.of(result, content, Path.cwd()), form)  # type: ignore[arg-type]
        if output is not None:
            write_whole(output, (line.encode() for line in lines))
    if output is None:
        for line in lines:
            typer.echo(line, nl=False)
    for note in console.notes:
        console.warn(f"note: {note}")
    console.say(f"checked       {result.articles:,} articles, {result.links:,} links")
    for rule, count in result.by_rule().items():
        console.say(f"{count:12,}  {rule}")
    if not result.findings:
        console.say("found         nothing")
    console.say(f"seconds       {time.perf_counter() - begun:.1f}")
    if result.stands:
        raise typer.Exit(1)


def _names(written: str | None) -> list[str] | None:
    return None if written is None else [name.strip() for name in written.split(",") if name.strip()]
