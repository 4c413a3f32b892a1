"""Training with sentence-transformers' Trainer: schedule, early stopping, checkpoints to resume from."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender.embedder.torch_model import quiet_transformers
from recommender.progress import Reporter, stage
from recommender.trainer.batches import TrainingData
from recommender.trainer.development import MEASURE, DevelopmentTask
from recommender.trainer.learner import Learner
from recommender.trainer.settings import Schedule, TrainSettings

_STATE = "trainer_state.json"


@dataclass(frozen=True, slots=True)
class Look:
    """How good the model was at one moment.

    Attributes
    ----------
    step, epoch
        Batches and passes until then.
    loss : float
        Mean over the batches since the look before.
    development : float
        nDCG@10 on the development part.
    """

    step: int
    epoch: float
    loss: float
    development: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a training did; the learner is left with the best weights.

    Attributes
    ----------
    start : float
        nDCG@10 on the development part before.
    planned_steps : int
        Batches of the whole schedule, had it not been stopped early.
    resumed_at : int
        Batches that an earlier run had done, 0 if none.
    """

    start: float
    looks: tuple[Look, ...]
    planned_steps: int
    resumed_at: int

    @property
    def best(self) -> Look:
        """The first of the best."""
        return max(self.looks, key=lambda look: look.development)


def fit(
    learner: Learner,
    data: TrainingData,
    task: DevelopmentTask,
    settings: TrainSettings,
    schedule: Schedule,
    sizes: Sequence[int],
    work: Path,
    reporter: Reporter,
) -> Fitted:
    """Train, going on from the last whole checkpoint in `work` if there is one.

    Parameters
    ----------
    learner : Learner
        With the starting weights.
    sizes : sequence of int
        Numbers of leading components that are to be of use by themselves (Kusupati et al. 2022, arXiv:2205.13147).
    work : Path
        Folder for checkpoints.
    """
    from datasets import Dataset, DatasetDict
    from sentence_transformers import SentenceTransformerTrainer
    from sentence_transformers.sentence_transformer.losses import MatryoshkaLoss
    from transformers import EarlyStoppingCallback, PrinterCallback

    from recommender.trainer.torch_parts import (
        DevelopmentEvaluator,
        KnownNegativesRankingLoss,
        NumberedCollator,
        ProgressCallback,
    )

    class Trainer(SentenceTransformerTrainer):
        def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
            """None: this package writes the card."""

    model: Any = learner.model
    steps_per_epoch = sum(math.ceil(len(one["anchor"]) / schedule.batch_size) for one in data.sets.values())
    with quiet_transformers(), _deterministic(learner.threads):
        start = float(task.values(learner.encode).mean())
        arguments = _arguments(settings, schedule, steps_per_epoch, work, learner.device, learner.rate_unit)
        progress = ProgressCallback()
        collator: Any = NumberedCollator(learner.make, data.related, data.columns)
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=DatasetDict({name: Dataset.from_dict(one) for name, one in data.sets.items()}),
            loss=MatryoshkaLoss(model, KnownNegativesRankingLoss(model, settings.scale), list(sizes)),
            evaluator=DevelopmentEvaluator(MEASURE, functools.partial(_score, learner, task)),
            data_collator=collator,
            callbacks=[EarlyStoppingCallback(settings.patience), progress],
        )
        trainer.remove_callback(PrinterCallback)
        # Checkpoints need no cards, and making one may ask the hub.
        model.save_pretrained = functools.partial(model.save_pretrained, create_model_card=False)
        checkpoint = last_checkpoint(work)
        with stage(reporter, "train", schedule.epochs * steps_per_epoch) as advance:
            progress.advance = advance
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        learner.settle()
    return Fitted(start, _looks(trainer.state.log_history), trainer.state.max_steps, progress.first_step)


def last_checkpoint(work: Path) -> Path | None:
    """The last checkpoint that was written to its end: the Trainer writes its state last."""
    found = [path for path in work.glob("checkpoint-*") if (path / _STATE).is_file()]
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _arguments(
    settings: TrainSettings, schedule: Schedule, steps_per_epoch: int, work: Path, device: str, rate_unit: float
) -> Any:
    from sentence_transformers import SentenceTransformerTrainingArguments

    looks = max(1, steps_per_epoch // schedule.looks_per_epoch)
    return SentenceTransformerTrainingArguments(
        output_dir=str(work),
        num_train_epochs=schedule.epochs,
        per_device_train_batch_size=schedule.batch_size,
        learning_rate=schedule.learning_rate * rate_unit,
        lr_scheduler_type="linear",
        warmup_steps=0.1,
        weight_decay=0.0,
        optim="adamw_torch_fused",
        seed=settings.seed,
        full_determinism=device != "cpu",
        use_cpu=device == "cpu",
        bf16=_has_bfloat16(device),
        dataloader_pin_memory=device != "cpu",
        eval_strategy="steps",
        eval_steps=looks,
        save_strategy="steps",
        save_steps=looks,
        # The last one and the best.
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=f"eval_{MEASURE}",
        greater_is_better=True,
        restore_callback_states_from_checkpoint=True,
        logging_strategy="steps",
        logging_steps=looks,
        log_level="error",
        disable_tqdm=True,
        report_to="none",
    )


def _has_bfloat16(device: str) -> bool:
    import torch

    return device.startswith("cuda") and torch.cuda.get_device_capability(device) >= (8, 0)


def _score(learner: Learner, task: DevelopmentTask) -> float:
    with learner.as_result():
        return float(task.values(learner.encode).mean())


def _looks(history: Sequence[dict[str, float]]) -> tuple[Look, ...]:
    losses = {int(entry["step"]): entry["loss"] for entry in history if "loss" in entry}
    return tuple(
        Look(int(entry["step"]), entry["epoch"], losses[int(entry["step"])], entry[f"eval_{MEASURE}"])
        for entry in history
        if f"eval_{MEASURE}" in entry
    )


@contextmanager
def _deterministic(threads: int | None) -> Iterator[None]:
    """With a number of threads, None for one per processor: sums in one order, and so the same bytes on every run."""
    import torch

    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        with warnings.catch_warnings():
            # What sums in one order cost on a GPU.
            warnings.filterwarnings("ignore", "Requested unified CUBLASLT workspace", UserWarning)
            yield
    finally:
        torch.set_num_threads(before)
