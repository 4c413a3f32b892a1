"""The command that runs, as a person would type it once more, for messages that recommend it with a change."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

_NONE: Mapping[str, Sequence[str]] = {}
_given: ContextVar[Mapping[str, Sequence[str]]] = ContextVar("given", default=_NONE)


def remember(verb: str | None, parameters: Collection[Any], ctx: Any) -> None:
    """Keep what was given to a command, by the names of its parameters: arguments first, then options."""
    words: dict[str, Sequence[str]] = {"": ("recommender", *([verb] if verb else []))}
    for parameter in sorted(parameters, key=lambda one: one.param_type_name != "argument"):
        source = ctx.get_parameter_source(parameter.name)
        if source is not None and source.name == "COMMANDLINE":
            words[parameter.name] = _words(parameter, ctx.params.get(parameter.name))
    _given.set(words)


def again(*more: str | Path, without: Collection[str] = ()) -> str:
    """The command that runs, with some options more, and without some parameters (by their names in Python).

    A message that recommends the same command keeps by this whatever else was given to it.
    """
    words = [word for name, given in _given.get().items() if name not in without for word in given]
    return shlex.join([*words, *map(str, more)])


def _words(parameter: Any, value: object) -> Sequence[str]:
    if parameter.param_type_name == "argument":
        return (_text(value),)
    if isinstance(value, bool):
        return (parameter.opts[0] if value else parameter.secondary_opts[0],)
    each = value if isinstance(value, (list, tuple)) else (value,)
    return [word for one in each for word in (parameter.opts[0], _text(one))]


def _text(value: object) -> str:
    return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)
