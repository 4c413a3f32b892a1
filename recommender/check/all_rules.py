"""All rules over all articles: those for articles and files here, those for links in `recommender.check.links`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Iterator
from itertools import chain

from recommender.check.findings import CheckResult, Finding, Place, Severities
from recommender.check.links import LinkRules
from recommender.corpus.article import Article
from recommender.corpus.corpus import Corpus
from recommender.corpus.globs import Globs
from recommender.corpus.text_links import dead_text_links
from recommender.corpus.urls import normal_url
from recommender.errors import Problem
from recommender.selection.eligibility import Eligibility
from recommender.settings import Settings, UrlSettings

_OTHERS_NAMED = 3


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
    eligibility = Eligibility(settings.targets, today or dt.date.today())
    barred = [eligibility.reason(article) for article in corpus.articles]
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


def file_findings(problems: Iterable[Problem], severities: Severities) -> Iterator[Finding]:
    """Files that could not be used."""
    for problem in problems:
        severity = severities.of(problem.rule)
        if severity != "off":
            yield Finding(problem.path, problem.line, problem.rule, severity, problem.message)


def dead_links(corpus: Corpus, settings: Settings, severities: Severities) -> Iterator[Finding]:
    """Links inside texts that lead to no article and to no page that the site names."""
    severity = severities.of("dead-text-link")
    if severity == "off":
        return
    pages = Globs(settings.check.pages)
    for row, link in dead_text_links(corpus.articles, settings):
        path = normal_url(link.target, settings.urls)
        if path is None or not (pages.fullmatch(path) or pages.fullmatch(path + "/")):
            message = f"the link in the text to {link.target!r} leads to no article"
            yield Finding(corpus.articles[row].path, link.line, "dead-text-link", severity, message)


def repeated_ids(corpus: Corpus, severities: Severities) -> Iterator[Finding]:
    """Ids of several articles, each reported once, at the first of them."""
    found = ((article.id, article, article.lines.id) for article in corpus.articles if article.id is not None)
    yield from _repeated(found, "repeated-id", "the id {}", severities)


def repeated_urls(corpus: Corpus, urls: UrlSettings, severities: Severities) -> Iterator[Finding]:
    """Urls that mean the same page, of articles of different keys."""
    found = ((normal_url(article.url, urls), article, article.lines.url) for article in corpus.articles if article.url)
    yield from _repeated((item for item in found if item[0] is not None), "repeated-url", "the url {}", severities)


def repeated_questions(corpus: Corpus, severities: Severities) -> Iterator[Finding]:
    """Questions of the same words in one language, where the site's views read questions."""
    found = (
        ((article.language, texts["question"].digest), article, article.lines.question)
        for article, texts in zip(corpus.articles, corpus.texts, strict=True)
        if "question" in texts and texts["question"].chars
    )
    yield from _repeated(found, "repeated-question", "the question", severities)


def _repeated(
    found: Iterable[tuple[Hashable, Article, int]], rule: str, what: str, severities: Severities
) -> Iterator[Finding]:
    severity = severities.of(rule)
    if severity == "off":
        return
    places: dict[Hashable, list[Place]] = {}
    for value, article, line in found:
        places.setdefault(value, []).append(Place(article.path, line or 1))
    for value, all_places in places.items():
        if len(all_places) > 1:
            first, *others = sorted(all_places)
            named = ", ".join(f"{place.path}:{place.line}" for place in others[:_OTHERS_NAMED])
            more = f" and {len(others) - _OTHERS_NAMED:,} more" if len(others) > _OTHERS_NAMED else ""
            message = f"{what.format(repr(value))} is on {len(all_places):,} articles; also {named}{more}"
            yield Finding(first.path, first.line, rule, severity, message, others=tuple(others))
