"""The curated links of an article, read from its front matter in the site's shape."""

from __future__ import annotations

from recommender.corpus.article import Link
from recommender.corpus.problems import FileProblemError
from recommender.corpus.yaml_nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_id,
    as_text,
    at_path,
    is_null,
    kind_of,
    line_of,
)
from recommender.errors import Problem
from recommender.settings import RelatedSettings


def read_links(path: str, root: Node | None, related: RelatedSettings) -> tuple[Link, ...]:
    """The curated links in a front matter, in the shape that the site's settings name.

    Raises
    ------
    FileProblemError
        The field holds something that is not of that shape.
    """
    if related.field is None or root is None:
        return ()
    links: list[Link] = []
    if related.shape == "numbered":
        for number in range(1, related.slots + 1):
            name = related.field.replace("{n}", str(number))
            node = at_path(root, name)
            if node is not None:
                _append(links, path, node, related, number)
        return tuple(links)
    node = at_path(root, related.field)
    if node is None:
        return ()
    for place, item in enumerate(node.value if isinstance(node, SequenceNode) else [node], start=1):
        if not is_null(item):
            _append(links, path, item, related, place)
    return tuple(links)


def _append(links: list[Link], path: str, node: Node, related: RelatedSettings, place: int) -> None:
    if related.shape == "strings":
        if not isinstance(node, ScalarNode):
            raise _wrong_link(path, node, "a text")
        links.append(Link(target=_target(as_text(node), related), line=line_of(node) + 1, place=place))
        return
    if not isinstance(node, MappingNode):
        raise _wrong_link(path, node, "a mapping")
    names = related.names
    parts: dict[str, Node] = {}
    for key, value in node.value:
        if isinstance(value, ScalarNode) and not is_null(value):
            parts[key.value] = value
    url = _text(parts, names.url)
    title = _text(parts, names.title)
    id_node = parts.get(names.id) if names.id else None
    own = {"url": names.url, "id": names.id, "title": names.title}.get(related.target)
    target = _text(parts, related.target_name or own or related.target)
    if target is None and url is None and title is None and id_node is None:
        return
    links.append(
        Link(
            target=_target(target or "", related),
            id=as_id(id_node) if id_node is not None else None,
            title=title,
            group=_text(parts, names.group),
            url=url,
            line=line_of(node) + 1,
            place=place,
        )
    )


def _text(parts: dict[str, Node], name: str | None) -> str | None:
    node = parts.get(name) if name else None
    return as_text(node).strip() if node is not None else None


def _target(written: str, related: RelatedSettings) -> str:
    return written.strip().removeprefix(related.prefix).strip()


def _wrong_link(path: str, node: Node, expected: str) -> FileProblemError:
    message = f"a related link must be {expected} here; found a {kind_of(node)}"
    return FileProblemError(Problem(path, line_of(node) + 1, "wrong-type", message))
