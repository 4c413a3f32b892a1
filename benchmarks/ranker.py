"""What a ranker costs and finds on a site, and how much there is to find.

    python benchmarks/ranker.py CONTENT [--config FILE] [-o results/ranker.json]

Fits a ranker, ranks all articles with it, and measures two orders that no ranker can know: an oracle that is told which
articles the editors' own links hold together (links to ids far away left out) and orders each such set by chance, and
the same ordered by text. The first is about what a perfect guess of the uploads would find; where the second is no
better, the choice within an upload is not one of meaning.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from recommender.evaluator.judgements import judge_by_links
from recommender.evaluator.units import connect
from recommender.ranker.batch_model import near_links
from recommender.ranker.figures import capped_recall
from recommender.settings_file import load_settings
from recommender.site.fit import fit_ranker
from recommender.site.open import open_site
from recommender.site.ranking import SiteRanker, site_signals
from recommender.site.site import Site


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--text-only", action="store_true")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent / "results" / "ranker.json")
    options = parser.parse_args()
    site = open_site(options.content, load_settings(options.content, options.config))
    site.propose(30)
    fitting, ranker = _timed(lambda: fit_ranker(site, text_only=options.text_only))
    ranking, _ = _timed(lambda: SiteRanker(site, ranker).propose(30))
    found: dict[str, Any] = {
        "articles": len(site.corpus),
        "fit": fitting,
        "rank": ranking,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "capped_recall": {figure.name: figure.capped_recall for figure in ranker.card.figures},
        "pool_recall": ranker.card.pool_recall,
        "expected_calibration_error": ranker.card.expected_calibration_error,
        "fitted": ranker.whole is not None,
        "oracle": None if options.text_only else _oracle(site),
        "machine": {
            "processors": os.cpu_count(),
            "load": os.getloadavg()[0],
            "python": platform.python_version(),
            "platform": platform.platform(),
        },
    }
    text = json.dumps(found, indent=1)
    options.output.write_text(text + "\n")
    print(text)


def _timed(work: Any) -> tuple[dict[str, float], Any]:
    """Wall and processor seconds; another process on the machine moves the first and not the second."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return {
        "wall_seconds": round(time.perf_counter() - wall, 1),
        "processor_seconds": round(time.process_time() - cpu, 1),
    }, result


def _oracle(site: Site) -> dict[str, float] | None:
    signals = site_signals(site, text_only=False)
    if signals.evidence is None:
        return None
    n = len(site.corpus)
    judgements = judge_by_links(site.resolved.targets, np.isin(np.arange(n), site.targets))
    owners = judgements.queries[judgements.relevant.owners].astype(np.int64)
    targets = judgements.relevant.rows.astype(np.int64)
    near = near_links(signals.evidence.axis, owners, targets)
    by_owner = np.split(targets[near].astype(np.int32), np.cumsum(np.bincount(owners[near], minlength=n))[:-1])
    labels = connect(by_owner).labels
    axis = signals.evidence.axis
    left, right = axis.rows[axis.left], axis.rows[axis.right]
    same = labels[left] == labels[right]
    sources = np.concatenate([left[same], right[same]])
    candidates = np.concatenate([right[same], left[same]])
    judged = _Judged(
        np.isin(sources * n + candidates, owners * n + targets), np.bincount(owners, minlength=n).astype(np.int64)
    )
    chance = np.random.default_rng(0).random(len(sources))
    text = signals.features.similarity(sources, candidates)
    return {
        "uploads_known_order_by_chance": round(capped_recall(sources, candidates, chance, judged), 4),
        "uploads_known_order_by_text": round(capped_recall(sources, candidates, text, judged), 4),
    }


class _Judged:
    def __init__(self, shown: Any, n_links: Any) -> None:
        self.shown = shown
        self.n_links = n_links


if __name__ == "__main__":
    main()
