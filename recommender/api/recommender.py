"""From a site to its related links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from recommender.api.parameters import Parameters
from recommender.links.formats import save_links
from recommender.links.record import ArticleLinks, LinksFile
from recommender.settings import HubCorrection
from recommender.site.recommend import recommend_and_tell
from recommender.site.site import Site, require_site
from recommender.tables import Table, data_frame

if TYPE_CHECKING:
    from pandas import DataFrame

    from recommender.ranker.record import Ranker

_COLUMNS = ("source", "place", "target", "title", "score", "curated")


@dataclass(frozen=True, slots=True, repr=False)
class Recommendations:
    """The related links of a site.

    Attributes
    ----------
    links : LinksFile
    summary : tuple of str
        What was decided on the way: floors, duplicates left out, limits, churn.
    floor : float or None
        The lowest score that `min_precision` led to.
    """

    links: LinksFile
    summary: tuple[str, ...] = ()
    floor: float | None = None

    def __len__(self) -> int:
        """Number of articles that got a list."""
        return len(self.links.articles)

    def __iter__(self) -> Iterator[ArticleLinks]:
        return iter(self.links.articles)

    def save(self, path: str | Path) -> None:
        """Write a links file: .json, .yaml, .jsonl or .csv."""
        save_links(self.links, path)

    def _rows(self) -> list[tuple[Any, ...]]:
        return [
            (article.key, place, link.key, link.title, link.score, link.curated)
            for article in self.links.articles
            for place, link in enumerate(article.related, start=1)
        ]

    def __repr__(self) -> str:
        links = sum(len(article.related) for article in self)
        return f"<{links:,} related links for {len(self):,} articles>"

    def _repr_html_(self) -> str:
        rows = tuple(
            (source, str(place), title, "–" if score is None else f"{score:.3f}")
            for source, place, _, title, score, _ in self._rows()
        )
        title = f"{len(rows):,} related links for {len(self):,} articles"
        return Table(title, ("article", "place", "related", "score"), rows, self.summary)._repr_html_()

    def to_pandas(self) -> DataFrame:
        """A data frame of source, place, target, title, score and curated, a row for each link."""
        rows = self._rows()
        return data_frame({name: [row[column] for row in rows] for column, name in enumerate(_COLUMNS)})


class Recommender(Parameters):
    """Proposes related links for every article of a site.

    Parameters
    ----------
    k : int, optional
        Links per article. This and each parameter below that is None is as the site's settings say.
    min_score : float, optional
        A link of a lower score is not proposed.
    min_precision : str, optional
        A share such as ``"9 in 10"``, from which the lowest score is found.
    near_duplicates : bool, optional
        Whether a list may hold near-duplicates.
    diversity : float, optional
        Penalty, 0 to 1, for a link that resembles those before it.
    max_inbound, min_inbound : int, optional
        Most and fewest lists that may name one article.
    hubs : {"none", "csls", "local-scaling"}, optional
        How articles that are near to all others lose.
    only_missing : bool
        Only articles without curated links.
    keep_curated : bool
        Curated links first; proposals fill the free places.
    learn : bool
        Learn a ranker from the site's curated links in `fit`; it scores the candidates where it proves better.
    explain : bool
        Give the reasons for every link.

    Attributes
    ----------
    site_ : Site
    ranker_ : Ranker or None
        What `fit` learned.

    Examples
    --------
    >>> import recommender
    >>> site = recommender.open_site("data")
    >>> found = recommender.Recommender(k=2).fit(site).recommend()
    >>> len(found), sum(len(article.related) for article in found)
    (140, 280)
    """

    def __init__(
        self,
        k: int | None = None,
        *,
        min_score: float | None = None,
        min_precision: str | None = None,
        near_duplicates: bool | None = None,
        diversity: float | None = None,
        max_inbound: int | None = None,
        min_inbound: int | None = None,
        hubs: HubCorrection | None = None,
        only_missing: bool = False,
        keep_curated: bool = False,
        learn: bool = False,
        explain: bool = False,
    ) -> None:
        self.k = k
        self.min_score = min_score
        self.min_precision = min_precision
        self.near_duplicates = near_duplicates
        self.diversity = diversity
        self.max_inbound = max_inbound
        self.min_inbound = min_inbound
        self.hubs = hubs
        self.only_missing = only_missing
        self.keep_curated = keep_curated
        self.learn = learn
        self.explain = explain

    def fit(self, site: Site, y: object = None) -> Self:
        """Take a site, and learn from its curated links if `learn` says so.

        Parameters
        ----------
        site : Site
            See `recommender.open_site`.

        Raises
        ------
        InputError
            It is no opened site.
        """
        from recommender.site.fit import fit_ranker

        require_site(site)
        self.site_ = site
        self.ranker_: Ranker | None = fit_ranker(site) if self.learn else None
        return self

    def recommend(self, previous: LinksFile | Recommendations | None = None) -> Recommendations:
        """Propose related links.

        Parameters
        ----------
        previous : LinksFile or Recommendations, optional
            The last run's: its links stay unless something is better by a margin.

        Raises
        ------
        InputError
            Nothing was fitted, or a parameter is out of its range.
        """
        from recommender.selection.flags import with_links

        site: Site = self._fitted("site_")
        given = {
            name: getattr(self, name)
            for name in (
                "k", "min_score", "min_precision", "near_duplicates", "diversity", "max_inbound", "min_inbound", "hubs",
            )
        }  # fmt: skip
        settings = with_links(site.settings.links, {name: value for name, value in given.items() if value is not None})
        done = recommend_and_tell(
            site,
            settings,
            only_missing=self.only_missing,
            keep_curated=self.keep_curated,
            previous=previous.links if isinstance(previous, Recommendations) else previous,
            ranker=self.ranker_,
            explain=self.explain,
        )
        floor = done.selected.floor
        return Recommendations(done.links, tuple(done.selected.summary_lines()), None if floor is None else floor.score)
