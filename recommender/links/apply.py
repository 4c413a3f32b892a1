"""A links file written into the front matter of a site, or into its sections of related links."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recommender.corpus.built_pages import require_sources
from recommender.decisions.of_site import site_decisions
from recommender.errors import InputError, ProblemsError
from recommender.links.front_matter import Style
from recommender.links.planner import ApplyRules, Plans, ReadFolder, make_plans
from recommender.links.record import LinksFile
from recommender.links.writing import LinkMaker, RunReport, own_field, run_edits, site_style
from recommender.links.writing.link_maker import site_sections
from recommender.progress import Reporter, Silent, stage
from recommender.settings import RelatedSettings


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply_links` did."""

    plans: Plans
    report: RunReport


def apply_links(
    site: ReadFolder,
    links: LinksFile,
    rules: ApplyRules | None = None,
    *,
    command: str = "apply",
    state_dir: Path | None = None,
    dry_run: bool = False,
    strict: bool = False,
    jobs: int | None = None,
    reporter: Reporter | None = None,
) -> Applied:
    """Write a links file into the front matter of a site's articles.

    The links file says which articles are linked, in which order; what the front matter of each says (title, id,
    url, …) is what its own file says now.

    Parameters
    ----------
    site : ReadFolder
    links : LinksFile
    rules : ApplyRules, optional
    command : str
        Is noted in the journal.
    state_dir : Path, optional
        Where journals are; by default the platform's folder for state.
    dry_run : bool
        Write nothing and give diffs.
    strict : bool
        Write nothing where a file of the site or a link of the links file cannot be used.
    jobs : int, optional
        Processes; by default one per processor.
    reporter : Reporter, optional

    Raises
    ------
    InputError
        The site has no field for links, or the rules do not fit it.
    ProblemsError
        `strict`, and something cannot be used.
    OutputError, InterruptedRunError
        As for `recommender.links.writing.run_edits`.
    """
    rules = rules or ApplyRules()
    reporter = reporter or Silent()
    require_sources(site.content, site.settings)
    related = _related(site.settings.related, rules, recognised=bool(site.settings.recognised))
    articles = site.corpus.articles
    with stage(reporter, "plan"):
        decided = site_decisions(site.content, site.settings, site.corpus, reporter).decided
        plans = make_plans(site, links, rules, related, decided)
        if strict and (plans.problems or site.corpus.problems):
            found = [*site.corpus.problems, *plans.problems]
            raise ProblemsError(f"{len(found):,} problems, nothing was written (--strict):", found)
        root = os.path.realpath(site.content)
        in_text = rules.field is None and related.field is None
        style = Style() if rules.field or in_text else site_style(root, articles, related)
        sections = site_sections(root, articles, related) if in_text else None
    maker = LinkMaker(plans.files, related, style, sections)
    report = run_edits(
        site.content,
        sorted(plans.files),
        maker,
        command=command,
        state_dir=state_dir,
        dry_run=dry_run,
        jobs=jobs,
        reporter=reporter,
    )
    return Applied(plans, report)


def _related(related: RelatedSettings, rules: ApplyRules, *, recognised: bool) -> RelatedSettings:
    """The settings of the field that is written."""
    if rules.field is None:
        if related.field is None and not related.sections:
            if recognised:
                raise InputError(
                    "no field of curated links that lead to articles was recognised in which to write; name one with "
                    "--field, or in a configuration: recommender init"
                )
            raise InputError(
                "the site's settings name no field for related links (related.field: null); name one, or give --field"
            )
        numbered = _numbered_texts(related)
        if numbered:
            raise InputError(
                f"the links of the site are in numbered fields of one name each ({', '.join(numbered)}), which are "
                "read and not written; keep suggestions in a field of their own with --field"
            )
        return related
    if rules.overwrite or rules.remove:
        raise InputError(
            "--field holds suggestions alone and is always written anew; --overwrite and --remove are for curated links"
        )
    taken = set(_field_names(related))
    if rules.field in taken or "{n}" in rules.field or not all(rules.field.split(".")):
        raise InputError(
            f"--field must be a name of its own, such as suggested_articles; found {rules.field!r}"
            + (", which holds the curated links" if rules.field in taken else "")
        )
    return own_field(related, rules.field)


def _numbered_texts(related: RelatedSettings) -> list[str]:
    """Fields of links that hold a text each and differ in a number: a list in one of them would not be read."""
    names = [one.field for one in related.each if one.field is not None and one.shape in ("strings", "commas")]
    forms = Counter(re.sub(r"\d+", "{n}", name) for name in names)
    return [name for name in names if re.search(r"\d", name) and forms[re.sub(r"\d+", "{n}", name)] > 1]


def _field_names(related: RelatedSettings) -> Iterator[str]:
    if related.field is not None:
        yield related.field
        for number in range(1, related.slots + 1):
            yield related.field.replace("{n}", str(number))
