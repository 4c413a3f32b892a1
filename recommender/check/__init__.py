"""What is wrong with a site's articles and curated links, and how it is told."""

from recommender.check.findings import CheckResult, Finding, Place, Repair
from recommender.check.rules import RULES, Rule
from recommender.check.run import check_corpus

__all__ = ["RULES", "CheckResult", "Finding", "Place", "Repair", "Rule", "check_corpus"]
