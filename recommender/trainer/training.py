"""From a prepared training to a model of the site's own, a folder that any `--model` takes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.encoder import Encoder
from recommender.embedder.folder import ModelFolder
from recommender.embedder.load import load_encoder
from recommender.embedder.torch_model import quiet_transformers
from recommender.embedder.weights import WEIGHTS
from recommender.errors import InterruptedRunError, OutputError
from recommender.files import write_whole
from recommender.progress import Reporter, Silent, stage
from recommender.trainer.card import CardFacts, card
from recommender.trainer.development import MEASURE, Encode, FindLinked, find_other
from recommender.trainer.figures import VECTORS, Figure, compare, link_figures
from recommender.trainer.fit import Fitted, fit
from recommender.trainer.learner import Learner, StaticLearner, learner
from recommender.trainer.preparation import RUN_FILE, Prepared, describe

_TIMED_PAIRS = 4
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


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training.

    Attributes
    ----------
    figures : tuple of Figure
        On the development part and the test part.
    """

    folder: Path
    fitted: Fitted
    figures: tuple[Figure, ...]


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
    InterruptedRunError
        Ctrl-C, with checkpoints from which the same call goes on.
    """
    reporter = reporter or Silent()
    settings, work = prepared.settings, prepared.work
    try:
        work.mkdir(exist_ok=True)
        write_whole(work / RUN_FILE, [describe(prepared).encode()])
        with stage(reporter, "load for training"):
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
    except KeyboardInterrupt:
        if any(path.name != RUN_FILE for path in work.glob("*")):
            raise InterruptedRunError(
                f"interrupted: no model was written to {prepared.output}; checkpoints are in {work}, and the same "
                "command goes on from there"
            ) from None
        shutil.rmtree(work, ignore_errors=True)
        raise
    except OSError as error:
        raise OutputError(f"{error.filename or work} cannot be written: {error.strerror or error}") from None
    shutil.rmtree(work, ignore_errors=True)
    return Trained(prepared.output, fitted, tuple(figures))


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
        figures.append(compare(VECTORS, part, MEASURE, values, np.arange(task.n_queries), seed=seed))
    return figures


def _encoding(encoder: Encoder, texts: Sequence[str]) -> Encode:
    def encode(numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        return encoder.encode([texts[number] for number in numbers.tolist()]).vectors

    return encode


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


def seconds_estimate(prepared: Prepared) -> float:
    """Forward and backward of a few pairs of each kind on the CPU, times their number and the passes; evaluations come
    on top.
    """
    from recommender.embedder.torch_model import quiet_transformers

    with quiet_transformers():
        learning = learner(prepared.start, prepared.texts, keep=0.0, batch_size=_TIMED_PAIRS, device="cpu")
        total = 0.0
        for columns in prepared.data.sets.values():
            chosen = np.linspace(0, len(columns["anchor"]) - 1, _TIMED_PAIRS).astype(np.int64)
            begun = time.perf_counter()
            for column in prepared.data.columns:
                features = learning.make(columns[column][chosen].astype(np.int64))
                learning.model(features)["sentence_embedding"].sum().backward()
            total += (time.perf_counter() - begun) / _TIMED_PAIRS * len(columns["anchor"])
    return total * prepared.schedule.epochs
