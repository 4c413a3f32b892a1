"""What makes an article worth an editor's look, found once for the whole site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.check.all_rules import check_corpus
from recommender.check.findings import Finding
from recommender.neighbours.candidates import Candidates
from recommender.progress import Reporter, stage
from recommender.site.site import Site

WEAKEST_RATIO = 0.1
"""Share of the articles that are of low confidence: those with the lowest best score."""
STRONGEST_RATIO = 0.1
"""Share of the articles with a strong best score."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Properties of all articles, by row.

    Attributes
    ----------
    best_score : float64 array of shape (n,)
        Of the first proposal; minus infinity where there is none.
    sure_score : float
        A best score below it is of low confidence.
    strong_score : float
        A best score from it on is strong; 0 where nothing is proposed.
    findings : dict of int to tuple of Finding
        What `recommender check` says of an article.
    cluster : int32 array of shape (n,)
        Number of each article's cluster of near-duplicates.
    cluster_size : int64 array of shape (n,)
        Of each article's cluster.
    """

    best_score: NDArray[np.float64]
    sure_score: float
    strong_score: float
    findings: dict[int, tuple[Finding, ...]]
    cluster: NDArray[np.int32]
    cluster_size: NDArray[np.int64]

    @property
    def low_confidence(self) -> NDArray[np.bool_]:
        """Whose best proposal is of low confidence, or that have none; shape (n,)."""
        found: NDArray[np.bool_] = (self.best_score < self.sure_score) | ~np.isfinite(self.best_score)
        return found

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """Of which `recommender check` says something; shape (n,)."""
        return np.isin(np.arange(len(self.cluster)), list(self.findings))


def find_marks(site: Site, candidates: Candidates, reporter: Reporter) -> Marks:
    """Look at a whole site.

    Parameters
    ----------
    candidates : Candidates
        What is proposed, one line per article.
    """
    n = len(site.corpus)
    with stage(reporter, "check"):
        rows = {article.path: row for row, article in enumerate(site.corpus.articles)}
        findings: dict[int, list[Finding]] = {}
        for finding in check_corpus(site.corpus, site.settings, today=site.today).findings:
            if finding.path in rows:
                findings.setdefault(rows[finding.path], []).append(finding)
    with stage(reporter, "near-duplicates"):
        labels = site.duplicates.labels if n else np.empty(0, dtype=np.int32)
    best = candidates.scores[:, 0].astype(np.float64) if n and candidates.depth else np.full(n, -np.inf)
    scored = best[np.isfinite(best)]
    return Marks(
        best_score=best,
        sure_score=float(np.quantile(scored, WEAKEST_RATIO)) if len(scored) else -np.inf,
        strong_score=float(np.quantile(scored, 1 - STRONGEST_RATIO)) if len(scored) else 0.0,
        findings={row: tuple(found) for row, found in findings.items()},
        cluster=labels,
        cluster_size=np.bincount(labels, minlength=n)[labels] if n else np.empty(0, dtype=np.int64),
    )
