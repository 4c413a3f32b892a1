"""The folds of a site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.folds import Fold, deal_folds
from recommender.site.site import Site


def site_folds(site: Site, n_folds: int, *, seed: int = 0) -> NDArray[np.int32]:
    """Deal all articles of a site into folds that share no curated link; see `recommender.evaluator.folds`."""
    eligible = np.isin(np.arange(len(site.corpus)), site.targets)
    keys = [article.key for article in site.corpus.articles]
    try:
        return deal_folds(site.judged.targets, eligible, keys, n_folds, seed=seed)
    except InputError as error:
        raise InputError(f"{site.content}: {error}") from None


def fold_rows(site: Site, fold: Fold, *, seed: int = 0) -> NDArray[np.int64]:
    """Rows of the articles of one fold."""
    return np.flatnonzero(site_folds(site, fold.of, seed=seed) == fold.number - 1)
