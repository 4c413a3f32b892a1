"""Reading `recommender.yaml`: every key checked, every problem reported with its line."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from recommender import ranges
from recommender.corpus.table import home_of, is_table
from recommender.corpus.urls import PLACEHOLDERS
from recommender.corpus.yaml_nodes import (
    MappingNode,
    Node,
    SequenceNode,
    YamlProblem,
    as_bool,
    as_text,
    compose,
    is_null,
    kind_of,
    line_of,
)
from recommender.errors import InputError, SettingsError
from recommender.inputs import read_input
from recommender.ranges import Range
from recommender.rules import RULE_BY_NAME
from recommender.settings import NO_RANKER, TEXT_FIELDS, FieldSettings, RelatedSettings, Settings

FILE_NAME = "recommender.yaml"
MAX_BYTES = 10_000_000
_SHOWN = 60  # Characters of a wrong value that a message repeats.


def load_settings(content: str | Path, file: str | Path | None = None) -> Settings:
    """The settings of a site.

    Parameters
    ----------
    content : path
        The content folder.
    file : path, optional
        The configuration; by default `recommender.yaml` in the content folder, else in the current folder, else none.

    Raises
    ------
    SettingsError
        The file says something that cannot be used; all such places are named.
    InputError
        `content` is not a folder, or `file` cannot be read.
    """
    content, file = Path(content), None if file is None else Path(file)
    if not (content.is_dir() or is_table(content)):
        found = "a file" if content.exists() else "nothing"
        hint = f"; a configuration comes after the folder: load_settings(folder, {str(content)!r})"
        is_configuration = content.suffix.lower() in (".yaml", ".yml")
        raise InputError(
            f"expected a folder of articles at {content}; found {found} there{hint if is_configuration else ''}"
        )
    file = configuration_file(content, file)
    if file is None:
        return Settings()
    try:
        text = read_input(file, "a configuration", MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{file}: not valid UTF-8; save the file as UTF-8") from None
    settings = parse_settings(text, str(file))
    # As any path in a file, relative to it.
    urls = settings.urls
    if urls.built is not None:
        urls = replace(urls, built=str(file.parent / urls.built))
    if urls.sitemap is not None:
        urls = replace(urls, sitemap=str(file.parent / urls.sitemap))
    settings = replace(settings, urls=urls)
    if settings.decisions is not None:
        settings = replace(settings, decisions=str(file.parent / settings.decisions))
    if settings.ranker not in (None, NO_RANKER):
        settings = replace(settings, ranker=str(file.parent / str(settings.ranker)))
    return settings


def configuration_file(content: Path, file: Path | None = None) -> Path | None:
    """The configuration of a site, None where it has none: the file that is named, else `recommender.yaml` in the
    content folder or in the current one.
    """
    if file is not None:
        return file
    places = [home_of(content) / FILE_NAME, Path(FILE_NAME)]
    return next((place for place in places if place.is_file()), None)


def parse_settings(text: str, name: str = FILE_NAME) -> Settings:
    """Settings from the text of a configuration; messages use `name`.

    Raises
    ------
    SettingsError
    """
    try:
        root = compose(text, name="the configuration")
    except YamlProblem as error:
        raise SettingsError(f"{name}:{error.line}: {error.message}") from None
    if root is None:
        return Settings()
    builder = _Builder(name)
    settings = builder.record(Settings, root, "")
    builder.check(settings, root)
    if builder.problems:
        raise SettingsError("\n".join(builder.problems))
    return settings  # type: ignore[no-any-return]


class _Builder:
    """Turns nodes into records by the records' type hints, and collects what does not fit."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.problems: list[str] = []

    def record(self, kind: type, node: Node, path: str) -> Any:
        if not isinstance(node, MappingNode):
            self._problem(node, f"{path.rstrip('.') or 'the configuration'} must be a mapping; found a {kind_of(node)}")
            return kind()
        hints = get_type_hints(kind)
        # How settings were found is nothing that a file says.
        known = [item.name for item in fields(kind) if item.name != "recognised"]
        values: dict[str, Any] = {}
        for key, value in node.value:
            if key.value not in known:
                self._unknown(key, f"{path}{key.value}", known)
            elif not (is_null(value) and _is_section(hints[key.value])):
                values[key.value] = self._value(hints[key.value], value, f"{path}{key.value}")
        return kind(**{name: value for name, value in values.items() if value is not _INVALID})

    def check(self, settings: Any, root: Node) -> None:
        """What types do not say."""
        from recommender.corpus.fields import field_expressions
        from recommender.selection.flags import link_problems

        def problem(message: str) -> None:
            # A message begins with the setting that it is about.
            self._problem(_nearest_node(root, message.split()[0].rstrip(":")), message)

        def unknown(path: str, known: list[str]) -> None:
            self._unknown(_nearest_node(root, path), path, known)

        for name in settings.views:
            if name not in TEXT_FIELDS:
                unknown(f"views.{name}", list(TEXT_FIELDS))
        for name in settings.check.severity:
            if name not in RULE_BY_NAME:
                unknown(f"check.severity.{name}", list(RULE_BY_NAME))
        for name in settings.words.fields:
            if name not in settings.views:
                unknown(f"words.fields.{name}", list(settings.views))
        for name in settings.fields.required:
            allowed = [item.name for item in fields(FieldSettings) if item.name != "required"]
            if name not in allowed:
                self._unknown(_nearest_node(root, "fields.required"), f"fields.required: {name}", allowed)
        for message in field_expressions(settings.fields)[1]:
            problem(message)
        for place, value, within in _numbers(settings):
            wrong = within.problem(value)
            if wrong is not None:
                problem(f"{place} {wrong}")
        for message in link_problems(settings.links):
            problem(message)
        for place, related in _related(settings):
            if related.field is not None and related.shape == "numbered" and "{n}" not in related.field:
                problem(
                    f"{place}.field needs {{n}} for the number, as in related_article{{n}}; found {related.field!r}"
                )
            if place != "related" and (related.sections or related.also):
                problem(f"{place} is a field of links alone; write sections and also under related")
        names = [one.field for one in settings.related.each]
        if settings.related.also and (None in names or len(set(names)) < len(names)):
            problem(f"related.also needs other fields than related.field and each other; found {names}")
        if not any(weight > 0 for weight in settings.views.values()):
            problem("views: at least one weight must be above 0")
        if "{path}" not in settings.urls.pattern and "{slug}" not in settings.urls.pattern:
            problem(f"urls.pattern needs {{path}} or {{slug}}; found {settings.urls.pattern!r}")
        for place, pattern in (("pattern", settings.urls.pattern), *settings.urls.rewrite.items()):
            for name in re.findall(r"\{([^{}]*)\}", pattern):
                if name not in PLACEHOLDERS:
                    where = "urls.pattern" if place == "pattern" else f"urls.rewrite.{place}"
                    self._unknown(_nearest_node(root, where), f"urls.{place}: {name}", list(PLACEHOLDERS))

    def _value(self, hint: Any, node: Node, path: str) -> Any:
        origin, arguments = get_origin(hint), get_args(hint)
        if is_dataclass(hint):
            return self.record(hint, node, path + ".")  # type: ignore[arg-type]
        if origin in (Union, types.UnionType):
            if is_null(node):
                return None if type(None) in arguments else self._wrong(node, path, "a value")
            if isinstance(node, SequenceNode) and any(get_origin(kind) is tuple for kind in arguments):
                return self._value(next(kind for kind in arguments if get_origin(kind) is tuple), node, path)
            return self._value(
                next(kind for kind in arguments if kind is not type(None) and get_origin(kind) is not tuple), node, path
            )
        if origin is tuple:
            items = node.value if isinstance(node, SequenceNode) else [node]
            values = [self._value(arguments[0], item, path) for item in items]
            return _INVALID if _INVALID in values else tuple(values)
        if origin is dict:
            if not isinstance(node, MappingNode):
                return self._wrong(node, path, "a mapping")
            pairs = {key.value: self._value(arguments[1], value, f"{path}.{key.value}") for key, value in node.value}
            # Each that is left out has a problem; the others are looked at further.
            return {name: value for name, value in pairs.items() if value is not _INVALID}
        return self._scalar(hint, origin, arguments, node, path)

    def _scalar(self, hint: Any, origin: Any, arguments: tuple[Any, ...], node: Node, path: str) -> Any:
        try:
            text = as_text(node)
            if origin is Literal:
                return text if text in arguments else self._choice(node, path, text, arguments)
            if hint is bool:
                return as_bool(node)
            return hint(text)
        except (TypeError, ValueError):
            expected = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}.get(
                hint, "one of " + ", ".join(map(str, arguments))
            )
            return self._wrong(node, path, expected)

    def _choice(self, node: Node, path: str, text: str, allowed: tuple[Any, ...]) -> Any:
        text = text[:_SHOWN]
        self._problem(node, f"{path} must be one of {', '.join(allowed)}; found {text!r}{_nearest(text, allowed)}")
        return _INVALID

    def _wrong(self, node: Node, path: str, expected: str) -> Any:
        is_text = hasattr(node, "style") and isinstance(node.value, str)
        found = repr(node.value[:_SHOWN]) if is_text else kind_of(node)
        self._problem(node, f"{path} must be {expected}; found {found}")
        return _INVALID

    def _unknown(self, node: Node, path: str, known: list[str]) -> None:
        name = path.rpartition(".")[2].rpartition(" ")[2]
        self._problem(node, f"{path} is not a setting{_nearest(name, known) or '; there are: ' + ', '.join(known)}")

    def _problem(self, node: Node, message: str) -> None:
        self.problems.append(f"{self._name}:{line_of(node)}: {message}")


def _is_section(hint: Any) -> bool:
    return is_dataclass(hint) or get_origin(hint) is dict


def _numbers(settings: Settings) -> Iterator[tuple[str, float, Range]]:
    """Every number of a configuration with its range, but those of the section `links`."""
    yield "content.max_file_bytes", settings.content.max_file_bytes, ranges.FILE_BYTES
    for place, related in _related(settings):
        yield f"{place}.slots", related.slots, ranges.SLOTS
    yield "words.share", settings.words.share, ranges.RATIO
    for name, weight in settings.views.items():
        yield f"views.{name}", weight, ranges.WEIGHT
    for name, count in settings.words.fields.items():
        yield f"words.fields.{name}", count, ranges.COUNT


def _related(settings: Settings) -> Iterator[tuple[str, RelatedSettings]]:
    """The fields of curated links, with their places in a configuration."""
    yield "related", settings.related
    for number, related in enumerate(settings.related.also):
        yield f"related.also.{number}", related


def _nearest_node(root: Node, path: str) -> Node:
    """The key at a dotted path, or as much of the path as is there."""
    node = place = root
    rest = path
    while rest and isinstance(node, MappingNode | SequenceNode):
        if isinstance(node, SequenceNode):
            number, _, rest = rest.partition(".")
            if not (number.isdecimal() and int(number) < len(node.value)):
                break
            place = node = node.value[int(number)]
            continue
        # A key may hold dots itself.
        found = next((pair for pair in node.value if f"{rest}.".startswith(f"{pair[0].value}.")), None)
        if found is None:
            break
        place, node = found
        rest = rest[len(place.value) + 1 :]
    return place


class _Invalid:
    """Stands where a value did not fit, so that reading goes on to the next problem."""


_INVALID = _Invalid()


def _nearest(name: str, known: Mapping[str, Any] | list[str] | tuple[Any, ...]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else ""
