"""Changes of several kinds in one file, such as of two fields, or of a field and a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.links.front_matter import EditError, Splice, spliced
from recommender.links.writing.link_maker import LinkMaker


@dataclass(frozen=True, slots=True)
class SeveralMakers:
    """Edits what each of these edits; none of them touches what another does."""

    makers: tuple[LinkMaker, ...]

    def share(self, paths: Sequence[str]) -> SeveralMakers:
        shares = (maker.share([path for path in paths if path in maker.plans]) for maker in self.makers)
        return SeveralMakers(tuple(shares))

    def edit(self, path: str, text: str) -> tuple[Splice, ...]:
        splices: list[Splice] = []
        after = text
        for maker in self.makers:
            if path in maker.plans:
                splices += maker.edit(path, text)
                after = spliced(after, list(maker.edit(path, after)))
        if spliced(text, splices) != after:
            raise EditError("unsupported-layout", "two kinds of links share a line; change them by hand")
        return tuple(splices)
