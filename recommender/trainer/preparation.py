"""What a training needs before it begins: parts, pairs, negatives, and whether it can be done at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from recommender.embedder.folder import ModelFolder, read_model_folder
from recommender.embedder.hardware import choose_hardware
from recommender.embedder.load import find_model
from recommender.errors import InputError
from recommender.files import is_standard_output
from recommender.progress import Reporter, Silent, stage
from recommender.site.site import Site
from recommender.trainer.batches import TrainingData, training_data
from recommender.trainer.development import DevelopmentTask, development_task
from recommender.trainer.fit import last_checkpoint
from recommender.trainer.pairs import SiteTexts, make_pairs, read_texts, usual_kinds
from recommender.trainer.parts import Parts, divide
from recommender.trainer.settings import Schedule, TrainSettings, settle

RUN_FILE = "run.json"
"""Names, in the folder of checkpoints, the training that they are of."""

_PACKAGES = ("accelerate", "datasets")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A training ready to be run.

    Attributes
    ----------
    site : Site
        Opened with the starting model.
    output, work : Path
        Folders of the model and, until it is made, of the checkpoints.
    settings : TrainSettings
        With pairs and sizes settled.
    texts : tuple of str
        Those of the site, then passages.
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
    if is_standard_output(output):
        raise InputError("a model is a folder and cannot go to standard output; name the folder with -o")
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
    path = work / RUN_FILE
    try:
        same = path.read_text(encoding="utf-8") == describe(prepared)
    except (OSError, UnicodeDecodeError):
        same = False
    if not same:
        raise InputError(
            f"{work} holds the checkpoints of another training: of other settings, another model or a site that has "
            "changed since; remove that folder to begin anew"
        )
    return last_checkpoint(work) is not None


def describe(prepared: Prepared) -> str:
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
