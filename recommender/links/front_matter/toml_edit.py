"""The related links of TOML front matter, rewritten on their own lines and read back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from recommender.links.front_matter.items import WHOLE, EditError, Item, Kept, Splice, Value, Written, harm, spliced
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.links.front_matter.toml_layout import (
    Entry,
    Table,
    elements_of,
    has_comment,
    items_path,
    tables_of,
)
from recommender.settings import RelatedSettings

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_MISSING = object()


class TomlEdit:
    """One edit of one file.

    Parameters
    ----------
    opened : OpenedFrontMatter
        Of a file whose front matter is TOML.
    """

    def __init__(self, opened: OpenedFrontMatter, related: RelatedSettings) -> None:
        self._opened = opened
        self._text = opened.yaml
        self._related = related
        self._before = _loaded(self._text)
        self._newline = next((end for end in ("\r\n", "\n", "\r") if end in opened.yaml), opened.newline)
        try:
            self._tables = tables_of(self._text)
        except (ValueError, IndexError, tomllib.TOMLDecodeError):
            raise EditError("unsupported-layout", "the layout of this front matter is not edited", 2) from None

    def splices(self, slots: Mapping[int, Item]) -> list[Splice]:
        """What changes in the front matter.

        Raises
        ------
        EditError
            The layout cannot be edited, or the result would not say exactly what was intended.
        """
        if self._is_as_asked(slots):
            return []
        if self._related.shape == "numbered":
            splices = [
                splice
                for number in range(1, self._related.slots + 1)
                for splice in self._field(self._path(number), [slots[number]] if number in slots else [], single=True)
            ]
        else:
            splices = self._field(self._path(), [slots[label] for label in sorted(slots)], single=False)
        self._verify(spliced(self._text, splices), slots)
        return splices

    def _path(self, number: int | None = None) -> tuple[str, ...]:
        name = self._related.field or ""
        return tuple((name if number is None else name.replace("{n}", str(number))).split("."))

    def _is_as_asked(self, slots: Mapping[int, Item]) -> bool:
        items = [slots[label] for label in sorted(slots)]
        kept = [item.index for item in items if isinstance(item, Kept) and not item.changes]
        same = kept == list(range(len(self._opened.links))) and len(kept) == len(items)
        if self._related.shape == "numbered":
            return same and [link.link.place for link in self._opened.links] == sorted(slots)
        return same

    def _field(self, path: tuple[str, ...], items: Sequence[Item], *, single: bool) -> list[Splice]:
        """New text of one field; `single` is a field that holds one link, not a list."""
        blocks = list(items_path(self._tables, path))
        tables = [table for table in self._tables if table.path == path and not table.is_item]
        entry = next((one for table in self._tables for one in table.entries if one.path == path), None)
        values = [self._value(item) for item in items]
        if single and values and values[0] == _get(self._before, path):
            return []
        if blocks:
            return self._blocks(path, blocks, items, values)
        if tables:
            below = [table for table in self._tables if table.path[: len(path)] == path]
            return self._replaced_tables(below, _block(path, values[0], self._newline, item=False) if values else "")
        if entry is not None:
            return self._entry(entry, values, single=single)
        if _get(self._before, path) is not _MISSING:
            raise EditError("unsupported-layout", f"the field {'.'.join(path)!r} is in parts; write it in one", 2)
        return [self._added(path, values, single=single)] if values else []

    def _value(self, item: Item) -> Any:
        """The value of a link."""
        if isinstance(item, Written):
            return item.parts[WHOLE] if WHOLE in item.parts else dict(item.parts)
        old = self._old(item.index)
        if WHOLE in item.changes:
            return item.changes[WHOLE]
        return {**old, **item.changes} if item.changes else old

    def _old(self, index: int) -> Any:
        place = self._opened.links[index].link.place
        if self._related.shape == "numbered":
            return _get(self._before, self._path(place))
        found = _get(self._before, self._path())
        return found[place - 1] if isinstance(found, list) else found

    def _entry(self, entry: Entry, values: list[Any], *, single: bool) -> list[Splice]:
        text = self._text
        if not values:
            return [Splice(entry.start, entry.end, "")]
        if single:
            return [Splice(entry.value_start, entry.value_end, _inline(values[0], self._quote(entry)))]
        is_list = text[entry.value_start] == "["
        if is_list and has_comment(text, entry.value_start, entry.value_end):
            line = text.count("\n", 0, entry.value_start) + 2
            raise EditError("unsupported-layout", "a comment is within the list of links; move it out", line)
        return [Splice(entry.value_start, entry.value_end, self._list(entry, values, is_list=is_list))]

    def _list(self, entry: Entry, values: list[Any], *, is_list: bool) -> str:
        """A list as the one that is there is written: on one line, or an item a line."""
        text, quote = self._text, self._quote(entry)
        elements = elements_of(text, entry.value_start)[0] if is_list else []
        old = {repr(tomllib.loads(f"x = {text[start:end]}")["x"]): text[start:end] for start, end in elements}
        items = [old.get(repr(value), _inline(value, quote)) for value in values]
        written = text[entry.value_start : entry.value_end]
        if "\n" not in written and "\r" not in written:
            return "[" + ", ".join(items) + "]"
        first = elements[0][0] if elements else entry.value_start
        indent = re.search(r"[ \t]*\Z", text[:first])
        step = indent[0] if indent and elements else "  "
        close = re.search(r"[ \t]*\]\Z", written)
        return (
            "["
            + self._newline
            + "".join(f"{step}{item},{self._newline}" for item in items)
            + (close[0] if close else "]")
        )

    def _blocks(
        self, path: tuple[str, ...], blocks: list[list[Table]], items: Sequence[Item], values: list[Any]
    ) -> list[Splice]:
        """A list of tables: blocks that stay keep their text, all of them where the first one is."""
        spans = [(group[0].start, max(table.end for table in group)) for group in blocks]
        own = {id(table) for group in blocks for table in group}
        if any(spans[0][0] < table.start < spans[-1][1] and id(table) not in own for table in self._tables):
            raise EditError("unsupported-layout", "another table is between the links; move it", 2)
        # Text between two blocks, such as a comment, belongs to the second.
        starts = [spans[0][0], *(end for _, end in spans[:-1])]
        blank = self._newline if len(spans) < 2 or _has_blank(self._text[spans[0][1] : spans[1][0]]) else ""
        texts: list[str] = []
        for item, value in zip(items, values, strict=True):
            if isinstance(item, Kept) and not item.changes:
                at = self._opened.links[item.index].link.place - 1
                texts.append(_closed(self._text[starts[at] : spans[at][1]], self._newline))
                if at == 0 and len(texts) > 1:
                    texts[-1] = blank + texts[-1]
            else:
                texts.append(blank + _block(path, value, self._newline, item=True))
        return [Splice(spans[0][0], spans[-1][1], "".join(texts).lstrip("\r\n"))]

    def _replaced_tables(self, tables: list[Table], new: str) -> list[Splice]:
        first, *others = tables
        return [Splice(first.start, first.end, new), *(Splice(table.start, table.end, "") for table in others)]

    def _added(self, path: tuple[str, ...], values: list[Any], *, single: bool) -> Splice:
        """A new field, after the last entry of the table that it belongs to."""
        *above, name = path
        table = next((one for one in self._tables if one.path == tuple(above) and not one.is_item), None)
        quote = _usual_quote(self._text)
        value = _inline(values[0], quote) if single else self._new_list(values, quote)
        key = _key_text(name)
        if table is not None and (table.entries or above):
            at, newline = table.end, self._newline
            before = "" if at == 0 or self._text[at - 1] in "\r\n" else newline
            return Splice(at, at, f"{before}{key} = {value}{newline}")
        if above and _get(self._before, above) is not _MISSING:
            # The table is made of dotted keys.
            table, key = self._tables[0], ".".join(map(_key_text, path))
            return Splice(table.end, table.end, f"{key} = {value}{self._newline}")
        if not above:
            return Splice(0, 0, f"{key} = {value}{self._newline}")
        end = len(self._text)
        head = "" if not self._text or self._text[-1] in "\r\n" else self._newline
        header = ".".join(map(_key_text, above))
        return Splice(end, end, f"{head}{self._newline}[{header}]{self._newline}{key} = {value}{self._newline}")

    def _new_list(self, values: list[Any], quote: str) -> str:
        items = [_inline(value, quote) for value in values]
        if all(not isinstance(value, dict) for value in values):
            return "[" + ", ".join(items) + "]"
        return "[" + self._newline + "".join(f"  {item},{self._newline}" for item in items) + "]"

    def _quote(self, entry: Entry) -> str:
        return _usual_quote(self._text[entry.value_start : entry.value_end]) if entry else '"'

    def _verify(self, after: str, slots: Mapping[int, Item]) -> None:
        """Raise `EditError` unless the new text says the links that are wanted, and all else as before."""
        try:
            found = tomllib.loads(_plain_lines(after))
        except tomllib.TOMLDecodeError as error:
            raise harm(f"it would no longer be read: {error}") from None
        paths = [self._path(number) for number in range(1, self._related.slots + 1)]
        paths = paths if self._related.shape == "numbered" else [self._path()]
        if not _same(_without(self._before, paths), _without(found, paths)):
            raise harm("another field would change")
        if self._related.shape == "numbered":
            wanted = {number: self._value(item) for number, item in slots.items()}
            there = {number: _get(found, path) for number, path in enumerate(paths, start=1)}
            if not _same(wanted, {number: value for number, value in there.items() if value is not _MISSING}):
                raise harm("a link would not be what was meant")
            return
        value = _get(found, paths[0])
        if not _same([self._value(slots[label]) for label in sorted(slots)], [] if value is _MISSING else value):
            raise harm("a link would not be what was meant")


def _loaded(text: str) -> dict[str, Any]:
    return tomllib.loads(_plain_lines(text))


def _plain_lines(text: str) -> str:
    # As the reader does it: single carriage returns end lines as well.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _get(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return _MISSING
        value = value[name]
    return value


def _without(value: dict[str, Any], paths: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Fields but those of the paths; tables that hold nothing else are left out, which may have been made for them."""
    kept: dict[str, Any] = {}
    for name, item in value.items():
        below = [path[1:] for path in paths if path[0] == name]
        if any(not rest for rest in below):
            continue
        rests = [rest for rest in below if rest]
        if rests and isinstance(item, dict):
            inner = _without(item, rests)
            if inner:
                kept[name] = inner
        else:
            kept[name] = item
    return kept


def _same(one: Any, other: Any) -> bool:
    """Equal in types, and in the order of tables that are not related fields themselves."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) or one != one


def _key_text(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _string(name, '"')


def _string(text: str, quote: str) -> str:
    if quote == "'" and "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = "".join(
        _ESCAPES.get(character)
        or (character if character >= " " and character != "\x7f" else f"\\u{ord(character):04X}")
        for character in text
    )
    return f'"{escaped}"'


def _inline(value: Any, quote: str) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key_text(name)} = {_inline(part, quote)}" for name, part in value.items())
        return "{ " + pairs + " }" if pairs else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item, quote) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _string(value, quote)
    return str(value.isoformat())


def _block(path: Sequence[str], value: Mapping[str, Value], newline: str, *, item: bool) -> str:
    brackets = ("[[", "]]") if item else ("[", "]")
    header = brackets[0] + ".".join(map(_key_text, path)) + brackets[1]
    return newline.join(
        [header, *(f"{_key_text(name)} = {_inline(part, chr(34))}" for name, part in value.items()), ""]
    )


def _closed(text: str, newline: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + newline


def _has_blank(between: str) -> bool:
    return any(not line.strip() for line in between.splitlines())


def _usual_quote(text: str) -> str:
    return "'" if text.count("'") > text.count('"') else '"'
