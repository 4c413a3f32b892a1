"""From a file's text to a `Document`, by the site's field mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from recommender.corpus.article import Article, Document, FieldLines
from recommender.corpus.body import read_body
from recommender.corpus.content import source_of
from recommender.corpus.curated import curated_links
from recommender.corpus.generated import Page, page_of
from recommender.corpus.generators import Generator, read_generator
from recommender.corpus.lookup import FieldLookup
from recommender.corpus.paths import FieldExpression
from recommender.corpus.problems import ODD_VALUE, FileProblemError
from recommender.corpus.sections import folded_heading
from recommender.corpus.source import Source
from recommender.corpus.table import is_row
from recommender.errors import Problem, SettingsError
from recommender.settings import TEXT_FIELDS, FieldSettings, Settings

# The title of a template for new pages, as Obsidian, Templater and Hexo write it.
_TO_FILL_IN = re.compile(r"\{\{\s*(?:title|name|date)\s*\}\}|<%.*%>")
_IDENTITY = ("key", "id", "title", "url", "slug", "aliases", "language")


def field_expressions(fields: FieldSettings) -> tuple[dict[str, FieldExpression | None], list[str]]:
    """By the name of a setting, what it says of where to read; and what cannot be parsed, in words."""
    found: dict[str, FieldExpression | None] = {}
    problems = []
    for name in FieldSettings.__dataclass_fields__:
        if name != "required":
            try:
                found[name] = FieldExpression.parse(getattr(fields, name))
            except ValueError as error:
                problems.append(f"fields.{name}: {error}; write a field's path, such as seo.title, or null")
    return found, problems


class DocumentReader:
    """Reads documents of one site. Holds the parsed settings, no state between files.

    Raises
    ------
    SettingsError
        A field expression in the settings cannot be parsed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fields, problems = field_expressions(settings.fields)
        if problems:
            raise SettingsError("\n".join(problems))
        self._views = tuple(name for name in TEXT_FIELDS if name in settings.views)
        self._required = settings.fields.required
        required = [self._fields[name] for name in self._required]
        self._bare = not any(one is None or one.needs_front_matter for one in required)
        self._generator: tuple[Path, Generator | None] | None = None
        self._headings = frozenset(map(folded_heading, settings.related.sections))
        self._host = urlsplit(settings.urls.site or "").netloc.casefold()
        self._read = frozenset(self._names_read())

    @property
    def max_bytes(self) -> int:
        """The size of the largest file or row that is read."""
        return self._settings.content.max_file_bytes

    def read(self, path: str, text: str, content: Path | None = None) -> Document | None:
        """The document in a file; None where the file has no front matter and what every article needs comes from it.

        Parameters
        ----------
        path : str
            The file, relative to the content folder, with forward slashes.
        text : str
            Everything in it.
        content : Path, optional
            The content folder, where the site's generator decides about addresses.

        Raises
        ------
        FileProblemError
            The file has front matter and cannot be used.
        """
        source = source_of(path, text, bare=self._bare)
        if source is None:
            return None
        for repeated in source.repeated:
            if repeated.top and repeated.name in self._read:
                message = f"the field {repeated.name!r} is in one mapping twice"
                raise FileProblemError(Problem(path, source.line(repeated.line), "repeated-field", message))
        return self._document(source, self._generator_of(content))

    def _document(self, source: Source, generator: Generator | None) -> Document | None:
        body = read_body(source, self._headings, self._host)
        page = Page() if generator is None else page_of(generator, source)
        file = FieldLookup(source, body.text, self._settings, page.url, page.language)
        warnings = file.warnings
        fields = self._fields
        texts = {name: file.text(name, fields[name]) or "" for name in self._views}
        title = (file.text("title", fields["title"]) or "").strip()
        hidden = not page.listed or _TO_FILL_IN.fullmatch(title) is not None
        key = (file.text("key", fields["key"]) or "").strip()
        date = file.moment("date", fields["date"])
        publish = file.moment("publish", fields["publish"]) or date
        expiry = file.moment("expiry", fields["expiry"])
        values = {"key": key, "title": title, **texts}
        article = Article(
            key=key,
            path=source.path,
            title=title,
            id=file.id("id", fields["id"]),
            group=file.text("group", fields["group"]) or None,
            url=file.text("url", fields["url"]) or None,
            date=date.day if date else None,
            no_index=hidden or file.truth("no_index", fields["no_index"]),
            draft=file.truth("draft", fields["draft"]) or page.not_built,
            language=file.text("language", fields["language"]) or None,
            aliases=file.texts("aliases", fields["aliases"]),
            links=(*curated_links(source.path, source.root, self._settings.related, warnings), *body.curated),
            lines=FieldLines(*(file.line(fields[name]) for name in FieldLines.__struct_fields__)),
            opens=page.since
            or (None if publish is None or (publish is date and not publish.instant) else publish.written),
            closes=page.until or (expiry.written if expiry else None),
            slug=file.text("slug", fields["slug"]) or None,
            text_links=body.links,
            translated=page.translated,
        )
        for repeated in source.repeated:
            message = f"the field {repeated.name!r} is in one mapping twice; the later one holds"
            warnings.append(Problem(source.path, source.line(repeated.line), ODD_VALUE, message))
        missing = []
        for name in self._required:
            value = values[name] if name in values else getattr(article, name, None) or file.text(name, fields[name])
            if value is None or value == "" or (isinstance(value, str) and not value.strip()):
                missing.append(self._where(name))
        fields_are_certain = is_row(source.path) or (
            source.parts and (source.parts.named or source.parts.format not in ("json", "lines"))
        )
        if missing and not fields_are_certain:
            # A part of a page or a text that only looks like fields: nothing says that it is a page.
            return None
        if missing:
            what = "it is missing or empty" if len(missing) == 1 else "they are missing or empty"
            why = f" ({warnings[0].message})" if warnings else ""
            message = f"expected {' and '.join(missing)}; {what}{why}"
            raise FileProblemError(Problem(source.path, source.line(1), "missing-field", message))
        return Document(article, texts, tuple(warnings))

    def _generator_of(self, content: Path | None) -> Generator | None:
        if not self._settings.urls.generator or content is None:
            return None
        if self._generator is None or self._generator[0] != content:
            self._generator = (content, read_generator(content))
        return self._generator[1]

    def _where(self, name: str) -> str:
        written = getattr(self._settings.fields, name)
        where = written if isinstance(written, str) else " and ".join(written or ())
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name} in the field {where!r}"

    def _names_read(self) -> Iterator[str]:
        """Fields at the top of the front matter that say which article it is and where it leads: a value too many of
        another field costs a warning.
        """
        for expression in (self._fields[name] for name in _IDENTITY):
            for part in expression.parts if expression else ():
                for name in part:
                    yield name.removeprefix("not ").partition(".")[0]
        for related in self._settings.related.each:
            if related.field is None:
                continue
            numbers = range(1, related.slots + 1) if related.shape == "numbered" else ()
            yield related.field.partition(".")[0]
            yield from (related.field.replace("{n}", str(number)).partition(".")[0] for number in numbers)
