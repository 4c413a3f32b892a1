"""`recommender show`: one article's curated and proposed links side by side."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.options import (
    CacheDir,
    Config,
    Content,
    Decisions,
    Explain,
    Jobs,
    Model,
    NoCache,
    RankerFile,
    Strict,
    Targets,
    Today,
    configured,
    day,
    with_decisions,
)

if TYPE_CHECKING:
    from recommender.site.look import ArticleView


def show(
    content: Content,
    what: Annotated[
        str, typer.Argument(metavar="URL-OR-ID-OR-TEXT", help="An article's url, id, path or title, or any text.")
    ],
    k: Annotated[int, typer.Option("-k", min=1, help="Proposals to show.")] = 5,
    targets: Targets = None,
    today: Today = None,
    decisions: Decisions = None,
    ranker: RankerFile = None,
    explain: Explain = False,
    model: Model = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    strict: Strict = False,
    jobs: Jobs = None,
) -> None:
    """Show one article's curated and proposed links with their scores; for a text that names no article, what is
    nearest to it.
    """
    from recommender.cli.console import Console
    from recommender.ranker.file import load_ranker
    from recommender.site.look import look
    from recommender.site.open import open_site

    loaded = load_ranker(ranker) if ranker else None
    with Console(quiet=False) as console:
        site = open_site(
            content,
            with_decisions(content, configured(content, config, targets=targets), decisions),
            model=model,
            cache_dir=cache_dir,
            use_cache=not no_cache,
            strict=strict,
            jobs=jobs,
            today=day(today),
            reporter=console,
        )
        view = look(site, what, k, ranker=loaded, explain=explain)
    _print(view)


def _print(view: ArticleView) -> None:
    from rich.console import Console as RichConsole
    from rich.markup import escape
    from rich.table import Table

    # A pipe has no width of its own; what reads it can wrap lines better than this.
    console = RichConsole(highlight=False, width=None if sys.stdout.isatty() else 160)
    if view.article is None:
        console.print(f"No article is called [bold]{escape(view.asked)}[/]; nearest to it as a text:")
    else:
        group = f"  ({escape(view.article.group)})" if view.article.group else ""
        console.print(f"[bold]{escape(view.article.title)}[/]{group}")
        console.print(escape(view.article.key), style="dim")
    for other in view.also:
        console.print(f"also called so: {escape(other.key)}", style="dim")
    table = Table(box=None, pad_edge=False, show_lines=False)
    if view.article is not None:
        table.add_column("curated", ratio=1)
        table.add_column("score", justify="right")
    table.add_column("proposed", ratio=1)
    table.add_column("score", justify="right")
    for place in range(max(len(view.curated), len(view.proposed))):
        cells: list[str] = []
        for links in (view.curated, view.proposed) if view.article is not None else (view.proposed,):
            if place < len(links):
                link = links[place]
                mark = "[green]●[/] " if link.in_both else ""
                group = f" [dim]{escape(link.group)}[/]" if link.group else ""
                why = "".join(f"\n[dim italic]  {escape(reason)}[/]" for reason in link.reasons)
                cells += [f"{mark}{escape(link.title)}{group}{why}", "" if link.score is None else f"{link.score:.3f}"]
            else:
                cells += ["", ""]
        table.add_row(*cells)
    console.print(table)
    if any(link.in_both for link in view.proposed):
        console.print("[green]●[/] in both lists", style="dim")
