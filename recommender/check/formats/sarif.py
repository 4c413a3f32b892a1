"""SARIF 2.1.0 (OASIS), as code scanning services read it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import msgspec

from recommender.check.findings import Finding
from recommender.check.formats.report import Report
from recommender.rules import RULES
from recommender.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "note": "note", "off": "none"}
_BASE = "%SRCROOT%"


def sarif_lines(report: Report) -> Iterator[str]:
    """One SARIF log of one run, one result a line."""
    rules = [
        {
            "id": rule.name,
            "name": "".join(part.capitalize() for part in rule.name.split("-")),
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": f"{rule.summary}."},
            "help": {"text": rule.advice},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in RULES
    ]
    driver = {"name": "recommender", "semanticVersion": __version__, "rules": rules}
    head = {"$schema": SCHEMA, "version": "2.1.0"}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    yield _dumped(head)[:-1] + ',"runs":[' + _dumped(run)[:-1] + ',"results":['
    numbers = {rule.name: number for number, rule in enumerate(RULES)}
    seen: dict[str, int] = {}
    before = "\n"
    for finding in report.result.findings:
        yield before + _dumped(_result(report, finding, numbers[finding.rule], seen))
        before = ",\n"
    yield "\n]}]}\n"


def _result(report: Report, finding: Finding, number: int, seen: dict[str, int]) -> dict[str, Any]:
    # Names the finding whatever the line it moves to; equal ones in a file are told apart by their order.
    name = blake2b(f"{finding.path}\0{finding.rule}\0{finding.message}".encode(), digest_size=16).hexdigest()
    seen[name] = seen.get(name, 0) + 1
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(report, finding.path, finding.line)],
        "partialFingerprints": {"recommenderFinding/v1": f"{name}:{seen[name]}"},
    }
    if finding.others:
        found["relatedLocations"] = [
            {"id": at, **_location(report, place.path, place.line)} for at, place in enumerate(finding.others, start=1)
        ]
    return found


def _location(report: Report, path: str, line: int) -> dict[str, Any]:
    file = report.file(path)
    place: dict[str, Any] = {"uri": ("file://" if file.startswith("/") else "") + quote(file)}
    if not file.startswith("/"):
        place["uriBaseId"] = _BASE
    # Services that show findings in the text need a line; a finding on the whole file is shown at its first.
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": max(line, 1)}}}


def _dumped(value: object) -> str:
    return msgspec.json.encode(value).decode()
