"""All that is known of every finding, for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from recommender.check.findings import Finding
from recommender.check.formats.report import Report

FORMAT = "recommender-check/1"


def json_lines(report: Report) -> Iterator[str]:
    """One JSON object, one finding a line."""
    result = report.result
    head = {"format": FORMAT, "articles": result.articles, "links": result.links, "rules": result.by_rule()}
    yield _dumped(head)[:-1] + ',"findings":['
    before = "\n"
    for finding in result.findings:
        yield before + _dumped(_finding(report, finding))
        before = ",\n"
    yield "\n]}\n"


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": report.file(finding.path),
        "line": finding.line,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
    }
    if finding.likely is not None:
        found["likely"] = finding.likely
    if finding.others:
        found["others"] = [{"file": report.file(place.path), "line": place.line} for place in finding.others]
    found["repairable"] = finding.repair is not None
    return found


def _dumped(value: object) -> str:
    return msgspec.json.encode(value).decode()
