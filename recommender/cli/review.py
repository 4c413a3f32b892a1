"""`recommender review`: a page on which an editor accepts and rejects proposals."""

from __future__ import annotations

import contextlib
import gc
import time
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.groups import number, option
from recommender.cli.list_options import PartOptions, RankerOptions
from recommender.cli.options import LINKS_FILE, OUTPUT, Quiet, StateDir
from recommender.cli.site_options import SiteOptions
from recommender.ranges import Range

PAGE = "The page"


def review(
    site: SiteOptions,
    part: PartOptions,
    scoring: RankerOptions,
    decisions: Annotated[
        Path | None,
        option(
            "--decisions",
            metavar="FILE",
            help="Where decisions go; by default decisions.jsonl in CONTENT if it is there, else here.",
            panel=OUTPUT,
        ),
    ] = None,
    who: Annotated[
        str | None, option(metavar="NAME", help="Name of the person who decides; by default your login.", panel=PAGE)
    ] = None,
    host: Annotated[
        str, option(metavar="HOST", help="Address on this machine: 127.0.0.1, ::1 or localhost.", panel=PAGE)
    ] = "127.0.0.1",
    port: Annotated[
        int, number("--port", within=Range(0, 65_535), help="Port; 0 for any that is free.", panel=PAGE)
    ] = 8765,
    open_browser: Annotated[bool, option("--open", help="Open the page in the browser.", panel=PAGE)] = False,
    output: Annotated[
        Path, option("--output", "-o", metavar="FILE", help="Links file that the page's export writes.", panel=OUTPUT)
    ] = LINKS_FILE,
    state_dir: StateDir = None,
    quiet: Quiet = False,
) -> None:
    """Accept and reject proposals on a page in the browser.

    The page is served to this machine alone. Every decision is written at once, to a file that links, apply,
    evaluate and fit read.

        recommender review content --open
    """
    from dataclasses import replace

    from recommender.cli.console import Console
    from recommender.decisions.file import DecisionFile
    from recommender.decisions.of_site import decisions_path
    from recommender.errors import InputError
    from recommender.links.formats import check_links_path
    from recommender.progress import stage
    from recommender.review.desk import Desk
    from recommender.review.export import Exporter
    from recommender.review.guard import new_token
    from recommender.review.overview import Overview
    from recommender.review.server import bound, serve
    from recommender.review.web import make_app

    begun = time.perf_counter()
    check_links_path(output)
    settings = site.settings(part)
    settings = replace(settings, decisions=str(decisions or decisions_path(site.content, settings)))
    ranker_file = scoring.read(site, settings)
    with bound(host, port) as place:
        with Console(quiet=quiet) as console:
            # A broken file of decisions ends the command before any long work.
            file = DecisionFile(Path(str(settings.decisions)))
            if not file.path.parent.is_dir():
                raise InputError(f"expected a folder for decisions at {file.path.parent}; there is none. Make it first")
            opened = site.open(settings, console, today=part.day)
            ranking = scoring.rank(site, ranker_file, opened, console)
            desk = Desk(opened, file, who or _login(), ranker=ranking.ranker, reporter=console)
            overview = Overview(desk)
            with stage(console, "draw"):
                overview.draw()
            exporter = Exporter(
                desk, output, cache_dir=site.cache_dir, state_dir=state_dir, use_cache=not site.no_cache, jobs=site.jobs
            )
            app = make_app(desk, overview, exporter, hosts=place.hosts, token=new_token())
        console.show_site(opened)
        progress = desk.progress()
        for problem in file.cut_short:
            console.warn(f"warning: {problem}")
        console.say(f"ranked by     {ranking.description}")
        console.say(f"decisions     {file.path}: {progress.decided:,} of {progress.total:,} articles decided")
        console.show_cost(opened, time.perf_counter() - begun)

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
