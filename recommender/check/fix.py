"""Repairs that are certain: planned as new links for the files of a site, and written."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import structs

from recommender.check.findings import CheckResult, Finding, LinkPart
from recommender.corpus.article import Article
from recommender.corpus.corpus import Corpus
from recommender.corpus.curated import target_part
from recommender.links.front_matter import WHOLE, Item, Kept, Value
from recommender.links.writing import LinkMaker, LinksPlan, RunReport, run_edits, site_style
from recommender.progress import Reporter
from recommender.settings import RelatedSettings
from recommender.site.reading import ReadSite


def fix_site(
    site: ReadSite,
    result: CheckResult,
    *,
    command: str = "check --fix",
    state_dir: Path | None = None,
    dry_run: bool = False,
    jobs: int | None = None,
    reporter: Reporter | None = None,
) -> RunReport:
    """Repair what can be repaired with certainty; `recommender.links.writing.undo` takes it back.

    Parameters
    ----------
    site : ReadSite
    result : CheckResult
        Of this site, as it was read.
    command : str
        Stands in the journal.
    state_dir : Path, optional
        Where journals are; by default the platform's folder for state.
    dry_run : bool
        Write nothing and give diffs.
    jobs : int, optional
        Processes; by default one per processor.
    reporter : Reporter, optional

    Raises
    ------
    OutputError, InterruptedRunError
        As for `recommender.links.writing.run_edits`.
    """
    related = site.settings.related
    plans = repairs(site.corpus, result, related)
    style = site_style(os.path.realpath(site.content), site.corpus.articles, related)
    return run_edits(
        site.content,
        sorted(plans),
        LinkMaker(plans, related, style),
        command=command,
        state_dir=state_dir,
        dry_run=dry_run,
        jobs=jobs,
        reporter=reporter,
    )


def repairs(corpus: Corpus, result: CheckResult, related: RelatedSettings) -> dict[str, LinksPlan]:
    """New links of every file in which something can be repaired with certainty.

    Parts are written anew where they stand, repeats go, and numbered links are numbered from 1; other links and all
    other lines stay.

    Parameters
    ----------
    corpus : Corpus
        That was checked.
    result : CheckResult
    related : RelatedSettings
        Where links are and what their parts are called.

    Returns
    -------
    dict of str to LinksPlan
        By path.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in result.findings:
        if finding.repair is not None:
            by_path.setdefault(finding.path, []).append(finding)
    articles = {article.path: article for article in corpus.articles}
    plans = {}
    for path, findings in sorted(by_path.items()):
        # The links of further fields and of the text, which follow those of the first field, are left as they are.
        links = tuple(link for link in articles[path].links if not (link.section or link.field))
        article = structs.replace(articles[path], links=links)
        own = [one for one in findings if one.repair is not None and one.repair.link < len(article.links)]
        if own:
            plans[path] = LinksPlan(_slots(article, own, related), article.links)
    return plans


def _slots(article: Article, findings: list[Finding], related: RelatedSettings) -> dict[int, Item]:
    changes: dict[int, dict[str, Value]] = {}
    gone: set[int] = set()
    for finding in findings:
        repair = finding.repair
        if repair is None:
            continue
        if finding.rule == "repeated-link":
            gone.add(repair.link)
        elif repair.part is not None and repair.value is not None:
            name, value = _written(repair.part, repair.value, related)
            changes.setdefault(repair.link, {})[name] = value
    stay = [at for at in range(len(article.links)) if at not in gone]
    renumber = bool(gone) or any(finding.rule == "numbering-gap" for finding in findings)
    labels = range(1, len(stay) + 1)
    if related.shape == "numbered" and not renumber:
        labels = [article.links[at].place for at in stay]  # type: ignore[assignment]
    return {label: Kept(at, changes.get(at, {})) for label, at in zip(labels, stay, strict=True)}


def _written(part: LinkPart, value: Value, related: RelatedSettings) -> tuple[str, Value]:
    """What a part of a link is called in the front matter, and what is written there."""
    if part == "target":
        name = WHOLE if related.shape == "strings" else target_part(related)
        return name, f"{related.prefix}{value}" if related.prefix else value
    return getattr(related.names, part) or part, value
