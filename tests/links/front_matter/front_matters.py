"""Files with front matter of every kind, and what is to become of their links; written without the package's help."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml
from hypothesis import strategies as st

from recommender.links.front_matter import WHOLE, Item, Kept, Written
from recommender.settings import LinkNames, RelatedSettings

NUMBERED = RelatedSettings()
MAPPINGS = RelatedSettings(
    field="see_also", shape="mappings", target="title", target_name="link", prefix="topic ",
    names=LinkNames(id=None, title="title", group=None, url=None),
)  # fmt: skip
STRINGS = RelatedSettings(field="related", shape="strings", target="slug")
NESTED = RelatedSettings(field="site.nav.related", shape="strings", target="url")
NESTED_NUMBERED = RelatedSettings(field="links.next{n}", shape="numbered", slots=4)
ALL_SETTINGS = (NUMBERED, MAPPINGS, STRINGS, NESTED, NESTED_NUMBERED)

PARTS = {
    NUMBERED.field: ("id", "title", "subject", "url"),
    MAPPINGS.field: ("title", "link"),
    NESTED_NUMBERED.field: ("id", "title", "url"),
}

# Texts that YAML could take for something else, and every character that a file can hold.
TRAPS = (
    "yes", "No", "null", "~", "1e3", "0x1F", "0o17", "1_000", "12:30", "1.", ".5", ".inf", "2024-01-31", "=", "<<",
    "- a", "? a", ": a", "a: b", "a #b", "a:", "#a", "@a", "`a`", "%a", "!a", "&a", "*a", "|", ">", "'a'", '"a"',
    "it's", 'say "so"', "[a]", "{a}", "a, b", "---", "...", "--- a", "\\", "C:\\new", "a\nb", "a\tb", " a", "a ", "",
    "Ω ≠ 中文", "\U0001f600 smile", "\x85", "\u2028", "\ufeff", "\x00", "\x7f", "\u200f", "{{ site.name }}", "//x",
    "y", "on", "e3", "-", "--", "-1", "+1", "1,000", "a" * 300, "e\u0301", "\ud7ff\ue000", "\ufffd",
    "null ", "Infinity",
)  # fmt: skip
texts = st.sampled_from(TRAPS) | st.text(st.characters(codec="utf-8"), max_size=20)
names = st.sampled_from(["/learn/a-b", "metrics", "taproot", "A title", "x"]) | texts
# A link that says nothing but white space, of whatever kind, is none.
said = names.filter(str.strip)
plain_words = st.from_regex(r"[A-Z][a-z]{0,6}( [a-z]{1,6}){0,3}", fullmatch=True)


@dataclass(frozen=True)
class Case:
    """A file and a change of its links.

    `others` are the pieces of the front matter that must stay as they are, in order; `links` the links as data, in
    order; `numbers` their numbers.
    """

    text: str
    related: RelatedSettings
    others: tuple[str, ...]
    links: tuple[Any, ...]
    slots: dict[int, Item]


def written(value: Any, draw: Any, *, flow: bool, column: int) -> str:
    """A scalar in one of the styles that hold it."""
    if isinstance(value, int):
        return str(value)
    styles = ["double"]
    if re.fullmatch(r"[ -~]*", value):
        styles.append("single")
    if re.fullmatch(r"[A-Z][a-z]+( [a-z]+)*|/[a-z/-]+|topic [a-z]+", value) and yaml.safe_load(value) == value:
        styles.append("plain")
        if not flow:
            styles += ["folded", "literal", "split"]
    style = draw(st.sampled_from(styles))
    step = " " * draw(st.integers(1, 4))
    inner = " " * column + step
    if style == "plain":
        return value
    if style == "single":
        return "'" + value.replace("'", "''") + "'"
    if style == "folded":
        return f">-\n{inner}{value.replace(' ', chr(10) + inner, 1)}" + draw(st.sampled_from(["", "\n", "\n\n"]))
    if style == "literal":
        return f"|-\n{inner}{value}"
    if style == "split":
        return value.replace(" ", f"\n{inner} ")
    quoted = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda one: f"\\u{ord(one[0]):04x}", quoted)


comments = st.sampled_from(["", "", "", " # note", "  # a: 1", "   "])
gaps = st.sampled_from(["", "", "", "", "\n", "# related: [a]\n", "  # x\n", "\n\n", "#\n"])


def other_field(draw: Any, number: int) -> str:
    """A field that has nothing to do with links, and must not change."""
    name = f"k{number}"
    kind = draw(st.integers(0, 13))
    word = draw(plain_words)
    return {
        0: f"{name}: {word}\n",
        1: f"{name}:   '{word}'   # c\n",
        2: f'"{name}": "{word} \\n \\u00e9"\n',
        3: f"{name}: >-\n    {word}\n    more\n\n",
        4: f"{name}: |+\n  {word}\n\n\n",
        5: f"{name}:\n  related: [x]\n  see_also:\n  - {word}\n  related_article1: 1\n",
        6: f"{name}:\n- a\n-   b: 1\n    c: 2\n",
        7: f"{name}: {{a: [1, '2', {{b: c}}], d: e}}\n",
        8: f"{name}: [\n  a, # related:\n  b,\n]\n",
        9: f"{name}: &anchor{number} {{x: {word}}}\nk{number}b: *anchor{number}\n",
        10: f"{name}: \n",
        11: f"{name}: {word}\n  and on\n\n  and on\n",
        12: f"# related_article1:\n#   title: x\n{name}: 2024-01-31\n",
        13: f"'{name}' : !!str 12\n",
    }[kind] + draw(gaps)


def link_values(draw: Any, related: RelatedSettings) -> Any:
    if related.shape == "strings":
        return draw(said)
    parts = PARTS[related.field]
    values: dict[str, Any] = {}
    for part in parts:
        if part == "id":
            values[part] = draw(st.integers(0, 10**6))
        elif part == "link":
            values[part] = "topic " + draw(said)
        else:
            values[part] = draw(plain_words | names)
    if not any(str(value).strip() for value in values.values()):
        values[parts[-1]] = "/x"
    return values


def block_link(draw: Any, link: dict[str, Any], column: int, first: str) -> str:
    """A link's parts as lines; the first follows `first`."""
    order = draw(st.permutations(list(link)))
    lines = []
    for position, part in enumerate(order):
        head = first if position == 0 else " " * column
        lines.append(f"{head}{part}: {written(link[part], draw, flow=False, column=column)}")
        if not lines[-1].endswith("\n"):
            block = re.search(r": [>|]-\n", lines[-1])
            lines[-1] += ("" if block else draw(comments)) + "\n"
        if position < len(order) - 1 and draw(st.integers(0, 9)) == 0:
            lines.append(" " * column + "# between\n")
    return "".join(lines)


def flow_link(draw: Any, link: Any) -> str:
    if not isinstance(link, dict):
        return written(link, draw, flow=True, column=0)
    pairs = (f"{part}: {written(link[part], draw, flow=True, column=0)}" for part in draw(st.permutations(list(link))))
    return "{" + ", ".join(pairs) + "}"


def numbered_fields(draw: Any, related: RelatedSettings, links: list[Any], column: int) -> list[str]:
    """One piece per field, with what may stand between."""
    numbers = draw(st.permutations(range(1, related.slots + 1)))[: len(links)]
    if draw(st.booleans()):
        numbers = sorted(numbers)
    name = related.field.rpartition(".")[2]
    pieces = []
    for number, link in zip(numbers, links, strict=True):
        key = " " * column + name.replace("{n}", str(number))
        if draw(st.integers(0, 4)) == 0:
            pieces.append(f"{key}: {flow_link(draw, link)}{draw(comments)}\n")
        else:
            inner = column + draw(st.integers(1, 4))
            pieces.append(f"{key}:{draw(comments)}\n" + block_link(draw, link, inner, " " * inner))
    if draw(st.integers(0, 3)) == 0 and len(links) < related.slots:
        free = next(number for number in range(1, related.slots + 1) if number not in numbers)
        pieces.append(
            " " * column + name.replace("{n}", str(free)) + draw(st.sampled_from([":\n", ": ~\n", ": null # \n"]))
        )
    return pieces


def list_field(draw: Any, related: RelatedSettings, links: list[Any], column: int) -> str:
    key = " " * column + related.field.rpartition(".")[2]
    if not links:
        return key + draw(st.sampled_from([": []\n", ":\n", ": ~  # none\n", ": [ ] # none\n", ": [\n ]\n"]))
    if len(links) == 1 and isinstance(links[0], str) and draw(st.integers(0, 2)) == 0:
        text = written(links[0], draw, flow=True, column=column)
        return f"{key}: {text}{draw(comments)}\n"
    if draw(st.integers(0, 2)) == 0:
        joint, end = draw(
            st.sampled_from([(", ", ""), (",", ","), (f",\n{' ' * column}  ", "\n" + " " * column + " ")])
        )
        return f"{key}: [{joint.join(flow_link(draw, link) for link in links)}{end}]{draw(comments)}\n"
    dash = column + draw(st.integers(0, 4))
    content = draw(st.integers(2, 4))
    between = draw(st.sampled_from(["", "", "\n", "# between\n", "\n  # between\n"]))
    items = []
    for link in links:
        head = " " * dash + "-" + " " * (content - 1)
        if not isinstance(link, dict):
            text = written(link, draw, flow=False, column=dash)
            items.append(head + text + ("" if "\n" in text else draw(comments)) + "\n")
        elif draw(st.integers(0, 4)) == 0:
            items.append(head + flow_link(draw, link) + "\n")
        else:
            items.append(block_link(draw, link, dash + content, head))
    if draw(st.integers(0, 4)) == 0:
        # An item that somebody emptied.
        items.insert(
            draw(st.integers(0, len(items))), " " * dash + draw(st.sampled_from(["-\n", "- ~\n", "- # gone\n"]))
        )
    return f"{key}:{draw(comments)}\n" + between.join(items)


@st.composite
def cases(draw: Any, settings: tuple[RelatedSettings, ...] = ALL_SETTINGS) -> Case:
    related = draw(st.sampled_from(settings))
    links = [link_values(draw, related) for _ in range(draw(st.integers(0, min(5, related.slots))))]
    parents = related.field.split(".")[:-1]
    has_field = bool(links) or draw(st.booleans())
    pieces: list[tuple[bool, str]] = []
    own: list[str] = []
    if has_field:
        column = 2 * len(parents)
        if related.shape == "numbered":
            own = numbered_fields(draw, related, links, column)
        else:
            own = [list_field(draw, related, links, column)]
    others = [other_field(draw, number) for number in range(draw(st.integers(1, 5)))]
    if parents:
        at = draw(st.integers(0, len(others)))
        head = "".join("  " * depth + name + ":\n" for depth, name in enumerate(parents))
        head += "  " * len(parents) + "sibling: 1\n"
        is_there = has_field or draw(st.booleans())
        block = [(False, head), *((True, piece) for piece in own)] if is_there else []
        pieces = [(False, one) for one in others[:at]] + block + [(False, one) for one in others[at:]]
    else:
        pieces = [(False, one) for one in others]
        at = draw(st.integers(0, len(pieces)))
        for piece in own:
            pieces.insert(at, (True, piece))
            at = draw(st.integers(at + 1, len(pieces)))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    body = draw(st.sampled_from(["", "body\n", "body", "\n\n&nbsp;", "---\nrelated:\n- x\n---\n"]))
    head = draw(st.sampled_from(["", "\ufeff"])) + "---" + draw(st.sampled_from(["", " "])) + "\n"
    text = head + "".join(piece for _, piece in pieces) + "---\n" + body
    kept = tuple(piece.replace("\n", end) for is_own, piece in pieces if not is_own)
    slots = draw(changes(related, links))
    return Case(text.replace("\n", end), related, kept, tuple(links), slots)


@st.composite
def changes(draw: Any, related: RelatedSettings, links: list[Any]) -> dict[int, Item]:
    """Any new list: links that stay, some with new values, in any order, and new ones between them."""
    most = min(5, related.slots)
    stay = draw(st.permutations(range(len(links))))[: draw(st.integers(0, len(links)))]
    if draw(st.booleans()):
        stay = sorted(stay)
    items: list[Item] = []
    for index in stay:
        change: dict[str, Any] = {}
        if draw(st.integers(0, 3)) == 0:
            part = draw(st.sampled_from(PARTS[related.field])) if related.shape != "strings" else WHOLE
            change = {part: draw(st.integers(0, 99)) if part == "id" else draw(said)}
        items.append(Kept(index, change))
    while len(items) < most and draw(st.integers(0, 2)):
        value = link_values(draw, related)
        new = Written(value if isinstance(value, dict) else {WHOLE: value})
        items.insert(draw(st.integers(0, len(items))), new)
    if related.shape != "numbered":
        return dict(enumerate(items, start=1))
    labels = sorted(draw(st.permutations(range(1, related.slots + 1)))[: len(items)])
    return dict(zip(labels, items, strict=True))
