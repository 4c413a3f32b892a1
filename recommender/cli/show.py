"""`recommender show`: one article's curated and proposed links side by side."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.groups import number
from recommender.cli.options import LISTS, DecisionOptions, Explain, RankerOptions, SiteOptions, TargetOptions
from recommender.ranges import K

if TYPE_CHECKING:
    from recommender.site.look import ArticleView


def show(
    site: SiteOptions,
    what: Annotated[
        str, typer.Argument(metavar="URL-OR-ID-OR-TEXT", help="An article's url, id, path or title, or any text.")
    ],
    part: TargetOptions,
    decided: DecisionOptions,
    scoring: RankerOptions,
    k: Annotated[int, number("-k", within=K, help="Proposals to show.", panel=LISTS)] = 5,
    explain: Explain = False,
) -> None:
    """Show one article's curated and proposed links with their scores; for a text that names no article, what is
    nearest to it.
    """
    from recommender.cli.console import Console
    from recommender.site.look import look

    loaded = scoring.load()
    with Console(quiet=False) as console:
        opened = site.open(site.settings(part, decided), console, today=part.day)
        view = look(opened, what, k, ranker=loaded, explain=explain)
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
