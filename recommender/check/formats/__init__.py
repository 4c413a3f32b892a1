"""Findings as text, JSON, SARIF or GitHub annotations."""

from recommender.check.formats.report import Report
from recommender.check.formats.write import FORMATS, Format, format_result

__all__ = ["FORMATS", "Format", "Report", "format_result"]
