"""Rules of who takes part, as they are written on a command line: ``group=Biology``, ``path!=archive/**``."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from recommender.errors import InputError
from recommender.settings import WhoSettings

_LISTS = {"language": "languages", "group": "groups", "path": "paths", "id": "ids"}
_SWITCHES = {"no_index": "no_index", "drafts": "drafts", "future": "future"}
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}

W = TypeVar("W", bound=WhoSettings)


def with_rules(settings: W, written: Sequence[str]) -> W:
    """Settings changed by rules; what a rule speaks of, it replaces in the settings.

    Parameters
    ----------
    settings : WhoSettings
    written : sequence of str
        ``NAME=VALUE`` with the name language, group, path or id: only these, any of several; ``NAME!=VALUE`` with
        group, path or id: none of these; ``NAME=yes`` or ``no`` with no_index, drafts or future.

    Raises
    ------
    InputError
        A rule is none of these; all such rules are named.

    Examples
    --------
    >>> rules = with_rules(WhoSettings(groups=("Physics",)), ["group=Biology", "group=Chemistry", "drafts=yes"])
    >>> rules.groups, rules.drafts
    (('Biology', 'Chemistry'), True)
    """
    lists: dict[str, list[str]] = {}
    switches: dict[str, bool] = {}
    problems = []
    for rule in written:
        name, sign, value = rule.partition("=")
        excluded = name.endswith("!")
        name, value = name.removesuffix("!").strip().replace("-", "_"), value.strip()
        if sign and value and name in _LISTS and not (excluded and name == "language"):
            lists.setdefault(f"exclude_{_LISTS[name]}" if excluded else _LISTS[name], []).append(value)
        elif not excluded and name in _SWITCHES and value.lower() in _TRUTH:
            switches[_SWITCHES[name]] = _TRUTH[value.lower()]
        else:
            problems.append(_problem(rule, name))
    if problems:
        raise InputError("\n".join(problems))
    changes: dict[str, Any] = {name: tuple(values) for name, values in lists.items()} | switches
    return replace(settings, **changes)


def _problem(rule: str, name: str) -> str:
    names = [*_LISTS, *_SWITCHES]
    near = difflib.get_close_matches(name, names, n=1) if name not in names else []
    hint = f"; did you mean {near[0]}?" if near else ""
    return (
        f"expected a rule such as group=Biology, path!=archive/**, id=20179, language=en or drafts=yes; "
        f"found {rule!r}{hint}"
    )
