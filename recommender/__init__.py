"""Related links for a folder of articles: proposed by meaning, measured against the links that editors curated.

>>> import recommender
>>> site = recommender.open_site("data")                          # doctest: +SKIP
>>> links = recommender.recommend(site, k=5)                      # doctest: +SKIP
>>> recommender.save_links(links, "related-links.json")           # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.check.run import check_corpus
    from recommender.embedder.load import load_encoder
    from recommender.links.apply import apply_links
    from recommender.links.formats import load_links, save_links
    from recommender.links.writing.undo import undo
    from recommender.settings import LinkSettings, Settings
    from recommender.settings_file import load_settings
    from recommender.site.look import look
    from recommender.site.open import open_site
    from recommender.site.reading import read_site
    from recommender.site.recommend import recommend
    from recommender.site.site import Site

__version__ = "0.2.0"

# Where each public name stands; imported when first used, so that importing the package costs nothing.
_HOMES = {
    "LinkSettings": "recommender.settings",
    "Settings": "recommender.settings",
    "Site": "recommender.site.site",
    "apply_links": "recommender.links.apply",
    "check_corpus": "recommender.check.run",
    "load_encoder": "recommender.embedder.load",
    "load_links": "recommender.links.formats",
    "load_settings": "recommender.settings_file",
    "look": "recommender.site.look",
    "open_site": "recommender.site.open",
    "read_site": "recommender.site.reading",
    "recommend": "recommender.site.recommend",
    "save_links": "recommender.links.formats",
    "undo": "recommender.links.writing.undo",
}

__all__ = [
    "LinkSettings",
    "Settings",
    "Site",
    "__version__",
    "apply_links",
    "check_corpus",
    "load_encoder",
    "load_links",
    "load_settings",
    "look",
    "open_site",
    "read_site",
    "recommend",
    "save_links",
    "undo",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
