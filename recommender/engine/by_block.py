"""A stage with a task for every block of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.digest import digest
from recommender.engine.stages import VERSION, Stages
from recommender.engine.task import Task

if TYPE_CHECKING:
    import pyarrow as pa


def by_block(
    stages: Stages,
    name: str,
    stage: str,
    make: Callable[..., pa.Table],
    blocks: Sequence[Path],
    *arguments: object,
    inputs: Sequence[Path] = (),
    recipe: str = "",
) -> list[Path]:
    """Outputs of tasks that each take a block's file, and the same `arguments` made from `inputs` and `recipe`.

    Parameters
    ----------
    stages : Stages
    name : str
        What progress calls it.
    stage : str
    make : callable
    blocks : sequence of Path
    *arguments
    inputs : sequence of Path
    recipe : str
    """
    made_from = digest(VERSION, recipe.encode())
    tasks = []
    for part, path in enumerate(blocks):
        output = stages.workdir.path(stage, part, made_from, path, inputs)
        tasks.append(Task(stage, part, output, make, (path, *arguments)))
    return stages.made(name, tasks)
