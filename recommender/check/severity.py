"""How much each rule weighs on a site."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from recommender.errors import InputError
from recommender.rules import RULE_BY_NAME, RULES
from recommender.settings import Severity


class Severities:
    """A rule's severity: the configuration's, else its own.

    Parameters
    ----------
    only : collection of str, optional
        The only rules to look at.

    Raises
    ------
    InputError
        `only` names a rule that does not exist.
    """

    def __init__(self, configured: Mapping[str, Severity], only: Collection[str] | None = None) -> None:
        unknown = [name for name in only or () if name not in RULE_BY_NAME]
        if unknown:
            close = difflib.get_close_matches(unknown[0], RULE_BY_NAME, n=1)
            meant = f"; did you mean {close[0]}?" if close else ""
            raise InputError(
                f"expected names of rules; found {', '.join(unknown)}{meant}; recommender check --list-rules lists them"
            )
        self._severities: dict[str, Severity] = {
            rule.name: "off" if only is not None and rule.name not in only else configured.get(rule.name, rule.severity)
            for rule in RULES
        }

    def of(self, rule: str) -> Severity:
        return self._severities[rule]
