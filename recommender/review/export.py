"""From decisions to what a site publishes: its links file, or the front matter of its articles."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from recommender.decisions.of_site import RowDecisions, SiteDecisions
from recommender.digest import digest
from recommender.errors import InputError, RecommenderError
from recommender.links.apply import Applied, apply_links
from recommender.links.formats import dump_links, save_links
from recommender.links.fresh import compare_file
from recommender.links.record import LinksFile, links_file
from recommender.links.writing.journal import undo_command
from recommender.progress import Advance, Silent
from recommender.review.desk import Desk
from recommender.review.list_diff import list_diffs
from recommender.review.preview import KINDS, SCOPES, ExportState, FileDiff, Kind, Preview, Scope, Written
from recommender.selection.lists import Choice
from recommender.site.marks import marks_of
from recommender.site.reading import read_site
from recommender.site.select import select

# What a page can show; the files themselves have no such limit.
_MOST_SHOWN = 200
_MOST_CHARS = 400_000


class _Listener(Silent):
    """Lets the page say how far a long run is."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say

    def started(self, stage: str, total: int | None) -> Advance:
        self._say(stage)
        if not total:
            return super().started(stage, total)
        done, said = 0, 0

        def advance(count: int = 1) -> None:
            nonlocal done, said
            done += count
            percent = min(100 * done // total, 100)
            if percent > said:
                said = percent
                self._say(f"{stage}, {percent}%")

        return advance


@dataclass(slots=True)
class _Made:
    """A links file and what it would change."""

    links: LinksFile
    preview: Preview


class Exporter:
    """Makes, shows and writes exports, one at a time and beside the editor's work.

    Parameters
    ----------
    output : Path
        The links file.
    """

    def __init__(
        self,
        desk: Desk,
        output: Path,
        *,
        cache_dir: Path | None = None,
        state_dir: Path | None = None,
        use_cache: bool = True,
        jobs: int | None = None,
    ) -> None:
        self._desk = desk
        self._output = output
        self._cache_dir = cache_dir
        self._state_dir = state_dir
        self._use_cache = use_cache
        self._jobs = jobs
        self._lock = threading.Lock()
        self._state = ExportState()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> ExportState:
        return self._state

    @property
    def output(self) -> Path:
        return self._output

    def preview(self, kind: str, scope: str) -> None:
        """Begin to find out what an export would write.

        Raises
        ------
        InputError
            There is no such kind or scope, or another export is under way.
        """
        if kind not in KINDS or scope not in SCOPES:
            raise InputError(f"expected one of {', '.join(KINDS)} and one of {', '.join(SCOPES)}")
        self._begin(lambda: ExportState(preview=self._make(kind, scope).preview))

    def write(self, name: str, confirmed: int | None = None) -> None:
        """Begin to write what was shown under a name.

        Parameters
        ----------
        confirmed : int, optional
            The number of files that the editor agreed to; needed where `Preview.needs_confirmation`.

        Raises
        ------
        InputError
            Something else was shown since, the number is not confirmed, or another export is under way.
        """
        shown = self._state.preview
        if shown is None or shown.name != name:
            raise InputError("look at the changes first; what was shown here before is gone")
        if shown.needs_confirmation and confirmed != shown.changes:
            raise InputError(f"{shown.changes:,} files would be written; confirm their number first")
        self._begin(lambda: self._write(shown))

    def wait(self) -> ExportState:
        """The state once nothing runs."""
        if self._thread is not None:
            self._thread.join()
        return self._state

    def _begin(self, work: Callable[[], ExportState]) -> None:
        with self._lock:
            if self._state.running:
                raise InputError("another export is under way; wait for it")
            self._state = ExportState(running="starting")
        self._thread = threading.Thread(target=self._run, args=(work,), name="export", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], ExportState]) -> None:
        try:
            state = work()
        except RecommenderError as error:
            state = ExportState(failed=str(error))
        except Exception as error:
            self._state = ExportState(failed=f"the export failed: {error!r}")
            raise
        self._state = state

    def _say(self, what: str) -> None:
        self._state = ExportState(running=what)

    def _write(self, shown: Preview) -> ExportState:
        begun = time.perf_counter()
        made = self._make(shown.kind, shown.scope)
        if made.preview.name != shown.name:
            # The files or the decisions have changed since: another look first.
            return ExportState(preview=made.preview, failed="It has changed since it was shown; look again.")
        if shown.kind == "links-file":
            save_links(made.links, self._output)
            seconds = time.perf_counter() - begun
            return ExportState(written=Written(shown.kind, shown.place, made.preview.changes, seconds))
        report = self._apply(made.links, dry_run=False).report
        with self._desk.lock:
            self._desk.reread(report.changed)
        written = Written(
            shown.kind,
            shown.place,
            len(report.changed),
            time.perf_counter() - begun,
            undo=undo_command(self._desk.site.content, self._state_dir) if report.changed else "",
            problems=tuple(map(str, sorted(report.problems)[:_MOST_SHOWN])),
        )
        return ExportState(written=written)

    def _make(self, kind: Kind | str, scope: Scope | str) -> _Made:
        links = self._links(everything=scope == "all" or kind == "links-file")
        if kind == "links-file":
            changes = compare_file(self._output, links)
            name = digest(b"links-file", dump_links(links, ".jsonl").encode(), repr(changes).encode()).hex()
            lists = list_diffs(self._output, links, changes[:_MOST_SHOWN])
            preview = Preview(
                "links-file",
                "all",
                str(self._output),
                name,
                len(changes),
                lists=lists,
                problems=self._left_out(links)[:_MOST_SHOWN],
            )
            return _Made(links, preview)
        applied = self._apply(links, dry_run=True)
        diffs = applied.report.diffs
        name = digest(b"front-matter", *(f"{path}\n{diff}".encode() for path, diff in sorted(diffs.items()))).hex()
        problems = sorted({*applied.plans.problems, *applied.report.problems})
        preview = Preview(
            kind="front-matter",
            scope="all" if scope == "all" else "decided",
            place=str(self._desk.site.content),
            name=name,
            changes=len(diffs),
            new=applied.plans.new_in(diffs),
            removed=applied.plans.removed_in(diffs),
            diffs=_shown(diffs),
            problems=(*self._left_out(links), *map(str, problems))[:_MOST_SHOWN],
        )
        return _Made(links, preview)

    def _left_out(self, links: LinksFile) -> tuple[str, ...]:
        """Accepted and pinned links that are in no list of a links file, with the reason."""
        desk = self._desk
        articles = desk.site.corpus.articles
        written = {one.key: {link.key for link in one.related} for one in links.articles}
        found = []
        with desk.lock:
            for row in sorted(desk.lists.edits):
                article = articles[row]
                for target, verdict in sorted(desk.lists.verdicts(row).items()):
                    if _approved(verdict) is None or articles[target].key in written.get(article.key, ()):
                        continue
                    why = (
                        "it is never suggested"
                        if target in desk.lists.never
                        else "the site's settings do not let it be linked (targets)"
                        if not desk.may_be_linked[target]
                        else "the site's settings leave no room for it"
                    )
                    found.append(f"{article.path}: the accepted link to {articles[target].key} is left out: {why}")
        return tuple(found)

    def _links(self, *, everything: bool) -> LinksFile:
        """The lists as the page shows them; `everything` fills free places with proposals, on all articles."""
        desk = self._desk
        site = desk.site
        k = site.settings.links.k
        with desk.lock:
            desk.sync()
            decisions = RowDecisions(desk.file.standing, site.corpus.rows)
            decided = SiteDecisions(desk.file.path, decisions.decided, len(decisions.unknown), ())
            lists = {row: self._kept(row) for row in sorted(decided.decided.edits)}
        if everything:
            lists = select(
                site,
                keep_curated=True,
                ranker=desk.proposals.ranking,
                decisions=decided,
                reporter=_Listener(self._say),
            ).chosen.lists
        recognised = marks_of(site.settings)
        return links_file(site.corpus.articles, lists, model=site.encoder.name, k=k, recognised=recognised)

    def _kept(self, row: int) -> tuple[Choice, ...]:
        curated = self._desk.files.curated(row)
        approved = self._desk.lists.verdicts(row)
        return tuple(
            Choice(target, None, target in curated, _approved(approved.get(target)))
            for target in self._desk.links(row, curated)
        )

    def _apply(self, links: LinksFile, *, dry_run: bool) -> Applied:
        site = self._desk.site
        listener = _Listener(self._say)
        read = read_site(
            site.content,
            replace(site.settings, decisions=str(self._desk.file.path)),
            cache_dir=self._cache_dir,
            use_cache=self._use_cache,
            jobs=self._jobs,
            reporter=listener,
        )
        return apply_links(
            read,
            links,
            command="review",
            state_dir=self._state_dir,
            dry_run=dry_run,
            jobs=self._jobs,
            reporter=listener,
        )


def _approved(verdict: str | None) -> Literal["accept", "pin"] | None:
    if verdict == "accept":
        return "accept"
    return "pin" if verdict == "pin" else None


def _shown(diffs: dict[str, str]) -> tuple[FileDiff, ...]:
    """As many diffs as a page can show."""
    found: list[FileDiff] = []
    chars = 0
    for path, diff in sorted(diffs.items())[:_MOST_SHOWN]:
        chars += len(diff)
        if chars > _MOST_CHARS and found:
            break
        found.append(FileDiff(path, tuple(diff.splitlines())))
    return tuple(found)
