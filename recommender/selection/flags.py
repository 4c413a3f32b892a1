"""Rules as they are written: of who takes part on a command line (``group=Biology``, ``path!=archive/**``), and the
values of the section `links`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, get_args

from recommender import ranges
from recommender.errors import InputError
from recommender.selection.floor import parse_precision
from recommender.settings import EligibilitySettings, HubCorrection, LinkSettings

_LISTS = {"language": "languages", "group": "groups", "path": "paths", "id": "ids"}
_SWITCHES = {"no_index": "no_index", "drafts": "drafts", "future": "future"}
_RANGES = {
    "k": ranges.K,
    "min_score": ranges.SCORE,
    "duplicate_score": ranges.RATIO,
    "diversity": ranges.RATIO,
    "max_inbound": ranges.MAX_INBOUND,
    "min_inbound": ranges.MIN_INBOUND,
    "margin": ranges.MARGIN,
    "recall": ranges.RECALL,
}
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}

W = TypeVar("W", bound=EligibilitySettings)


def with_rules(settings: W, written: Sequence[str]) -> W:
    """Settings changed by rules; what a rule speaks of, it replaces in the settings.

    Parameters
    ----------
    written : sequence of str
        ``NAME=VALUE`` with the name language, group, path or id: only these, any of several; ``NAME!=VALUE`` with
        group, path or id: none of these; ``NAME=yes`` or ``no`` with no_index, drafts or future.

    Raises
    ------
    InputError
        A rule is none of these; all such rules are named.

    Examples
    --------
    >>> rules = with_rules(EligibilitySettings(groups=("Physics",)), ["group=Biology", "group=Chemistry", "drafts=yes"])
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


def with_links(settings: LinkSettings, changes: Mapping[str, Any]) -> LinkSettings:
    """Settings changed by options, and checked as those of a file are.

    Raises
    ------
    InputError
        A value is out of its range; all such values are named.
    """
    changed = replace(settings, **changes)
    problems = link_problems(changed)
    if problems:
        raise InputError("\n".join(problems))
    return changed


def link_problems(links: LinkSettings) -> list[str]:
    """What is wrong with the values of the section `links`."""
    problems = [
        f"links.{name} {problem}"
        for name, within in _RANGES.items()
        if (value := getattr(links, name)) is not None and (problem := within.problem(value)) is not None
    ]
    if links.min_precision is not None:
        try:
            parse_precision(links.min_precision)
        except InputError as error:
            problems.append(f"links.min_precision: {error}")
    if links.max_inbound is not None and links.max_inbound < links.min_inbound:
        problems.append(
            f"links.max_inbound must be no less than min_inbound; found {links.max_inbound} "
            f"(min_inbound {links.min_inbound})"
        )
    if links.hubs not in get_args(HubCorrection):
        near = difflib.get_close_matches(links.hubs, get_args(HubCorrection), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        problems.append(f"links.hubs must be one of {', '.join(get_args(HubCorrection))}; found {links.hubs!r}{hint}")
    return problems


def _problem(rule: str, name: str) -> str:
    names = [*_LISTS, *_SWITCHES]
    near = difflib.get_close_matches(name, names, n=1) if name not in names else []
    hint = f"; did you mean {near[0]}?" if near else ""
    return (
        f"expected a rule such as group=Biology, path!=archive/**, id=20179, language=en or drafts=yes; "
        f"found {rule!r}{hint}"
    )
