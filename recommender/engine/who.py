"""Which articles of a shard get links and may be linked, and what else the selection asks of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.embed import records_of
from recommender.engine.order import rows_of
from recommender.engine.tables import array, read_table
from recommender.settings import SourceSettings, WhoSettings

if TYPE_CHECKING:
    import pyarrow as pa

WHO = "who"


def who(
    shard_path: Path, order_path: Path, shard: int, sources: SourceSettings, targets: WhoSettings, today: dt.date
) -> pa.Table:
    """``row``, ascending; ``source`` and ``target``, whether it gets links and may be linked; and ``language``, a hash
    of its name, 0 for none.
    """
    import pyarrow as pa

    from recommender.neighbours.cells import key_hashes
    from recommender.selection.who import admit, language_of

    places, rows = rows_of(order_path, shard)
    by_row = np.argsort(rows)
    records = records_of(shard_path)
    articles = [article for place in places[by_row] if (article := records[place].article) is not None]
    columns: dict[str, NDArray[np.generic]] = {"row": rows[by_row]}
    for name, settings in (("source", sources), ("target", targets)):
        may = np.zeros(len(articles), dtype=np.bool_)
        may[admit(articles, settings, today).rows] = True
        columns[name] = may
    languages = [language_of(article) for article in articles]
    known = np.array([bool(language) for language in languages], dtype=np.bool_)
    columns["language"] = np.where(known, key_hashes(language.encode() for language in languages), 0).astype(np.uint64)
    return pa.table(columns)


@dataclass(frozen=True, slots=True)
class Roles:
    """Rows of the articles that get links, and that may be linked, ascending."""

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]


def load_roles(paths: Sequence[Path]) -> Roles:
    """The roles of all articles."""
    tables = [read_table(path) for path in paths]
    rows = np.concatenate([np.empty(0, np.int32), *(array(table, "row") for table in tables)])
    masks = (
        np.concatenate([np.empty(0, np.bool_), *(array(table, name) for table in tables)])
        for name in ("source", "target")
    )
    sources, targets = (np.sort(rows[mask]) for mask in masks)
    return Roles(sources, targets)


def load_languages(paths: Sequence[Path]) -> NDArray[np.uint64]:
    """The hash of every article's language, 0 for none."""
    tables = [read_table(path, ["row", "language"]) for path in paths]
    order = np.argsort(np.concatenate([array(table, "row") for table in tables]))
    languages: NDArray[np.uint64] = np.concatenate([array(table, "language") for table in tables])[order]
    return languages
