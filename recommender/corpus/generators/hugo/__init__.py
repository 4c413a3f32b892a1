"""Hugo: its configuration, languages, bundles, permalinks and what it does not build (as of Hugo 0.168)."""

from recommender.corpus.generators.hugo.site import Hugo, find_hugo

__all__ = ["Hugo", "find_hugo"]
