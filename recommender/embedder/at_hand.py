"""Which models are at hand on this machine, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recommender.embedder.encoder import Encoder
from recommender.embedder.folder import read_model_folder
from recommender.embedder.load import DEFAULT_MODEL, holds_model, load_encoder, packaged_models, shipped_models
from recommender.errors import InputError, ModelError

Origin = Literal["shipped", "package", "hub cache", "folder"]
Kind = Literal["static", "transformer"]

_CARD = "README.md"


@dataclass(frozen=True, slots=True)
class ModelAtHand:
    """A model that ``--model`` takes, without a network.

    Attributes
    ----------
    name : str
        What ``--model`` takes.
    origin : {"shipped", "package", "hub cache", "folder"}
        Shipped with this package, carried by another one, fetched from the hub earlier, or in a folder that was named.
    is_default : bool
        Whether it is used where none is named.
    kind : {"static", "transformer"}
    dim : int
        Components of a vector.
    size_bytes : int
        Of all files that loading it may read: weights, tokenizer, configuration.
    texts_per_second : float or None
        Measured here, see `recommender.embedder.speed`; None where it was not measured.
    path : Path
        Its folder.
    card : Path or None
        What is written about it, for people.
    """

    name: str
    origin: Origin
    is_default: bool
    kind: Kind
    dim: int
    size_bytes: int
    texts_per_second: float | None
    path: Path
    card: Path | None


@dataclass(frozen=True, slots=True)
class UnusableModel:
    """A model that is there and cannot be used, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ModelsAtHand:
    """All models that were found, and those among them that cannot be used."""

    models: tuple[ModelAtHand, ...]
    unusable: tuple[UnusableModel, ...]


Measure = Callable[[Encoder], float]


def models_at_hand(folders: Sequence[Path] = (), *, measure: Measure | None = None) -> ModelsAtHand:
    """Find models: shipped, carried by packages, in the hub's cache, and in folders.

    Of the hub's cache only models that sentence-transformers saved are looked at: it may hold large ones of other
    kinds.

    Parameters
    ----------
    folders : sequence of Path
        Models, or folders that hold some.
    measure : callable, optional
        Gives texts per second of an encoder; without it nothing is measured.

    Raises
    ------
    InputError
        One of `folders` is not there, or no model is in it.
    """
    models: list[ModelAtHand] = []
    unusable: list[UnusableModel] = []
    seen: set[Path] = set()
    for name, origin, path in [*_known(), *_in_folders(folders)]:
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        try:
            models.append(_look_at(name, origin, path, measure))
        except ModelError as error:
            unusable.append(UnusableModel(name, str(error)))
    return ModelsAtHand(tuple(models), tuple(unusable))


def _known() -> Iterator[tuple[str, Origin, Path]]:
    for path in shipped_models():
        yield path.name, "shipped", path
    for name, path in packaged_models():
        yield name.removeprefix("sentence-transformers/"), "package", path
    for name, path in _in_hub_cache():
        yield name, "hub cache", path


def _in_folders(folders: Iterable[Path]) -> list[tuple[str, Origin, Path]]:
    found: list[tuple[str, Origin, Path]] = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: expected a model or a folder of models, found no folder")
        paths = [folder] if holds_model(folder) else [path for path in sorted(folder.iterdir()) if holds_model(path)]
        if not paths:
            raise InputError(f"{folder}: expected a model or a folder of models, found no modules.json in or below it")
        found += [(str(path), "folder", path) for path in paths]
    return found


def _in_hub_cache() -> Iterator[tuple[str, Path]]:
    from huggingface_hub import constants, scan_cache_dir

    if not Path(constants.HF_HUB_CACHE).is_dir():
        return
    repositories = scan_cache_dir().repos
    for repository in sorted(repositories, key=lambda one: one.repo_id):
        if repository.repo_type != "model":
            continue
        for revision in repository.revisions:
            if "main" in revision.refs and (revision.snapshot_path / "modules.json").is_file():
                yield repository.repo_id, Path(revision.snapshot_path)


def _look_at(name: str, origin: Origin, path: Path, measure: Measure | None) -> ModelAtHand:
    encoder = load_encoder(str(path))
    card = path / _CARD
    return ModelAtHand(
        name=name,
        origin=origin,
        is_default=origin == "shipped" and name == DEFAULT_MODEL,
        kind="static" if encoder.light else "transformer",
        dim=encoder.dim,
        size_bytes=read_model_folder(path).size_bytes(),
        texts_per_second=measure(encoder) if measure is not None else None,
        path=path,
        card=card if card.is_file() else None,
    )
