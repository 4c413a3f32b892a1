"""A file's front matter with its related links, ready to be edited."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recommender.corpus.curated import LinkNode, find_links
from recommender.corpus.front_matter import BOM, Format, UnclosedFrontMatterError, find_front_matter
from recommender.corpus.problems import FileProblemError
from recommender.corpus.values import toml_nodes
from recommender.corpus.yaml_nodes import MappingNode, Node, YamlProblem, compose
from recommender.errors import Problem
from recommender.links.front_matter.items import EditError
from recommender.settings import RelatedSettings

_LIKE_A_FIELD = re.compile(r"[A-Za-z][\w-]*:(?:[ \t]|$)", re.MULTILINE)

_NOT_EDITED = {
    "json": "JSON", "js": "JavaScript", "lines": "lines of names and values", "toml": "TOML between lines of dashes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedFrontMatter:
    """A file's front matter and its related links.

    Attributes
    ----------
    text : str
        The whole file.
    start, end : int
        Bounds of the YAML in it.
    yaml, body : str
        The fields as they are written, whatever the format; and what follows them.
    root : Node or None
        None for one without fields.
    format : {"yaml", "toml"}
    is_new : bool
        The file has none yet: it is the place where one goes.
    """

    text: str
    start: int
    end: int
    yaml: str
    body: str
    root: Node | None
    links: tuple[LinkNode, ...]
    format: Format = "yaml"
    is_new: bool = False

    @property
    def newline(self) -> str:
        """The line end of the file."""
        found = re.search(r"\r\n|\n|\r", self.text)
        return found[0] if found else "\n"


def open_front_matter(text: str, related: RelatedSettings) -> OpenedFrontMatter:
    """Find the related links of a file.

    Raises
    ------
    EditError
        The front matter cannot be read.
    """
    try:
        parts = find_front_matter(text)
        if parts is None:
            return _new(text)
        if parts.format not in ("yaml", "toml") or (parts.named and parts.format != "yaml"):
            written = _NOT_EDITED[parts.format]
            raise EditError(
                "unsupported-layout", f"front matter in {written} is not edited; YAML and TOML are", parts.first_line
            )
        yaml = parts.yaml(text)
        root = compose(yaml) if parts.format == "yaml" else toml_nodes(yaml)
        if root is not None and not isinstance(root, MappingNode):
            raise EditError("wrong-type", "front matter must be a mapping of fields", 2)
        odd: list[Problem] = []
        links = find_links("", root, related, odd)
        if odd:
            raise EditError("wrong-type", odd[0].message, odd[0].line)
    except UnclosedFrontMatterError as error:
        raise EditError("unclosed-front-matter", str(error), 1) from None
    except YamlProblem as error:
        raise EditError(error.rule, error.message, error.line + 1) from None
    except FileProblemError as error:
        raise EditError(error.problem.rule, error.problem.message, error.problem.line) from None
    if yaml.startswith(BOM):
        # libyaml passes over it without counting it.
        raise EditError("unsupported-layout", "a byte order mark follows the first line; remove it", 2)
    return OpenedFrontMatter(text, parts.start, parts.end, yaml, parts.body(text), root, tuple(links), parts.format)


def _new(text: str) -> OpenedFrontMatter:
    """The place where front matter goes in a file that has none."""
    start = len(BOM) if text.startswith(BOM) else 0
    if _LIKE_A_FIELD.match(text, start):
        raise EditError(
            "unsupported-layout", "the file begins like lines of names and values; write front matter between ---", 1
        )
    return OpenedFrontMatter(text, start, start, "", text[start:], None, (), is_new=True)
