"""Findings as text, JSON, SARIF or GitHub annotations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote

import msgspec

from recommender.check.findings import CheckResult, Finding
from recommender.corpus.table import home_of
from recommender.rules import RULES
from recommender.version import __version__

Format = Literal["text", "json", "sarif", "github"]
FORMATS: tuple[str, ...] = get_args(Format)
_JSON_FORMAT = "recommender-check/1"
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SARIF_LEVELS = {"error": "error", "warning": "warning", "note": "note", "off": "none"}
_SARIF_BASE = "%SRCROOT%"
_GITHUB_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


@dataclass(frozen=True, slots=True)
class Report:
    """A result and what its files are called.

    Attributes
    ----------
    folder : str
        Goes before the findings' paths, with forward slashes, so that they can be opened from where the command
        ran: the content folder relative to the current one if it is inside, else as an absolute path.
    """

    result: CheckResult
    folder: str

    @classmethod
    def of(cls, result: CheckResult, content: Path, base: Path) -> Report:
        """Name files as seen from the folder `base`."""
        folder, root = os.path.realpath(home_of(content)), os.path.realpath(base)
        if folder == root or folder.startswith(root.rstrip(os.sep) + os.sep):
            folder = os.path.relpath(folder, root)
        return cls(result, Path(folder).as_posix())

    def file(self, path: str) -> str:
        """The file of a finding, as seen from where the command ran."""
        return path if self.folder == "." else f"{self.folder.rstrip('/')}/{path}"


def text_lines(report: Report) -> Iterator[str]:
    """Lines of ``path:line: severity: message [rule]``."""
    for finding in report.result.findings:
        place = report.file(finding.path) + (f":{finding.line}" if finding.line else "")
        line = f"{place}: {finding.severity}: {finding.message} [{finding.rule}]"
        # A file's name or a title may hold line ends and what a terminal obeys; a finding is one line of text.
        if not line.isprintable():
            line = "".join(char if char.isprintable() else " " for char in line)
        yield line + "\n"


def json_lines(report: Report) -> Iterator[str]:
    """One JSON object, one finding a line."""
    result = report.result
    head = {"format": _JSON_FORMAT, "articles": result.articles, "links": result.links, "rules": result.by_rule()}
    yield _dumped(head)[:-1] + ',"findings":['
    before = "\n"
    for finding in result.findings:
        yield before + _dumped(_as_json(report, finding))
        before = ",\n"
    yield "\n]}\n"


def _as_json(report: Report, finding: Finding) -> dict[str, Any]:
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


def sarif_lines(report: Report) -> Iterator[str]:
    """One SARIF log of one run, one result a line."""
    rules = [
        {
            "id": rule.name,
            "name": "".join(part.capitalize() for part in rule.name.split("-")),
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": f"{rule.summary}."},
            "help": {"text": rule.advice},
            "defaultConfiguration": {"level": _SARIF_LEVELS[rule.severity]},
        }
        for rule in RULES
    ]
    driver = {"name": "recommender", "semanticVersion": __version__, "rules": rules}
    head = {"$schema": SARIF_SCHEMA, "version": "2.1.0"}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    yield _dumped(head)[:-1] + ',"runs":[' + _dumped(run)[:-1] + ',"results":['
    numbers = {rule.name: number for number, rule in enumerate(RULES)}
    seen: dict[str, int] = {}
    before = "\n"
    for finding in report.result.findings:
        yield before + _dumped(_as_sarif(report, finding, numbers[finding.rule], seen))
        before = ",\n"
    yield "\n]}]}\n"


def _as_sarif(report: Report, finding: Finding, number: int, seen: dict[str, int]) -> dict[str, Any]:
    # Names the finding whatever the line it moves to; equal ones in a file differ by their order.
    name = blake2b(f"{finding.path}\0{finding.rule}\0{finding.message}".encode(), digest_size=16).hexdigest()
    seen[name] = seen.get(name, 0) + 1
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": _SARIF_LEVELS[finding.severity],
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
        place["uriBaseId"] = _SARIF_BASE
    # Services that show findings in the text need a line; a finding on the whole file is shown at its first.
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": max(line, 1)}}}


def _dumped(value: object) -> str:
    return msgspec.json.encode(value).decode()


def github_lines(report: Report) -> Iterator[str]:
    """Lines of ``::error file=…,line=…,title=…::message``."""
    for finding in report.result.findings:
        properties = {"file": report.file(finding.path), "line": str(finding.line or 1), "title": finding.rule}
        written = ",".join(f"{name}={_github_property(value)}" for name, value in properties.items())
        yield f"::{_GITHUB_COMMANDS[finding.severity]} {written}::{_github_text(finding.message)}\n"


def _github_text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_text(text).replace(":", "%3A").replace(",", "%2C")


def format_result(report: Report, form: Format) -> Iterator[str]:
    """The lines of a report, each with its line end."""
    writers: dict[str, Callable[[Report], Iterator[str]]] = {
        "text": text_lines,
        "json": json_lines,
        "sarif": sarif_lines,
        "github": github_lines,
    }
    return writers[form](report)
