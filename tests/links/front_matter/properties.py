"""What holds for every edit; the tests and the fuzzer ask the same."""

from __future__ import annotations

from typing import Any

import yaml

from recommender.corpus.front_matter import find_front_matter
from recommender.links.front_matter import WHOLE, Kept, Splice, edit_links, open_front_matter, spliced
from tests.links.front_matter.front_matters import Case


def load(text: str) -> Any:
    parts = find_front_matter(text)
    assert parts is not None
    return yaml.safe_load(parts.yaml(text)) or {}


def at(data: Any, path: list[str]) -> Any:
    for name in path:
        data = (data or {}).get(name)
    return data


def without(data: Any, path: list[str], names: set[str]) -> Any:
    """A copy of `data` without the related fields; mappings that held nothing else go too."""
    if not isinstance(data, dict):
        return data
    if not path:
        return {key: value for key, value in data.items() if key not in names}
    copy = {key: without(value, path[1:], names) if key == path[0] else value for key, value in data.items()}
    return {key: value for key, value in copy.items() if key != path[0] or value}


def fields(case: Case) -> tuple[list[str], dict[str, int]]:
    *path, name = case.related.field.split(".")
    if case.related.shape != "numbered":
        return path, {name: 0}
    return path, {name.replace("{n}", str(number)): number for number in range(1, case.related.slots + 1)}


def expected(case: Case, order: list[int]) -> dict[int, Any]:
    """The links as data by place, from what was generated and asked for."""
    found: dict[int, Any] = {}
    for label, item in case.slots.items():
        if isinstance(item, Kept):
            link = case.links[order[item.index]]
            change = dict(item.changes)
            found[label] = change[WHOLE] if WHOLE in change else {**link, **change} if isinstance(link, dict) else link
        else:
            found[label] = item.parts[WHOLE] if WHOLE in item.parts else dict(item.parts)
    return found


def in_file_order(case: Case) -> list[int]:
    """Positions in `case.links` of the links as they are read: numbered ones by their numbers."""
    opened = open_front_matter(case.text, case.related)
    path, names = fields(case)
    if case.related.shape != "numbered":
        return list(range(len(case.links)))
    data = at(load(case.text), path) or {}
    read = [data[name] for name in names if data.get(name)]
    assert len(opened.links) == len(case.links) == len(read)
    taken: list[int] = []
    for link in read:
        taken.append(next(n for n, one in enumerate(case.links) if n not in taken and one == link))
    return taken


def links_become_what_was_asked_and_nothing_else_changes(case: Case) -> None:
    edit = edit_links(case.text, case.slots, case.related)
    path, names = fields(case)
    before, after = load(case.text), load(edit.text)
    meant = expected(case, in_file_order(case))
    holder = at(after, path) or {}
    if case.related.shape == "numbered":
        assert {names[name]: holder[name] for name in names if holder.get(name)} == meant
    else:
        found = holder.get(next(iter(names)))
        items = found if isinstance(found, list) else [found]
        assert [item for item in items if item is not None] == [meant[label] for label in sorted(meant)]
    assert without(after, path, set(names)) == without(before, path, set(names))
    assert list(without(after, path, set(names))) == list(without(before, path, set(names)))


def every_other_byte_stays(case: Case) -> None:
    edit = edit_links(case.text, case.slots, case.related)
    before, after = find_front_matter(case.text), find_front_matter(edit.text)
    assert before is not None
    assert after is not None
    assert edit.text[: after.start] == case.text[: before.start]
    assert edit.text[after.end :] == case.text[before.end :]
    position = after.start
    for piece in case.others:
        found = edit.text.find(piece.rstrip(), position)
        assert found >= 0, piece
        position = found + len(piece.rstrip())
    # Undone from the splices alone, as the journal does it.
    back, moved = [], 0
    for splice in sorted(edit.splices, key=lambda one: (one.start, one.end)):
        start = splice.start + moved
        back.append(Splice(start, start + len(splice.text), case.text[splice.start : splice.end]))
        moved += len(splice.text) - (splice.end - splice.start)
    assert spliced(edit.text, back) == case.text


def what_is_as_asked_is_not_touched(case: Case) -> None:
    once = edit_links(case.text, case.slots, case.related).text
    links = open_front_matter(once, case.related).links
    same = {
        link.link.place if case.related.shape == "numbered" else at: Kept(at - 1) for at, link in enumerate(links, 1)
    }
    twice = edit_links(once, same, case.related)
    assert (twice.text, twice.splices) == (once, ())
