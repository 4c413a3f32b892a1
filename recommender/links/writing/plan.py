"""Which links go into which places of an article: what editors chose stays, what is free is filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.corpus.article import Article
from recommender.links.front_matter import Item, Kept, Written
from recommender.settings import RelatedSettings


@dataclass(frozen=True, slots=True)
class FillRules:
    """How proposals and what is there go together.

    Attributes
    ----------
    places : int
        Links that an article may have in all; more that are there already stay.
    overwrite : bool
        Proposals take the places from the first on, whatever is there.
    remove : bool
        Links that are not proposed go.
    """

    places: int
    overwrite: bool = False
    remove: bool = False


def plan(
    article: Article, targets: Sequence[int], wanted: Mapping[int, Written], related: RelatedSettings, rules: FillRules
) -> dict[int, Item]:
    """The new list of an article by place.

    Parameters
    ----------
    targets : sequence of int
        Aligned with `article.links`: rows of the linked articles, or negative codes for links that lead to none.
    wanted : mapping of int to Written
        Proposals, best first, by the rows of their articles; the article itself is not among them.

    Returns
    -------
    dict of int to Kept or Written
        Equal to `as_it_is` where nothing is to be done.
    """
    there: dict[int, int] = {}
    for position, target in enumerate(targets):
        if target >= 0:
            there.setdefault(target, position)
    proposed: list[Item] = [Kept(there[row]) if row in there else new for row, new in wanted.items()]
    used = {item.index for item in proposed if isinstance(item, Kept)}
    if not rules.overwrite and not rules.remove:
        return _filled(article, [item for item in proposed if isinstance(item, Written)], related, rules)
    if not wanted and not rules.remove:
        return as_it_is(article, related)
    if rules.overwrite:
        proposed = proposed[: rules.places]
        # Links in later places stay, but for repeats.
        later = [
            Kept(at)
            for at, (link, target) in enumerate(zip(article.links, targets, strict=True))
            if link.place > len(proposed) and at not in used and target not in wanted
        ]
        items = proposed if rules.remove else [*proposed, *later]
    else:
        stay: list[Item] = [Kept(at) for at in sorted(used)]
        new = [item for item in proposed if isinstance(item, Written)]
        items = [*stay, *new[: max(0, rules.places - len(stay))]]
    return dict(enumerate(items, start=1))


def as_it_is(article: Article, related: RelatedSettings) -> dict[int, Item]:
    """The list that an article has."""
    if related.shape == "numbered":
        return {link.place: Kept(at) for at, link in enumerate(article.links)}
    return {at + 1: Kept(at) for at in range(len(article.links))}


def in_groups(slots: Mapping[int, Item], count: int) -> dict[int, Item]:
    """The new list of an article with links in groups: those that stay keep their order.

    New links take the places of those that go, and the rest follow the last.

    Parameters
    ----------
    count : int
        How many links the article has.
    """
    stay = {item.index: item for item in slots.values() if isinstance(item, Kept)}
    new = iter([item for _, item in sorted(slots.items()) if isinstance(item, Written)])
    items = [stay[at] if at in stay else next(new, None) for at in range(count)]
    return dict(enumerate([*(item for item in items if item is not None), *new], start=1))


def _filled(article: Article, new: list[Item], related: RelatedSettings, rules: FillRules) -> dict[int, Item]:
    slots = as_it_is(article, related)
    free = max(0, rules.places - len(slots))
    numbers = (number for number in range(1, len(slots) + len(new) + 1) if number not in slots)
    if related.shape == "numbered":
        numbers = (number for number in range(1, related.slots + 1) if number not in slots)
    slots.update(zip(numbers, new[:free], strict=False))
    return dict(sorted(slots.items()))
