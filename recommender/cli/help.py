"""What `--help` shows: names and meanings side by side, in panels, at any width from 60 columns on."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer.core

from recommender.cli.again import remember
from recommender.cli.options import CACHE, LISTS, MODEL, OUTPUT, RANKING, STABILITY, TAKING_PART

if TYPE_CHECKING:
    from rich.console import RenderableType

# Longer lines are hard to read, however wide the terminal is.
_WIDEST = 110
_WIDEST_NAMES = 26
_ARGUMENTS = "Arguments"
_OPTIONS = "Options"


class Command(typer.core.TyperCommand):
    """A command whose options are shown in panels; indented paragraphs of its help are examples."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        remember(self.name, self.get_params(ctx), ctx)
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        panels: dict[str, list[tuple[str, str]]] = {_ARGUMENTS: [], _OPTIONS: []}
        for parameter in self.get_params(ctx):
            if not getattr(parameter, "hidden", False):
                is_argument = parameter.param_type_name == "argument"
                panel = getattr(parameter, "rich_help_panel", None) or (_ARGUMENTS if is_argument else _OPTIONS)
                panels.setdefault(panel, []).append((_names(parameter), _meaning(parameter)))
        panels = {name: panels[name] for name in sorted(panels, key=_place)}
        _print(_usage(self, ctx), self.help or "", panels)


class CommandGroup(typer.core.TyperGroup):
    """A group whose commands are shown in panels, each with the first paragraph of its help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            summary = _paragraphs(command.help or "")[0]
            panels.setdefault(command.rich_help_panel or "Commands", []).append((name, summary))
        panels[_OPTIONS] = [(_names(parameter), _meaning(parameter)) for parameter in self.get_params(ctx)]
        _print(_usage(self, ctx), self.help or "", panels)


def _place(panel: str) -> int:
    """What a command is about comes before what all have in common."""
    last = (OUTPUT, LISTS, STABILITY, TAKING_PART, RANKING, MODEL, CACHE, _OPTIONS)
    return last.index(panel) + 1 if panel in last else -(panel == _ARGUMENTS)


def _usage(command: Any, ctx: Any) -> str:
    arguments = [_names(one) for one in command.get_params(ctx) if one.param_type_name == "argument"]
    rest = ["COMMAND", "…"] if isinstance(command, CommandGroup) else arguments
    return " ".join(["Usage:", ctx.command_path, "[OPTIONS]", *rest])


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = str(parameter.metavar or parameter.name.upper())
        return (name if parameter.required else f"[{name}]") + ("…" if parameter.nargs == -1 else "")
    names = ", ".join([*sorted(parameter.opts, key=len), *parameter.secondary_opts])
    return f"{names} {parameter.metavar}" if parameter.metavar else names


def _meaning(parameter: Any) -> str:
    default = parameter.default
    text = " ".join((getattr(parameter, "help", "") or "").split())
    is_shown = parameter.show_default if hasattr(parameter, "show_default") else False
    if is_shown and default is not None and default is not False and default != () and not callable(default):
        shown = getattr(default, "value", default)
        text += f" [default: {f'{shown:g}' if isinstance(shown, float) else shown}]"
    return text


def _paragraphs(text: str) -> list[str]:
    """Paragraphs on one line each; indented ones stay as they are."""
    parts = inspect.cleandoc(text).split("\n\n")
    return [part if part.startswith("    ") else " ".join(part.split()) for part in parts]


def _print(usage: str, text: str, panels: dict[str, list[tuple[str, str]]]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    console.width = min(console.width, _WIDEST)
    console.print(Padding(Text(usage, style="bold"), (0, 1, 1, 1)))
    for part in _paragraphs(text):
        is_example = part.startswith("    ")
        shown = Text(inspect.cleandoc(part), style="cyan") if is_example else Text(part)
        console.print(Padding(shown, (0, 1, 1, 4 if is_example else 1)))
    rows = [names for found in panels.values() for names, _ in found]
    widest = min(max(map(len, rows), default=0), _WIDEST_NAMES)
    for title, found in panels.items():
        if found:
            console.print(_panel(title, found, widest))


def _panel(title: str, rows: Sequence[tuple[str, str]], widest: int) -> RenderableType:
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(width=widest, overflow="fold")
    table.add_column(ratio=1)
    for names, meaning in rows:
        table.add_row(_coloured(names.split(" ")), Text(meaning))
    return Panel(table, title=title, title_align="left", border_style="dim")


def _coloured(words: Iterable[str]) -> RenderableType:
    from rich.text import Text

    return Text(" ").join(Text(word, style="bold cyan" if word.startswith("-") else "yellow") for word in words)
