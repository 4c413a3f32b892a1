"""Groups of options: dataclasses whose fields become options of every command that takes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints

import typer

from recommender.ranges import Range


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of its groups.

    A parameter whose type is a dataclass is replaced by the dataclass' fields, each `Annotated` with its `typer.Option`
    or `typer.Argument`, in the same place. The command is called with the dataclass made of their values.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Colours:
    ...     ink: str = "black"
    ...     paper: str = "white"
    >>> def draw(colours: Colours, size: int = 3) -> None:
    ...     print(colours, size)
    >>> inspect.signature(with_groups(draw), eval_str=True)
    <Signature (*, ink: str = 'black', paper: str = 'white', size: int = 3) -> None>
    >>> with_groups(draw)(ink="blue", paper="white", size=1)
    Colours(ink='blue', paper='white') 1
    """
    parameters: list[inspect.Parameter] = []
    groups: dict[str, type] = {}
    for name, parameter in inspect.signature(command, eval_str=True).parameters.items():
        if is_dataclass(parameter.annotation):
            groups[name] = parameter.annotation  # type: ignore[assignment]
            parameters += _parameters(groups[name])
        else:
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    @wraps(command)
    def expanded(**given: Any) -> None:
        made = {name: kind(**{one.name: given.pop(one.name) for one in fields(kind)}) for name, kind in groups.items()}
        command(**made, **given)

    signature = inspect.Signature(parameters, return_annotation=None)
    expanded.__signature__ = signature  # type: ignore[attr-defined]
    expanded.__annotations__ = {one.name: one.annotation for one in parameters}
    return expanded


def option(*names: str, help: str, panel: str, **rest: Any) -> Any:  # noqa: A002
    """An option in a panel of the help; without names it is called like its parameter."""
    return typer.Option(*names, help=help, rich_help_panel=panel, **rest)


def number(*names: str, within: Range, help: str, panel: str, metavar: str = "N", **rest: Any) -> Any:  # noqa: A002
    """An option that takes a finite number of a range, by its names on the command line."""

    def read(text: object) -> float | int:
        try:
            return within.read(str(text))
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint=f"'{names[0]}'") from None

    return option(*names, help=help, panel=panel, parser=read, metavar=metavar, **rest)


def _parameters(group: type) -> list[inspect.Parameter]:
    types = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=_default(one), annotation=types[one.name])
        for one in fields(group)
    ]


def _default(one: Field[Any]) -> Any:
    return inspect.Parameter.empty if one.default is MISSING else one.default
