"""What is in a site, in figures: groups, lengths, curated links, near-duplicates, and what pairs score."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.resolve import link_pairs
from recommender.evaluator.judgements import LinkCounts, judge_by_links
from recommender.site.site import Site

NO_GROUP = "(none)"
"""Stands for the group of articles that have none."""

_MOST_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class Overview:
    """A site in figures.

    Attributes
    ----------
    groups : dict of str to int
        Articles by group, the largest group first, equal ones by name.
    chars : dict of str to int64 array of shape (n,)
        Length of every article's texts in characters, by view.
    links : LinkCounts
        What became of the curated links.
    in_degrees, out_degrees : int64 array of shape (n,)
        How many other articles' curated links name each article, and how many others it names.
    flows : int64 array of shape (n_groups, n_groups)
        Curated links from the articles of one group to those of another, in the order of `groups`.
    duplicates : int
        Articles that say the same as another.
    """

    groups: dict[str, int]
    chars: dict[str, NDArray[np.int64]]
    links: LinkCounts
    in_degrees: NDArray[np.int64]
    out_degrees: NDArray[np.int64]
    flows: NDArray[np.int64]
    duplicates: int

    def summary_lines(self) -> list[str]:
        """A line for each subject, in the form of a command's summary."""
        n = len(self.in_degrees)
        links = self.links
        lines = [f"articles      {n:,} in {len(self.groups):,} groups"]
        lines += [
            f"{name:<14}{np.median(chars):,.0f} characters in the middle, {chars.max():,} at most, "
            f"missing in {int((chars == 0).sum()):,}"
            for name, chars in self.chars.items()
            if n
        ]
        others = {
            "lead nowhere": links.dangling,
            "lead to other sites": links.external,
            "name several articles": links.ambiguous,
            "name their own article": links.to_self,
            "name articles that may not be linked": links.not_eligible,
            "are repeated": links.repeated,
        }
        rest = "".join(f", {count:,} {what}" for what, count in others.items() if count)
        lines.append(f"curated       {links.written:,} links, {links.kept:,} from one article to another{rest}")
        lines.append(
            f"link graph    {int((self.out_degrees == 0).sum()):,} articles link to none, "
            f"{int((self.in_degrees == 0).sum()):,} are linked by none, the most frequent by "
            f"{int(self.in_degrees.max(initial=0)):,}"
        )
        lines.append(f"duplicates    {self.duplicates:,} articles say the same as another")
        return lines


def overview(site: Site) -> Overview:
    """Look at a site as a whole.

    Parameters
    ----------
    site : Site
    """
    names = group_names(site)
    counts = Counter(names)
    groups = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    number = {name: place for place, name in enumerate(groups)}
    of_article = np.array([number[name] for name in names], dtype=np.int64)
    n = len(site.corpus)
    judged = judge_by_links(site.resolved.targets, np.isin(np.arange(n), site.targets))
    sources, targets = curated_pairs(site)
    flows = np.zeros((len(groups), len(groups)), dtype=np.int64)
    np.add.at(flows, (of_article[sources], of_article[targets]), 1)
    return Overview(
        groups=groups,
        chars={
            view: np.array([texts[view].chars for texts in site.corpus.texts], dtype=np.int64)
            for view in site.settings.views
        },
        links=judged.counts,
        in_degrees=np.bincount(targets, minlength=n),
        out_degrees=np.bincount(sources, minlength=n),
        flows=flows,
        duplicates=sum(len(rows) for rows in site.duplicates.clusters()) if n else 0,
    )


def group_names(site: Site) -> list[str]:
    """The group of every article, in row order; `NO_GROUP` for those without."""
    return [article.group or NO_GROUP for article in site.corpus.articles]


def curated_pairs(site: Site) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the sources and targets of the curated links between different articles, each pair once, ascending."""
    n = len(site.corpus)
    links = link_pairs(site.resolved.targets)
    usable = (links.targets >= 0) & (links.targets != links.sources)
    codes = np.unique(links.sources[usable] * n + links.targets[usable])
    return codes // max(n, 1), codes % max(n, 1)


def score_samples(site: Site, k: int | None = None, *, seed: int = 0) -> dict[str, NDArray[np.float64]]:
    """What pairs score: ``"proposed"`` ones, ``"curated"`` ones, and ``"random"`` ones.

    Parameters
    ----------
    site : Site
    k : int, optional
        Proposals of each article; by default the site's places.
    seed : int
        Of what is drawn: at most 20,000 curated pairs, and at most as many random ones.
    """
    rng = np.random.default_rng(seed)
    n = len(site.corpus)
    proposed = site.propose(k or site.settings.links.k).scores
    sources, targets = curated_pairs(site)
    if len(sources) > _MOST_PAIRS:
        drawn = np.sort(rng.choice(len(sources), _MOST_PAIRS, replace=False))
        sources, targets = sources[drawn], targets[drawn]
    left, right = rng.integers(0, max(n, 1), (2, min(_MOST_PAIRS, 10 * n)))
    apart = left != right
    return {
        "proposed": proposed[np.isfinite(proposed)],
        "curated": site.pair_scores(sources, targets),
        "random": site.pair_scores(left[apart], right[apart]),
    }
