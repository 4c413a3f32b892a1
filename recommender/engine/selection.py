"""The selection of a site in stages, as far as lists ask of nothing but their own article's candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from recommender.digest import digest
from recommender.engine.by_block import by_block
from recommender.engine.choose import CHOOSE, ChoiceFiles, choose_block
from recommender.engine.limits import graph_report
from recommender.engine.passes import at_least, at_most
from recommender.engine.ranks import ALIKE, CROWD, DUPLICATES, RANK, crowd, find_alike, mark_duplicates, rank
from recommender.engine.stages import VERSION, Stages
from recommender.engine.task import Task
from recommender.engine.who import load_roles
from recommender.lexical.mentions import MENTIONS_VERSION
from recommender.neighbours.rerank import RERANKED
from recommender.selection.report import GraphReport
from recommender.selection.rules import ChoiceRules

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
        crowds = tuple(by_block(stages, "crowding", CROWD, crowd, found))
        return by_block(
            stages,
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
            by_block(
                stages,
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
        lists = before = self._chosen(depth, rules, [])
        if rules.max_inbound is not None:
            lists = at_most(stages, lists, rules.max_inbound, lambda refused: self._chosen(depth, rules, refused))
        if rules.min_inbound:
            lists = at_least(stages, lists, self.ranked(depth), rules, self._files())
        if not rules.limits:
            return Lists(lists, None)
        eligible = load_roles(stages.who).targets
        return Lists(lists, graph_report(before, lists, eligible, stages.n, rules.min_inbound))

    def _files(self, refused: Sequence[Path] = ()) -> ChoiceFiles:
        stages = self._stages
        same_language = stages.job.settings.links.same_language
        return ChoiceFiles(tuple(stages.who), self.duplicates, same_language, tuple(refused))

    def _chosen(self, depth: int, rules: ChoiceRules, refused: Sequence[Path]) -> list[Path]:
        files = self._files(refused)
        return by_block(
            self._stages,
            *("choose", CHOOSE, choose_block, self.ranked(depth), depth, rules, files),
            inputs=files.paths,
            recipe=repr((depth, rules, files.same_language)),
        )
