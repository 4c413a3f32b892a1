"""The words of the plan: stages, the parts that they make, the columns that these hold, and where all of it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest

if TYPE_CHECKING:
    from recommender.stages.cache import Cache

Columns = Mapping[str, Any]
"""Arrays, `Ragged` lists, and lists of strings or bytes, by name; those of a file may be read when first used."""


class Ragged(NamedTuple):
    """Lists of numbers.

    Attributes
    ----------
    values : array
        All lists one after the other.
    starts : int64 array of shape (n + 1,)
        Where each list begins, and the last ends.
    """

    values: NDArray[Any]
    starts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step from columns to columns.

    Attributes
    ----------
    version : int
        To be raised when the same input gives other columns.
    make : callable
        A function of a module, so that it can be sent by name to another process. It depends on its arguments alone.
    title : str
        What progress calls it.
    is_table : bool
        All columns have a line for each line of the others: they can be kept in one Parquet file.
    is_heavy : bool
        It needs a model that is loaded once and kept: on a cluster by an actor; here it has the machine for itself.
    """

    name: str
    version: int
    make: Callable[..., Columns]
    title: str
    is_table: bool = False
    is_heavy: bool = False


class Part(NamedTuple):
    """A piece of what a stage makes.

    Attributes
    ----------
    number : int
        Which piece.
    slot : bytes
        Names what the piece is of from run to run: a later one of the same slot takes its place.
    name : bytes
        Names all that the columns depend on: what has this name is right.
    is_table : bool
        See `Stage`.
    """

    stage: str
    number: int
    slot: bytes
    name: bytes
    is_table: bool = False


def part_of(stage: Stage, *made_from: bytes, number: int = 0, slot: bytes = b"") -> Part:
    """The part of a stage that is made from what has these names."""
    own = stage.name.encode(), stage.version.to_bytes(4, "little")
    return Part(stage.name, number, digest(own[0], slot), digest(*own, *made_from), stage.is_table)


class Before(NamedTuple):
    """Among the arguments of a call: the columns of what an earlier run kept in the slot of a part, None without."""

    part: Part


class Call(NamedTuple):
    """The making of one part.

    Attributes
    ----------
    arguments : tuple
        Of the stage's function. A `Part` among them, or in a tuple among them, is replaced by its columns where the
        function is called.
    """

    part: Part
    arguments: tuple[Any, ...]


class Store(Protocol):
    """Where the columns of parts are kept."""

    @property
    def cache(self) -> Cache:
        """Small results of any kind, by name."""

    def has(self, part: Part) -> bool:
        """Whether the part is there."""

    def read(self, part: Part) -> Columns | None:
        """The columns of a part, None where it is not there or cannot be read."""

    def last(self, part: Part) -> Columns | None:
        """What an earlier run kept in the slot of a part, whatever its name."""

    def write(self, part: Part, columns: Columns) -> None:
        """Keep the columns of a part; what was in its slot may go."""

    def hold(self, part: Part, columns: Columns) -> None:
        """Keep the columns for this process, not for a later run."""


class Executor(Protocol):
    """Calls the functions of stages."""

    @property
    def threads(self) -> int | None:
        """Threads that a call may use; None for one per processor."""

    def ranges(self, n: int, most: int) -> list[tuple[int, int]]:
        """How `n` rows are shared out to calls: the first row of each, and the row after its last.

        Parameters
        ----------
        n, most : int
            Rows, and how many of them one call may hold where all calls share this process.
        """

    def map(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Columns]:
        """The columns of all calls in their order; what is in the store already is not made again.

        Raises
        ------
        RecommenderError
            A part cannot be made. What is made stays.
        """

    def summary(self) -> list[str]:
        """Lines about the calls so far, in the form of a command's summary."""
