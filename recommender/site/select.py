"""From an opened site to its lists, by the rules that its settings name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.languages import translations
from recommender.corpus.resolve import link_pairs
from recommender.decisions.meaning import Decided
from recommender.decisions.of_site import SiteDecisions
from recommender.errors import InputError
from recommender.links.record import LinksFile
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import row_products
from recommender.progress import Reporter, Silent, stage
from recommender.selection.choose import Chosen, choose_by_parts
from recommender.selection.eligibility import language_numbers
from recommender.selection.floor import Floor, calibrated_floor, parse_precision, probability_floor
from recommender.selection.lists import Choice
from recommender.selection.rules import ChoiceRules, ListInputs
from recommender.settings import LinkSettings
from recommender.site.site import Site

# Candidates per place, so that lists are full after the rules have left some out.
_DEPTH_PER_PLACE = 4
_MIN_DEPTH = 30
_MIN_DEPTH_WITH_LIMITS = 50
# While a list is short, search DEEPER times as deep, up to MAX_DEPTH.
DEEPER = 4
MAX_DEPTH = 200
_PAIRS_DRAWN = 20_000
_FEW_CURATED = 50


class Proposer(Protocol):
    """Gives candidates, and the scores of pairs that it may not have proposed: a site, or a ranker on it."""

    def propose(self, depth: int, /) -> Candidates: ...

    def pair_scores(self, left: NDArray[np.integer], right: NDArray[np.integer], /) -> NDArray[np.float64]: ...


class Ranking(Proposer, Protocol):
    """A proposer that may give probabilities that an editor would choose the link."""

    @property
    def gives_probabilities(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class LastRun:
    """What an earlier run linked, as far as it can still be linked.

    Attributes
    ----------
    lists : dict of int to tuple of Choice
        By row.
    lost : int
        Links to articles that are gone or may no longer be linked.
    """

    lists: dict[int, tuple[Choice, ...]] = field(default_factory=dict)
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Selected:
    """The lists of a site and what they were chosen by.

    Attributes
    ----------
    floors : mapping of str to Floor
        By language, as its scores are its own; by ``""`` of a site that is compared as a whole.
    """

    chosen: Chosen
    rules: ChoiceRules
    floors: Mapping[str, Floor]
    lost: int
    duplicate_score: float | None
    decisions: SiteDecisions | None = None

    @property
    def floor(self) -> Floor | None:
        """The lowest one."""
        return min(self.floors.values(), key=lambda floor: floor.score, default=None)

    def summary_lines(self) -> list[str]:
        """Lines about the selection, in the form of a command's summary."""
        report, lines = self.chosen.report, []
        if self.decisions is not None and report.decided is not None:
            lines.append(f"decisions     {report.decided} ({self.decisions.path})")
        if self.decisions is not None and self.decisions.unknown:
            lines.append(f"              {self.decisions.unknown:,} articles that decisions name are not here")
        if self.duplicate_score is not None and report.duplicates:
            lines.append(f"duplicates    {report.duplicates:,} kept out of lists (they say the same as another)")
        for language, floor in self.floors.items():
            lines.append(f"floor         {f'{language}, ' if language else ''}{floor}")
        if report.empty_places:
            lines.append(f"empty places  {report.empty_places:,}")
        if report.graph is not None:
            lines.append(f"link graph    {report.graph}")
            if report.graph.short:
                lines.append(f"              {report.graph.short:,} by fewer than {self.rules.min_inbound}")
        if report.churn is not None:
            lines.append(f"churn         {report.churn} (margin {report.margin:.3f})")
            if self.lost:
                lines.append(f"              {self.lost:,} led to articles that are gone or may no longer be linked")
        return lines


def select(
    site: Site,
    settings: LinkSettings | None = None,
    *,
    only_missing: bool = False,
    keep_curated: bool = False,
    previous: LinksFile | None = None,
    frozen_before: dt.date | None = None,
    ranker: Ranking | None = None,
    decisions: SiteDecisions | None = None,
    reporter: Reporter | None = None,
) -> Selected:
    """Choose the lists of a site.

    Parameters
    ----------
    settings : LinkSettings, optional
        By default the site's.
    only_missing, keep_curated : bool
        See `ChoiceRules`.
    previous : LinksFile, optional
        The last run's: its links stay unless something is better by a margin.
    frozen_before : datetime.date, optional
        Articles of an earlier date keep the list that they have in `previous`, or none.
    ranker : Ranking, optional
        Gives candidates and scores, instead of the site.
    decisions : SiteDecisions, optional
        What editors decided. Not taken from the site, since lists that are to be measured may not know it.

    Raises
    ------
    InputError
        `frozen_before` without `previous`.
    """
    wanted = settings or site.settings.links
    if not wanted.same_language:
        site = site.mixed()
    reporter = reporter or Silent()
    proposer: Proposer = ranker or site
    if frozen_before is not None and previous is None:
        raise InputError("to leave old pages alone, the last run's links file is needed: --previous FILE")
    found = _Floors()
    if wanted.min_precision is not None:
        with stage(reporter, "calibrate"):
            found = _floors(site, ranker, parse_precision(wanted.min_precision), wanted.k)
    rules = ChoiceRules.of(wanted, only_missing=only_missing, keep_curated=keep_curated)
    last = LastRun() if previous is None else last_run(previous, site)
    duplicates = None if wanted.near_duplicates or not len(site.corpus) else site.duplicates
    inputs = replace(
        _inputs(site, proposer, rules, last, frozen_before, Decided() if decisions is None else decisions.decided),
        clusters=_clusters(site, None if duplicates is None else duplicates.labels, same_language=wanted.same_language),
        languages=language_numbers(site.corpus.articles, site.settings.languages.apart)
        if wanted.same_language
        else None,
        floors=found.of_rows,
        pair_scores=proposer.pair_scores,
    )
    depth = first_depth(rules)
    while True:
        candidates = proposer.propose(depth)
        with stage(reporter, "choose"):
            chosen = choose_by_parts(candidates, rules, inputs)
        if not chosen.report.cut_short or depth >= min(MAX_DEPTH, len(site.targets)):
            duplicate_score = None if duplicates is None else duplicates.threshold
            return Selected(chosen, rules, found.by_language, last.lost, duplicate_score, decisions)
        depth *= DEEPER


def first_depth(rules: ChoiceRules) -> int:
    """How many candidates of each article to begin with."""
    return max(_MIN_DEPTH_WITH_LIMITS if rules.limits else _MIN_DEPTH, _DEPTH_PER_PLACE * rules.k)


def last_run(file: LinksFile, site: Site) -> LastRun:
    """The lists of a links file by row."""
    rows = site.corpus.rows
    linkable = set(site.targets.tolist())
    lists: dict[int, tuple[Choice, ...]] = {}
    lost = 0
    for article in file.articles:
        if article.key not in rows:
            continue
        found = []
        for related in article.related:
            row = rows.get(related.key, -1)
            if row in linkable or (row >= 0 and related.curated):
                found.append(Choice(row, related.score, related.curated))
            else:
                lost += 1
        lists[rows[article.key]] = tuple(found)
    return LastRun(lists, lost)


def curated_scores(proposer: Proposer, curated: Sequence[NDArray[np.int32]]) -> list[NDArray[np.float64]]:
    """The score of every curated link, in the shape of `curated`; NaN where it leads to no article."""
    links = link_pairs(curated)
    if not len(links.targets):
        return [np.empty(0) for _ in curated]
    known = links.targets >= 0
    flat = np.full(len(links.targets), np.nan)
    flat[known] = proposer.pair_scores(links.sources[known], links.targets[known])
    return np.split(flat, np.cumsum([len(targets) for targets in curated])[:-1])


def _inputs(
    site: Site,
    proposer: Proposer,
    rules: ChoiceRules,
    last: LastRun,
    frozen_before: dt.date | None,
    decided: Decided,
) -> ListInputs:
    # Resolving every curated link takes a second on a large site and is not always needed.
    curated = site.resolved.targets if rules.keep_curated or rules.only_missing else None
    vectors = site.text_vectors() if rules.diversity > 0 and len(site.corpus) else None
    articles = enumerate(site.corpus.articles)
    return ListInputs(
        sources=site.sources,
        targets=site.targets,
        curated=curated,
        curated_scores=curated_scores(proposer, curated) if curated is not None and rules.keep_curated else None,
        similarity=None if vectors is None else lambda left, right: row_products(vectors, left, right),
        decided=decided,
        decided_scores=_decided_scores(proposer, decided),
        previous=last.lists,
        frozen=frozenset()
        if frozen_before is None
        else frozenset(row for row, article in articles if article.date is not None and article.date < frozen_before),
    )


def _decided_scores(proposer: Proposer, decided: Decided) -> dict[tuple[int, int], float]:
    sources, targets = decided.pairs("accept", "pin")
    if not len(sources):
        return {}
    scores = proposer.pair_scores(sources, targets)
    return dict(zip(zip(sources.tolist(), targets.tolist(), strict=True), scores.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Floors:
    by_language: Mapping[str, Floor] = field(default_factory=dict)
    of_rows: NDArray[np.float64] | None = None


def _floors(site: Site, ranker: Ranking | None, precision: float, k: int) -> _Floors:
    """The floor of each language, whose scores depend on its own articles."""
    n, parts = len(site.corpus), site.parts
    if ranker is not None or parts is None:
        is_probability = ranker is not None and ranker.gives_probabilities
        floor = probability_floor(precision) if is_probability else _floor(site, ranker or site, precision, k)
        return _Floors({"": floor}, np.full(n, floor.score))
    found, of_rows = {}, np.full(n, -np.inf)
    for part in parts.parts:
        # One article has nothing to be compared with.
        if len(part.rows) > 1 and len(part.site.targets):
            floor = found[part.language] = _floor(part.site, part.site, precision, k)
            # What names no language has candidates of all: the strictest floor is its own.
            of_rows[part.rows] = np.maximum(of_rows[part.rows], floor.score)
    return _Floors(found, of_rows)


def _floor(site: Site, proposer: Proposer, precision: float, k: int) -> Floor:
    """The floor of this site and model: from the editors' pairs, or the proposals' where there are few, and pairs drawn
    at random.
    """
    rng = np.random.default_rng(0)
    if len(site.corpus) < 2 or not len(site.targets):
        raise InputError(f"{site.content} holds too few articles to find a lowest score (min_precision)")
    left = rng.integers(0, len(site.corpus), _PAIRS_DRAWN)
    right = rng.choice(site.targets, _PAIRS_DRAWN)
    links = link_pairs(site.resolved.targets)
    n = len(site.corpus)
    is_linked = np.isin(left * n + right, links.sources * n + links.targets)
    apart = (left != right) & ~is_linked
    random = proposer.pair_scores(left[apart], right[apart])
    usable = np.flatnonzero((links.targets >= 0) & (links.targets != links.sources))
    if len(usable) >= _FEW_CURATED:
        drawn = np.sort(rng.choice(usable, min(len(usable), _PAIRS_DRAWN), replace=False))
        return calibrated_floor(proposer.pair_scores(links.sources[drawn], links.targets[drawn]), random, precision)
    proposed = proposer.propose(k).scores[:, :k]
    return calibrated_floor(proposed[np.isfinite(proposed)], random, precision, basis="proposed")


def _clusters(site: Site, duplicates: NDArray[np.int32] | None, *, same_language: bool) -> NDArray[np.int32] | None:
    """What a list names one of at most: near-duplicates and, where languages may mix, a page's translations."""
    pages = None if same_language else translations(site.corpus.articles, site.settings.languages)
    if pages is None or duplicates is None:
        return duplicates if pages is None else pages
    # Near-duplicates of a page's translations are near-duplicates of it.
    by_page = np.full(len(pages), len(pages), dtype=np.int32)
    np.minimum.at(by_page, pages, duplicates)
    return by_page[pages]
