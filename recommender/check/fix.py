"""Repairs that are certain: planned as new links for the files of a site, and written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from recommender.check.findings import CheckResult, Finding, LinkPart, Repair
from recommender.corpus.article import Link
from recommender.corpus.built_pages import require_sources
from recommender.corpus.corpus import Corpus
from recommender.corpus.curated import KEY, VALUE, target_part
from recommender.links.front_matter import WHOLE, Item, Kept, Style, Value
from recommender.links.sections import TARGET
from recommender.links.writing import LinkMaker, LinksPlan, RunReport, run_edits, site_style
from recommender.links.writing.link_maker import SeveralMakers, site_sections
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
    result : CheckResult
        Of this site, as it was read.
    command : str
        Is noted in the journal.
    state_dir : Path, optional
        Where journals are; by default the platform's folder for state.
    dry_run : bool
        Write nothing and give diffs.
    jobs : int, optional
        Processes; by default one per processor.

    Raises
    ------
    OutputError, InterruptedRunError
        As for `recommender.links.writing.run_edits`.
    """
    require_sources(site.content, site.settings)
    related = site.settings.related
    root, articles = os.path.realpath(site.content), site.corpus.articles
    makers = []
    for field, one in enumerate(related.each):
        plans = repairs(site.corpus, result, one, field=field)
        if plans:
            makers.append(LinkMaker(plans, one, site_style(root, articles, one)))
    plans = repairs(site.corpus, result, related, section=True)
    if plans:
        makers.append(LinkMaker(plans, related, Style(), site_sections(root, articles, related)))
    return run_edits(
        site.content,
        sorted({path for maker in makers for path in maker.plans}),
        SeveralMakers(tuple(makers)),
        command=command,
        state_dir=state_dir,
        dry_run=dry_run,
        jobs=jobs,
        reporter=reporter,
    )


def repairs(
    corpus: Corpus, result: CheckResult, related: RelatedSettings, *, field: int = 0, section: bool = False
) -> dict[str, LinksPlan]:
    """New links of every file in which something can be repaired with certainty.

    Parts are written anew in their places, repeats go, and numbered links are numbered from 1; other links and all
    other lines stay.

    Parameters
    ----------
    corpus : Corpus
        That was checked.
    related : RelatedSettings
        Where links are and what their parts are called.
    field : int
        The number of the field in `RelatedSettings.each`.
    section : bool
        The links of sections are meant, and not those of a field.

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
        links = articles[path].links
        own = [at for at, link in enumerate(links) if link.section == section and link.field == field]
        places = {at: place for place, at in enumerate(own)}
        found = [
            _Mended(one.rule, replace(one.repair, link=places[one.repair.link]))
            for one in findings
            if one.repair is not None and one.repair.link in places
        ]
        if found:
            known = tuple(links[at] for at in own)
            plans[path] = LinksPlan(_slots(known, found, related, section=section), known)
    return plans


@dataclass(frozen=True, slots=True)
class _Mended:
    """A repair of a link, numbered among those of its place, and the rule that asks for it."""

    rule: str
    repair: Repair


def _slots(
    links: Sequence[Link], repairs: Sequence[_Mended], related: RelatedSettings, *, section: bool
) -> dict[int, Item]:
    changes: dict[int, dict[str, Value]] = {}
    gone: set[int] = set()
    for one in repairs:
        repair = one.repair
        if one.rule == "repeated-link":
            gone.add(repair.link)
        elif repair.part is not None and repair.value is not None:
            name, value = (TARGET, repair.value) if section else _written(repair.part, repair.value, related)
            changes.setdefault(repair.link, {})[name] = value
    stay = [at for at in range(len(links)) if at not in gone]
    labels: Iterable[int] = range(1, len(stay) + 1)
    renumber = bool(gone) or any(one.rule == "numbering-gap" for one in repairs)
    if related.shape == "numbered" and not section and not renumber:
        labels = [links[at].place for at in stay]
    return {label: Kept(at, changes.get(at, {})) for label, at in zip(labels, stay, strict=True)}


def _written(part: LinkPart, value: Value, related: RelatedSettings) -> tuple[str, Value]:
    """What a part of a link is called in the front matter, and what is written there."""
    if related.shape == "pairs" and part == "title":
        return VALUE if related.target_name == KEY else KEY, value
    if part == "target":
        name = WHOLE if related.shape in ("strings", "commas") else target_part(related)
        return name, f"{related.prefix}{value}" if related.prefix else value
    return getattr(related.names, part) or part, value
