"""A map of a site: its articles in two dimensions, those that are alike near to each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.site.site import Site
from recommender.stages.map import drawn_rows, place_some

# What a plot can still show, and what takes well under a minute.
MOST_ARTICLES = 5_000


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Places of articles in the plane.

    Attributes
    ----------
    rows : int64 array of shape (m,)
        Rows of the articles on the map, ascending.
    coordinates : float64 array of shape (m, 2)
        Around 0, the farthest at 1 on one axis. Only nearness means anything: neither the axes do, nor how far apart
        two distant groups are.
    """

    rows: NDArray[np.int64]
    coordinates: NDArray[np.float64]


def site_map(site: Site, *, most: int = MOST_ARTICLES, seed: int = 0) -> SiteMap:
    """Place articles by the words and vectors that proposals are made from.

    Parameters
    ----------
    site : Site
    most : int
        From a larger site this number of articles is drawn.
    seed : int
        Of the draw, and of the projection.
    """
    rows = drawn_rows(len(site.corpus), most, seed)
    return SiteMap(rows, place_some(site.plan.texts.columns, site.settings.words.share, rows, seed))


def whole_map(site: Site, *, most: int = MOST_ARTICLES, seed: int = 0) -> SiteMap:
    """Place all articles of a site, however many; see `recommender.stages.map.place_all`.

    Parameters
    ----------
    most : int
        Articles that are placed by the projection; the others are put between their neighbours.
    """
    return SiteMap(np.arange(len(site.corpus)), site.plan.map(site.encoder.identity, most, seed))
