"""A file's front matter with its related links, ready to be edited."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.corpus.curated import LinkNode, find_links
from recommender.corpus.front_matter import BOM, Format, UnclosedFrontMatterError, find_front_matter
from recommender.corpus.problems import FileProblemError
from recommender.corpus.values import toml_nodes
from recommender.corpus.yaml_nodes import MappingNode, Node, YamlProblem, compose
from recommender.links.front_matter.items import EditError
from recommender.settings import RelatedSettings


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
    links : tuple of LinkNode
    format : {"yaml", "toml"}
    """

    text: str
    start: int
    end: int
    yaml: str
    body: str
    root: Node | None
    links: tuple[LinkNode, ...]
    format: Format = "yaml"


def open_front_matter(text: str, related: RelatedSettings) -> OpenedFrontMatter:
    """Find the related links of a file.

    Raises
    ------
    EditError
        There is no front matter, or it cannot be read.
    """
    try:
        parts = find_front_matter(text)
        if parts is None:
            raise EditError("no-front-matter", "the file does not begin with front matter", 1)
        if parts.format not in ("yaml", "toml"):
            written = {"json": "JSON", "lines": "lines of names and values"}[parts.format]
            raise EditError(
                "unsupported-layout", f"front matter in {written} is not edited; YAML and TOML are", parts.first_line
            )
        yaml = parts.yaml(text)
        root = compose(yaml) if parts.format == "yaml" else toml_nodes(yaml)
        if root is not None and not isinstance(root, MappingNode):
            raise EditError("wrong-type", "front matter must be a mapping of fields", 2)
        links = find_links("", root, related)
    except UnclosedFrontMatterError as error:
        raise EditError("unclosed-front-matter", str(error), 1) from None
    except YamlProblem as error:
        raise EditError(error.rule, error.message, error.line + 1) from None
    except FileProblemError as error:
        raise EditError(error.problem.rule, error.problem.message, error.problem.line) from None
    if yaml.startswith(BOM):
        # libyaml passes over it without counting it.
        raise EditError("unsupported-layout", "a byte order mark stands behind the first line; remove it", 2)
    return OpenedFrontMatter(text, parts.start, parts.end, yaml, parts.body(text), root, tuple(links), parts.format)
