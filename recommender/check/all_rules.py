"""All rules over all articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from itertools import chain

from recommender.check.articles import dead_links, file_findings, repeated_ids, repeated_questions, repeated_urls
from recommender.check.findings import CheckResult
from recommender.check.links import LinkRules
from recommender.check.severity import Severities
from recommender.corpus.corpus import Corpus
from recommender.selection.eligibility import Eligibility
from recommender.settings import Settings


def check_corpus(
    corpus: Corpus,
    settings: Settings,
    *,
    today: dt.date | None = None,
    only: Collection[str] | None = None,
) -> CheckResult:
    """Check a site's articles and curated links.

    Parameters
    ----------
    corpus : Corpus
    settings : Settings
        Say what a link names, who may be linked (`targets`), how much a rule weighs (`check`), and which urls are the
        site's own.
    today : datetime.date, optional
        Articles with a later date are of the future; by default the present day.
    only : collection of str, optional
        Names of the only rules to look at.

    Returns
    -------
    CheckResult
        Findings in the order of path, line, rule and message.

    Raises
    ------
    InputError
        `only` names a rule that does not exist.
    """
    severities = Severities(settings.check.severity, only)
    who = Eligibility(settings.targets, today or dt.date.today())
    barred = [who.reason(article) for article in corpus.articles]
    rules = LinkRules(corpus.articles, settings, barred, severities)
    findings = chain(
        file_findings((*corpus.problems, *corpus.warnings), severities),
        repeated_ids(corpus, severities),
        repeated_urls(corpus, settings.urls, severities),
        repeated_questions(corpus, severities),
        dead_links(corpus, settings, severities),
        *(rules.check(row) for row in range(len(corpus))),
    )
    return CheckResult(
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        articles=len(corpus),
        links=sum(len(article.links) for article in corpus.articles),
    )
