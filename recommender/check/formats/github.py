"""Workflow commands that GitHub Actions shows as annotations."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.check.formats.report import Report

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github_lines(report: Report) -> Iterator[str]:
    """Lines of ``::error file=…,line=…,title=…::message``."""
    for finding in report.result.findings:
        properties = {"file": report.file(finding.path), "line": str(finding.line or 1), "title": finding.rule}
        written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{_COMMANDS[finding.severity]} {written}::{_data(finding.message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
