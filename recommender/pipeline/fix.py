"""What `check` found repaired in the files of a site."""

from __future__ import annotations

import os
from pathlib import Path

from recommender.check.findings import CheckResult
from recommender.check.fix import repairs
from recommender.links.writing import LinkMaker, RunReport, run_edits, site_style
from recommender.pipeline.reading import ReadSite
from recommender.progress import Reporter


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
