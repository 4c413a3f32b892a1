"""Files that come in: read within limits of size and depth, checked against a type, errors with their line."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from recommender.errors import InputError
from recommender.validation_words import in_words

MAX_DEPTH = 50
_T = TypeVar("_T")
_OFFSET = re.compile(r" \(byte (\d+)\)$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_SPACE = re.compile(r"[ \t\r\n]*")


class Malformed(ValueError):
    """A text is not of the form or the type that was expected.

    Attributes
    ----------
    line : int
        One-based, 0 where the whole text is meant.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line

    def where(self, path: str | Path) -> str:
        """The file with the line, as editors take it."""
        return f"{path}:{self.line}" if self.line else str(path)


def read_input(path: str | Path, expected: str, max_bytes: int, *, plain: bool = False) -> bytes:
    """The bytes of a file or a pipe, as many as `max_bytes` at most.

    Parameters
    ----------
    expected : str
        What it should be, with an article: ``"a links file"``.
    plain : bool
        Whether a pipe is refused, which may never be written to.

    Raises
    ------
    InputError
        It cannot be read, is larger, or is a device.
    """
    place = Path(path)
    try:
        mode = place.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"expected {expected} at {path}; it is a folder")
        if not stat.S_ISREG(mode) and (plain or not stat.S_ISFIFO(mode)):
            raise InputError(f"expected {expected} at {path}; it is a device or a pipe")
        with place.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"expected {expected} at {path}; {error.strerror}") from None
    if len(raw) > max_bytes:
        raise InputError(f"{path} is too large for {expected}: more than {max_bytes:,} bytes")
    return raw


def decode_json(raw: bytes, kind: type[_T]) -> _T:
    """JSON as a value of a type.

    Raises
    ------
    Malformed
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except RecursionError:
        raise Malformed("it is nested too deeply") from None
    except msgspec.ValidationError as error:
        raise Malformed(in_words(str(error)), json_line(raw, _wrong_steps(str(error)))) from None
    except msgspec.DecodeError as error:
        offset = _OFFSET.search(str(error))
        line = raw.count(b"\n", 0, int(offset[1])) + 1 if offset else raw.count(b"\n") + 1
        raise Malformed(_OFFSET.sub("", str(error)), line) from None
    except UnicodeDecodeError as error:
        raise Malformed("it is not valid UTF-8", raw.count(b"\n", 0, error.start) + 1) from None


def decode_yaml(raw: bytes, kind: type[_T]) -> _T:
    """YAML as a value of a type. Aliases and tags are refused: none of the files that this is for needs them.

    Raises
    ------
    Malformed
    """
    loaded = _yaml_value(raw)
    try:
        return msgspec.convert(loaded, kind)
    except msgspec.ValidationError as error:
        raise Malformed(in_words(str(error)), _yaml_line(raw, str(error))) from None


# YAML, by libyaml's events: its composer recurses in C, and PyYAML's constructor works out sexagesimal numbers and
# merges, which take quadratic time.


def _yaml_value(raw: bytes, found: Callable[[tuple[str | int, ...], int], None] | None = None) -> Any:
    """The value of a document; `found` is called with the path and the line of every value."""
    import yaml

    root: list[Any] = []
    # Per open collection: the value, and the key that waits for its value in a mapping.
    stack: list[tuple[Any, list[Any]]] = [(root, [])]

    def put(value: Any, line: int) -> None:
        holder, key = stack[-1]
        if isinstance(holder, list):
            holder.append(value)
        elif not key:
            if isinstance(value, (dict, list)):
                raise Malformed("a key must be a plain word, not a list or a mapping", line)
            if value in holder:
                raise Malformed(f"the key {value!r} is repeated", line)
            key.append(value)
            return
        else:
            holder[key.pop()] = value
        if found is not None:
            found(tuple(_steps(stack)), line)

    for event in _yaml_events(raw):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            put(_scalar(event), line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(stack) > MAX_DEPTH:
                raise Malformed(f"it is nested deeper than {MAX_DEPTH} levels", line)
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            put(value, line)
            stack.append((value, []))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
    if len(root) != 1:
        raise Malformed(f"expected one document; found {len(root)}")
    return root[0]


def _yaml_events(raw: bytes) -> Iterator[Any]:
    import yaml
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    try:
        parser = CParser(raw)
        try:
            while parser.check_event():
                event: Any = parser.get_event()
                line = event.start_mark.line + 1
                if event.__class__ is yaml.AliasEvent:
                    raise Malformed("aliases are not read in this file", line)
                if getattr(event, "tag", None) not in (None, "!"):
                    raise Malformed(f"tag {event.tag!r} is not read in this file", line)
                yield event
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise Malformed(f"not valid YAML: {what}", int(getattr(mark, "line", -1)) + 1) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise Malformed(f"not valid YAML: {error}".splitlines()[0]) from None


_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,4})?")
_SPECIAL = re.compile(r"([-+]?)\.(inf|nan)", re.IGNORECASE)


def _scalar(event: Any) -> Any:
    text = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if special := _SPECIAL.fullmatch(text):
        return float(special[1] + special[2])
    return text


def _steps(stack: list[tuple[Any, list[Any]]]) -> Iterator[str | int]:
    """The path of the value that was put last."""
    for holder, _ in stack[1:]:
        yield len(holder) - 1 if isinstance(holder, list) else next(reversed(holder))


# Lines of what a type does not allow; msgspec names a path such as `$.articles[3].score`.


def _wrong_steps(message: str) -> list[str | int]:
    at = re.search(r"at `\$([^`]*)`$", message)
    return [key or int(index) for key, index in _STEP.findall(at[1].split("[...]")[0])] if at else []


def _yaml_line(raw: bytes, message: str) -> int:
    wanted = tuple(_wrong_steps(message))
    line = 0

    def found(steps: tuple[str | int, ...], at: int) -> None:
        nonlocal line
        if steps == wanted[: len(steps)]:
            line = at

    _yaml_value(raw, found)
    return line


def json_line(raw: bytes, steps: Iterable[str | int]) -> int:
    """The line of a value in valid JSON, given by the keys and places that lead to it, or of the nearest one above."""
    text = raw.decode("utf-8", "replace")
    at = _skip(text, 0)
    for step in steps:
        found = _json_child(text, at, step)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _json_child(text: str, at: int, step: str | int) -> int | None:
    """Where the value of a key, or the item of a number, of the object or list at `at` begins."""
    scan = json.JSONDecoder().raw_decode
    place, at = 0, _skip(text, at + 1)
    while text[at] not in "]}":
        key: str | int = place
        if isinstance(step, str):
            key, at = scan(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if key == step:
            return at
        _, at = scan(text, at)
        at = _skip(text, at)
        place, at = place + 1, _skip(text, at + 1) if text[at] == "," else at
    return None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
