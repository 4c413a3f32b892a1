"""The articles of a site as a sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.corpus.corpus import Corpus
from recommender.errors import InputError
from recommender.settings import Precision, Settings
from recommender.tables import Table, data_frame

if TYPE_CHECKING:
    from pandas import DataFrame

_COLUMNS = ("key", "title", "group", "date", "language", "path")


class OpenedSite(Protocol):
    """A site as its articles need it; see `recommender.site.site.Site`."""

    content: Path
    settings: Settings

    @property
    def corpus(self) -> Corpus: ...

    def vectors(self, view: str) -> NDArray[np.float32]: ...

    def text_vectors(self) -> NDArray[np.float32]: ...

    def with_model(
        self, name: str | None, *, device: str | None = None, precision: Precision | None = None
    ) -> OpenedSite: ...


class Articles(Sequence[Article]):
    """Articles of a site, all or some, in the order of their keys unless they were chosen otherwise.

    Parameters
    ----------
    site : Site
    rows : integer array
        Which articles of the site.

    Attributes
    ----------
    site : Site
    rows : int64 array of shape (n_articles,)
    """

    def __init__(self, site: OpenedSite, rows: NDArray[np.integer]) -> None:
        self.site = site
        self.rows = rows.astype(np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Article: ...

    @overload
    def __getitem__(self, place: slice | Sequence[int] | NDArray[np.integer | np.bool_]) -> Articles: ...

    def __getitem__(self, place: int | slice | Sequence[int] | NDArray[np.integer | np.bool_]) -> Article | Articles:
        if isinstance(place, str):
            raise InputError(f"expected a place or places; found {place!r}: recommender.look finds articles by key")
        if isinstance(place, int | np.integer):
            return self.site.corpus.articles[int(self.rows[place])]
        return Articles(self.site, self.rows[place])

    def __iter__(self) -> Iterator[Article]:
        return (self.site.corpus.articles[row] for row in self.rows.tolist())

    def __repr__(self) -> str:
        return f"<{len(self):,} articles of {self.site.content}>"

    def _table(self) -> Table:
        rows = tuple(tuple("" if cell is None else str(cell) for cell in _cells(article)) for article in self)
        return Table(f"{len(self):,} articles of {self.site.content}", _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()

    def to_pandas(self) -> DataFrame:
        """A data frame of key, title, group, date, language and path, a row for each article."""
        rows = [_cells(article) for article in self]
        return data_frame({name: [row[place] for row in rows] for place, name in enumerate(_COLUMNS)})


def _cells(article: Article) -> tuple[object, ...]:
    return (article.key, article.title, article.group, article.date, article.language, article.path)
