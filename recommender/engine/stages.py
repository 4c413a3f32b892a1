"""The stages of a site in their order: what each is made from, and what of it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from recommender.digest import digest
from recommender.engine.arrays import SUFFIX
from recommender.engine.embed import EMBED, ENCODE, READ, embed, encode_here, read
from recommender.engine.job import Job, Tally
from recommender.engine.join import JOIN, join_exactly
from recommender.engine.order import ORDER, count_rows, order
from recommender.engine.search import CellSearch
from recommender.engine.shards import blocks, shards_of
from recommender.engine.space import SPACE, SpaceFiles, put_together
from recommender.engine.task import Runner, Task
from recommender.engine.who import WHO, who
from recommender.engine.words import COUNT, VOCABULARY, WEIGH, count, count_terms, weigh, weigh_terms
from recommender.engine.workdir import Workdir
from recommender.execute.ingest import article_space
from recommender.lexical.terms import TERMS_VERSION
from recommender.lexical.weights import WEIGHTS_VERSION
from recommender.neighbours.approximate import EXACT_UP_TO
from recommender.neighbours.audit import Audit
from recommender.progress import Reporter, stage

# To be raised when a stage makes another file from the same input.
VERSION = b"engine 1"
# The terms of so many articles are put together by one task.
_ARTICLES_PER_RANGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Files with the neighbours of all rows, by blocks; how many were missed, None for none."""

    paths: list[Path]
    audit: Audit | None


class Stages:
    """Makes the files of every stage when they are first asked for, in order.

    Parameters
    ----------
    job : Job
    workdir : Workdir
    runner : Runner
    reporter : Reporter
    shards, blocks : int, optional
        How many tasks the files and the rows are shared out to; by default by their number.
    exact_up_to : int
        On a site of more articles nearly all neighbours are found.
    """

    def __init__(
        self,
        job: Job,
        workdir: Workdir,
        runner: Runner,
        reporter: Reporter,
        *,
        shards: int | None = None,
        blocks: int | None = None,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self.job = job
        self.workdir = workdir
        self.tally = Tally()
        self.used: set[Path] = set()
        self._runner = runner
        self._reporter = reporter
        self._shards = shards_of(job.listing.files, shards)
        self._blocks = blocks
        self._exact_up_to = exact_up_to
        self._neighbours: dict[int, Neighbours] = {}

    @property
    def files_read(self) -> int:
        """How many files were read by this run."""
        return sum(len(self._shards[done.part].paths) for done in self.tally.done if done.stage in (EMBED, READ))

    @cached_property
    def articles(self) -> list[Path]:
        """By shard: articles and terms, and where the model is light their vectors."""
        job = self.job
        fields = repr(list(job.settings.word_fields.items()) if job.settings.words.share > 0 else []).encode()
        recipe = digest(VERSION, article_space(job.settings), TERMS_VERSION, _preparation(), fields)
        if job.encoder.light:
            recipe = digest(recipe, job.encoder.identity.encode())
        tasks = []
        for part, shard in enumerate(self._shards):
            if job.encoder.light:
                path = self.workdir.path(EMBED, part, recipe, shard.name)
                arguments = (job.content, shard.paths, job.settings, job.settings.model)
                tasks.append(Task(EMBED, part, path, embed, arguments))
            else:
                path = self.workdir.path(READ, part, recipe, shard.name)
                tasks.append(Task(READ, part, path, read, (job.content, shard.paths, job.settings)))
        return self.made("read and encode" if job.encoder.light else "read", tasks)

    @cached_property
    def vectors(self) -> list[Path]:
        """By shard: the vectors of its articles' texts."""
        job = self.job
        if job.encoder.light:
            return self.articles
        views = tuple(sorted(job.settings.views))
        tasks = [
            Task(
                ENCODE,
                part,
                self.workdir.path(ENCODE, part, job.encoder.identity.encode(), path),
                encode_here,
                (path, views, job.settings.model),
                pooled=True,
            )
            for part, path in enumerate(self.articles)
        ]
        return self.made("encode", tasks)

    @cached_property
    def order(self) -> Path:
        """The row numbers of all articles."""
        path = self.workdir.path(ORDER, 0, VERSION, self.articles)
        return self.made("number articles", [Task(ORDER, 0, path, order, (tuple(self.articles),))])[0]

    @cached_property
    def ranges(self) -> list[tuple[int, int]]:
        """Blocks of rows: first, and before last."""
        return blocks(self.n, self._blocks)

    @cached_property
    def n(self) -> int:
        """How many articles there are."""
        return count_rows(self.order)

    @cached_property
    def vocabulary(self) -> list[Path]:
        """The terms that compare articles; none where words do not count."""
        if self.job.settings.words.share == 0:
            return []
        counts = self.made(
            "count terms",
            [
                Task(
                    COUNT,
                    part,
                    self.workdir.path(COUNT, part, VERSION, path, self.order),
                    count,
                    (path, self.order, part),
                )
                for part, path in enumerate(self.articles)
            ],
        )
        parts = max(1, self.n // _ARTICLES_PER_RANGE)
        recipe = digest(VERSION, WEIGHTS_VERSION, str(parts).encode())
        return self.made(
            "weigh terms",
            [
                Task(
                    VOCABULARY,
                    part,
                    self.workdir.path(VOCABULARY, part, recipe, counts, self.order),
                    weigh_terms,
                    (tuple(counts), self.order, part, parts),
                )
                for part in range(parts)
            ],
        )

    @cached_property
    def weighed(self) -> list[Path]:
        """By shard: what its articles are compared by."""
        views = tuple(self.job.settings.views.items())
        recipe = digest(VERSION, WEIGHTS_VERSION, repr(views).encode())
        names = self.workdir.path
        terms = tuple(self.vocabulary)
        return self.made(
            "weigh words",
            [
                Task(
                    WEIGH,
                    part,
                    names(WEIGH, part, recipe, shard, vectors, self.order, terms),
                    weigh,
                    (shard, vectors, self.order, part, terms, views),
                )
                for part, (shard, vectors) in enumerate(zip(self.articles, self.vectors, strict=True))
            ],
        )

    @cached_property
    def who(self) -> list[Path]:
        """By shard: which of its articles get links, and may be linked."""
        settings, today = self.job.settings, self.job.today
        recipe = digest(VERSION, repr((settings.sources, settings.targets, today)).encode())
        return self.made(
            "who takes part",
            [
                Task(
                    WHO,
                    part,
                    self.workdir.path(WHO, part, recipe, shard, self.order),
                    who,
                    (shard, self.order, part, settings.sources, settings.targets, today),
                )
                for part, shard in enumerate(self.articles)
            ],
        )

    @cached_property
    def space(self) -> SpaceFiles:
        """What all articles are compared by."""
        job, terms = self.job, tuple(self.vocabulary)
        path = self.workdir.path(SPACE, 0, VERSION, self.weighed, terms, suffix=SUFFIX)
        arguments = (tuple(self.weighed), terms, tuple(sorted(job.settings.views)), self.n, job.encoder.dim)
        folder = self.made("put together", [Task(SPACE, 0, path, put_together, arguments)])[0]
        return SpaceFiles(folder, count_terms(terms), job.settings.words.share)

    def neighbours(self, depth: int) -> Neighbours:
        """The `depth` nearest of each article; of a large site nearly all of them."""
        if depth not in self._neighbours:
            self._neighbours[depth] = self._search(depth)
        return self._neighbours[depth]

    def _search(self, depth: int) -> Neighbours:
        least_recall, roles = self.job.settings.links.recall, tuple(self.who)
        if self.n > self._exact_up_to and least_recall < 1:
            per_task = None if self._blocks is None else -(-self.n // self._blocks)
            search = CellSearch(self.space, roles, self.ranges, per_task, self.workdir, self.made, VERSION)
            found = search.run(depth, least_recall)
            return Neighbours(found.paths, found.audit)
        tasks = []
        for part, (first, last) in enumerate(self.ranges):
            recipe = digest(VERSION, repr((self.space.share, depth, first, last)).encode())
            path = self.workdir.path(JOIN, part, recipe, self.space.folder, roles)
            tasks.append(Task(JOIN, part, path, join_exactly, (self.space, roles, depth, first, last)))
        return Neighbours(self.made("search neighbours", tasks), None)

    def made(self, name: str, tasks: Sequence[Task]) -> list[Path]:
        """The outputs of tasks, in their order; what is not there is made."""
        missing = [task for task in tasks if not task.output.exists()]
        self.tally.found.update(task.stage for task in tasks if task.output.exists() and task.output not in self.used)
        if missing:
            with stage(self._reporter, name, len(missing)) as advance:
                for done in self._runner.run(missing):
                    self.tally.run[done.stage] += 1
                    self.tally.done.append(done)
                    advance()
        outputs = [task.output for task in tasks]
        self.used.update(outputs)
        return outputs


def _preparation() -> bytes:
    from recommender.embedder.text import PREPARATION

    return PREPARATION.encode()
