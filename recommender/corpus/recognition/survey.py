"""Which fields a sample of files uses, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recommender.corpus.content import contents, source_of
from recommender.corpus.problems import FileProblemError
from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_empty, is_null, pairs
from recommender.settings import ContentSettings

_MAX_DEPTH = 3
_MAX_BYTES = ContentSettings().max_file_bytes
# Parents below which a site keeps fields of the page itself, as themes and generators name them.
_PARENTS = frozenset(
    [
        "seo",
        "meta",
        "tldr",
        "faq",
        "page",
        "params",
        "extra",
        "frontmatter",
        "social",
        "fields",
        "metadata",
        "attributes",
    ]
)


@dataclass(frozen=True, slots=True)
class SampledFile:
    """One file of the sample.

    Attributes
    ----------
    path : str
        Relative to the content folder, with forward slashes.
    root : MappingNode or None
        Its front matter, if it has any.
    body : str
        The text after it.
    """

    path: str
    root: MappingNode | None
    body: str


@dataclass(slots=True)
class FieldUse:
    """How files use one field.

    Attributes
    ----------
    path : str
        Dotted path.
    nodes : dict of int to Node
        The values, by the file's position in the sample; never null.
    """

    path: str
    nodes: dict[int, Node] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The last part of the path, without case and separators."""
        return plain_name(self.path.rpartition(".")[2])

    def texts(self) -> list[str]:
        """All single values, those of lists included."""
        found: list[str] = []
        for node in self.nodes.values():
            items = node.value if isinstance(node, SequenceNode) else [node]
            found.extend(str(item.value) for item in items if isinstance(item, ScalarNode) and not is_null(item))
        return found

    @property
    def is_scalar(self) -> bool:
        """Whether every file has a single value here."""
        return all(isinstance(node, ScalarNode) for node in self.nodes.values())

    @property
    def is_flat(self) -> bool:
        """Whether every file has a single value or a list of such here."""
        return all(
            isinstance(node, ScalarNode)
            or (isinstance(node, SequenceNode) and all(isinstance(item, ScalarNode) for item in node.value))
            for node in self.nodes.values()
        )


Fits = Callable[[FieldUse], bool]


class Survey:
    """The fields of a sample."""

    def __init__(self, files: Sequence[SampledFile]) -> None:
        self.files = tuple(files)
        self.uses: dict[str, FieldUse] = {}
        for number, file in enumerate(self.files):
            for path, node in _fields(file.root, "", 1) if file.root else ():
                self.uses.setdefault(path, FieldUse(path)).nodes[number] = node

    def named(self, names: Iterable[str], fits: Fits) -> list[FieldUse]:
        """Fields of these names, in their order and then the most used first, that `fits` accepts."""
        found: list[FieldUse] = []
        for name in names:
            uses = [use for use in self.uses.values() if use.name == name and _is_of_the_page(use.path) and fits(use)]
            found.extend(sorted(uses, key=lambda use: (use.path.count("."), -len(use.nodes), use.path)))
        return found

    def first(self, names: Iterable[str], fits: Fits, least_ratio: float = 0.0) -> FieldUse | None:
        """The first of these that at least this share of all files has."""
        for use in self.named(names, fits):
            if len(use.nodes) >= least_ratio * len(self.files):
                return use
        return None

    def cover(self, names: Iterable[str], fits: Fits, least_ratio: float = 0.01) -> list[FieldUse]:
        """Of these the first, and each further one that this share of the files has and none of those before."""
        chosen: list[FieldUse] = []
        without = set(range(len(self.files)))
        for use in self.named(names, fits):
            if len(without & use.nodes.keys()) > least_ratio * len(self.files):
                chosen.append(use)
                without -= use.nodes.keys()
        return chosen


def sample_files(content: Path, paths: Sequence[str], limit: int) -> list[SampledFile]:
    """Read up to `limit` files, evenly spaced; those with broken front matter are passed over."""
    step = max(1, len(paths) / limit)
    chosen = [paths[int(at * step)] for at in range(min(limit, len(paths)))]
    found = []
    for path, raw in contents(content, chosen, _MAX_BYTES):
        if isinstance(raw, OSError):
            continue
        try:
            source = source_of(path, raw.decode("utf-8"), bare=True)
        except (UnicodeDecodeError, FileProblemError):
            continue
        if source is not None:
            root = source.root if isinstance(source.root, MappingNode) else None
            found.append(SampledFile(path, root, source.body))
    return found


def plain_name(name: str) -> str:
    """A field's name without case and separators: `pageTitle`, `page-title` and `page_title` are one."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _fields(node: MappingNode, prefix: str, depth: int) -> Iterator[tuple[str, Node]]:
    for name, value in pairs(node):
        # A dot in a name cannot be told from a path.
        if is_empty(value) or "." in name or not name.strip():
            continue
        yield prefix + name, value
        if isinstance(value, MappingNode) and depth < _MAX_DEPTH:
            yield from _fields(value, f"{prefix}{name}.", depth + 1)


def _is_of_the_page(path: str) -> bool:
    *parents, _ = path.split(".")
    return all(plain_name(parent) in _PARENTS for parent in parents)
