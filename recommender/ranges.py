"""The range of every number that a person may give, whether by an option, in a configuration or in Python."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Range:
    """The finite numbers from `least` to `most`.

    Attributes
    ----------
    least, most : float
        Both bounds are allowed, `least` only if it is not `above_least`.
    kind : {"a whole number", "a number"}
    above_least : bool
        Whether `least` itself is outside the range.

    Examples
    --------
    >>> K.problem(5)
    >>> K.problem(0)
    'must be a whole number from 1 to 10,000; found 0'
    >>> RECALL.problem(float("nan"))
    'must be a number above 0 and at most 1; found nan'
    """

    least: float
    most: float
    kind: Literal["a whole number", "a number"] = "a whole number"
    above_least: bool = False

    def __str__(self) -> str:
        least, most = _plain(self.least), _plain(self.most)
        return f"{self.kind} " + (
            f"above {least} and at most {most}" if self.above_least else f"from {least} to {most}"
        )

    def problem(self, value: float) -> str | None:
        """What is wrong with a number, None if it is in the range."""
        # Neither infinity nor NaN is between two finite numbers.
        if self.least <= value <= self.most and not (self.above_least and value == self.least):
            return None
        return f"must be {self}; found {_shown(value)}"

    def read(self, text: str) -> float | int:
        """The number that a person wrote.

        Raises
        ------
        ValueError
            The text is no number of this range; the message says what was expected.
        """
        try:
            value = int(text) if self.kind == "a whole number" else float(text)
        except ValueError:
            value = math.nan
        if self.problem(value) is not None:
            raise ValueError(f"expected {self}; found {text[:_SHOWN]!r}")
        return value


_SHOWN = 40  # Characters of a wrong number that a message repeats.


def _shown(value: float) -> str:
    # A whole number may have more digits than Python writes out.
    return f"{value}" if not isinstance(value, int) or abs(value) < 10**_SHOWN else f"a number of over {_SHOWN} digits"


def _plain(bound: float) -> str:
    return f"{bound:,.0f}" if bound == int(bound) else f"{bound:g}"


MOST_ARTICLES = 10_000_000

RATIO = Range(0, 1, "a number")
K = Range(1, 10_000)
SCORE = Range(-1_000_000, 1_000_000, "a number")
MARGIN = Range(0, 1_000_000, "a number")
MAX_INBOUND = Range(1, MOST_ARTICLES)
MIN_INBOUND = Range(0, MOST_ARTICLES)
RECALL = Range(0, 1, "a number", above_least=True)
CUTOFF = Range(1, 10_000)
FOLDS = Range(2, 1_000)
SEED = Range(0, 2**32 - 1)
JOBS = Range(1, 1_024)
SLOTS = Range(1, 1_000)
FILE_BYTES = Range(1, 1_000_000_000)
WEIGHT = Range(0, 1_000_000, "a number")
COUNT = Range(0, 1_000)
