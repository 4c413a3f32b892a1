"""All nearest neighbours of many vectors, by cells against every pair: time, recall, memory.

    .venv/bin/python benchmarks/neighbours.py --content CONTENT -o benchmarks/results/neighbours.json
    .venv/bin/python benchmarks/neighbours.py --kinds clusters --articles 10000000 --half --no-exact -o ten-million.json

Vectors of 256 dimensions, k = 10, recall 0.98 asked for, each search in a process of its own. `passages` are what the
default model makes of passages of 30 words of a site's articles; `clusters` are normal about 1,000 centres;
`hard` are normal without clusters, with a falling spectrum, so that nothing but distance tells who is near. With
`--half` vectors lie in a file in half precision. The exact search asks for a part of the articles, `--exact-part`, and
its time is multiplied: it is proportional to them. Processor seconds are those of the whole search, choice of cells,
pilot and audit included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
DIMENSIONS = 256
DEPTH = 10
ROWS_AT_ONCE = 100_000
PASSAGE_WORDS = 30
ENCODED_AT_ONCE = 4_096


def make_vectors(kind: str, articles: int, path: Path, content: Path | None, half: bool) -> None:
    """Write vectors to a file, some at a time."""
    dtype = np.float16 if half else np.float32
    vectors = np.lib.format.open_memmap(path, "w+", dtype, (articles, DIMENSIONS))
    rng = np.random.default_rng(5)
    centres = rng.normal(size=(1_000, DIMENSIONS)).astype(np.float32)
    spectrum = ((np.arange(DIMENSIONS) + 1.0) ** -0.5).astype(np.float32)
    if kind == "passages":
        if content is None:
            raise SystemExit("passages are those of a site: --content FOLDER")
        vectors[:] = vectors_of_passages(articles, content)
        return
    for start in range(0, articles, ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, articles - start)
        block = rng.standard_normal((count, DIMENSIONS), dtype=np.float32)
        block = block + centres[rng.integers(0, len(centres), count)] if kind == "clusters" else block * spectrum
        vectors[start : start + count] = block / np.linalg.norm(block, axis=1, keepdims=True)


def vectors_of_passages(count: int, content: Path) -> np.ndarray:
    """What the default model makes of the first passages of a site's articles."""
    from recommender.embedder.load import load_encoder
    from recommender.site.open import open_site

    encoder = load_encoder(None)
    made = np.zeros((count, DIMENSIONS), dtype=np.float32)
    passages: list[str] = []
    filled = 0
    for text in open_site(content, use_cache=False).plain_texts():
        words = text.split()
        passages += [" ".join(words[at : at + PASSAGE_WORDS]) for at in range(0, len(words), PASSAGE_WORDS)]
        if len(passages) >= ENCODED_AT_ONCE or filled + len(passages) >= count:
            some = passages[: count - filled]
            made[filled : filled + len(some)] = encoder.encode(some).vectors
            filled, passages = filled + len(some), []
        if filled == count:
            return made
    raise SystemExit(f"{content} has fewer than {count:,} passages")


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def search(path: Path, exact_part: float, threads: int, recall: float) -> dict[str, object]:
    """One search in this process: by cells, or exactly for a part of the articles."""
    from recommender.neighbours.approximate import nearly_nearest
    from recommender.neighbours.cells import key_hashes
    from recommender.neighbours.exact import nearest
    from recommender.neighbours.space import DenseSpace

    vectors = np.load(path, mmap_mode="r")
    n = len(vectors)
    before = peak_mib()
    times = 1.0
    told: dict[str, object] = {}
    begun, spent = time.perf_counter(), time.process_time()
    if exact_part:
        queries = np.arange(0, n, round(1 / exact_part))
        nearest(vectors, DEPTH, queries=queries, threads=threads)
        times = n / len(queries)
        told = {"asked": len(queries)}
    else:
        hashes = key_hashes(f"/article-{row}/".encode() for row in range(n))
        space = DenseSpace(vectors)
        found = nearly_nearest(space, DEPTH, hashes, targets=np.arange(n), least_recall=recall, threads=threads)
        effort = found.layout.effort
        told = {"recall": round(found.audit.recall_ratio, 4), "cells": found.layout.n_cells, "reach": effort.reach}
    return {
        "seconds": round((time.perf_counter() - begun) * times, 1),
        "processor_seconds": round((time.process_time() - spent) * times, 1),
        "peak_mib": round(peak_mib()),
        "peak_before_mib": round(before),
        **told,
    }


def apart(*arguments: object) -> dict[str, object]:
    """A search in a process of its own."""
    command = [sys.executable, __file__, "--search", *map(str, arguments)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(printed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "neighbours.json")
    parser.add_argument("--kinds", nargs="+", default=["passages", "clusters", "hard"])
    parser.add_argument("--articles", type=int, default=300_000)
    parser.add_argument("--content", type=Path)
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--no-exact", action="store_true")
    parser.add_argument("--exact-part", type=float, default=0.1)
    parser.add_argument("--recall", type=float, default=0.98)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--work", type=Path, help="Where vectors are kept; by default a temporary folder.")
    parser.add_argument("--search", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.search:
        path, exact_part, threads, recall = options.search
        print(json.dumps(search(Path(path), float(exact_part), int(threads), float(recall))))
        return
    runs: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        for kind in options.kinds:
            path = work / f"{kind}-{options.articles}-{'half' if options.half else 'single'}.npy"
            if not path.exists():
                begun = path.with_suffix(".part.npy")
                make_vectors(kind, options.articles, begun, options.content, options.half)
                begun.rename(path)
            found: dict[str, object] = {"by_cells": apart(path, 0.0, options.threads, options.recall)}
            if not options.no_exact:
                found["exact"] = apart(path, options.exact_part, options.threads, options.recall)
                found["times_as_fast"] = round(
                    found["exact"]["processor_seconds"] / found["by_cells"]["processor_seconds"], 2
                )
            runs[kind] = found
            print(kind, json.dumps(found), flush=True)
    result = {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "threads": options.threads,
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in ("recommender", "faiss-cpu", "numpy")},
        "articles": options.articles,
        "dimensions": DIMENSIONS,
        "k": DEPTH,
        "precision": "half" if options.half else "single",
        "runs": runs,
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
