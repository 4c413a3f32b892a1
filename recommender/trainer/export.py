"""A trained model as a folder that any `--model` and sentence-transformers take."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from recommender.embedder.folder import ModelFolder
from recommender.embedder.torch_model import quiet_transformers
from recommender.embedder.weights import WEIGHTS
from recommender.files import write_whole
from recommender.trainer.learner import Learner, StaticLearner

# Of the starting model's folder everything but its weights and what is said of them.
_NOT_COPIED = (
    "*.safetensors",
    "*.bin",
    "*.onnx",
    "onnx",
    "openvino",
    "README.md",
    ".git*",
    "model.safetensors.index.json",
)


def write_model(learner: Learner, start: ModelFolder, folder: Path) -> None:
    """Write a model that was trained from `start` into a new folder; a static model's weights in half precision.

    A static model keeps the files of the one it was trained from, so that it loads wherever that one does.
    """
    if not isinstance(learner, StaticLearner):
        with quiet_transformers():
            learner.model.save_pretrained(str(folder), create_model_card=False)
        _open_to_readers(folder)
        return
    from safetensors.numpy import save

    shutil.copytree(start.path, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    place = folder / start.modules[0].folder.relative_to(start.path)
    write_whole(place / WEIGHTS, [save({"embedding.weight": np.ascontiguousarray(learner.weights, dtype=np.float16)})])


def _open_to_readers(folder: Path) -> None:
    """Give files the mode of a new one: safetensors writes them for their owner alone."""
    modes = [path.stat().st_mode for path in folder.rglob("config*.json")]
    for path in folder.rglob("*.safetensors"):
        path.chmod(modes[0])
