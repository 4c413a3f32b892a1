"""The curated links of an article, read from its front matter in the site's shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from recommender.corpus.article import Link
from recommender.corpus.problems import ODD_VALUE, FileProblemError
from recommender.corpus.yaml_nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_id,
    as_text,
    at_path,
    is_empty,
    kind_of,
    line_of,
    pairs,
)
from recommender.errors import Problem
from recommender.settings import RelatedSettings

# The values of `RelatedSettings.target_name` for a mapping of addresses to titles, or of titles to addresses.
KEY, VALUE = "$key", "$value"


@dataclass(frozen=True, slots=True)
class LinkNode:
    """A curated link, and its value in the front matter."""

    link: Link
    node: Node


def curated_links(path: str, root: Node | None, related: RelatedSettings, unread: list[Problem]) -> Iterator[Link]:
    """The curated links of all fields, in the order of the settings; see `find_links`."""
    for number, one in enumerate(related.each):
        for found in find_links(path, root, one, unread):
            yield msgspec.structs.replace(found.link, field=number) if number else found.link


def find_links(
    path: str, root: Node | None, related: RelatedSettings, unread: list[Problem] | None = None
) -> list[LinkNode]:
    """The curated links of one field with their nodes; places that hold nothing are passed over.

    Parameters
    ----------
    path : str
        Is named in problems.
    root : Node or None
        The front matter.
    unread : list of Problem, optional
        Takes what is not of the shape that the settings name; without it that is an error.

    Raises
    ------
    FileProblemError
        The field holds something that is not of that shape.
    """
    if related.field is None or root is None:
        return []
    found: list[LinkNode] = []
    for place, node in _places(root, related):
        try:
            link = _link(path, node, related, place, mixed=unread is not None)
        except FileProblemError as error:
            if unread is None:
                raise
            unread.append(replace(error.problem, rule=ODD_VALUE))
            continue
        if link is not None:
            found.append(LinkNode(link, node))
    if related.shape in ("commas", "pairs"):
        several = enumerate((each for one in found for each in _several(one, related)), start=1)
        return [replace(each, link=msgspec.structs.replace(each.link, place=place)) for place, each in several]
    return found


def _places(root: Node, related: RelatedSettings) -> list[tuple[int, Node]]:
    """The value in each place of the field or fields; empty places are passed over."""
    field = related.field or ""
    if related.shape == "numbered":
        numbered = (
            (number, at_path(root, field.replace("{n}", str(number)))) for number in range(1, related.slots + 1)
        )
        return [(number, node) for number, node in numbered if node is not None]
    node = at_path(root, field)
    if node is None:
        return []
    if related.shape == "groups":
        return list(enumerate(_links_below(node, target_part(related)), start=1))
    items = node.value if isinstance(node, SequenceNode) else [node]
    return [(place, item) for place, item in enumerate(items, start=1) if not is_empty(item)]


def _links_below(node: Node, part: str) -> Iterator[Node]:
    """The links in nested groups: a mapping that names no target holds some."""
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _links_below(item, part)
    elif isinstance(node, MappingNode):
        held = dict(pairs(node))
        if part in held and isinstance(held[part], ScalarNode):
            yield node
        else:
            for value in held.values():
                if not isinstance(value, ScalarNode):
                    yield from _links_below(value, part)


def _several(one: LinkNode, related: RelatedSettings) -> Iterator[LinkNode]:
    """The links in a text that lists them, or in a mapping of one to the other: each of these a mapping of its own."""
    if related.shape == "commas":
        for name in re.split(r"[,;\n]", one.link.target):
            if name.strip():
                yield LinkNode(msgspec.structs.replace(one.link, target=_target(name, related)), one.node)
        return
    keys = {id(value): key for key, value in one.node.value}
    for name, value in pairs(one.node):
        if isinstance(value, ScalarNode):
            target, title = (name, value.value) if related.target_name == KEY else (value.value, name)
            key = keys.get(id(value))
            # What is merged from another mapping has no place of its own.
            node = one.node if key is None else _pair(one.node, key, value)
            yield LinkNode(Link(_target(target, related), title=title.strip() or None, line=line_of(value) + 1), node)


def _pair(mapping: Node, key: Node, value: Node) -> Node:
    return MappingNode(
        mapping.tag, [(key, value)], key.start_mark, value.end_mark, flow_style=getattr(mapping, "flow_style", False)
    )


def _link(path: str, node: Node, related: RelatedSettings, place: int, *, mixed: bool) -> Link | None:
    line = line_of(node) + 1
    if related.shape in ("strings", "commas"):
        if isinstance(node, ScalarNode):
            return Link(target=_target(as_text(node), related), line=line, place=place)
        if mixed and related.shape == "strings" and isinstance(node, MappingNode) and len(node.value) == 1:
            # A text with a title of its own: "Where to ask: guide/help.md".
            (name, value), *_ = pairs(node)
            if isinstance(value, ScalarNode):
                return Link(target=_target(as_text(value), related), title=name, line=line, place=place)
        raise _wrong_link(path, node, "a text")
    if not isinstance(node, MappingNode):
        raise _wrong_link(path, node, "a mapping")
    if related.shape == "pairs":
        return Link("", line=line, place=place)
    names = related.names
    parts = {name: part for name, part in pairs(node) if isinstance(part, ScalarNode) and not is_empty(part)}
    url = _text(parts, names.url)
    title = _text(parts, names.title)
    id_node = parts.get(names.id) if names.id else None
    target = _text(parts, target_part(related))
    if target is None and url is None and title is None and id_node is None:
        return None
    return Link(
        target=_target(target or "", related),
        id=as_id(id_node) if id_node is not None else None,
        title=title,
        group=_text(parts, names.group),
        url=url,
        line=line,
        place=place,
    )


def target_part(related: RelatedSettings) -> str:
    """The name of the part of a link that says which article it means."""
    own = {"url": related.names.url, "id": related.names.id, "title": related.names.title}.get(related.target)
    return related.target_name or own or related.target


def _text(parts: Mapping[str, Node], name: str | None) -> str | None:
    node = parts.get(name) if name else None
    return as_text(node).strip() if node is not None else None


def _target(written: str, related: RelatedSettings) -> str:
    return written.strip().removeprefix(related.prefix).strip()


def _wrong_link(path: str, node: Node, expected: str) -> FileProblemError:
    message = f"a related link must be {expected} here; found a {kind_of(node)}"
    return FileProblemError(Problem(path, line_of(node) + 1, "wrong-type", message))
