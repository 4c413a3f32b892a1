"""Values of other formats as the nodes that YAML is read into, so that one reader serves all of them."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from yaml import Mark

from recommender.corpus.yaml_nodes import MAX_DEPTH, MappingNode, Node, ScalarNode, SequenceNode, YamlProblem

_TAG = "plain"
_TOML_PLACE = re.compile(r"line (\d+)")
_TOML_LINE = re.compile(
    r"""\s*(?:\[+\s*(?P<table>[^\[\]]+?)\s*\]+|(?P<key>[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[\w-]+)*\s*=)"""
)
_LINE = re.compile(r"([A-Za-z][\w -]*):[ \t]*(.*)")
_JAVASCRIPT_LINE = re.compile(r"""\s*(?:(?:const|let|var)\s+|[{,]\s*)?["']?(?P<name>[\w$-]+)["']?\s*[:=]""")
_DECLARED = re.compile(r"^(?:const|let|var)\s+([\w$]+)\s*=", re.MULTILINE)


def toml_nodes(text: str) -> Node:
    """TOML as nodes with the lines of its keys.

    Raises
    ------
    YamlProblem
        Not TOML, or nested too deeply.
    """
    try:
        values = tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        raise YamlProblem(
            "invalid-toml", f"front matter is not valid TOML: {error}", int(place[1]) if place else 1
        ) from None
    except RecursionError:
        raise YamlProblem("yaml-limit", f"front matter is nested deeper than {MAX_DEPTH} levels", 1) from None
    return nodes_of(values, _toml_lines(text))


def json_nodes(text: str) -> Node:
    """JSON as nodes; the lines are those of its keys where a line of its own holds one."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines()):
        if match := re.match(r'\s*[{,]?\s*"((?:[^"\\]|\\.)*)"\s*:', line):
            lines.setdefault(match[1], number)
    try:
        return nodes_of(json.loads(text), lines)
    except json.JSONDecodeError as error:
        raise YamlProblem("invalid-json", f"front matter is not valid JSON: {error.msg}", error.lineno) from None
    except RecursionError:
        raise YamlProblem("yaml-limit", f"front matter is nested deeper than {MAX_DEPTH} levels", 1) from None


def javascript_nodes(text: str) -> Node:
    """An object of JavaScript, or the constants of a script, as nodes; what is computed is absent.

    Raises
    ------
    YamlProblem
        Not JavaScript, or nested too deeply.
    """
    from recommender.corpus.generators.javascript import read_javascript

    names = [] if text.lstrip().startswith("{") else list(dict.fromkeys(_DECLARED.findall(text)))
    script = f"export default {text}" if not names else f"{text}\nexport default {{ {', '.join(names)} }}"
    try:
        values = read_javascript("front-matter.mjs", script)
    except ValueError as error:
        raise YamlProblem("invalid-javascript", f"front matter cannot be read as JavaScript: {error}", 1) from None
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines()):
        if match := _JAVASCRIPT_LINE.match(line):
            lines.setdefault(match["name"], number)
    return nodes_of(_literals(values), lines)


def _literals(value: object) -> object:
    """A value without what is computed in it."""
    if isinstance(value, Mapping):
        kept = ((str(key), _literals(item)) for key, item in value.items())
        return {key: item for key, item in kept if item is not None}
    if isinstance(value, (list, tuple)):
        return [item for item in map(_literals, value) if item is not None]
    return value if isinstance(value, (str, int, float, bool)) else None


def line_nodes(text: str) -> Node:
    """Lines of ``Name: value`` as nodes; names are read in lower case, as Pelican and MkDocs do."""
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    name = ""
    for number, line in enumerate(text.splitlines()):
        match = _LINE.match(line)
        if match is not None:
            name = match[1].lower()
            lines[name] = number
            values[name] = match[2].strip()
        elif line.strip():
            values[name] = f"{values[name]} {line.strip()}"
    return nodes_of(values, lines)


def nodes_of(value: Any, lines: Mapping[str, int], line: int = 0, path: str = "", depth: int = 0) -> Node:
    """A value of dictionaries, lists, texts, numbers, truth values and dates as a node.

    Parameters
    ----------
    lines : mapping of str to int
        Zero-based lines by dotted path.
    line : int
        Where nothing is known of the value.
    path : str
        The value's own.

    Raises
    ------
    YamlProblem
        More than `MAX_DEPTH` levels.
    """
    if depth > MAX_DEPTH:
        raise YamlProblem("yaml-limit", f"front matter is nested deeper than {MAX_DEPTH} levels", line + 1)
    line = lines.get(path, line)
    mark = Mark("", 0, line, 0, None, 0)
    if isinstance(value, Mapping):
        pairs = [
            (
                ScalarNode(_TAG, str(key), mark, mark, style="'"),
                nodes_of(item, lines, line, f"{path}.{key}" if path else str(key), depth + 1),
            )
            for key, item in value.items()
        ]
        return MappingNode(_TAG, pairs, mark, mark)
    if isinstance(value, (list, tuple)):
        return SequenceNode(_TAG, [nodes_of(item, lines, line, "", depth + 1) for item in value], mark, mark)
    if value is None:
        return ScalarNode(_TAG, "", mark, mark)
    if isinstance(value, bool):
        return ScalarNode(_TAG, "true" if value else "false", mark, mark)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return ScalarNode(_TAG, value.isoformat(), mark, mark)
    return ScalarNode(_TAG, str(value), mark, mark, style="'" if isinstance(value, str) else None)


def _toml_lines(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines()):
        match = _TOML_LINE.match(line)
        if match is None:
            continue
        if match["table"]:
            table = match["table"].replace('"', "") + "."
            lines.setdefault(table[:-1], number)
        else:
            lines.setdefault(table + match["key"].strip("\"'"), number)
    return lines
