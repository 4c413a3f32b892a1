"""What a sentence-transformers model folder holds, read without importing sentence-transformers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.embedder.weights import SHARDS, WEIGHTS, check_files, check_shards
from recommender.errors import InputError, ModelError
from recommender.inputs import read_input

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MOST_JSON_BYTES = 50_000_000
_MOST_MODULES = 50
_MOST_DIM = 1_000_000
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
# Everything of a model folder that can change a vector has one of these suffixes; a card has not.
_READ_SUFFIXES = (".json", ".safetensors", ".txt", ".model")
# What makes one dense vector of one text; another module means another kind of model.
_WITH_WEIGHTS = ("Transformer", "StaticEmbedding", "Dense", "LayerNorm", "WeightedLayerPooling")
_WITHOUT_WEIGHTS = ("Pooling", "Normalize", "Dropout")
# Activation functions are made by their name; these are functions and have no weights.
_ACTIVATIONS = frozenset(
    {"CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity", "LeakyReLU"}
    | {"LogSigmoid", "Mish", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softplus", "Softshrink", "Softsign"}
    | {"Tanh", "Tanhshrink"}
)
_ACTIVATION_PACKAGES = ("torch.nn", "torch.nn.modules.activation", "torch.nn.modules.linear")
# What a folder could have transformers do, and is not done here.
_ARGUMENTS = ("model_args", "config_args", "tokenizer_args", "model_kwargs", "config_kwargs", "processor_kwargs")
_REFUSED_ARGUMENTS = frozenset(
    {"trust_remote_code", "use_safetensors", "variant", "gguf_file", "subfolder", "code_revision", "adapter_kwargs"}
    | {"device_map", "quantization_config", "offload_folder", "weights_only"}
)
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")


@dataclass(frozen=True, slots=True)
class Module:
    """One step of a model: the class name without its package, and the folder that holds its files."""

    kind: str
    folder: Path

    def config(self) -> dict[str, object]:
        """What the module's ``config.json`` says, nothing if it has none."""
        return _read_mapping(self.folder / "config.json")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder that can be used: known modules only, weights in safetensors, no code of its own.

    Attributes
    ----------
    name : str
        What a person calls the model.
    modules : tuple of Module
        In the order in which they are applied.
    query_prompt, document_prompt : str
        The prefix of a text of that role, ``""`` for none.
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
            config = module.config()
            if module.kind == "Transformer":
                size = _hidden_size(config) or size
            elif module.kind == "Pooling" and module.folder != self.path:
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
        """Name of everything that changes a vector: the content of every file that is read, and `settings`.

        It reads all bytes of the weights, about a gigabyte a second: 15 ms for a static model, 0.1 s for a small
        transformer. Size and time of a file would be cheaper and would miss a model that was made again.
        """
        hasher = blake2b(digest_size=16)
        for path in self._files():
            content = blake2b(digest_size=16)
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    content.update(block)
            hasher.update(path.relative_to(self.path).as_posix().encode() + b"\0" + content.digest())
        for setting in settings:
            hasher.update(setting.encode() + b"\0")
        return hasher.hexdigest()

    def size_bytes(self) -> int:
        """Bytes of all files that loading may read: weights, tokenizer, configuration."""
        return sum(path.stat().st_size for path in self._files())

    def _files(self) -> list[Path]:
        files = [path for path in self.path.rglob("*") if path.suffix in _READ_SUFFIXES and path.is_file()]
        return sorted(files, key=lambda file: file.relative_to(self.path).as_posix())


def read_model_folder(path: Path, name: str | None = None) -> ModelFolder:
    """Read what a model folder says of itself, and refuse what is not safe or not of use.

    Parameters
    ----------
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
    check_files(path)
    modules = tuple(_modules(path))
    for module in modules:
        _check_code(module)
        _check_weights(module)
    config = _read_mapping(path / "config_sentence_transformers.json")
    kind = config.get("model_type", "SentenceTransformer")
    if kind != "SentenceTransformer":
        raise ModelError(f"{path}: expected a model that makes one dense vector of a text, found a {kind}")
    return ModelFolder(
        path=path,
        name=name or path.resolve().name,
        modules=modules,
        query_prompt=_prompt(config, ("query",)),
        document_prompt=_prompt(config, _DOCUMENT_PROMPTS),
        truncate_dim=_integer(config, "truncate_dim") or None,
    )


def read_tokenizer(folder: Path) -> Tokenizer:
    """The ``tokenizer.json`` of a folder, which neither truncates nor pads.

    Raises
    ------
    ModelError
        It cannot be read.
    """
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except BaseException as error:  # the library raises nothing narrower, and its panics are no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise ModelError(f"{path}: expected a tokenizer: {error}") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _modules(path: Path) -> Iterator[Module]:
    listing = path / "modules.json"
    if not listing.exists():
        if not (path / "config.json").exists():
            raise ModelError(f"{path}: expected a sentence-transformers model folder, found no modules.json in it")
        # A bare transformers model, to which sentence-transformers adds mean pooling.
        yield Module("Transformer", path)
        yield Module("Pooling", path)
        return
    entries = _read_json(listing)
    if not isinstance(entries, list) or not 0 < len(entries) <= _MOST_MODULES:
        raise ModelError(f"{listing}: expected a list of modules")
    for entry in entries:
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(part), str) for part in ("name", "type", "path")
        ):
            found = repr(entry)[:200]
            raise ModelError(f"{listing}: expected mappings with a name, a type and a path, found {found}")
        package, _, kind = entry["type"].rpartition(".")
        supported = (*_WITH_WEIGHTS, *_WITHOUT_WEIGHTS)
        if not f"{package}.".startswith("sentence_transformers.") or kind not in supported:
            raise ModelError(
                f"{listing}: the module {entry['type']} is not supported; of sentence-transformers' own modules these "
                f"are: {', '.join(supported)}"
            )
        folder = path / entry["path"]
        try:
            # A module without settings may have no folder; a name that none can have is another thing.
            folder.is_dir()
            is_inside = folder.resolve().is_relative_to(path.resolve())
        except (OSError, ValueError):
            raise ModelError(f"{listing}: the module path {entry['path'][:80]!r} is no path") from None
        if not is_inside:
            raise ModelError(f"{listing}: the module path {entry['path']!r} leads out of the model folder")
        yield Module(kind, folder)


def _check_code(module: Module) -> None:
    for config in ("config.json", "tokenizer_config.json", "processor_config.json", "preprocessor_config.json"):
        if "auto_map" in _read_mapping(module.folder / config):
            raise ModelError(
                f"{module.folder / config}: the model wants code of its own to be run (auto_map), which is never done "
                "here; use a model whose architecture is part of transformers"
            )
    if module.kind == "Dense":
        # Another one would be imported by its name, or quietly replaced.
        function = str(module.config().get("activation_function", "torch.nn.Tanh"))
        package, _, name = function.rpartition(".")
        if package not in _ACTIVATION_PACKAGES or name not in _ACTIVATIONS:
            raise ModelError(f"{module.folder}: expected an activation function of torch.nn, found {function}")
    own = _read_mapping(module.folder / "sentence_bert_config.json")
    for arguments in filter(None, map(own.get, _ARGUMENTS)):
        refused = _REFUSED_ARGUMENTS.intersection(arguments) if isinstance(arguments, dict) else _ARGUMENTS
        if refused:
            raise ModelError(
                f"{module.folder / 'sentence_bert_config.json'}: the model wants to be loaded with "
                f"{', '.join(sorted(refused))}, which is never done here; remove that"
            )


def _check_weights(module: Module) -> None:
    folder = module.folder
    if module.kind not in _WITH_WEIGHTS:
        return
    # An adapter names a model of its own, which would be sought on the hub.
    if (folder / "adapter_config.json").exists():
        raise ModelError(f"{folder}: expected whole weights, found an adapter; merge it into its model and save that")
    if (folder / SHARDS).exists():
        check_shards(folder, _read_json(folder / SHARDS))
    if (folder / WEIGHTS).exists() or (folder / SHARDS).exists():
        return
    pickles = sorted(file.name for pattern in _PICKLES for file in folder.glob(pattern))
    if pickles:
        raise ModelError(
            f"{folder}: expected weights in {WEIGHTS}, found {', '.join(pickles)}; pickled weights are never loaded: "
            "load the model where you trust it, save it with save_pretrained, and use that folder"
        )
    raise ModelError(f"{folder}: expected weights in {WEIGHTS}, found none")


def _prompt(config: Mapping[str, object], names: Iterable[str]) -> str:
    """As `SentenceTransformer.encode_query` and `encode_document` choose it."""
    prompts = config.get("prompts")
    if not isinstance(prompts, dict):
        return ""
    chosen = next((name for name in names if name in prompts), config.get("default_prompt_name"))
    text = prompts.get(chosen)
    return text if isinstance(text, str) else ""


def _hidden_size(config: Mapping[str, object]) -> int:
    text_config = config.get("text_config")
    for part in (config, text_config if isinstance(text_config, dict) else {}):
        for name in ("hidden_size", "d_model", "dim"):
            if size := _integer(part, name):
                return size
    return 0


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
    return value if isinstance(value, int) and 0 <= value <= _MOST_DIM else 0


def _read_json(path: Path) -> object:
    try:
        content: object = json.loads(read_input(path, "JSON", _MOST_JSON_BYTES, plain=True))
    except InputError as error:
        raise ModelError(str(error)) from None
    except RecursionError:
        raise ModelError(f"{path}: expected JSON: it is nested too deeply") from None
    except ValueError as error:
        raise ModelError(f"{path}: expected JSON: {error}") from None
    return content


def _read_mapping(path: Path) -> dict[str, object]:
    content = _read_json(path) if path.exists() else {}
    if not isinstance(content, dict):
        raise ModelError(f"{path}: expected a JSON mapping")
    return content
