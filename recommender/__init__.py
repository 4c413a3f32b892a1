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

# The module of each public name, and what it is called there if it is called otherwise; imported at the first use, so
# that importing the package costs nothing.
_HOMES = {
    "ApplyRules": "links.planner",
    "ArticleLinks": "links.record",
    "Articles": "site.articles",
    "Candidates": "neighbours.candidates",
    "CuratedLinks": "evaluator.curated",
    "Embedder": "api.embedder",
    "Evaluator": "api.evaluator",
    "Figures": "api.evaluator",
    "LinkSettings": "settings",
    "LinksFile": "links.record",
    "NearestArticles": "api.nearest",
    "Ranker": "ranker.record",
    "Recommendations": "api.recommender",
    "Recommender": "api.recommender",
    "Settings": "settings",
    "Site": "site.site",
    "SiteEvaluation": "api.evaluation",
    "Table": "tables",
    "TrainSettings": "trainer",
    "WordSettings": "settings",
    "apply_links": "links.apply",
    "check_corpus": "check.all_rules",
    "evaluate": "api.evaluation",
    "fit_ranker": "site.fit",
    "group_names": "site.overview",
    "in_degrees": "evaluator.structure",
    "load_encoder": "embedder.load",
    "load_links": "links.formats",
    "load_ranker": "ranker.file",
    "load_settings": "settings_file",
    "look": "site.look",
    "open_site": "site.open",
    "overview": "site.overview",
    "parse_settings": "settings_file",
    "prepare_training": "trainer:prepare",
    "read_site": "site.reading",
    "recommend": "site.recommend",
    "save_links": "links.formats",
    "save_ranker": "ranker.file",
    "score_samples": "site.overview",
    "site_map": "site.map",
    "train": "trainer",
    "undo": "links.writing.undo",
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
    if name in _HOMES:
        module, _, attribute = _HOMES[name].partition(":")
        return getattr(import_module(f"recommender.{module}"), attribute or name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
