"""The documentation lists every rule as it is."""

from __future__ import annotations

from recommender.rules import RULES
from tests.conftest import ROOT


def test_every_rule_is_documented() -> None:
    text = (ROOT / "docs" / "check.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert rows == [
        f"| `{rule.name}` | {rule.severity} | {rule.summary} | {'yes' if rule.repaired else ''} |" for rule in RULES
    ]
