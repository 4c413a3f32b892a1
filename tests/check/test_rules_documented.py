"""Every rule is documented as it is, and nothing is reported by another."""

from __future__ import annotations

import re

from recommender.rules import RULE_BY_NAME, RULES
from tests.conftest import ROOT


def test_every_rule_is_documented() -> None:
    text = (ROOT / "docs" / "check.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert rows == [
        f"| `{rule.name}` | {rule.severity} | {rule.summary} | {'yes' if rule.repaired else ''} |" for rule in RULES
    ]


def test_readers_report_by_rules_that_there_are() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "recommender" / "corpus").rglob("*.py")]
    named = set(
        re.findall(
            r'(?:Problem|_wrong)\(\s*(?:[^"()]*(?:\([^()]*\))?[^"()]*, )?"([a-z0-9]+(?:-[a-z0-9]+)+)"', "".join(sources)
        )
    )
    assert {"invalid-row", "invalid-yaml", "invalid-javascript", "yaml-limit", "too-large"} <= named
    assert named <= RULE_BY_NAME.keys()
