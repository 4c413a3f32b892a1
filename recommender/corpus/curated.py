"""The curated links of an article, read from its front matter in the site's shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class LinkNode:
    """A curated link, and its value in the front matter."""

    link: Link
    node: Node


def find_links(
    path: str, root: Node | None, related: RelatedSettings, unread: list[Problem] | None = None
) -> list[LinkNode]:
    """The curated links with their nodes; places that hold nothing are passed over.

    Parameters
    ----------
    path : str
        Stands in problems.
    root : Node or None
        The front matter.
    related : RelatedSettings
    unread : list of Problem, optional
        Takes what is not of the shape that the settings name; without it that is an error.

    Raises
    ------
    FileProblemError
        The field holds something that is not of that shape.
    """
    if related.field is None or root is None:
        return []
    places: list[tuple[int, Node]] = []
    if related.shape == "numbered":
        for number in range(1, related.slots + 1):
            node = at_path(root, related.field.replace("{n}", str(number)))
            if node is not None:
                places.append((number, node))
    else:
        node = at_path(root, related.field)
        if node is not None:
            items = node.value if isinstance(node, SequenceNode) else [node]
            places = [(place, item) for place, item in enumerate(items, start=1) if not is_empty(item)]
    found: list[LinkNode] = []
    for place, node in places:
        try:
            link = _link(path, node, related, place)
        except FileProblemError as error:
            if unread is None:
                raise
            unread.append(replace(error.problem, rule=ODD_VALUE))
            continue
        if link is not None:
            found.append(LinkNode(link, node))
    return found


def _link(path: str, node: Node, related: RelatedSettings, place: int) -> Link | None:
    if related.shape == "strings":
        if not isinstance(node, ScalarNode):
            raise _wrong_link(path, node, "a text")
        return Link(target=_target(as_text(node), related), line=line_of(node) + 1, place=place)
    if not isinstance(node, MappingNode):
        raise _wrong_link(path, node, "a mapping")
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
        line=line_of(node) + 1,
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
