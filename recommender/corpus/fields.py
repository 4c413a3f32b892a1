"""From a file's text to a `Document`, by the site's field mapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from recommender.corpus.article import Article, Document, FieldLines
from recommender.corpus.curated import read_links
from recommender.corpus.front_matter import UnclosedFrontMatterError, find_front_matter
from recommender.corpus.paths import BODY, NOT, PATH, SLUG, FieldExpression
from recommender.corpus.problems import FileProblemError
from recommender.corpus.urls import slug_of, stem_of, url_of
from recommender.corpus.yaml_nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlProblem,
    as_bool,
    as_date,
    as_id,
    as_text,
    at_path,
    compose,
    is_null,
    kind_of,
    line_of,
)
from recommender.errors import Problem, SettingsError
from recommender.settings import TEXT_FIELDS, Settings

T = TypeVar("T")

_LIST_FIELDS = frozenset({"aliases", "group", "keywords", "language"})
# Of several the first is meant: a site that files an article under several groups names the main one first.
_FIRST_OF_LIST = frozenset({"group", "language"})


class DocumentReader:
    """Reads documents of one site. Holds the parsed settings, no state between files.

    Raises
    ------
    SettingsError
        A field expression in the settings cannot be parsed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        names = ("key", "id", "title", "group", "url", "date", "no_index", "draft", "language", "aliases", *TEXT_FIELDS)
        self._fields: dict[str, FieldExpression | None] = {}
        for name in dict.fromkeys(names):
            try:
                written = getattr(settings.fields, name)
                self._fields[name] = FieldExpression.parse(written)
            except ValueError as error:
                raise SettingsError(
                    f"fields.{name}: {error}; write a field's path, such as seo.title, or null"
                ) from None
        self._views = tuple(name for name in TEXT_FIELDS if name in settings.views)
        self._required = settings.fields.required

    def read(self, path: str, text: str) -> Document | None:
        """The document in a file, None where the file has no front matter.

        Parameters
        ----------
        path : str
            The file, relative to the content folder, with forward slashes.
        text : str
            Everything that stands in it.

        Raises
        ------
        FileProblemError
            The file has front matter and cannot be used.
        """
        try:
            parts = find_front_matter(text)
            if parts is None:
                return None
            root = compose(parts.yaml(text))
        except UnclosedFrontMatterError as error:
            raise FileProblemError(Problem(path, 1, "unclosed-front-matter", str(error))) from None
        except YamlProblem as error:
            raise FileProblemError(Problem(path, error.line + 1, error.rule, error.message)) from None
        if root is not None and not isinstance(root, MappingNode):
            message = f"front matter must be a mapping of fields; found a {kind_of(root)}"
            raise FileProblemError(Problem(path, 2, "wrong-type", message))
        file = _File(path, parts.body(text), root, self._settings)
        return self._document(file)

    def _document(self, file: _File) -> Document:
        texts = {name: file.text(name, self._fields[name]) or "" for name in self._views}
        title = (file.text("title", self._fields["title"]) or "").strip()
        key = (file.text("key", self._fields["key"]) or "").strip()
        values = {"key": key, "title": title, **texts}
        article = Article(
            key=key,
            path=file.path,
            title=title,
            id=file.value("id", self._fields["id"], as_id, "a number or a word"),
            group=file.text("group", self._fields["group"]) or None,
            url=file.text("url", self._fields["url"]) or None,
            date=file.value("date", self._fields["date"], as_date, "a date such as 2024-12-31"),
            no_index=file.truth("no_index", self._fields["no_index"]),
            draft=file.truth("draft", self._fields["draft"]),
            language=file.text("language", self._fields["language"]) or None,
            aliases=file.texts("aliases", self._fields["aliases"]),
            links=read_links(file.path, file.root, self._settings.related),
            lines=FieldLines(*(file.line(self._fields[name]) for name in FieldLines.__struct_fields__)),
        )
        missing = []
        for name in self._required:
            value = (
                values[name] if name in values else getattr(article, name, None) or file.text(name, self._fields[name])
            )
            if value is None or value == "" or (isinstance(value, str) and not value.strip()):
                missing.append(self._where(name))
        if missing:
            what = "it is missing or empty" if len(missing) == 1 else "they are missing or empty"
            message = f"expected {' and '.join(missing)}; {what}"
            raise FileProblemError(Problem(file.path, 1, "missing-field", message))
        return Document(article, texts)

    def _where(self, name: str) -> str:
        written = getattr(self._settings.fields, name)
        where = written if isinstance(written, str) else " and ".join(written or ())
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name} in the field {where!r}"


class _File:
    """Looks up field expressions in one file."""

    def __init__(self, path: str, body: str, root: Node | None, settings: Settings) -> None:
        self.path = path
        self.root = root
        self._body = body
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
                node = None if alternative.startswith("$") else at_path(self.root, alternative)
                if node is not None:
                    found.extend(self._texts(name, node))
                    break
        return tuple(found)

    def value(
        self, name: str, expression: FieldExpression | None, convert: Callable[[Node], T], expected: str
    ) -> T | None:
        """A typed value of a field, None where there is none."""
        if expression is None:
            return None
        for alternative in (name for part in expression.parts for name in part):
            node = at_path(self.root, alternative)
            if node is not None:
                try:
                    return convert(node)
                except TypeError as error:
                    raise self._wrong_type(name, node, expected, str(error)) from None
        return None

    def line(self, expression: FieldExpression | None) -> int:
        """One-based line in the file of the first field that is there, 0 where none is."""
        if expression is not None:
            for alternative in (name for part in expression.parts for name in part):
                node = at_path(self.root, alternative)
                if node is not None:
                    return line_of(node) + 1
        return 0

    def truth(self, name: str, expression: FieldExpression | None) -> bool:
        """Whether any of the named fields says so; ``not NAME`` stands for the opposite of a field that is there."""
        if expression is None:
            return False
        for alternative in (name for part in expression.parts for name in part):
            field = alternative.removeprefix(NOT)
            node = at_path(self.root, field)
            if node is None:
                continue
            try:
                found = as_bool(node)
            except TypeError as error:
                raise self._wrong_type(name, node, "true or false", str(error)) from None
            if found is not alternative.startswith(NOT):
                return True
        return False

    def _first(self, name: str, alternatives: tuple[str, ...]) -> str | None:
        for alternative in alternatives:
            if alternative.startswith("$"):
                text = self._special(alternative)
            else:
                node = at_path(self.root, alternative)
                if node is None:
                    continue
                text = ", ".join(self._texts(name, node))
            if text.strip():
                return text
        return None

    def _special(self, name: str) -> str:
        if name == BODY:
            return self._body
        if name == PATH:
            return stem_of(self.path)
        return slug_of(self.path) if name == SLUG else url_of(self.path, self._settings.urls)

    def _texts(self, name: str, node: Node) -> list[str]:
        if isinstance(node, ScalarNode):
            return [as_text(node)]
        if isinstance(node, SequenceNode) and name in _LIST_FIELDS:
            found = [as_text(item) for item in node.value if isinstance(item, ScalarNode) and not is_null(item)]
            return found[:1] if name in _FIRST_OF_LIST else found
        raise self._wrong_type(name, node, "a text", f"a {kind_of(node)}")

    def _wrong_type(self, name: str, node: Node, expected: str, found: str) -> FileProblemError:
        message = f"the {name} must be {expected}; found {found}"
        return FileProblemError(Problem(self.path, line_of(node) + 1, "wrong-type", message))
