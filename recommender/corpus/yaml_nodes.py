"""YAML read as a tree of nodes with line numbers, by libyaml, within limits.

Nothing is constructed from tags: a caller asks a node for text, a number or a date. That is safe for any input, twice
as fast as loading values, and keeps the line of everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]
except ImportError as error:  # pragma: no cover - PyYAML's wheels all carry libyaml
    raise ImportError(
        "PyYAML was built without libyaml; install a PyYAML wheel: pip install --force-reinstall pyyaml"
    ) from error

Node = yaml.nodes.Node
ScalarNode = yaml.nodes.ScalarNode
SequenceNode = yaml.nodes.SequenceNode
MappingNode = yaml.nodes.MappingNode

MAX_DEPTH = 50
MAX_NODES = 20_000

_PLAIN = "plain"
_MERGE = "<<"
_STANDARD_TAGS = "tag:yaml.org,2002:"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
# With a leading zero it is a text: the zeros are part of such an id.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_NESTING = ("[", "{", "- ", "? ", "-\t", "?\t")
_SEPARATING = (",", "\n", ": ")
_SAFE_DEPTH = 2_000
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"

_TOO_MANY = f"holds more than {MAX_NODES:,} values (aliases counted as often as they are used)"


class YamlProblem(Exception):
    """The text is not usable YAML; `line` is one-based within the text."""

    def __init__(self, rule: str, message: str, line: int) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class RepeatedField:
    """A key that is twice in one mapping; the later one holds.

    Attributes
    ----------
    line : int
        One-based line of the later one within the text.
    top : bool
        It is a field of the front matter itself.
    """

    name: str
    line: int
    top: bool


class _NodeLoader(_Parser):
    """libyaml's composer, without working out the type of every scalar."""

    def __init__(self, text: str) -> None:
        _Parser.__init__(self, text)

    def descend_resolver(self, parent: object, index: object) -> None: ...

    def ascend_resolver(self) -> None: ...

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return _PLAIN


def compose(text: str, repeated: list[RepeatedField] | None = None, *, name: str = "front matter") -> Node | None:
    """Parse one YAML document into nodes, None where it is empty.

    Parameters
    ----------
    repeated : list of RepeatedField, optional
        Takes the keys that are twice in a mapping; without it such a key is a problem.
    name : str
        What the document is called in messages.

    Raises
    ------
    YamlProblem
        Not YAML, more than one document, a repeated key, a tag beyond YAML's own, or more nesting or more nodes
        (aliases counted as often as they are used) than `MAX_DEPTH` and `MAX_NODES`.
    """
    loader = _NodeLoader(text)
    try:
        # The composer recurses in C and would overflow the stack, and it builds every node before one can be counted;
        # where there is enough for too deep or too large a document, look first.
        if len(text) > _SAFE_DEPTH and (
            sum(map(text.count, _NESTING)) > _SAFE_DEPTH
            or (len(text) > MAX_NODES and sum(map(text.count, _SEPARATING)) > MAX_NODES)
        ):
            _check_events(text, name)
        node: Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise YamlProblem(
            "invalid-yaml", f"{name} is not valid YAML: {what}", int(getattr(mark, "line", 0)) + 1
        ) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise YamlProblem("invalid-yaml", f"{name} is not valid YAML: {error}".splitlines()[0], 1) from None
    finally:
        loader.dispose()
    if node is not None:
        _check(node, {}, 0, repeated, name)
    return node


def _check_events(text: str, name: str) -> None:
    events = _NodeLoader(text)
    depth = count = 0
    try:
        while events.check_event():
            event = events.get_event()
            count += isinstance(event, yaml.NodeEvent)
            if count > MAX_NODES:
                raise YamlProblem("yaml-limit", f"{name} {_TOO_MANY}", line_of(event))
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise YamlProblem("yaml-limit", f"{name} {_TOO_DEEP}", line_of(event))
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    finally:
        events.dispose()


def _check(node: Node, sizes: dict[int, int], depth: int, repeated: list[RepeatedField] | None, name: str) -> int:
    """Number of nodes below and including `node`, each alias counted anew; raises where a limit or rule is broken."""
    known = sizes.get(id(node))
    if known is not None:
        if known < 0:
            raise YamlProblem("yaml-limit", "a YAML alias refers to what contains it", line_of(node))
        return known
    if node.tag is not _PLAIN and not _is_known_tag(node.tag):
        raise YamlProblem("yaml-tag", f"tag {node.tag!r} is not one of YAML's own and is not read", line_of(node))
    if isinstance(node, ScalarNode):
        return 1
    if depth >= MAX_DEPTH:
        raise YamlProblem("yaml-limit", f"{name} {_TOO_DEEP}", line_of(node))
    sizes[id(node)] = -1
    size = 1
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise YamlProblem(
                    "invalid-yaml", "a mapping's key must be a plain word, not a list or a mapping", line_of(key)
                )
            if key.value in seen:
                if repeated is None:
                    raise YamlProblem(
                        "repeated-field", f"the field {key.value!r} is in one mapping twice", line_of(key)
                    )
                repeated.append(RepeatedField(key.value, line_of(key), depth == 0))
            seen.add(key.value)
            size += 1 + (
                1
                if type(value) is ScalarNode and value.tag is _PLAIN
                else _check(value, sizes, depth + 1, repeated, name)
            )
    else:
        for item in node.value:
            size += _check(item, sizes, depth + 1, repeated, name)
    if size > MAX_NODES:
        raise YamlProblem("yaml-limit", f"{name} {_TOO_MANY}", line_of(node))
    sizes[id(node)] = size
    return size


def _is_known_tag(tag: Any) -> bool:
    return tag == _PLAIN or (isinstance(tag, str) and tag.startswith(_STANDARD_TAGS) and "python" not in tag)


def line_of(node: Any) -> int:
    """One-based line of a node within the text that was composed."""
    return int(node.start_mark.line) + 1


def is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.style and node.value in _NULLS


def is_empty(node: Node) -> bool:
    """Nothing is there: null, an empty text, or an empty list or mapping, as a cleared input leaves them."""
    return is_null(node) or not (node.value.strip() if isinstance(node, ScalarNode) else node.value)


def plain_value(node: Node) -> object:
    """The values of a node as dictionaries, lists and texts, None for null; of numbers and dates their text."""
    if isinstance(node, MappingNode):
        return {name: plain_value(value) for name, value in pairs(node)}
    if isinstance(node, SequenceNode):
        return [plain_value(item) for item in node.value]
    return None if is_null(node) else str(node.value)


def as_text(node: Node) -> str:
    """The text of a scalar as written, `1984` and `true` included.

    Raises
    ------
    TypeError
        A list or a mapping.
    """
    if not isinstance(node, ScalarNode):
        raise TypeError(f"a {kind_of(node)}")
    return str(node.value)


def as_id(node: Node) -> int | str:
    """An integer where a plain one is written, else the text as it is written, such as ``002``.

    Raises `TypeError` for a list or a mapping.
    """
    text = as_text(node)
    if not getattr(node, "style", None) and _INTEGER.fullmatch(text):
        return int(text)
    return text


def as_bool(node: Node) -> bool:
    """A YAML 1.1 truth value. Raises `TypeError` for anything else."""
    text = as_text(node)
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise TypeError(repr(text))


def kind_of(node: Node) -> str:
    """What a person calls the node's type."""
    if isinstance(node, SequenceNode):
        return "list"
    return "mapping" if isinstance(node, MappingNode) else "single value"


def child(node: Node | None, name: str) -> Node | None:
    """The value of `name` in a mapping, the last of several; else that of a mapping it is merged with (``<<``)."""
    if not isinstance(node, MappingNode):
        return None
    named = _by_name(node)
    if name in named or _MERGE not in named:
        return named.get(name)
    merged = next((value for key, value in reversed(node.value) if key.value == _MERGE and not key.style), None)
    if merged is None:
        return None
    return next((found for other in _mappings(merged) if (found := child(other, name)) is not None), None)


def _by_name(mapping: Node) -> dict[str, Node]:
    """The values of a mapping by name, the last of several; made once, since dozens of fields are sought in it."""
    known: dict[str, dict[str, Node]] = vars(mapping)
    if "by_name" not in known:
        known["by_name"] = {key.value: value for key, value in mapping.value}
    return known["by_name"]


def pairs(node: Node) -> Iterator[tuple[str, Node]]:
    """The keys and values of a mapping, with those that it is merged with; the last one of a repeated key."""
    found: dict[str, Node] = {}
    merged: list[Node] = []
    for key, value in node.value:
        if key.value == _MERGE and not key.style:
            merged.extend(_mappings(value))
        else:
            found[key.value] = value
    for other in merged:
        for name, value in pairs(other):
            found.setdefault(name, value)
    yield from found.items()


def _mappings(node: Node) -> list[Node]:
    """What a merge key names: a mapping or a list of such."""
    items = node.value if isinstance(node, SequenceNode) else [node]
    return [item for item in items if isinstance(item, MappingNode)]


def at_path(node: Node | None, path: str) -> Node | None:
    """The node at a dotted path (``seo.page_keywords``), None where there is none or it is empty."""
    for name in path.split("."):
        node = child(node, name)
        if node is None:
            return None
    return None if node is None or is_empty(node) else node
