"""The vectors of a site's articles: those of an earlier run, with the articles that changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.digest import digest
from recommender.execute.site_words import FEW_CHANGED, MOST_ARTICLES
from recommender.execute.vectors import VectorShelf
from recommender.neighbours.fused import fused_vectors
from recommender.splices import names_array, places_of, spliced
from recommender.stages.stage import Columns, Stage, Store, part_of

# Batch size, in articles.
_ARTICLES_AT_ONCE = 16_384

SITE_VECTORS = Stage("vectors", 1, dict, "encode")


class SiteVectors:
    """One vector for each article, and in how many pieces its texts are read.

    Parameters
    ----------
    names : mapping of str to sequence of bytes
        By view the names of the articles' texts, by row.
    weights : mapping of str to float
        Of the views.
    site : bytes
        Names the site.
    fill : callable
        Puts on the shelf what it lacks of the texts of some rows.
    """

    def __init__(
        self,
        names: Mapping[str, Sequence[bytes]],
        weights: Mapping[str, float],
        shelf: VectorShelf,
        dim: int,
        store: Store,
        site: bytes,
        fill: Callable[[NDArray[np.integer]], None],
    ) -> None:
        self._names = names
        self._weights = weights
        self._shelf = shelf
        self._dim = dim
        self._store = store
        self._site = site
        self._fill = fill

    @cached_property
    def columns(self) -> Columns:
        """``vectors`` of all articles, ``chunks.VIEW`` and ``cut.VIEW``."""
        rows = names_array([digest(*one) for one in zip(*(self._names[view] for view in self._weights), strict=True)])
        recipe = digest(self._shelf.space, repr(list(self._weights.items())).encode())
        part = part_of(SITE_VECTORS, recipe, rows.tobytes(), slot=digest(self._site, recipe))
        base = self._store.last(part) if len(rows) <= MOST_ARTICLES else None
        places = np.full(len(rows), -1) if base is None else places_of(rows, base["names"])
        changed = np.flatnonzero(places < 0)
        self._fill(changed)
        made = self._made(changed)
        if base is not None:
            made = {name: spliced(base[name], made[name], places) for name in made}
        if (base is None or len(changed) > FEW_CHANGED) and len(rows) <= MOST_ARTICLES:
            made = {"names": rows, **made}
            if self._store.cache.folder is not None:
                self._store.write(part, made)
        return made

    def _made(self, rows: NDArray[np.integer]) -> dict[str, NDArray[np.generic]]:
        """The columns of some articles."""
        found: dict[str, NDArray[np.generic]] = {"vectors": scratch.empty((len(rows), self._dim), np.float32)}
        for view in self._weights:
            found[f"chunks.{view}"] = np.empty(len(rows), np.int32)
            found[f"cut.{view}"] = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _ARTICLES_AT_ONCE):
            part, views = rows[start : start + _ARTICLES_AT_ONCE], []
            span = slice(start, start + len(part))
            for view in self._weights:
                taken = self._shelf.take([self._names[view][row] for row in part.tolist()])
                found[f"chunks.{view}"][span], found[f"cut.{view}"][span] = taken.chunks, taken.cut_ratio
                views.append(taken.vectors)
            found["vectors"][span] = fused_vectors(views, list(self._weights.values()))
        return found
