"""What msgspec finds wrong with a value, in words that need no knowledge of types."""

from __future__ import annotations

import re

_NAMES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_PLACE = re.compile(r" - at `(?P<where>key in )?\$(?P<place>[^`]*)`$")
_EXPECTED = re.compile(
    r"Expected `(?P<wanted>[^`]+)`(?: of (?P<of>length))?"
    r"(?: (?P<bound>>=|<=|>|<|==) (?P<limit>[-+.\deE]+)|, got `(?P<found>[^`]+)`)?"
)
_BOUNDS = {">=": "of at least", "<=": "of at most", ">": "above", "<": "below", "==": "of"}
_FIELD = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>[^`]*)`")
_CHOICE = re.compile(r"Invalid (?:enum )?value (?P<value>.+)", re.DOTALL)


def in_words(message: str) -> str:
    """The message of a `msgspec.ValidationError` as a sentence.

    >>> in_words("Expected `int` >= 1 - at `$.k`")
    'k must be a whole number of at least 1'
    >>> in_words("Object missing required field `key` - at `$.articles[3]`")
    'articles[3] lacks the field key'
    >>> in_words("Expected `str | null`, got `array`")
    'it must be a text or nothing; found a list'
    """
    at = _PLACE.search(message)
    said = message[: at.start()] if at else message
    place = (at["place"].lstrip(".") if at else "") or "it"
    if at and at["where"]:
        place = "a name there" if place == "it" else f"a name in {place}"
    if found := _EXPECTED.fullmatch(said):
        return f"{place} must be {_wanted(found)}"
    if found := _FIELD.fullmatch(said):
        verb = "lacks the field" if found["what"].startswith("missing") else "has a field that is not known here:"
        return f"{place} {verb} {found['name']}"
    if found := _CHOICE.fullmatch(said):
        return f"{place} cannot be {found['value']}"
    return f"{place}: {said}" if at else said


def _wanted(found: re.Match[str]) -> str:
    wanted = " or ".join(_NAMES.get(name, name) for name in found["wanted"].split(" | "))
    if found["bound"]:
        bound = _BOUNDS[found["bound"]]
        return f"{wanted} {bound} {found['limit']}" + (" characters or items" if found["of"] else "")
    return f"{wanted}; found {_NAMES.get(found['found'], found['found'])}" if found["found"] else wanted
