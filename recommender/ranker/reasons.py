"""Why a pair was proposed, in words that a person understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from recommender.ranker import list_signals
from recommender.ranker.additive import AdditiveModel
from recommender.ranker.lists_fit import DEFAULT
from recommender.ranker.score import SiteScorer, SiteSignals, signal_values
from recommender.ranker.signals import LISTED, SIGNALS, Pairs, Values

MOST = 3

# What counts less in log-odds is no reason.
_LEAST = 0.05
_LIKELY = 0.5
_OFTEN = 1.3
# Vectors of two short texts are seldom quite unlike: less is no reason.
_ALIKE = 0.5
# A title counts as named where so much of its rarity is.
_NAMED = 0.9
# Up and down between two folders.
_NEAR_FOLDERS = 2

# Signals that say one thing together, by the name of the one whose words are used.
_TOGETHER = {
    "text rank": "text",
    "stands out": "text",
    "batch share": "same batch",
    "id distance": "same batch",
    "articles between": "same batch",
    "days apart": "same batch",
    DEFAULT: "text",
    **{name + LISTED: "text" for name in list_signals.SIGNALS},
    **dict.fromkeys(("shared folders" + LISTED, "steps between folders" + LISTED, "folder size" + LISTED), "folder"),
    "same group" + LISTED: "same group",
}

# The log-odds of one candidate in fifty: where the default ranking gives more, it speaks for a link.
_DRAWN = -3.9


class Explainer:
    """Gives reasons for pairs of one site.

    Parameters
    ----------
    scorer : SiteScorer or None
        Reasons come in the order of what they count in its model; without one, all that hold for a pair are given,
        texts first.
    """

    def __init__(self, site: SiteSignals, scorer: SiteScorer | None = None) -> None:
        self._site = site
        self._scorer = scorer

    def reasons(self, sources: NDArray[np.int64], candidates: NDArray[np.int64]) -> list[tuple[str, ...]]:
        """At most three reasons for each pair, the strongest first.

        Parameters
        ----------
        sources, candidates : int64 arrays of shape (n_pairs,)
            Rows.
        """
        if self._scorer is not None:
            pairs = self._scorer.pairs(sources, candidates)
            values = signal_values(pairs, {*self._scorer.model.names, "text", "same group"})
            weights = _weights(self._scorer.model, values, len(sources))
        else:
            pairs = self._site.pairs(sources, candidates)
            values = signal_values(pairs, [name for name in _WORDS if name in SIGNALS])
            order = {name: 1 - place / 100 for place, name in enumerate(_WORDS)}
            weights = {name: np.full(len(sources), order[name]) for name in values if name in _WORDS}
        return [_of_pair(pairs, values, weights, place) for place in range(len(sources))]


def with_terms(reasons: tuple[str, ...], terms: tuple[str, ...]) -> tuple[str, ...]:
    """Reasons with the terms that both articles are about, in second place: the first is what counts most."""
    if not terms:
        return reasons
    about = "both about " + ", ".join(f"*{term}*" for term in terms)
    return (*reasons[:1], about, *reasons[1:])[:MOST]


def _weights(model: AdditiveModel, values: Mapping[str, Values], n: int) -> dict[str, NDArray[np.float64]]:
    """What each reason counts for each pair: the sum over its signals."""
    weights: dict[str, NDArray[np.float64]] = {}
    for name, function in model.functions.items():
        if name in values:
            reason = _TOGETHER.get(name, name)
            weights[reason] = weights.get(reason, np.zeros(n)) + function(values[name])
    for name, line in model.lines.items():
        if name in values:
            reason = _TOGETHER.get(name, name)
            counts = line(values[name]) - (_DRAWN if name == DEFAULT else 0)
            weights[reason] = weights.get(reason, np.zeros(n)) + counts
    return weights


def _of_pair(
    pairs: Pairs, values: Mapping[str, Values], weights: Mapping[str, NDArray[np.float64]], place: int
) -> tuple[str, ...]:
    found = []
    for name in sorted(weights, key=lambda name: (-weights[name][place], name)):
        say = _WORDS.get(name)
        text = say(pairs, values, place) if say is not None and weights[name][place] >= _LEAST else None
        if text is not None:
            found.append(text)
    # Texts alike are worth telling even where they do not decide.
    if not found and (text := _text(pairs, values, place)) is not None:
        found.append(text)
    return tuple(found[:MOST])


Say = Callable[[Pairs, Mapping[str, Values], int], str | None]


def _text(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
    value = float(values["text"][place])
    return f"the texts are alike: {value:.2f}" if value > 0 else None


def _view(name: str, plural: str) -> Say:
    def say(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
        value = float(values[f"view {name}"][place])
        return f"{plural} alike: {value:.2f}" if value >= _ALIKE else None

    return say


def _names(name: str, text: str) -> Say:
    return lambda _pairs, values, place: text if values[name][place] >= _NAMED else None


def _same_batch(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
    numbers = pairs.features.numbers
    distance = abs(numbers[pairs.sources[place]] - numbers[pairs.candidates[place]])
    if np.isnan(distance):
        return None
    apart = "the same id" if distance == 0 else f"ids {distance:.0f} apart"
    chance = float(pairs.same_batch[place])
    return f"added together ({chance:.0%} sure), {apart}" if chance >= _LIKELY else apart


def _holds(name: str, text: Callable[[Pairs, int], str]) -> Say:
    def say(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
        return text(pairs, place) if values[name][place] == 1 else None

    return say


def _fact(name: str, text: str) -> Say:
    """A reason that holds where there is something of a signal of place."""

    def say(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
        return text if name in pairs.facts and pairs.facts[name][place] > 0 else None

    return say


def _folder(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
    if "steps between folders" not in pairs.facts:
        return None
    steps = int(pairs.facts["steps between folders"][place])
    return "same folder" if steps == 0 else "folder beside or above" if steps <= _NEAR_FOLDERS else None


def _days(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
    days = pairs.features.days
    apart = abs(days[pairs.sources[place]] - days[pairs.candidates[place]])
    return None if np.isnan(apart) else "the same day" if apart == 0 else f"{apart:.0f} days apart"


def _group(pairs: Pairs, place: int) -> str:
    return f"same group: {pairs.features.group_names[pairs.features.groups[pairs.candidates[place]]]}"


def _affinity(pairs: Pairs, values: Mapping[str, Values], place: int) -> str | None:
    rate = float(values["group affinity"][place])
    groups = pairs.features.groups
    source, target = groups[pairs.sources[place]], groups[pairs.candidates[place]]
    if rate < _OFTEN or source < 0 or target < 0:
        return None
    names = pairs.features.group_names
    return f"editors link from {names[source]} to {names[target]} {rate:.1f} times as often as by chance"


# In the order in which they are given where no model weighs them.
_WORDS: dict[str, Say] = {
    "same title": _holds("same title", lambda _pairs, _place: "the same title"),
    "text": _text,
    "names": _names("names", "its title stands in the text"),
    "is named": _names("is named", "its text names this title"),
    "same batch": _same_batch,
    "group affinity": _affinity,
    "same group": _holds("same group", _group),
    "same folder": _holds("same folder", lambda _pairs, _place: "same folder"),
    "links it" + LISTED: _fact("links it", "the text links it"),
    "linked by it" + LISTED: _fact("linked by it", "its text links this article"),
    "linked together" + LISTED: _fact("linked together", "other articles link both"),
    "link the same" + LISTED: _fact("link the same", "both texts link the same articles"),
    "page of a folder above" + LISTED: _fact("page of a folder above", "the page of the folder above"),
    "folder": _folder,
    "days between" + LISTED: _days,
    "view title": _view("title", "titles"),
    "view question": _view("question", "questions"),
    "view answer": _view("answer", "answers"),
    "view description": _view("description", "descriptions"),
    "view keywords": _view("keywords", "keywords"),
}
