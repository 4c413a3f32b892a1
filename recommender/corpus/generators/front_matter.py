"""The front matter of a page that others inherit from, as plain values."""

from __future__ import annotations

import json
import tomllib

import yaml

from recommender.corpus.generators.values import Mapped, mapping


def front_matter_of(text: str) -> Mapped:
    """The fields between ``---`` or ``+++`` lines, or of a JSON object, at the beginning of a text.

    Empty where there are none or they cannot be read: the reader of the page reports that.
    """
    text = text.removeprefix("\ufeff")
    try:
        if text.startswith("{"):
            return mapping(json.JSONDecoder().raw_decode(text)[0])
        fence = text[:3]
        first, newline, rest = text.partition("\n")
        if fence not in ("---", "+++") or first.strip() != fence or not newline:
            return {}
        lines = rest.split("\n")
        end = next((at for at, line in enumerate(lines) if line.rstrip() == fence), None)
        if end is None:
            return {}
        inner = "\n".join(lines[:end])
        return mapping(tomllib.loads(inner) if fence == "+++" else yaml.safe_load(inner))
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}
