"""The systems that a site has: its recommender, each view alone, the baselines, and lists from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from recommender.errors import InputError
from recommender.evaluator.result import CURATED
from recommender.evaluator.systems.registry import BASELINES, System, choose_systems, lacking
from recommender.evaluator.systems.task import Task, nothing
from recommender.neighbours.candidates import Candidates
from recommender.progress import Reporter
from recommender.ranker.record import Ranker
from recommender.settings import LinkSettings
from recommender.site.ranking import SiteRanker
from recommender.site.select import Ranking, select
from recommender.site.site import Site
from recommender.stages.space import WORDS

TEXT = "text"
"""Name of the recommender as the site configured it, without a ranker that learned from the site's links."""

TEXT_ONLY = "text-only"
"""Name of the same by texts alone, without folders and links inside texts."""

SELECTED = "selected"
"""Name of the lists as the site shows them, with every rule of its configuration, as deep as the measures look."""
RANKER = "ranker"


def recommender_names(site: Site) -> list[str]:
    """The recommender, the same by texts alone, its lists, and what it puts together, each alone: words and every view;
    no baselines.
    """
    return [TEXT, *([] if site.settings.links.text_only else [TEXT_ONLY]), SELECTED, *_views(site)]


def _views(site: Site) -> list[str]:
    words = [WORDS] if site.settings.words.share > 0 else []
    return [*words, *(view for view in site.settings.views if words or len(site.settings.views) > 1)]


def known_systems(site: Site, files: Mapping[str, Candidates], extra: Sequence[System]) -> dict[str, System]:
    """All systems by name, the recommender first.

    Raises
    ------
    InputError
        A file has the name of a system.
    """
    known = {TEXT: System(TEXT, "recommender", partial(_by_texts, site))}
    if not site.settings.links.text_only:
        known[TEXT_ONLY] = System(TEXT_ONLY, "recommender", partial(_by_texts_alone, site))
    known[SELECTED] = System(SELECTED, "recommender", partial(selected_lists, site))
    known.update((system.name, system) for system in extra)
    known.update((view, System(view, "view", partial(_by_view, site, view))) for view in _views(site))
    known.update(BASELINES)
    for name, candidates in files.items():
        if name in known or name in ("all", "baselines", CURATED):
            raise InputError(f"The name {name!r} belongs to a system of this program; give the run another one.")
        known[name] = System(name, "file", partial(_given, candidates))
    return known


def compared_systems(site: Site, models: Sequence[str] = (), sites: Mapping[str, Site] | None = None) -> list[System]:
    """The recommender with other models, and as other settings of the same articles have it, named ``text@NAME``.

    Raises
    ------
    ModelError
        There is no such model, or it cannot be used.
    InputError
        Other settings find other articles.
    """
    others = {name: site.with_model(name) for name in dict.fromkeys(models)}
    keys = [article.key for article in site.corpus.articles]
    for name, other in (sites or {}).items():
        if [article.key for article in other.corpus.articles] != keys:
            raise InputError(f"{name} finds other articles than the configuration that it is compared with")
        if name in others:
            raise InputError(f"two systems would be called {TEXT}@{name}; give the configuration another name")
        others[name] = other
    return [System(f"{TEXT}@{name}", "recommender", partial(_by_texts, other)) for name, other in others.items()]


def _by_texts(site: Site, task: Task) -> Candidates:
    return _of_sources(site.propose(task.depth), task)


def _by_texts_alone(site: Site, task: Task) -> Candidates:
    return _of_sources(site.propose(task.depth, text_only=True), task)


def selected_lists(
    site: Site, task: Task, settings: LinkSettings | None = None, *, ranker: Ranking | None = None
) -> Candidates:
    """The lists as a site shows them, by its own settings or others, of what a ranker proposes if one is given.

    Where a measure looks at more places than a list has, the list goes on by the same rules but those of the whole
    graph, which hold for the places shown alone.
    """
    wanted = settings or site.settings.links
    shown = select(site, wanted, ranker=ranker)
    lists = {row: [choice.row for choice in chosen] for row, chosen in shown.chosen.lists.items()}
    if task.cutoff > wanted.k:
        deeper = replace(
            wanted,
            k=task.cutoff,
            min_score=shown.rules.min_score,
            min_precision=None,
            max_inbound=None,
            min_inbound=0,
        )
        for row, chosen in select(site, deeper, ranker=ranker).chosen.lists.items():
            own = lists.setdefault(row, [])
            own += [choice.row for choice in chosen if choice.row not in own][: task.cutoff - len(own)]
    result = nothing(len(task.sources), max(map(len, lists.values()), default=1) or 1)
    for line, source in enumerate(task.sources.tolist()):
        rows = lists.get(source, [])
        result.indices[line, : len(rows)] = rows
        # The selection's own order: scores fall from place to place.
        result.scores[line, : len(rows)] = -np.arange(1, len(rows) + 1)
    return result


def _by_view(site: Site, view: str, task: Task) -> Candidates:
    return _of_sources(site.propose(task.depth, view), task)


def _of_sources(found: Candidates, task: Task) -> Candidates:
    if len(task.sources) == len(task.articles):
        return found
    return Candidates(found.indices[task.sources], found.scores[task.sources])


def _given(candidates: Candidates, _task: Task) -> Candidates:
    return candidates


def usable_systems(
    task: Task, names: Sequence[str], known: Mapping[str, System], always: Sequence[str], reporter: Reporter
) -> list[System]:
    """The systems that can run here. One that was named and cannot run is an error; another is left out with a note."""
    chosen = []
    for system in choose_systems([*names, *always], known):
        reason = lacking(system.name, task) if system.kind == "baseline" else None
        if reason is None:
            chosen.append(system)
        elif system.name in names:
            raise InputError(f"The system {system.name} cannot run on this site: {reason}.")
        else:
            reporter.note(f"{system.name} is left out: {reason}")
    return chosen


def ranker_systems(site: Site, ranker: Ranker, reporter: Reporter) -> list[System]:
    """The system `ranker`, and `selected` as the rules of the site's configuration choose from what it proposes.

    Each query is scored by what has not learned from its component of the link graph.

    An article that was in the fit is scored by the part of the ranker that was fitted without its component, another
    by the whole ranker; a note to `reporter` gives the number of each.
    """
    at_work: dict[bytes, SiteRanker] = {}

    def out_of_fold(task: Task) -> SiteRanker:
        # Both systems ask for the same articles, which are scored once.
        return at_work.setdefault(
            task.sources.tobytes(), SiteRanker(site, ranker, sources=task.sources, out_of_fold=True)
        )

    def propose(task: Task) -> Candidates:
        if ranker.whole is None:
            reporter.note(f"ranker is the default combination of text signals: {ranker.card.reason}")
        else:
            parts = ranker.unseen_parts([task.articles[row].key for row in task.sources.tolist()])
            known = int(np.sum(parts >= 0))
            reporter.note(
                f"ranker: {known:,} of {len(parts):,} lists by the part that has not learned from the article's "
                f"component, {len(parts) - known:,} by the whole (articles that were in no fit)"
            )
        found = out_of_fold(task).propose(task.depth)
        return Candidates(found.indices[task.sources], found.scores[task.sources])

    def select(task: Task) -> Candidates:
        return selected_lists(site, task, ranker=out_of_fold(task))

    return [System(RANKER, "recommender", propose), System(SELECTED, "recommender", select)]
