"""Which files of a site do not hold the links that a new run proposes for them."""

from __future__ import annotations

from recommender.links.apply import ApplyRules, ReadFolder, apply_links
from recommender.links.record import LinksFile
from recommender.progress import Reporter


def stale_files(
    site: ReadFolder,
    links: LinksFile,
    field: str | None = None,
    *,
    jobs: int | None = None,
    reporter: Reporter | None = None,
) -> tuple[str, ...]:
    """Files whose front matter `apply` would change.

    Parameters
    ----------
    links : LinksFile
        What a run proposes now.
    field : str, optional
        The field of their own in which suggestions are kept; by default free places beside curated links.

    Returns
    -------
    tuple of str
        Paths below the content folder, sorted.

    Raises
    ------
    InputError
        The site has no field for links.
    """
    applied = apply_links(site, links, ApplyRules(field=field), dry_run=True, jobs=jobs, reporter=reporter)
    return tuple(applied.report.changed)
