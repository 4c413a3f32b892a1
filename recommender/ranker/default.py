"""The combination of text signals that holds where no curated links teach a better one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.score import SiteSignals
from recommender.ranker.signals import standing_out

DEFAULT_SIGNAL = "stands out"
"""Text similarity beyond what is usual around both articles: of the text signals, the one that found most on each site
where it was tried; docs/ranker.md has the figures."""


def default_scores(site: SiteSignals, sources: NDArray[np.int64], candidates: NDArray[np.int64]) -> NDArray[np.float64]:
    """Scores of pairs, given by rows, shape (n_pairs,): higher is better, but no probability; they can be negative."""
    return standing_out(site.pairs(sources, candidates)).astype(np.float64)
