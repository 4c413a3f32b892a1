"""Field expressions looked up in one file."""

from __future__ import annotations

from functools import cached_property

from recommender.corpus.dates import Moment, day_of_name, read_moment
from recommender.corpus.languages import detected, language_of_path
from recommender.corpus.markdown import shown_text, title_of
from recommender.corpus.paths import (
    BODY,
    DATE,
    DETECTED,
    DRAFTS,
    HEADING,
    LANGUAGE,
    MISSING,
    NAME,
    NOT,
    PAGE_NAME,
    PATH,
    SLUG,
    FieldExpression,
)
from recommender.corpus.problems import ODD_VALUE
from recommender.corpus.source import Source
from recommender.corpus.table import is_row
from recommender.corpus.urls import name_of, slug_of, stem_of, url_of
from recommender.corpus.yaml_nodes import (
    Node,
    ScalarNode,
    SequenceNode,
    as_bool,
    as_id,
    as_text,
    at_path,
    is_empty,
    kind_of,
    line_of,
)
from recommender.errors import Problem
from recommender.settings import Settings

_LIST_FIELDS = frozenset({"aliases", "group", "keywords", "language"})
# Of several the first is meant: a site that files an article under several groups names the main one first.
_FIRST_OF_LIST = frozenset({"group", "language"})
# What a generator asks a page's neighbours for: a mapping below such a field says in one of these that it is left out.
_LEFT_OUT = ("exclude", "disable", "disabled", "hidden", "noindex")


class FieldLookup:
    """Looks up field expressions in one file; a value of the wrong type is as good as absent, with a warning.

    Parameters
    ----------
    body : str
        The text of `$body`.
    url : str, optional
        The address that the site's generator makes, where it is known.
    language : str, optional
        The language that the site's generator finds, where it finds one.

    Attributes
    ----------
    warnings : list of Problem
        Values that could not be read.
    """

    def __init__(
        self, source: Source, body: str, settings: Settings, url: str | None = None, language: str | None = None
    ) -> None:
        self.warnings: list[Problem] = []
        self._source = source
        self._body = body
        self._url = url
        self._language = language
        self._settings = settings

    def text(self, name: str, expression: FieldExpression | None) -> str | None:
        """The text of a field; lists of texts joined by commas, several parts by blank lines."""
        if expression is None:
            return None
        found = [text for part in expression.parts if (text := self._first(name, part)) is not None]
        return "\n\n".join(found) if found else None

    def texts(self, name: str, expression: FieldExpression | None) -> tuple[str, ...]:
        """All texts of a field that may be a list."""
        if expression is None:
            return ()
        found: list[str] = []
        for part in expression.parts:
            for alternative in part:
                node = None if alternative.startswith("$") else at_path(self._source.root, alternative)
                if node is not None:
                    found.extend(self._texts(name, node) or ())
                    break
        return tuple(found)

    def id(self, name: str, expression: FieldExpression | None) -> int | str | None:
        """The id in a field, None where there is none."""
        for node in self._nodes(expression):
            try:
                return as_id(node)
            except TypeError as error:
                self._wrong_type(name, node, "a number or a word", str(error))
        return None

    def moment(self, name: str, expression: FieldExpression | None) -> Moment | None:
        """The date in a field, None where there is none."""
        for alternative in (name for part in expression.parts for name in part) if expression else ():
            if alternative == DATE:
                if (day := day_of_name(self._source.path)) is not None:
                    return Moment(day)
                continue
            node = at_path(self._source.root, alternative)
            if node is None:
                continue
            moment = read_moment(node.value) if isinstance(node, ScalarNode) else None
            if moment is not None:
                return moment
            self._wrong_type(name, node, "a date such as 2024-12-31", _shown(node))
        return None

    def line(self, expression: FieldExpression | None) -> int:
        """One-based line in the file of the first field that is there, 0 where none is."""
        return next((self._source.line(line_of(node)) for node in self._nodes(expression)), 0)

    def truth(self, name: str, expression: FieldExpression | None) -> bool:
        """Whether any of the named fields says so; ``not NAME`` stands for the opposite of a field that is there."""
        if expression is None:
            return False
        for alternative in (name for part in expression.parts for name in part):
            if alternative.startswith("$"):
                if self._says(alternative):
                    return True
                continue
            negated = alternative.startswith(NOT)
            node = at_path(self._source.root, alternative.removeprefix(NOT))
            if node is not None and self._truth(name, node, negated=negated, robots=alternative.endswith("robots")):
                return True
        return False

    def _truth(self, name: str, node: Node, *, negated: bool, robots: bool = False) -> bool:
        if isinstance(node, ScalarNode):
            try:
                return as_bool(node) is not negated
            except TypeError as error:
                words = {word.strip().casefold() for word in node.value.replace(",", " ").split()}
                if words & {"noindex", "none"}:
                    return not negated
                # A field such as permalink or sitemap is more than true or false: only false says something here.
                if not negated and not robots and not words & {"index", "follow", "nofollow", "all"}:
                    self._wrong_type(name, node, "true or false", str(error))
                return False
        if isinstance(node, SequenceNode):
            return any(isinstance(item, ScalarNode) and item.value.casefold() == "noindex" for item in node.value)
        return any(
            (child := at_path(node, left_out)) is not None
            and isinstance(child, ScalarNode)
            and self._truth(name, child, negated=False)
            for left_out in _LEFT_OUT
        )

    def _says(self, special: str) -> bool:
        if special == DRAFTS:
            return "/_drafts/" in "/" + self._source.path
        # A page that is shown where there is none, and one that only lists others.
        name = stem_of(self._source.path).rpartition("/")[2]
        return special == MISSING and (name == "404" or (name == "_index" and not self._source.body.strip()))

    def _nodes(self, expression: FieldExpression | None) -> list[Node]:
        """The values of the fields that are there."""
        names = [name for part in expression.parts for name in part] if expression else []
        found = (at_path(self._source.root, name) for name in names if not name.startswith("$"))
        return [node for node in found if node is not None]

    def _first(self, name: str, alternatives: tuple[str, ...]) -> str | None:
        for alternative in alternatives:
            if alternative.startswith("$"):
                text = self._special(alternative)
            else:
                node = at_path(self._source.root, alternative)
                texts = None if node is None else self._texts(name, node)
                if texts is None:
                    continue
                text = ", ".join(texts)
            if text.strip():
                return text
        return None

    def _special(self, name: str) -> str:
        path = self._source.path
        if name == BODY:
            return self._body
        if name == PATH:
            return path if is_row(path) else stem_of(path)
        if name == SLUG:
            return slug_of(path)
        if name in (NAME, PAGE_NAME):
            return name_of(path) if name == NAME or self._source.root is not None else ""
        if name == HEADING:
            return self._heading
        if name == LANGUAGE:
            return self._language or language_of_path(path, self._settings.languages) or ""
        if name == DETECTED:
            return detected(shown_text(self._body)) or ""
        return self._url or url_of(path, self._settings.urls)

    @cached_property
    def _heading(self) -> str:
        return title_of(self._source.body) or ""

    def _texts(self, name: str, node: Node) -> list[str] | None:
        if isinstance(node, ScalarNode):
            return [as_text(node)]
        if isinstance(node, SequenceNode) and name in _LIST_FIELDS:
            found = [as_text(item) for item in node.value if isinstance(item, ScalarNode) and not is_empty(item)]
            return found[:1] if name in _FIRST_OF_LIST else found
        self._wrong_type(name, node, "a text", f"a {kind_of(node)}")
        return None

    def _wrong_type(self, name: str, node: Node, expected: str, found: str) -> None:
        message = f"the {name} must be {expected}; found {found}"
        self.warnings.append(Problem(self._source.path, self._source.line(line_of(node)), ODD_VALUE, message))


def _shown(node: Node) -> str:
    return repr(node.value) if isinstance(node, ScalarNode) else f"a {kind_of(node)}"
