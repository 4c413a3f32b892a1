"""From which size on the search of nearly all neighbours is worth it: both searches on parts of a site.

    .venv/bin/python benchmarks/crossover.py CONTENT -o benchmarks/results/crossover.json

Words and vectors together as `links` compares them, 50 neighbours each, on one thread; processor seconds are those of
the whole search: choice of cells, pilot and audit included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
DEPTH = 50


def main() -> None:
    from recommender import open_site
    from recommender.neighbours.approximate import nearly_nearest
    from recommender.neighbours.audit import recall
    from recommender.neighbours.cells import key_hashes
    from recommender.neighbours.mixed import MixedSpace

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "crossover.json")
    parser.add_argument("--sizes", type=int, nargs="+", default=[12_500, 25_000, 50_000, 100_000])
    parser.add_argument("--cache-dir", type=Path)
    parser.add_argument("--recall", type=float, default=0.98)
    options = parser.parse_args()
    site = open_site(options.content, cache_dir=options.cache_dir, use_cache=options.cache_dir is not None)
    vectors, words, share = site.text_vectors(), site.term_weights.matrix, site.settings.words.share
    keys = [article.key.encode() for article in site.corpus.articles]
    runs = []
    for size in options.sizes:
        rows = np.sort(np.random.default_rng(0).choice(len(keys), min(size, len(keys)), replace=False))
        space = MixedSpace(np.ascontiguousarray(vectors[rows]), words[rows], share)
        spent = time.process_time()
        exact = space.nearest(DEPTH, threads=1)
        middle = time.process_time()
        found = nearly_nearest(
            space,
            DEPTH,
            key_hashes(keys[row] for row in rows),
            targets=np.arange(len(rows)),
            least_recall=options.recall,
            threads=1,
        )
        by_cells = time.process_time() - middle
        runs.append(
            {
                "articles": len(rows),
                "exact_processor_seconds": round(middle - spent, 1),
                "by_cells_processor_seconds": round(by_cells, 1),
                "audited_recall": round(found.audit.recall_ratio, 4),
                "recall_of_10": round(recall(found.candidates.scores, exact.scores, 10).recall_ratio, 4),
                "recall_of_50": round(recall(found.candidates.scores, exact.scores, 50).recall_ratio, 4),
                "reach": found.layout.effort.reach,
            }
        )
        print(json.dumps(runs[-1]), flush=True)
        result = {
            "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()},
            "versions": {name: version(name) for name in ("recommender", "faiss-cpu", "numpy", "scipy")},
            "site": {"articles": len(keys), "words_share": share},
            "runs": runs,
        }
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
