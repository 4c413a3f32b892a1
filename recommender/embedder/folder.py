"""What a sentence-transformers model folder holds, read without importing sentence-transformers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from recommender.errors import ModelError

WEIGHTS = "model.safetensors"
_SHARDS = "model.safetensors.index.json"
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
# What ranks by a cosine of one vector per text; anything else in a model folder means another kind of model.
_WEIGHTED = ("Transformer", "StaticEmbedding", "Dense", "LayerNorm", "WeightedLayerPooling")
_WEIGHTLESS = ("Pooling", "Normalize", "Dropout")
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")


@dataclass(frozen=True, slots=True)
class Module:
    """One step of a model: the class name without its package, and the folder that holds its files."""

    kind: str
    folder: Path


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder that can be used: known modules only, weights in safetensors, no code of its own.

    Attributes
    ----------
    path : Path
    name : str
        What a person calls the model.
    modules : tuple of Module
        In the order in which they are applied.
    query_prompt, document_prompt : str
        What stands before a text of that role, ``""`` for nothing.
    truncate_dim : int or None
        Components of a vector that are kept, None for all.
    """

    path: Path
    name: str
    modules: tuple[Module, ...]
    query_prompt: str = ""
    document_prompt: str = ""
    truncate_dim: int | None = None

    @property
    def is_static(self) -> bool:
        """Whether a vector is the mean of its tokens' vectors and nothing more."""
        kinds = [module.kind for module in self.modules]
        return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])

    @property
    def dim(self) -> int:
        """Number of components of a vector, for models other than static ones.

        Raises
        ------
        ModelError
            No configuration says so.
        """
        size = 0
        for module in self.modules:
            config = _read_mapping(module.folder / "config.json")
            if module.kind == "Transformer":
                size = _hidden_size(config) or size
            elif module.kind == "Pooling" and config and module.folder != self.path:
                size = _pooled_size(config) or size
            elif module.kind == "Dense":
                size = _integer(config, "out_features") or size
        if not size:
            raise ModelError(f"{self.path}: expected the size of a vector in the modules' config.json, found none")
        return min(size, self.truncate_dim or size)

    def prompt(self, role: str) -> str:
        """The prompt of a role, ``"query"`` or ``"document"``.

        Raises
        ------
        ValueError
            Another role.
        """
        if role not in ("query", "document"):
            raise ValueError(f'role: expected "query" or "document", found {role!r}')
        return self.query_prompt if role == "query" else self.document_prompt

    def digest(self, *settings: str) -> str:
        """Name of everything that changes a vector: the content of all files but the card, and `settings`.

        Reads every byte: 10 ms for a static model, one second for two gigabytes that are in the system's memory.
        """
        hasher = blake2b(digest_size=16)
        for path in sorted(_files(self.path), key=lambda file: file.relative_to(self.path).as_posix()):
            hasher.update(path.relative_to(self.path).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                content = blake2b(digest_size=16)
                while block := file.read(1 << 20):
                    content.update(block)
            hasher.update(content.digest())
        for setting in settings:
            hasher.update(setting.encode() + b"\0")
        return hasher.hexdigest()


def read_model_folder(path: Path, name: str | None = None) -> ModelFolder:
    """Read what a model folder says of itself, and refuse what is not safe or not of use.

    Parameters
    ----------
    path : Path
    name : str, optional
        What a person calls the model; the folder's name if not given.

    Raises
    ------
    ModelError
        There is no such folder, it is not a sentence-transformers model, its weights are not in safetensors, or it
        wants code of its own to be run.
    """
    if not path.is_dir():
        raise ModelError(f"{path}: expected a model folder, found {'a file' if path.exists() else 'nothing'}")
    modules = _modules(path)
    for config in ("config.json", "tokenizer_config.json"):
        for module in modules:
            if "auto_map" in _read_mapping(module.folder / config):
                raise ModelError(
                    f"{module.folder / config}: the model wants code of its own to be run (auto_map), which is never "
                    "done here; use a model whose architecture is part of transformers"
                )
    for module in modules:
        _check_weights(module)
        _check_activation(module)
    config = _read_mapping(path / "config_sentence_transformers.json")
    kind = config.get("model_type", "SentenceTransformer")
    if kind != "SentenceTransformer":
        raise ModelError(f"{path}: expected a model that gives one dense vector per text, found a {kind}")
    truncate_dim = config.get("truncate_dim")
    prompts = _prompts(config)
    return ModelFolder(
        path=path,
        name=name or path.resolve().name,
        modules=modules,
        query_prompt=_first_prompt(prompts, ("query",), config),
        document_prompt=_first_prompt(prompts, _DOCUMENT_PROMPTS, config),
        truncate_dim=truncate_dim if isinstance(truncate_dim, int) else None,
    )


def _modules(path: Path) -> tuple[Module, ...]:
    listing = path / "modules.json"
    if not listing.exists():
        if not (path / "config.json").exists():
            raise ModelError(f"{path}: expected a sentence-transformers model folder, found no modules.json in it")
        # A bare transformers model; sentence-transformers adds mean pooling to it.
        return (Module("Transformer", path), Module("Pooling", path))
    entries = _read_json(listing)
    if not isinstance(entries, list) or not entries:
        raise ModelError(f"{listing}: expected a list of modules")
    modules = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
            raise ModelError(f"{listing}: expected mappings with a type and a path, found {entry!r}")
        package, _, kind = entry["type"].rpartition(".")
        if not f"{package}.".startswith("sentence_transformers.") or kind not in (*_WEIGHTED, *_WEIGHTLESS):
            raise ModelError(
                f"{listing}: the module {entry['type']} is not supported; supported are "
                f"{', '.join((*_WEIGHTED, *_WEIGHTLESS))} of sentence-transformers"
            )
        folder = path / str(entry.get("path", ""))
        if not folder.resolve().is_relative_to(path.resolve()):
            raise ModelError(f"{listing}: the module path {entry['path']!r} leads out of the model folder")
        modules.append(Module(kind, folder))
    return tuple(modules)


def _check_weights(module: Module) -> None:
    if module.kind not in _WEIGHTED or (module.folder / WEIGHTS).exists() or (module.folder / _SHARDS).exists():
        return
    if (module.folder / "adapter_config.json").exists():
        raise ModelError(
            f"{module.folder}: expected whole weights, found an adapter; merge it into its model and save that"
        )
    found = sorted(file.name for pattern in _PICKLES for file in module.folder.glob(pattern))
    raise ModelError(
        f"{module.folder}: expected weights in {WEIGHTS}, found {', '.join(found) or 'none'}"
        + (
            "; pickled weights are never loaded: load the model with sentence-transformers, save_pretrained it, and use that"
            if found
            else ""
        )
    )


def _check_activation(module: Module) -> None:
    """What is not torch's own would be imported by name, or quietly replaced by another function."""
    activation = (
        _read_mapping(module.folder / "config.json").get("activation_function") if module.kind == "Dense" else None
    )
    if activation is not None and not str(activation).startswith("torch.nn."):
        raise ModelError(
            f"{module.folder / 'config.json'}: expected an activation function of torch.nn, found {activation}"
        )


def _prompts(config: Mapping[str, object]) -> dict[str, str]:
    prompts = config.get("prompts")
    if not isinstance(prompts, dict):
        return {}
    return {str(name): text for name, text in prompts.items() if isinstance(text, str)}


def _first_prompt(prompts: Mapping[str, str], names: Iterable[str], config: Mapping[str, object]) -> str:
    """As `SentenceTransformer.encode_query` and `encode_document` choose it."""
    for name in names:
        if name in prompts:
            return prompts[name]
    return prompts.get(str(config.get("default_prompt_name")), "")


def _hidden_size(config: Mapping[str, object]) -> int:
    text = config.get("text_config")
    return next(
        (
            size
            for part in (config, text if isinstance(text, dict) else {})
            for name in ("hidden_size", "d_model", "dim")
            if (size := _integer(part, name))
        ),
        0,
    )


def _pooled_size(config: Mapping[str, object]) -> int:
    """Each mode of pooling adds a part to the vector."""
    modes = config.get("pooling_mode")
    if modes is None:
        count = sum(value is True for name, value in config.items() if name.startswith("pooling_mode_")) or 1
    else:
        count = len(modes) if isinstance(modes, list) else 1
    return count * (_integer(config, "embedding_dimension") or _integer(config, "word_embedding_dimension"))


def _integer(config: Mapping[str, object], name: str) -> int:
    value = config.get(name)
    return value if isinstance(value, int) else 0


def _files(path: Path) -> list[Path]:
    return [
        file
        for file in path.rglob("*")
        if file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and file.suffix in (".json", ".safetensors", ".txt", ".model")
    ]


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: expected JSON: {error}") from None


def _read_mapping(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    content = _read_json(path)
    if not isinstance(content, dict):
        raise ModelError(f"{path}: expected a JSON mapping")
    return content
