"""A file's text taken apart: its fields as a tree of nodes, and its body."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.corpus.front_matter import FrontMatter, UnclosedFrontMatterError, find_front_matter
from recommender.corpus.problems import FileProblemError
from recommender.corpus.table import is_row
from recommender.corpus.values import javascript_nodes, json_nodes, line_nodes, toml_nodes
from recommender.corpus.yaml_nodes import MappingNode, Node, RepeatedField, YamlProblem, compose, kind_of
from recommender.errors import Problem


@dataclass(frozen=True, slots=True)
class Source:
    """A file that may be an article.

    Attributes
    ----------
    path : str
        Relative to the content folder, with forward slashes.
    root : Node or None
        Its fields; None where there are none.
    body : str
        What follows them.
    parts : FrontMatter or None
        Their place; None for a file without front matter.
    body_line : int
        One-based line of the file with which the body begins.
    """

    path: str
    root: Node | None
    body: str
    parts: FrontMatter | None = None
    repeated: tuple[RepeatedField, ...] = ()
    body_line: int = 1

    def line(self, within: int) -> int:
        """The line of the file that is the given line of the fields; 0 in a row of a table."""
        if is_row(self.path):
            return 0
        return within + (self.parts.first_line - 1 if self.parts else 0)


def read_source(path: str, text: str, *, bare: bool) -> Source | None:
    """Take a file apart.

    Parameters
    ----------
    bare : bool
        Whether a file without front matter is one; where not, it gives None.

    Raises
    ------
    FileProblemError
        The front matter cannot be read.
    """
    parts: FrontMatter | None = None
    repeated: list[RepeatedField] = []
    try:
        parts = find_front_matter(text)
        if parts is None:
            return Source(path, None, text.removeprefix("\ufeff")) if bare else None
        written = parts.yaml(text)
        root = compose(written, repeated) if parts.format == "yaml" else _READERS[parts.format](written)
    except UnclosedFrontMatterError as error:
        raise FileProblemError(Problem(path, 1, "unclosed-front-matter", str(error))) from None
    except YamlProblem as error:
        line = error.line + (parts.first_line if parts else 1) - 1
        raise FileProblemError(Problem(path, line, error.rule, error.message)) from None
    if root is not None and not isinstance(root, MappingNode):
        if bare:
            # Two rules across the page, not two marks.
            return Source(path, None, text.removeprefix("\ufeff"))
        message = f"front matter must be a mapping of fields; found a {kind_of(root)}"
        raise FileProblemError(Problem(path, 2, "wrong-type", message))
    before = parts.first_line - 1 + len(text[parts.start : parts.body_start].splitlines())
    return Source(path, root, parts.body(text), parts, tuple(repeated), before + 1)


_READERS = {"toml": toml_nodes, "json": json_nodes, "js": javascript_nodes, "lines": line_nodes}
