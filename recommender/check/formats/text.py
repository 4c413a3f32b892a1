"""One line a finding, in the form that editors and terminals make clickable."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.check.formats.write import Report


def text_lines(report: Report) -> Iterator[str]:
    """Lines of ``path:line: severity: message [rule]``."""
    for finding in report.result.findings:
        place = report.file(finding.path) + (f":{finding.line}" if finding.line else "")
        # A name or a title may hold line ends and control characters; a finding is one line.
        message = finding.message
        if not message.isprintable():
            message = "".join(char if char.isprintable() else " " for char in message)
        yield f"{place}: {finding.severity}: {message} [{finding.rule}]\n"
