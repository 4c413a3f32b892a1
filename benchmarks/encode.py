"""How fast the default model encodes, beside another, on the same articles and processors; and how fast it loads.

    .venv/bin/python benchmarks/encode.py CONTENT -o benchmarks/results/encode.json

The other model encodes as sentence-transformers does with its defaults, in one process with a thread per processor,
question and answer of each article; `whole` gives it the answers in pieces that it can read, so that both read the same
text. The default model encodes in as many processes as there are processors, which are started and loaded first, as
the other is, and each turn gives it articles that it has not met: it learns words as it goes, so that the same texts
again would flatter it. The other model encodes a part of these. Loading is timed up to the first vector. Ratios are of
articles per second, medians of turns.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
_PIECE_TOKENS = 254
_CHUNK = 100


def texts_of(content: Path, articles: int) -> list[tuple[str, str]]:
    """Question and answer of articles spread evenly over the folder."""
    from recommender.corpus.fields import DocumentReader
    from recommender.corpus.reader import read_document
    from recommender.embedder.text import plain_text
    from recommender.settings_file import load_settings

    settings = load_settings(content)
    paths = sorted(path.relative_to(content).as_posix() for path in content.rglob("*.md"))
    paths = paths[:: max(1, len(paths) // articles)][:articles]
    reader = DocumentReader(settings)
    found = []
    for path in paths:
        document = read_document(content, path, reader).document
        if document is not None:
            found.append((plain_text(document.texts["question"]), plain_text(document.texts["answer"])))
    return found


def encode_default(texts: list[str]) -> int:
    from recommender.settings import ModelSettings
    from recommender.stages import texts as work

    # The working processes' own encoder, loaded once in each, as in the main job.
    return len(work.own_encoder(ModelSettings()).encode(texts).vectors)


def seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "encode.json")
    parser.add_argument("--articles", type=int, default=200, help="of the other model in each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--times", type=int, default=20, help="as many articles for the default model")
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    options = parser.parse_args()
    print(json.dumps(measure(options), indent=2))


def measure(options: argparse.Namespace) -> dict[str, object]:
    import torch
    from joblib import Parallel, delayed
    from sentence_transformers import SentenceTransformer

    from recommender.embedder.load import find_model, load_encoder

    cores = len(os.sched_getaffinity(0))
    torch.set_num_threads(cores)
    pairs = texts_of(options.content, options.articles * options.times * options.turns)
    load = statistics.median(seconds(lambda: load_encoder().encode(["a text"])) for _ in range(5))
    other = SentenceTransformer(str(find_model(options.model)), device="cpu")
    other.encode(["a text"])
    turns = []
    with Parallel(n_jobs=cores, batch_size=1) as pool:
        for turn in range(options.turns):
            many = pairs[turn :: options.turns]
            few = [text for pair in many[:: options.times] for text in pair]
            whole = [piece for text in few for piece in pieces(other.tokenizer, text)]
            tasks = [[text for pair in many[at : at + _CHUNK] for text in pair] for at in range(0, len(many), _CHUNK)]
            if not turn:
                pool(delayed(encode_default)(["a text"]) for _ in range(2 * cores))
            turns.append(
                {
                    "default": len(many) / seconds(lambda: pool(delayed(encode_default)(task) for task in tasks)),  # noqa: B023
                    "other": len(few) / 2 / seconds(lambda: other.encode(few)),  # noqa: B023
                    "other_whole": len(few) / 2 / seconds(lambda: other.encode(whole)),  # noqa: B023
                }
            )
    result: dict[str, object] = {
        "machine": {"processor": platform.machine(), "cores": cores, "python": platform.python_version()},
        "versions": {name: version(name) for name in ("recommender", "sentence-transformers", "tokenizers", "torch")},
        "other_model": options.model,
        "articles": {"default": len(pairs), "other": len(pairs) // options.times},
        "characters_per_article": round(sum(len(text) for pair in pairs for text in pair) / len(pairs)),
        "load_seconds": round(load, 3),
        "articles_per_second": [{name: round(value, 1) for name, value in turn.items()} for turn in turns],
        "times_as_fast": ratio(turns, "other"),
        "times_as_fast_on_whole_answers": ratio(turns, "other_whole"),
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    return result


def pieces(tokenizer: Callable[..., dict[str, list[tuple[int, int]]]], text: str) -> list[str]:
    """A text in parts of as many tokens as the model reads at once."""
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)["offset_mapping"]
    return [
        text[offsets[start][0] : offsets[min(start + _PIECE_TOKENS, len(offsets)) - 1][1]]
        for start in range(0, len(offsets), _PIECE_TOKENS)
    ]


def ratio(turns: list[dict[str, float]], name: str) -> float:
    return round(statistics.median(turn["default"] / turn[name] for turn in turns), 1)


if __name__ == "__main__":
    main()
