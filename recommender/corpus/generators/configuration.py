"""The settings in a generator's configuration files, read as literals: nothing of them is ever run."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from recommender.corpus.generators.folder import read_small
from recommender.corpus.generators.javascript import read_javascript
from recommender.corpus.generators.python import read_python
from recommender.corpus.generators.values import Call, Computed, mapping

_SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
_DEEPEST = 60
_MOST_VALUES = 200_000


@dataclass(frozen=True, slots=True, order=True)
class UnknownSetting:
    """Something in a configuration that is not known without running it.

    Attributes
    ----------
    path : str
        The file, relative to the configuration's folder.
    line : int
        One-based; 0 where the whole file is meant.
    setting : str
        Its name, such as ``permalinks.posts``; empty where the whole file is meant.
    reason : str
        Continues "is not known: ".
    """

    path: str
    line: int
    setting: str
    reason: str


class Configuration:
    """The settings of one site.

    Attributes
    ----------
    folder : pathlib.Path
        Where the configuration is: usually the site's root.
    files : tuple of str
        The files that were read, relative to `folder`.
    values : dict
        The settings; computed values are `Computed`.
    unknown : list of UnknownSetting
        What was asked for and is not known.
    """

    def __init__(self, folder: Path, files: tuple[str, ...], values: dict[str, object]) -> None:
        self.folder = folder
        self.files = files
        self.values = values
        self.unknown: list[UnknownSetting] = []

    def at(self, *names: str) -> object:
        """The setting at nested names, None where there is none.

        One that is computed is noted as unknown; it is what a literal beside it says, else None.
        """
        value: object = self.values
        for depth, name in enumerate(names):
            value = mapping(value).get(name)
            if isinstance(value, Computed | Call):
                self.note(value, ".".join(names[: depth + 1]))
                value = value.otherwise if isinstance(value, Computed) else None
        return value

    def note(self, value: Computed | Call, setting: str) -> None:
        """Note that a setting is computed."""
        found = UnknownSetting(value.path, value.line, setting, f"it is computed: {value.code}")
        if found not in self.unknown:
            self.unknown.append(found)


def read_settings(folder: Path, path: str) -> tuple[dict[str, object], list[UnknownSetting]]:
    """The settings in one file by its suffix, and why it could not be read, if so."""
    text = read_small(folder, path)
    if text is None:
        return {}, [UnknownSetting(path, 0, "", "the file cannot be read as UTF-8 text of at most 1 MB")]
    suffix = path[path.rfind(".") :].lower()
    try:
        return _parsed(path, suffix, text), []
    except (ValueError, yaml.YAMLError, RecursionError, SyntaxError, MemoryError) as error:
        line = _line_of(error)
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return {}, [UnknownSetting(path, line, "", f"the file is not valid: {reason}")]


def first_configuration(folder: Path, names: Iterable[str]) -> Configuration | None:
    """The configuration in the first file of these names that a folder has, None where it has none."""
    name = next((name for name in names if (folder / name).is_file()), None)
    if name is None:
        return None
    values, problems = read_settings(folder, name)
    configuration = Configuration(folder, (name,), values)
    configuration.unknown += problems
    return configuration


def _parsed(path: str, suffix: str, text: str) -> dict[str, object]:
    value: object
    if suffix in (".yml", ".yaml"):
        value = _yaml(path, text)
    elif suffix == ".toml":
        value = tomllib.loads(text)
    elif suffix == ".json":
        value = json.loads(text)
    elif suffix in _SCRIPTS:
        value = read_javascript(path, text)
    elif suffix == ".py":
        value = read_python(path, text)
    else:
        raise ValueError(f"{suffix} files are not read")
    _check_size(value)
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return {}


def _check_size(value: object) -> None:
    """Raise where values are so deep or, counted as often as they are used, so many that walking them is a risk."""
    todo = [(value, 0)]
    for _ in range(_MOST_VALUES):
        if not todo:
            return
        one, depth = todo.pop()
        if depth > _DEEPEST:
            raise ValueError(f"it is nested deeper than {_DEEPEST} levels")
        if isinstance(one, Mapping):
            todo += [(item, depth + 1) for item in one.values()]
        elif isinstance(one, list | tuple):
            todo += [(item, depth + 1) for item in one]
    raise ValueError(f"it holds more than {_MOST_VALUES:,} values")


def _yaml(path: str, text: str) -> object:
    loader = _Loader(text)
    loader.path = path
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """The safe loader, which takes a value with a tag beyond YAML's own as computed."""

    path = ""


def _computed(loader: _Loader, suffix: str, node: yaml.Node) -> Computed:
    return Computed(loader.path, int(node.start_mark.line) + 1, f"!{suffix}")


_Loader.add_multi_constructor("!", _computed)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _computed)


def _line_of(error: Exception) -> int:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return int(error.problem_mark.line) + 1
    line = getattr(error, "lineno", 0)
    return line if isinstance(line, int) else 0
