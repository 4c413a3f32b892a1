"""The nearest articles of every article of a site: of the last run brought up to date, or searched anew."""

from __future__ import annotations

from recommender.digest import digest
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.recall import Audit
from recommender.neighbours.rerank import RERANKED
from recommender.neighbours.update import update
from recommender.progress import stage
from recommender.stages.neighbours import (
    NEIGHBOURS,
    SEARCH,
    audit_columns,
    audit_of,
    change_of,
    names_column,
    unpacked,
    with_crowding,
)
from recommender.stages.site_parts import SiteParts
from recommender.stages.stage import Columns, Part


class NeighbourSearch:
    """Searches a site, by all its texts or by some.

    Attributes
    ----------
    audits : dict of str or None to Audit
        By view, of the searches that were not exact; None for all texts.
    """

    def __init__(self, parts: SiteParts) -> None:
        self._parts = parts
        self._found: dict[str | None, Candidates] = {}
        self._deepest: dict[str | None, tuple[int, Part, Columns]] = {}
        self.audits: dict[str | None, Audit] = {}

    def nearest(self, depth: int, view: str | None) -> Candidates:
        """Neighbours by all texts or by one view, undiscounted."""
        full = max(depth, RERANKED)
        if view not in self._found or self._found[view].depth < min(full, len(self._parts.targets)):
            self._found[view] = unpacked(self.neighbours(full, view)[1])
        found = self._found[view]
        return Candidates(found.indices[:, :depth], found.scores[:, :depth])

    def neighbours(self, depth: int, view: str | None) -> tuple[Part, Columns]:
        """At least the `depth` nearest of every article."""
        parts = self._parts
        known = self._deepest.get(view)
        if known is not None and (known[0] == depth or (known[0] > depth and parts.recall(view) == 1)):
            return known[1], known[2]
        part = parts.part_of_search(NEIGHBOURS, view, depth)
        columns = parts.store.read(part)
        if columns is None:
            least_recall = parts.recall(view)
            columns = self._searched(depth, view, part) if least_recall == 1 else self._nearly(depth, view, part)
            parts.store.write(part, columns)
        self.note_audit(view, columns)
        self._deepest[view] = depth, part, columns
        return part, columns

    def found(self) -> Columns:
        """The columns of the deepest search by all texts so far."""
        known = self._deepest.get(None)
        return self.neighbours(RERANKED, None)[1] if known is None else known[2]

    def note_audit(self, view: str | None, columns: Columns) -> None:
        audit = audit_of(columns)
        if audit is not None:
            self.audits[view] = audit

    def _searched(self, depth: int, view: str | None, part: Part) -> Columns:
        """All neighbours: those of the last run brought up to date, or searched anew."""
        parts = self._parts
        names = [digest(name) for name in parts.row_names(view)]
        kept = {"names": names_column(names), "targets": parts.targets}
        old = parts.store.last(part)
        # Lists as wide as the corpus change their width with it.
        if old is not None and len(parts.targets) > 2 * depth:
            change = change_of(old, names, parts.targets)
            if change is not None:
                with stage(parts.where.reporter, "update neighbours"):
                    found = update(unpacked(old), change, parts.texts.space(view, parts.share), parts.targets)
                return with_crowding(found) | kept
        n = len(parts.corpus)
        space = parts.source.part()
        held = (space, parts.roles, view, parts.share, depth)
        threads = parts.where.executor.threads
        calls = [(*held, *bounds, threads) for bounds in parts.where.executor.ranges(n, n)]
        return parts.gathered(SEARCH, part, calls) | kept

    def _nearly(self, depth: int, view: str | None, part: Part) -> Columns:
        """Nearly all neighbours, by cells: those of the last run where nothing changed near them."""
        parts = self._parts
        # Small sites start without them.
        from recommender.neighbours.approximate import lay_out, nearly_nearest
        from recommender.neighbours.join import first_effort
        from recommender.stages.cells import Compared, SharedSearch
        from recommender.stages.memo import CellMemo, layout_columns, layout_of

        space, executor = parts.texts.space(view, parts.share), parts.where.executor
        hashes = parts.hashes
        least_recall, effort = parts.settings.links.recall, parts.where.thresholds.effort
        if executor.threads is not None:
            by, first = Compared(view, parts.share), effort or first_effort(space)
            held = (parts.source.part(), parts.roles, space, hashes, parts.targets)
            shared = SharedSearch(*held, by, depth, first, executor, parts.made, part.name)
            candidates, audit = shared.run(least_recall)
            return with_crowding(candidates) | audit_columns(audit)
        layout = layout_of(parts.store.last(part))
        if layout is None or not layout.serves(space):
            layout = lay_out(space, hashes, effort)
        memo = CellMemo(parts.store.cache, part.slot, [digest(name) for name in parts.row_names(view)], depth)
        with stage(parts.where.reporter, "search neighbours", len(parts.corpus)) as advance:
            found = nearly_nearest(
                space,
                depth,
                hashes,
                targets=parts.targets,
                least_recall=least_recall,
                layout=layout,
                memo=memo,
                advance=advance,
            )
        return with_crowding(found.candidates) | audit_columns(found.audit) | layout_columns(found.layout)
