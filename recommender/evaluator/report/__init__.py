"""The evaluation as one page that needs nothing else."""

from recommender.evaluator.report.page import report_page

__all__ = ["report_page"]
