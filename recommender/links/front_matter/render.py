"""New links as text, in a site's style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from recommender.links.front_matter.items import WHOLE, Value
from recommender.links.front_matter.scalars import ScalarStyle, is_block_text, is_plain_text, scalar
from recommender.links.front_matter.style import Style


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes links in one style.

    Attributes
    ----------
    style : Style
        Complete: nothing in it is None but `order`.
    newline : str
        The file's line end.
    one_line : bool
        No text is on lines of its own below its name.
    """

    style: Style
    newline: str
    one_line: bool = False

    def name(self, name: str, *, flow: bool = False) -> str:
        """The name of a field or part, quoted as the site does or must."""
        return _name(name, self.style.key_quote or "", flow)

    def text(self, part: str, value: Value, *, flow: bool = False) -> str:
        """A part's value on one line."""
        return scalar(value, self._wanted(part), quote=self.style.quote or "double", flow=flow)

    def value(self, part: str, value: Value, column: int) -> str:
        """A part's value as it is written after the colon and a blank; `column` is that of the part's name."""
        wanted = self._wanted(part)
        if wanted in ("folded", "literal") and is_block_text(value) and not self.one_line:
            mark = ">-" if wanted == "folded" else "|-"
            return f"{mark}{self.newline}{' ' * (column + (self.style.fold or 2))}{value}"
        return self.text(part, value)

    def flow_link(self, parts: Mapping[str, Value]) -> str:
        """A link between brackets or braces."""
        if WHOLE in parts:
            return self.text(WHOLE, parts[WHOLE], flow=True)
        pairs = (
            f"{self.name(name, flow=True)}: {self.text(name, parts[name], flow=True)}" for name in self._order(parts)
        )
        return "{" + ", ".join(pairs) + "}"

    def numbered(self, name: str, parts: Mapping[str, Value], column: int) -> str:
        """The lines of a numbered field, `name` being the name as it is written."""
        if self.style.mapping_flow:
            return f"{' ' * column}{name}: {self.flow_link(parts)}{self.newline}"
        inner = column + (self.style.indent or 2)
        lines = self.parts(parts, inner)
        return f"{' ' * column}{name}:{self.newline}" + "".join(" " * inner + line for line in lines)

    def item(self, parts: Mapping[str, Value], column: int) -> str:
        """The lines of an item in a block list, `column` being that of its dash."""
        content = self.style.content or 2
        head = " " * column + "-" + " " * (content - 1)
        inner = column + content
        if WHOLE in parts:
            return head + self.value(WHOLE, parts[WHOLE], column) + self.newline
        if self.style.mapping_flow:
            return head + self.flow_link(parts) + self.newline
        return head + (" " * inner).join(self.parts(parts, inner))

    def parts(self, parts: Mapping[str, Value], column: int) -> list[str]:
        """The lines of a link's parts, not yet indented; `column` is that of their names."""
        return [
            f"{self.name(part)}: {self.value(part, parts[part], column)}{self.newline}" for part in self._order(parts)
        ]

    def _wanted(self, part: str) -> ScalarStyle:
        return self.style.scalars.get(part) or self.style.scalars.get(WHOLE) or "plain"

    def _order(self, parts: Mapping[str, Value]) -> list[str]:
        known = [part for part in self.style.order or () if part in parts]
        return known + [part for part in parts if part not in known]


@lru_cache(maxsize=256)
def _name(name: str, quote: str, flow: bool) -> str:
    if quote == '"' or (not quote and not is_plain_text(name, flow=flow)):
        return scalar(name, "double")
    return scalar(name, "single") if quote else name
