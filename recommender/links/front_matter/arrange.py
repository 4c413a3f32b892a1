"""Which of the entries in a file hold the new links, so that as few lines as possible change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.links.front_matter.items import Item, Kept


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the file.

    Attributes
    ----------
    label : int
        Its number; in a list its one-based position.
    link : int or None
        Its position in `Article.links`, None for an empty place.
    """

    label: int
    link: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """What becomes of one new link.

    Attributes
    ----------
    entry : int or None
        The entry whose place it takes; None for one that is inserted after the place before it in order.
    stays : bool
        The entry is this very link: only its changes are made.
    """

    label: int
    item: Item
    entry: int | None
    stays: bool


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Places in the order of their labels, and the entries that go."""

    places: tuple[Place, ...]
    removed: tuple[int, ...]


def arrange(entries: Sequence[Entry], slots: Mapping[int, Item]) -> Arrangement:
    """Give every new link a place.

    Where the links that stay keep their order, they stay where they are (a numbered one is renamed), and new ones take
    the entries that become free between them. Else each link goes where its label is.

    Parameters
    ----------
    entries : sequence of Entry
        In the order of the file.
    slots : mapping of int to Item
        New links by label.
    """
    where = {entry.link: position for position, entry in enumerate(entries) if entry.link is not None}
    labels = sorted(slots)
    kept = [(label, where[item.index]) for label in labels if isinstance(item := slots[label], Kept)]
    positions = [position for _, position in kept]
    if positions == sorted(positions):
        fixed = dict(kept)
        places = _between(entries, slots, labels, fixed)
    else:
        fixed = {label: position for label, position in kept if entries[position].label == label}
        own = {entry.label: position for position, entry in enumerate(entries)}
        places = [
            Place(label, slots[label], fixed.get(label, own.get(label)), stays=label in fixed) for label in labels
        ]
    used = {place.entry for place in places}
    removed = tuple(
        position
        for position, entry in enumerate(entries)
        # An empty place stays as it is.
        if position not in used and (entry.link is not None or entry.label in slots)
    )
    return Arrangement(tuple(places), removed)


def _between(
    entries: Sequence[Entry], slots: Mapping[int, Item], labels: list[int], fixed: dict[int, int]
) -> list[Place]:
    places: list[Place] = []
    last = -1
    for number, label in enumerate(labels):
        if label in fixed:
            last = fixed[label]
            places.append(Place(label, slots[label], last, stays=True))
            continue
        limit = next((fixed[later] for later in labels[number:] if later in fixed), len(entries))
        free = range(last + 1, limit)
        own = [position for position in free if entries[position].label == label]
        entry = next(iter(own or free), None)
        if entry is not None:
            last = entry
        places.append(Place(label, slots[label], entry, stays=False))
    return places
