"""Look for front matter that the reader or the writer cannot stand.

``python -m tests.links.front_matter.fuzz --minutes 10``

Three kinds of input: files of every layout that the generator knows, such files with random damage, and any text at
all. For the first everything in `properties` must hold. For the others an edit is refused with a reason or is right;
right is judged by PyYAML's own loader. A failing input is shrunk and printed, to become a test.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import yaml
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from recommender.corpus.fields import DocumentReader
from recommender.corpus.front_matter import find_front_matter
from recommender.corpus.problems import FileProblemError
from recommender.links.front_matter import EditError, Kept, Written, edit_links, open_front_matter
from recommender.settings import Settings
from tests.links.front_matter import properties
from tests.links.front_matter.front_matters import ALL_SETTINGS, Case, cases

PIECES = (
    "\n", "\r", "\r\n", " ", "\t", "-", "- ", ": ", ":", "?", "? ", "#", " #", "&a ", "*a", "!", "!!str ", "|", ">",
    "|+\n", ">2\n", "'", '"', "[", "]", "{", "}", ",", "---\n", "...\n", "~", "%", "@", "`", "\\", "\x85", "\u2028",
    "\ufeff", "\x00", "related:", "related_article1:", "<<: ", "\U0001f600", "  ", "    ", "\n- a", "\n  b: c", "null",
)  # fmt: skip

counts: Counter[str] = Counter()


@st.composite
def damaged(draw: Any) -> Case:
    """A generated file with a few pieces put in, taken out or moved."""
    case = draw(cases())
    text = case.text
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 0, 1, 1, 2, 5, 20])))
        text = text[:start] + draw(st.sampled_from(PIECES) | st.just(text[end : end + 10])) + text[end:]
    return Case(text, case.related, (), (), {})


@st.composite
def anything(draw: Any) -> Case:
    """Text made of pieces between markers."""
    pieces = draw(st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec="utf-8"), max_size=5), max_size=25))
    return Case("---\n" + "".join(pieces) + "\n---\n", draw(st.sampled_from(ALL_SETTINGS)), (), (), {})


def refused_or_right(case: Case) -> None:
    """Read it as an article, then add a link, drop one and turn the order round."""
    try:
        DocumentReader(Settings()).read("x.md", case.text)
    except FileProblemError:
        counts["not an article"] += 1
    try:
        count = len(open_front_matter(case.text, case.related).links)
    except EditError:
        counts["unreadable"] += 1
        return
    parts = ("",) if case.related.shape == "strings" else ("title", "url")
    new = Written(dict.fromkeys(parts, "new: link"))
    for items in (
        [*(Kept(at) for at in range(count)), new],
        [Kept(at) for at in range(1, count)],
        [*(Kept(at) for at in reversed(range(count))), new],
    ):
        try:
            edited = edit_links(case.text, dict(enumerate(items[-case.related.slots :], start=1)), case.related).text
        except EditError:
            counts["refused"] += 1
            continue
        counts["edited"] += 1
        same_but_for_links(case, edited)


def same_but_for_links(case: Case, edited: str) -> None:
    before, after = find_front_matter(case.text), find_front_matter(edited)
    assert before is not None
    assert after is not None
    assert edited[after.end :] == case.text[before.end :]
    try:
        old = yaml.safe_load(before.yaml(case.text))
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError):
        # Values that PyYAML's constructor cannot make, such as a date that does not exist.
        counts["not judged"] += 1
        return
    path, names = properties.fields(case)
    new = properties.without(yaml.safe_load(after.yaml(edited)), path, set(names))
    assert repr(new or {}) == repr(properties.without(old, path, set(names)) or {})


TARGETS: tuple[tuple[Callable[[Case], None], st.SearchStrategy[Case]], ...] = (
    (properties.links_become_what_was_asked_and_nothing_else_changes, cases()),
    (properties.every_other_byte_stays, cases()),
    (properties.what_is_as_asked_is_not_touched, cases()),
    (refused_or_right, damaged()),
    (refused_or_right, anything()),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--examples", type=int, default=400, help="per target and round")
    arguments = parser.parse_args()
    end = time.monotonic() + 60 * arguments.minutes
    examples = 0
    number = arguments.seed
    while time.monotonic() < end:
        for check, strategy in TARGETS:
            run = settings(
                max_examples=arguments.examples,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )(given(strategy)(check))
            seed(number)(run)()
            examples += arguments.examples
        number += 1
    seeds = f"seeds {arguments.seed} to {number - 1}"
    sys.stdout.write(f"{arguments.minutes:g} minutes, {seeds}: {examples:,} examples, none failed\n")
    sys.stdout.write(", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) + "\n")


if __name__ == "__main__":
    main()
