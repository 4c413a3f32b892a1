"""From a site and a model to a model of the site's own."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.encoder import Encoder
from recommender.embedder.folder import ModelFolder, read_model_folder
from recommender.embedder.hardware import choose_hardware
from recommender.embedder.load import find_model, load_encoder
from recommender.errors import InputError, OutputError
from recommender.files import write_whole
from recommender.pipeline.site import Site
from recommender.progress import Reporter, Silent, stage
from recommender.trainer.batches import TrainingData, training_data
from recommender.trainer.card import CardFacts, card
from recommender.trainer.development import MEASURE, DevelopmentTask, Encode, FindLinked, development_task, find_other
from recommender.trainer.export import write_model
from recommender.trainer.figures import Figure, compare, link_figures
from recommender.trainer.fit import Fitted, fit, last_checkpoint
from recommender.trainer.learner import learner
from recommender.trainer.pairs import make_pairs, usual_kinds
from recommender.trainer.parts import Parts, divide
from recommender.trainer.settings import Schedule, TrainSettings, settle
from recommender.trainer.texts import SiteTexts, read_texts

_PACKAGES = ("accelerate", "datasets")
_RUN = "run.json"
"""Names, in the folder of checkpoints, the training that they are of."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A training ready to be run.

    Attributes
    ----------
    site : Site
        Opened with the starting model.
    start : ModelFolder
    output, work : Path
        Folders of the model and, until it is made, of the checkpoints.
    settings : TrainSettings
        With pairs and sizes settled.
    schedule : Schedule
    parts : Parts
    site_texts : SiteTexts
    texts : tuple of str
        Those of the site and, behind them, passages.
    data : TrainingData
    task : DevelopmentTask
    device : str
        As torch names it.
    resumes : bool
        Whether an earlier run of the same training left a checkpoint.
    """

    site: Site
    start: ModelFolder
    output: Path
    work: Path
    settings: TrainSettings
    schedule: Schedule
    parts: Parts
    site_texts: SiteTexts
    texts: tuple[str, ...]
    data: TrainingData
    task: DevelopmentTask
    device: str
    resumes: bool


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training.

    Attributes
    ----------
    folder : Path
    fitted : Fitted
    figures : tuple of Figure
        On the development part and the test part, by vectors alone.
    """

    folder: Path
    fitted: Fitted
    figures: tuple[Figure, ...]


def prepare(
    site: Site, output: Path, settings: TrainSettings | None = None, *, reporter: Reporter | None = None
) -> Prepared:
    """Divide the site, make pairs, mine negatives.

    Parameters
    ----------
    site : Site
        Opened with the model to start from.
    output : Path
        Folder for the trained model.
    settings : TrainSettings, optional
    reporter : Reporter, optional

    Raises
    ------
    InputError
        Packages are missing, `output` is there, the checkpoints beside it are of another training, or the site has
        nothing to learn from.
    """
    reporter = reporter or Silent()
    settings = settings or TrainSettings()
    check_possible(output)
    start = read_model_folder(find_model(site.settings.model.name), site.encoder.name)
    sizes = _sizes(settings, site.encoder.dim)
    device = "cpu" if start.is_static else choose_hardware(site.settings.model.device, "float32").device
    with stage(reporter, "prepare"):
        parts = _divide(site, settings, reporter)
        settings = replace(settings, pairs=settings.pairs or usual_kinds(parts), matryoshka=sizes)
        site_texts = read_texts(site)
        texts = list(site_texts.texts)
        pairs = make_pairs(site_texts, parts.training, parts.links, settings.pairs, texts, seed=settings.seed)
        task = development_task(site_texts, parts, site.settings.views, texts, seed=settings.seed)
        data = training_data(
            pairs, parts, site.text_vectors(), hard_negatives=settings.hard_negatives, seed=settings.seed
        )
    prepared = Prepared(
        site, start, output, output.with_name(output.name + ".training"), settings,
        settle(settings, static=start.is_static), parts, site_texts, tuple(texts), data, task, device, False,
    )  # fmt: skip
    return replace(prepared, resumes=_resumes(prepared))


def train(prepared: Prepared, *, reporter: Reporter | None = None) -> Trained:
    """Train, measure, and write the folder, whole or not at all.

    A run that was ended before goes on from its last checkpoint, in the folder beside the output whose name ends in
    ``.training``, and makes the same model as one that was not.

    Raises
    ------
    ModelError
        The model cannot be loaded for training.
    OutputError
        The folder cannot be written.
    """
    reporter = reporter or Silent()
    settings, work = prepared.settings, prepared.work
    try:
        work.mkdir(exist_ok=True)
        write_whole(work / _RUN, [_describe(prepared).encode()])
        with stage(reporter, "load model"):
            learning = learner(
                prepared.start,
                prepared.texts,
                keep=settings.keep,
                batch_size=prepared.schedule.batch_size,
                device=prepared.device,
            )
        fitted = fit(
            learning,
            prepared.data,
            prepared.task,
            settings,
            prepared.schedule,
            settings.matryoshka or (),
            work,
            reporter,
        )
        made = work / "model"
        shutil.rmtree(made, ignore_errors=True)
        write_model(learning, prepared.start, made)
        with stage(reporter, "measure"):
            figures = _figures(prepared, made)
        text = card(_facts(prepared), settings, prepared.schedule, fitted, figures)
        (made / "README.md").write_text(text, encoding="utf-8")
        made.rename(prepared.output)
    except OSError as error:
        raise OutputError(f"{error.filename or work} cannot be written: {error.strerror or error}") from None
    shutil.rmtree(work, ignore_errors=True)
    return Trained(prepared.output, fitted, tuple(figures))


def check_possible(output: Path) -> None:
    """What can be said before anything is read.

    Raises
    ------
    InputError
        Packages are missing, or `output` is there, or has no folder to be in.
    """
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise InputError(
            f"training needs the packages {' and '.join(_PACKAGES)}, and {' and '.join(missing)} cannot be found; "
            "install them with: pip install 'recommender[train]'"
        )
    if output.exists():
        raise InputError(f"{output} is there already; name another folder, or remove it")
    if not output.absolute().parent.is_dir():
        raise InputError(f"{output}: expected its parent to be a folder, found none; make it first")


def _divide(site: Site, settings: TrainSettings, reporter: Reporter) -> Parts:
    if settings.pairs:
        return divide(site, by_links="links" in settings.pairs, seed=settings.seed)
    try:
        return divide(site, by_links=True, seed=settings.seed)
    except InputError as error:
        reporter.note(f"nothing is learned from links: {error}")
        return divide(site, by_links=False, seed=settings.seed)


def _sizes(settings: TrainSettings, dim: int) -> tuple[int, ...]:
    sizes = settings.matryoshka or tuple(size for size in (dim, dim // 2, dim // 4) if size)
    wrong = [size for size in sizes if not 1 <= size <= dim]
    if wrong:
        raise InputError(f"sizes of 1 to {dim} components are possible with this model; found {wrong[0]}")
    return tuple(sorted({dim, *sizes}, reverse=True))


def _resumes(prepared: Prepared) -> bool:
    work = prepared.work
    if not work.exists():
        return False
    path = work / _RUN
    try:
        same = path.read_text(encoding="utf-8") == _describe(prepared)
    except (OSError, UnicodeDecodeError):
        same = False
    if not same:
        raise InputError(
            f"{work} holds the checkpoints of another training: of other settings, another model or a site that has "
            "changed since; remove that folder to begin anew"
        )
    return last_checkpoint(work) is not None


def _describe(prepared: Prepared) -> str:
    """All that decides what comes out."""
    from importlib.metadata import version

    hasher = hashlib.blake2b(digest_size=16)
    for text in prepared.texts:
        hasher.update(text.encode() + b"\0")
    what = {
        "settings": asdict(prepared.settings),
        "schedule": asdict(prepared.schedule),
        "start": prepared.start.digest(),
        "texts": hasher.hexdigest(),
        "pairs": prepared.data.digest(),
        "development": [prepared.task.what, prepared.task.n_queries],
        "versions": {name: version(name) for name in ("torch", "transformers", "sentence-transformers")},
    }
    return json.dumps(what, indent=1)


def _facts(prepared: Prepared) -> CardFacts:
    return CardFacts(
        name=prepared.output.name,
        start=prepared.start.name,
        start_digest=prepared.start.digest(),
        static=prepared.start.is_static,
        dim=prepared.site.encoder.dim,
        articles=len(prepared.site.corpus),
        parts=prepared.parts,
        pairs={name: len(columns["anchor"]) for name, columns in prepared.data.sets.items()},
        near_duplicates=prepared.data.near_duplicates,
        task=prepared.task.what,
        views=prepared.site.settings.views,
    )


def _figures(prepared: Prepared, made: Path) -> Sequence[Figure]:
    seed = prepared.settings.seed
    if isinstance(prepared.task, FindLinked):
        return link_figures(prepared.site, prepared.site.with_model(str(made)), prepared.parts, seed=seed)
    before, after = prepared.site.encoder, load_encoder(str(made))
    texts = list(prepared.texts)
    test = find_other(prepared.site_texts, prepared.parts.test, texts, seed=seed)
    figures = []
    for part, task in (("development", prepared.task), ("test", test)):
        values = [task.values(_encoding(encoder, texts)) for encoder in (before, after)]
        figures.append(compare(part, MEASURE, values, np.arange(task.n_queries), seed=seed))
    return figures


def _encoding(encoder: Encoder, texts: Sequence[str]) -> Encode:
    def encode(numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        return encoder.encode([texts[number] for number in numbers.tolist()]).vectors

    return encode
