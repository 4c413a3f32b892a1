"""Related links for a folder of articles: proposed by meaning, measured against the links that editors curated.

>>> import recommender
>>> site = recommender.open_site("data")
>>> len(site.articles), len(site.curated_links)
(140, 333)

The main job at once:

>>> links = recommender.recommend(site, k=5)
>>> recommender.save_links(links, "related-links.json")  # doctest: +SKIP

Part by part, each of which can be exchanged:

>>> X = recommender.Embedder("english-static").transform(site.articles)
>>> candidates = recommender.NearestArticles(n_neighbors=30).fit(X, words=site.words).kneighbors()
>>> figures = recommender.Evaluator(["nDCG@10", "R@5"]).evaluate({"mine": candidates}, site.curated_links)
>>> figures.queries
124
>>> found = recommender.Recommender(k=5).fit(site).recommend()
>>> len(found)
140
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recommender.version import __version__

if TYPE_CHECKING:
    from recommender import plots
    from recommender.api.embedder import Embedder
    from recommender.api.evaluation import SiteEvaluation, evaluate
    from recommender.api.evaluator import Evaluator, Figures
    from recommender.api.nearest import NearestArticles
    from recommender.api.recommender import Recommendations, Recommender
    from recommender.check.all_rules import check_corpus
    from recommender.embedder.load import load_encoder
    from recommender.evaluator.curated import CuratedLinks
    from recommender.evaluator.structure import in_degrees
    from recommender.links.apply import apply_links
    from recommender.links.formats import load_links, save_links
    from recommender.links.planner import ApplyRules
    from recommender.links.record import ArticleLinks, LinksFile
    from recommender.links.writing.undo import undo
    from recommender.neighbours.candidates import Candidates
    from recommender.ranker.file import load_ranker, save_ranker
    from recommender.ranker.record import Ranker
    from recommender.settings import LinkSettings, Settings, WordSettings
    from recommender.settings_file import load_settings, parse_settings
    from recommender.site.articles import Articles
    from recommender.site.fit import fit_ranker
    from recommender.site.look import look
    from recommender.site.map import site_map
    from recommender.site.open import open_site
    from recommender.site.overview import group_names, overview, score_samples
    from recommender.site.reading import read_site
    from recommender.site.recommend import recommend
    from recommender.site.site import Site
    from recommender.tables import Table
    from recommender.trainer import TrainSettings, train
    from recommender.trainer import prepare as prepare_training

# The public names of each module, `NAME=CALLED` where it is called otherwise there; imported at the first use, so that
# importing the package costs nothing.
_HOMES = {
    "api.embedder": "Embedder",
    "api.evaluation": "SiteEvaluation evaluate",
    "api.evaluator": "Evaluator Figures",
    "api.nearest": "NearestArticles",
    "api.recommender": "Recommendations Recommender",
    "check.all_rules": "check_corpus",
    "embedder.load": "load_encoder",
    "evaluator.curated": "CuratedLinks",
    "evaluator.structure": "in_degrees",
    "links.apply": "apply_links",
    "links.formats": "load_links save_links",
    "links.planner": "ApplyRules",
    "links.record": "ArticleLinks LinksFile",
    "links.writing.undo": "undo",
    "neighbours.candidates": "Candidates",
    "ranker.file": "load_ranker save_ranker",
    "ranker.record": "Ranker",
    "settings": "LinkSettings Settings WordSettings",
    "settings_file": "load_settings parse_settings",
    "site.articles": "Articles",
    "site.fit": "fit_ranker",
    "site.look": "look",
    "site.map": "site_map",
    "site.open": "open_site",
    "site.overview": "group_names overview score_samples",
    "site.reading": "read_site",
    "site.recommend": "recommend",
    "site.site": "Site",
    "tables": "Table",
    "trainer": "TrainSettings prepare_training=prepare train",
}

__all__ = [
    "ApplyRules",
    "ArticleLinks",
    "Articles",
    "Candidates",
    "CuratedLinks",
    "Embedder",
    "Evaluator",
    "Figures",
    "LinkSettings",
    "LinksFile",
    "NearestArticles",
    "Ranker",
    "Recommendations",
    "Recommender",
    "Settings",
    "Site",
    "SiteEvaluation",
    "Table",
    "TrainSettings",
    "WordSettings",
    "__version__",
    "apply_links",
    "check_corpus",
    "evaluate",
    "fit_ranker",
    "group_names",
    "in_degrees",
    "load_encoder",
    "load_links",
    "load_ranker",
    "load_settings",
    "look",
    "open_site",
    "overview",
    "parse_settings",
    "plots",
    "prepare_training",
    "read_site",
    "recommend",
    "save_links",
    "save_ranker",
    "score_samples",
    "site_map",
    "train",
    "undo",
]


def __getattr__(name: str) -> Any:
    if name == "plots":
        return import_module("recommender.plots")
    for module, names in _HOMES.items():
        for public, _, called in (one.partition("=") for one in names.split()):
            if public == name:
                return getattr(import_module(f"recommender.{module}"), called or name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
