"""The main job: related links for every article of a site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from recommender.errors import InputError
from recommender.links.record import LinksFile, Reasons, links_file
from recommender.progress import Reporter, Silent, stage
from recommender.selection.lists import Choice
from recommender.settings import LinkSettings
from recommender.site.marks import marks_of
from recommender.site.select import Selected, select
from recommender.site.site import Site, require_site

if TYPE_CHECKING:
    from recommender.ranker.record import Ranker
    from recommender.site.ranking import SiteRanker


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A site's related links, and how they were selected."""

    links: LinksFile
    selected: Selected


def recommend(
    site: Site,
    settings: LinkSettings | None = None,
    *,
    k: int | None = None,
    min_score: float | None = None,
    only_missing: bool = False,
    keep_curated: bool = False,
    previous: LinksFile | None = None,
    frozen_before: dt.date | None = None,
    ranker: Ranker | None = None,
    explain: bool = False,
    reporter: Reporter | None = None,
) -> LinksFile:
    """Propose related links.

    Parameters
    ----------
    site : Site
        See `open_site`.
    settings : LinkSettings, optional
        What goes into the lists; by default the site's settings.
    k : int, optional
        Places per article, instead of the settings'.
    min_score : float, optional
        Below it a place stays empty, instead of the settings'.
    only_missing : bool
        Only articles without curated links.
    keep_curated : bool
        Curated links first, all of them; proposals fill what is free of the `k` places.
    previous : LinksFile, optional
        The last run's: its links stay unless something is better by a margin.
    frozen_before : datetime.date, optional
        Articles of an earlier date keep the list that they have in `previous`, or none.
    ranker : Ranker, optional
        Scores candidates; by default their texts do.
    explain : bool
        Give the reasons for every link.
    reporter : Reporter, optional

    Raises
    ------
    InputError
        `k` is below 1, or `frozen_before` is used without `previous`.
    """
    return recommend_and_tell(
        site,
        settings,
        k=k,
        min_score=min_score,
        only_missing=only_missing,
        keep_curated=keep_curated,
        previous=previous,
        frozen_before=frozen_before,
        ranker=ranker,
        explain=explain,
        reporter=reporter,
    ).links


def recommend_and_tell(
    site: Site,
    settings: LinkSettings | None = None,
    *,
    k: int | None = None,
    min_score: float | None = None,
    only_missing: bool = False,
    keep_curated: bool = False,
    previous: LinksFile | None = None,
    frozen_before: dt.date | None = None,
    ranker: Ranker | None = None,
    explain: bool = False,
    reporter: Reporter | None = None,
) -> Recommendation:
    """As `recommend`, with the report of the selection."""
    require_site(site)
    wanted = settings or site.settings.links
    wanted = replace(
        wanted, k=wanted.k if k is None else k, min_score=wanted.min_score if min_score is None else min_score
    )
    if wanted.k < 1:
        raise InputError(f"k must be at least 1; found {wanted.k}")
    site_ranker = None
    if ranker is not None or explain:
        # The default ranking alone starts without it.
        from recommender.site.ranking import SiteRanker

        site_ranker = SiteRanker(site, ranker, reporter=reporter)
    selected = select(
        site,
        wanted,
        only_missing=only_missing,
        keep_curated=keep_curated,
        previous=previous,
        frozen_before=frozen_before,
        ranker=site_ranker if ranker is not None else None,
        decisions=site.decisions,
        reporter=reporter,
    )
    lists = selected.chosen.lists
    reasons = None
    if explain and site_ranker is not None:
        with stage(reporter or Silent(), "explain"):
            reasons = _reasons(site_ranker, lists)
    found = links_file(
        site.corpus.articles,
        lists,
        model=site.encoder.name,
        k=wanted.k,
        reasons=reasons,
        recognised=marks_of(site.settings),
    )
    return Recommendation(found, selected)


def _reasons(ranker: SiteRanker, lists: Mapping[int, Sequence[Choice]]) -> Reasons:
    pairs = [(row, choice.row) for row, chosen in lists.items() for choice in chosen]
    sources, targets = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return dict(zip(pairs, ranker.reasons(sources, targets), strict=True))
