"""`recommender show`: one article's curated and proposed links side by side."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.again import again
from recommender.cli.console import PIPE_WIDTH
from recommender.cli.groups import number
from recommender.cli.list_options import DecisionOptions, RankerOptions, TargetOptions
from recommender.cli.options import LISTS, Explain
from recommender.cli.site_options import SiteOptions
from recommender.ranges import K

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from recommender.site.look import ArticleView, ShownLink

# From this width on two lists of titles fit beside each other.
_SIDE_BY_SIDE = 100


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
    """Show the curated and proposed links of one article.

    An article is named by its url, id, path or title. Any other text is compared with all articles.

        recommender show content "What is osmosis?" --explain
    """
    from recommender.cli.console import Console
    from recommender.site.look import look

    settings = site.settings(part, decided)
    file = scoring.read(site, settings)
    with Console(quiet=False) as console:
        opened = site.open(settings, console, today=part.day)
        ranking = scoring.rank(site, file, opened, console)
        view = look(opened, what, k, ranker=ranking.ranker, explain=explain)
    _print(view, ranking.description)
    for note in dict.fromkeys(console.notes):
        console.warn(f"note: {note}")
    console.say_next(*_next(site, view, explained=explain))


def _next(site: SiteOptions, view: ArticleView, *, explained: bool) -> Iterator[tuple[str, str]]:
    """What makes sense once an article was seen, or the names of some were."""
    first = next(iter(view.proposed), None)
    if view.article is None:
        if first is not None and first.key is not None:
            yield "look at one of them", site.command("show", first.key)
    elif first is not None and not explained:
        yield "give the reasons", again("--explain")
    yield "accept and reject", site.command("review")


def _print(view: ArticleView, ranked_by: str) -> None:
    from rich.console import Console as RichConsole
    from rich.markup import escape

    console = RichConsole(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    if view.article is None:
        console.print(f"No article is called [bold]{escape(view.asked)}[/]; the articles nearest to this text:")
    else:
        group = f"  ({escape(view.article.group)})" if view.article.group else ""
        console.print(f"[bold]{escape(view.article.title)}[/]{group}")
        console.print(escape(view.article.key), style="dim")
    for other in view.also:
        console.print(f"also called so: {escape(other.key)}", style="dim")
    lists = (
        {"proposed": view.proposed} if view.article is None else {"curated": view.curated, "proposed": view.proposed}
    )
    # Side by side where titles have room, else one list below the other.
    for together in [lists] if console.width >= _SIDE_BY_SIDE else [{name: found} for name, found in lists.items()]:
        console.print(_table(together))
    if any(link.in_both for link in view.proposed):
        console.print("[green]●[/] in both lists", style="dim")
    if view.article is not None:
        console.print(f"ranked by {escape(ranked_by)}", style="dim")


def _table(lists: Mapping[str, Sequence[ShownLink]]) -> RichTable:
    from rich.table import Table as RichTable

    table = RichTable(box=None, pad_edge=False, expand=True)
    for name in lists:
        table.add_column(name, ratio=1)
        table.add_column("score", justify="right", no_wrap=True)
    for links in zip_longest(*lists.values()):
        table.add_row(*chain.from_iterable(_cells(link) for link in links))
    return table


def _cells(link: ShownLink | None) -> tuple[str, str]:
    from rich.markup import escape

    if link is None:
        return "", ""
    mark = "[green]●[/] " if link.in_both else ""
    group = f" [dim]{escape(link.group)}[/]" if link.group else ""
    # A links file puts terms between asterisks.
    reasons = [re.sub(r"\*([^*]+)\*", r"“\1”", reason) for reason in link.reasons]
    why = "".join(f"\n[dim italic]  {escape(reason)}[/]" for reason in reasons)
    return f"{mark}{escape(link.title)}{group}{why}", "" if link.score is None else f"{link.score:.3f}"
