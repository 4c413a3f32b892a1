"""The main job on a site whose stages are files."""

from __future__ import annotations

import datetime as dt

from recommender.engine.choose import is_local
from recommender.engine.lists import load_lists, load_report
from recommender.engine.ranks import load_duplicates
from recommender.engine.selection import FLOW_UP_TO, Selection
from recommender.engine.site import StagedSite
from recommender.links.record import LinksFile, links_file
from recommender.neighbours.rerank import RERANKED
from recommender.progress import Reporter
from recommender.ranker.record import Ranker
from recommender.selection.choose import Chosen
from recommender.selection.rules import ChoiceRules
from recommender.site.recommend import Recommendation, recommend_and_tell
from recommender.site.select import DEEPER, MAX_DEPTH, Selected, first_depth


def recommend_in_stages(
    site: StagedSite,
    *,
    only_missing: bool = False,
    keep_curated: bool = False,
    previous: LinksFile | None = None,
    frozen_before: dt.date | None = None,
    ranker: Ranker | None = None,
    explain: bool = False,
    reporter: Reporter | None = None,
    flow_up_to: int = FLOW_UP_TO,
) -> Recommendation:
    """As `recommender.site.recommend.recommend_and_tell`, with the same result.

    Where lists ask of nothing but their own article's candidates, they are chosen in stages too. So is how many lists
    name an article, at most and at least, on a site of more than `flow_up_to` articles, with other lists. All else is
    done here.
    """
    wanted = site.settings.links
    rules = ChoiceRules.of(wanted, min_score=wanted.min_score, only_missing=only_missing, keep_curated=keep_curated)
    asks_more = previous is not None or ranker is not None or explain or wanted.min_precision is not None
    asks_more |= bool(site.decisions.decided or site.decisions.unknown)
    # Where it fits the memory, a flow over the whole graph gives the best lists that keep limits.
    asks_more |= bool(rules.limits) and len(site.corpus) <= flow_up_to
    if asks_more or not is_local(rules) or not len(site.corpus):
        return recommend_and_tell(
            site,
            only_missing=only_missing,
            keep_curated=keep_curated,
            previous=previous,
            frozen_before=frozen_before,
            ranker=ranker,
            explain=explain,
            reporter=reporter,
        )
    selected = _selected(site, rules)
    found = links_file(site.corpus.articles, selected.chosen.lists, model=site.encoder.name, k=rules.k)
    return Recommendation(found, selected)


def _selected(site: StagedSite, rules: ChoiceRules) -> Selected:
    stages, selection = site.stages, Selection(site.stages)
    depth = first_depth(rules)
    while True:
        lists = selection.lists(depth, rules)
        report = load_report(lists.paths, lists.graph)
        if not report.cut_short or depth >= min(MAX_DEPTH, len(site.targets)):
            break
        depth *= DEEPER
    audit = stages.neighbours(max(depth, RERANKED)).audit
    if audit is not None:
        site.similarity.audits[None] = audit
    score = None if selection.duplicates is None else load_duplicates(selection.duplicates).threshold
    return Selected(Chosen(load_lists(lists.paths), report), rules, None, 0, score, site.decisions)
