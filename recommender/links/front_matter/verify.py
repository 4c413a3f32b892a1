"""What was written, read back and compared with what was meant."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from recommender.corpus.curated import KEY, VALUE, LinkNode, find_links
from recommender.corpus.front_matter import UnclosedFrontMatterError, find_front_matter
from recommender.corpus.problems import FileProblemError
from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, YamlProblem, child, compose
from recommender.links.front_matter.groups import beside_links
from recommender.links.front_matter.items import WHOLE, Item, Value, Written, harm
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.settings import RelatedSettings

_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_STRING = "tag:yaml.org,2002:str"


def verify(before: OpenedFrontMatter, after: str, slots: Mapping[int, Item], related: RelatedSettings) -> None:
    """Raise `EditError` unless `after` holds exactly the links of `slots`, and all else that `before` holds.

    The body is compared by character; all other fields by their structure, types and values.
    """
    try:
        parts = find_front_matter(after)
        body = parts.body(after) if parts is not None else None
        # After new front matter there may be a blank line.
        if parts is None or body not in (before.body, before.newline + before.body if before.is_new else before.body):
            raise harm("the text after the front matter would change")
        root = compose(parts.yaml(after))
        links = find_links("", root, related)
    except (UnclosedFrontMatterError, YamlProblem, FileProblemError) as error:
        raise harm(f"it would no longer be read: {error}") from None
    name = related.field or ""
    if not _equal_but_for(before.root, root, name.split("."), related):
        raise harm("another field would change")
    if related.shape == "groups" and before.links:
        rest = iter(beside_links(before.root, related))
        if not all(text in rest for text in beside_links(root, related)):
            raise harm("what is beside the links would change")
    numbers = [found.link.place for found in links]
    if len(links) != len(slots) or (related.shape == "numbered" and numbers != sorted(slots)):
        raise harm("a link would be missing or left over")
    for link, label in zip(links, sorted(slots), strict=True):
        if not _is_meant(link, slots[label], before.links, related):
            raise harm(f"link {label} would not be what was meant")


def equal_nodes(one: Node, other: Node) -> bool:
    """Whether two nodes hold the same structure, tags and values."""
    if one is other:
        return True
    if type(one) is not type(other) or one.tag != other.tag:
        return False
    if isinstance(one, ScalarNode) and isinstance(other, ScalarNode):
        return bool(one.value == other.value) and bool(one.style) == bool(other.style)
    if len(one.value) != len(other.value):
        return False
    if isinstance(one, MappingNode):
        return all(
            equal_nodes(key, other_key) and equal_nodes(value, other_value)
            for (key, value), (other_key, other_value) in zip(one.value, other.value, strict=True)
        )
    return all(map(equal_nodes, one.value, other.value))


def is_text(node: ScalarNode) -> bool:
    """Whether a scalar is a text to a reader of YAML 1.1."""
    if node.style:
        return True
    resolvers = _RESOLVERS.get(node.value[:1], []) + _RESOLVERS.get(None, [])
    return all(tag == _STRING or not pattern.match(node.value) for tag, pattern in resolvers)


def _equal_but_for(one: Node | None, other: Node | None, path: list[str], related: RelatedSettings) -> bool:
    """Whether two mappings are equal but for the related fields at `path` below them."""
    if len(path) == 1:
        names = {path[0].replace("{n}", str(number)) for number in range(1, related.slots + 1)}
        return _equal_pairs(_pairs(one, names), _pairs(other, names))
    name = path[0]
    if not _equal_pairs(_pairs(one, {name}), _pairs(other, {name})):
        return False
    before, after = child(one, name), child(other, name)
    if before is not None and after is None:
        return False
    if after is not None and not isinstance(after, MappingNode):
        return before is not None and equal_nodes(before, after)
    return _equal_but_for(before, after, path[1:], related)


def _pairs(node: Node | None, without: set[str]) -> list[tuple[Node, Node]]:
    return [] if node is None else [(key, value) for key, value in node.value if key.value not in without]


def _equal_pairs(one: list[tuple[Node, Node]], other: list[tuple[Node, Node]]) -> bool:
    return len(one) == len(other) and all(
        equal_nodes(key, other_key) and equal_nodes(value, other_value)
        for (key, value), (other_key, other_value) in zip(one, other, strict=True)
    )


def _is_meant(found: LinkNode, item: Item, before: tuple[LinkNode, ...], related: RelatedSettings) -> bool:
    if isinstance(item, Written):
        return _has_parts(found.node, dict(item.parts), {})
    old = before[item.index].node
    if WHOLE in item.changes:
        return _is_value(found.node, item.changes[WHOLE])
    if not item.changes:
        return equal_nodes(old, found.node)
    if related.shape == "pairs":
        return _is_pair(found.node, old, item.changes)
    return isinstance(old, MappingNode) and _has_parts(
        found.node, dict(item.changes), {key.value: value for key, value in old.value if key.value not in item.changes}
    )


def _is_pair(node: Node, old: Node, changes: Mapping[str, Value]) -> bool:
    (key, value), (old_key, old_value) = node.value[0], old.value[0]
    return bool(key.value == changes.get(KEY, old_key.value)) and (
        _is_value(value, changes[VALUE]) if VALUE in changes else equal_nodes(value, old_value)
    )


def _has_parts(node: Node, values: dict[str, Value], kept: dict[str, Node]) -> bool:
    if set(values) == {WHOLE}:
        return _is_value(node, values[WHOLE])
    if not isinstance(node, MappingNode):
        return False
    found = {key.value: value for key, value in node.value}
    return (
        found.keys() == values.keys() | kept.keys()
        and all(_is_value(found[part], value) for part, value in values.items())
        and all(equal_nodes(found[part], value) for part, value in kept.items())
    )


def _is_value(node: Node, value: Value) -> bool:
    if not isinstance(node, ScalarNode):
        return False
    if isinstance(value, int):
        return not node.style and node.value == str(value)
    return bool(node.value == value) and is_text(node)
