"""One line a finding, in the form that editors and terminals make clickable."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.check.formats.report import Report


def text_lines(report: Report) -> Iterator[str]:
    """Lines of ``path:line: severity: message [rule]``."""
    for finding in report.result.findings:
        place = report.file(finding.path) + (f":{finding.line}" if finding.line else "")
        line = f"{place}: {finding.severity}: {finding.message} [{finding.rule}]"
        # A file's name or a title may hold line ends and what a terminal obeys; a finding is one line of text.
        if not line.isprintable():
            line = "".join(char if char.isprintable() else " " for char in line)
        yield line + "\n"
