"""The selection of a site in stages, as far as lists ask of nothing but their own article's candidates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.cache import digest
from recommender.engine.choose import CHOOSE, ChoiceFiles, choose_block
from recommender.engine.limits import (
    MOST_PASSES,
    OFFER,
    REFUSE,
    TRIM,
    graph_report,
    is_settled,
    offer,
    refuse,
    trim,
)
from recommender.engine.ranks import ALIKE, CROWD, DUPLICATES, RANK, crowd, find_alike, mark_duplicates, rank
from recommender.engine.stages import VERSION, Stages
from recommender.engine.task import Task
from recommender.engine.who import load_roles
from recommender.lexical.mentions import MENTIONS_VERSION
from recommender.neighbours.rerank import RERANKED
from recommender.selection.report import GraphReport
from recommender.selection.rules import ChoiceRules

if TYPE_CHECKING:
    import pyarrow as pa

# A flow over the possible links of so many articles takes minutes and several GB.
FLOW_UP_TO = 1_000_000


@dataclass(frozen=True, slots=True)
class Lists:
    """Files with the lists of all rows, by blocks; and of limits what they cost."""

    paths: list[Path]
    graph: GraphReport | None


class Selection:
    """Makes the files of what follows the neighbours when they are asked for.

    Parameters
    ----------
    stages : Stages
    """

    def __init__(self, stages: Stages) -> None:
        self._stages = stages

    def ranked(self, depth: int) -> list[Path]:
        """By block of rows: candidates in their final order, at least `depth` of each article."""
        stages = self._stages
        found = stages.neighbours(max(depth, RERANKED)).paths
        crowds = tuple(self._by_block("crowding", CROWD, crowd, found))
        return self._by_block(
            *("rank", RANK, rank, found, stages.space, crowds),
            inputs=[stages.space.folder, *crowds],
            recipe=repr((MENTIONS_VERSION, stages.space.share)),
        )

    @cached_property
    def duplicates(self) -> Path | None:
        """Articles that say the same; None where lists may name them."""
        stages = self._stages
        settings = stages.job.settings
        if settings.links.near_duplicates:
            return None
        views, threshold = tuple(settings.views.items()), settings.links.duplicate_score
        alikes = tuple(
            self._by_block(
                *("compare texts", ALIKE, find_alike, self.ranked(RERANKED), stages.space, views),
                inputs=[stages.space.folder],
                recipe=repr(sorted(views)),
            )
        )
        recipe = digest(VERSION, repr((threshold, sorted(views))).encode())
        path = stages.workdir.path(DUPLICATES, 0, recipe, alikes, stages.space.folder)
        arguments = (alikes, stages.space, threshold, "question" in settings.views)
        return stages.made("near-duplicates", [Task(DUPLICATES, 0, path, mark_duplicates, arguments)])[0]

    def lists(self, depth: int, rules: ChoiceRules) -> Lists:
        """By block of rows: the lists, by rules that `is_local`."""
        stages = self._stages
        lists = self._chosen(depth, rules, [])
        if rules.max_inbound is None:
            return Lists(lists, None)
        before, refused = lists, list[Path]()
        for _ in range(MOST_PASSES):
            refused = self._refused(lists, refused, rules.max_inbound)
            if is_settled(refused):
                break
            lists = self._chosen(depth, rules, refused)
        else:
            refused = self._refused(lists, refused, rules.max_inbound)
            tasks = []
            for part, (path, bounds) in enumerate(zip(lists, stages.ranges, strict=True)):
                output = stages.workdir.path(TRIM, part, VERSION, path, refused)
                tasks.append(Task(TRIM, part, output, trim, (path, tuple(refused), *bounds)))
            lists = stages.made("limits", tasks)
        return Lists(lists, graph_report(before, lists, load_roles(stages.who).targets, stages.n))

    def _chosen(self, depth: int, rules: ChoiceRules, refused: Sequence[Path]) -> list[Path]:
        stages = self._stages
        same_language, duplicates = stages.job.settings.links.same_language, self.duplicates
        files = ChoiceFiles(tuple(stages.who), duplicates, same_language, tuple(refused))
        return self._by_block(
            *("choose", CHOOSE, choose_block, self.ranked(depth), depth, rules, files),
            inputs=[*stages.who, *([] if duplicates is None else [duplicates]), *refused],
            recipe=repr((depth, rules, same_language)),
        )

    def _refused(self, lists: Sequence[Path], before: Sequence[Path], most: int) -> list[Path]:
        """By block of rows: which lists its articles refuse, now and before."""
        stages = self._stages
        offers = tuple(self._by_block("limits", OFFER, offer, lists))
        tasks = []
        for part, (first, last) in enumerate(stages.ranges):
            old = before[part] if before else None
            output = stages.workdir.path(
                REFUSE, part, digest(VERSION, repr(most).encode()), offers, [old] if old else []
            )
            tasks.append(Task(REFUSE, part, output, refuse, (offers, old, first, last, most)))
        return stages.made("limits", tasks)

    def _by_block(
        self,
        name: str,
        stage_name: str,
        make: Callable[..., pa.Table],
        blocks: Sequence[Path],
        *arguments: object,
        inputs: Sequence[Path] = (),
        recipe: str = "",
    ) -> list[Path]:
        """Outputs of tasks that each take a block's file, and the same `arguments` made from `inputs` and `recipe`."""
        stages = self._stages
        made_from = digest(VERSION, recipe.encode())
        tasks = []
        for part, path in enumerate(blocks):
            output = stages.workdir.path(stage_name, part, made_from, path, inputs)
            tasks.append(Task(stage_name, part, output, make, (path, *arguments)))
        return stages.made(name, tasks)
