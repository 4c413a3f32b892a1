"""The main job: related links for every article of a site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.links.record import LinksFile, links_file
from recommender.neighbours.exact import row_products
from recommender.neighbours.order import rounded
from recommender.pipeline.site import Site
from recommender.progress import Reporter, Silent, stage
from recommender.selection.choose import ChoiceRules, choose


def recommend(
    site: Site,
    *,
    k: int | None = None,
    min_score: float | None = None,
    only_missing: bool = False,
    keep_curated: bool = False,
    reporter: Reporter | None = None,
) -> LinksFile:
    """Propose related links.

    Parameters
    ----------
    site : Site
        See `open_site`.
    k : int, optional
        Places per article; by default the settings'.
    min_score : float, optional
        Below it a place stays empty; by default the settings'.
    only_missing : bool
        Only articles without curated links.
    keep_curated : bool
        Curated links first, all of them; proposals fill what is free of the `k` places.
    reporter : Reporter, optional

    Raises
    ------
    InputError
        `k` is below 1.
    """
    wanted = site.settings.links
    rules = ChoiceRules(
        k=wanted.k if k is None else k,
        min_score=wanted.min_score if min_score is None else min_score,
        only_missing=only_missing,
        keep_curated=keep_curated,
    )
    if rules.k < 1:
        raise InputError(f"k must be at least 1; found {rules.k}")
    # Places that curated links take cannot be known to overlap with the candidates, so there is one candidate for each.
    longest = max((len(article.links) for article in site.corpus.articles), default=0)
    candidates = site.propose(rules.k + (longest if keep_curated else 0))
    with stage(reporter or Silent(), "choose"):
        # Resolving every curated link takes a second on a large site and is not always needed.
        curated = site.resolved.targets if keep_curated or only_missing else None
        scores = curated_scores(site, curated) if curated is not None and keep_curated else None
        lists = choose(candidates, curated, rules, scores, site.sources)
        return links_file(site.corpus.articles, lists, model=site.encoder.name, k=rules.k)


def curated_scores(site: Site, curated: Sequence[NDArray[np.int32]]) -> list[NDArray[np.float64]]:
    """The score of every curated link, in the shape of `curated`; NaN where it leads to no article."""
    counts = [len(targets) for targets in curated]
    if not sum(counts):
        return [np.empty(0) for _ in curated]
    sources = np.repeat(np.arange(len(curated)), counts)
    targets = np.concatenate(curated)
    known = targets >= 0
    flat = np.full(len(targets), np.nan)
    flat[known] = rounded(row_products(site.text_vectors(), sources[known], targets[known]))
    return np.split(flat, np.cumsum(counts)[:-1])
