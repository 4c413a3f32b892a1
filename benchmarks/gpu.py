"""What a GPU does beside the CPU of its machine: exact neighbours of vectors, and encoding with a transformer.

    .venv/bin/python benchmarks/gpu.py -o benchmarks/results/gpu.json --model all-MiniLM-L6-v2

Neighbours are of the vectors without clusters that `neighbours.py` makes, k = 10. The CPU searches for a part of the
articles with all its threads, and its time is multiplied; the result for these is compared with the GPU's. Texts are
answers of `make_site.py`, read whole, in pieces; the CPU encodes a part of them in single precision. One text, or a
search of a thousand, comes before what is timed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from make_site import Article
from neighbours import DEPTH, DIMENSIONS, make_vectors

HERE = Path(__file__).parent
QUERIES = 10_000
ANSWERS, ANSWERS_ON_CPU = 8_000, 200


def search(articles: int, folder: Path) -> dict[str, object]:
    """All neighbours on the GPU, and those of some articles on the CPU."""
    from recommender.neighbours.blocked import BlockedProducts
    from recommender.neighbours.exact import nearest

    path = folder / f"{articles}.npy"
    make_vectors("hard", articles, path, None, half=False)
    vectors = np.load(path)
    nearest(vectors[:1_000], DEPTH, device="cuda")
    begun = time.perf_counter()
    found = nearest(vectors, DEPTH, device="cuda")
    gpu = time.perf_counter() - begun
    begun = time.perf_counter()
    BlockedProducts(vectors, "cuda").knn(vectors, DEPTH + 9)
    products = time.perf_counter() - begun
    queries = np.arange(0, articles, articles // QUERIES)
    begun = time.perf_counter()
    expected = nearest(vectors, DEPTH, queries=queries)
    cpu = (time.perf_counter() - begun) * articles / len(queries)
    same = np.array_equal(found.indices[queries], expected.indices)
    return {
        "articles": articles,
        "gpu_seconds": round(gpu, 2),
        "of_which_products": round(products, 2),
        "cpu_seconds": round(cpu, 1),
        "cpu_asked": len(queries),
        "times_as_fast": round(cpu / gpu, 1),
        "the_same": bool(same and np.array_equal(found.scores[queries], expected.scores)),
    }


def encode(model: Path) -> dict[str, object]:
    """Answers a second on the GPU and on the CPU, and how near the vectors are to each other."""
    from recommender.embedder.hardware import choose_hardware
    from recommender.embedder.text import plain_text
    from recommender.embedder.transformer import TransformerEncoder

    texts = [plain_text(Article(number).answer().replace("\\n", "\n")) for number in range(ANSWERS)]
    on_gpu = TransformerEncoder(model, device="cuda")
    on_cpu = TransformerEncoder(model, device="cpu", precision="float32")
    for encoder in (on_gpu, on_cpu):
        encoder.encode(texts[:1])
    begun = time.perf_counter()
    by_gpu = on_gpu.encode(texts)
    gpu = len(texts) / (time.perf_counter() - begun)
    begun = time.perf_counter()
    by_cpu = on_cpu.encode(texts[:ANSWERS_ON_CPU])
    cpu = ANSWERS_ON_CPU / (time.perf_counter() - begun)
    cosines = (by_gpu.vectors[:ANSWERS_ON_CPU] * by_cpu.vectors).sum(axis=1)
    return {
        "answers": {"gpu": len(texts), "cpu": ANSWERS_ON_CPU},
        "pieces_per_answer": round(float(by_gpu.chunks.mean()), 2),
        "answers_per_second": {"gpu": round(gpu, 1), "cpu": round(cpu, 1)},
        "precision": {"gpu": choose_hardware("cuda").precision, "cpu": "float32"},
        "times_as_fast": round(gpu / cpu, 1),
        "least_cosine": round(float(cosines.min()), 5),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "gpu.json")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 300_000, 1_000_000])
    parser.add_argument("--model", help="a transformer")
    options = parser.parse_args()
    import torch

    from recommender.embedder.load import find_model

    if not torch.cuda.is_available():
        raise SystemExit("torch sees no GPU here")
    result: dict[str, object] = {
        "machine": {
            "gpu": torch.cuda.get_device_name(),
            "processor": platform.machine(),
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in ("recommender", "torch", "faiss-cpu", "numpy")},
        "dimensions": DIMENSIONS,
        "k": DEPTH,
        "neighbours": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        result["neighbours"] = [search(articles, Path(folder)) for articles in options.sizes]
    if options.model:
        result["encoding"] = {"model": options.model, **encode(find_model(options.model))}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
