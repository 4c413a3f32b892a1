"""`recommender review`: a page on which an editor accepts and rejects proposals."""

from __future__ import annotations

import contextlib
import gc
import time
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.options import (
    CacheDir,
    Config,
    Content,
    Jobs,
    Model,
    NoCache,
    Quiet,
    RankerFile,
    Sources,
    StateDir,
    Strict,
    Targets,
    Today,
    configured,
    day,
)

DEFAULT_LINKS = Path("related-links.json")


def review(
    content: Content,
    decisions: Annotated[
        Path | None,
        typer.Option(
            "--decisions",
            metavar="FILE",
            help="Where decisions go; by default decisions.jsonl in CONTENT if it is there, else here.",
            show_default=False,
        ),
    ] = None,
    who: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decides; by default your login.", show_default=False)
    ] = None,
    host: Annotated[str, typer.Option(help="Of this machine: 127.0.0.1, ::1 or localhost.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 for any that is free.")] = 8765,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Links file that the page's export writes.")
    ] = DEFAULT_LINKS,
    ranker: RankerFile = None,
    sources: Sources = None,
    targets: Targets = None,
    today: Today = None,
    model: Model = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    state_dir: StateDir = None,
    strict: Strict = False,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Serve a page to this machine on which an editor gets through proposals: accept, reject, pin, reorder, search.

    Every decision is on the disk at once, in a file that links, apply, evaluate and fit read.
    """
    from dataclasses import replace

    from recommender.cli.console import Console
    from recommender.decisions.file import DecisionFile
    from recommender.decisions.of_site import decisions_path
    from recommender.errors import InputError
    from recommender.links.formats import check_links_path
    from recommender.progress import stage
    from recommender.ranker.file import load_ranker
    from recommender.review.desk import Desk
    from recommender.review.export import Exporter
    from recommender.review.guard import new_token
    from recommender.review.overview import Overview
    from recommender.review.server import bound, serve
    from recommender.review.web import make_app
    from recommender.site.open import open_site

    begun = time.perf_counter()
    check_links_path(output)
    settings = configured(content, config, sources, targets)
    settings = replace(settings, decisions=str(decisions or decisions_path(content, settings)))
    loaded = load_ranker(ranker) if ranker else None
    with bound(host, port) as place:
        with Console(quiet=quiet) as console:
            # What is wrong with the file is told before the long work.
            file = DecisionFile(Path(str(settings.decisions)))
            if not file.path.parent.is_dir():
                raise InputError(f"expected a folder for decisions at {file.path.parent}; there is none. Make it first")
            site = open_site(
                content,
                settings,
                model=model,
                cache_dir=cache_dir,
                use_cache=not no_cache,
                strict=strict,
                jobs=jobs,
                today=day(today),
                reporter=console,
            )
            desk = Desk(site, file, who or _login(), ranker=loaded, reporter=console)
            overview = Overview(desk)
            with stage(console, "draw"):
                overview.draw()
            exporter = Exporter(
                desk, output, cache_dir=cache_dir, state_dir=state_dir, use_cache=not no_cache, jobs=jobs
            )
            app = make_app(desk, overview, exporter, hosts=place.hosts, token=new_token())
        console.tell_of(site)
        progress = desk.progress()
        for problem in file.cut_short:
            console.warn(f"warning: {problem}")
        console.say(f"decisions     {file.path}: {progress.decided:,} of {progress.total:,} articles decided")
        console.tell_cost(site, time.perf_counter() - begun)

        def ready() -> None:
            typer.echo(f"review        {place.address} (Ctrl-C ends it)")
            if open_browser:
                import webbrowser

                webbrowser.open(place.address)

        # What was read stays: to look through it for garbage would stop the page for tenths of a second.
        gc.collect()
        gc.freeze()
        # Ctrl-C is how it is meant to end: every decision is on the disk already.
        with contextlib.suppress(KeyboardInterrupt):
            serve(app, place, ready)
        console.say(f"ended         decisions are in {file.path}")


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "editor"
