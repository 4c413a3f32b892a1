"""From a model's name to an encoder."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from recommender.embedder.encoder import Encoder
from recommender.embedder.folder import read_model_folder
from recommender.errors import ModelError

DEFAULT_MODEL = "english-static"
_SHIPPED = (Path(__file__).parents[1] / "_models", Path(__file__).parents[2] / "models")


def load_encoder(name: str | None = None, *, device: str | None = None, precision: str = "auto") -> Encoder:
    from recommender.embedder.static import StaticEncoder

    model = read_model_folder(find_model(name))
    if model.is_static:
        return StaticEncoder(model)
    raise ModelError("not yet")


def find_model(name: str | None = None) -> Path:
    name = name or DEFAULT_MODEL
    for folder in (Path(name), *(base / name for base in _SHIPPED)):
        if (folder / "modules.json").exists():
            return folder
    raise ModelError(f"{name}: not found")
