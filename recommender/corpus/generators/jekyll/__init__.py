"""Jekyll: its permalink styles, collections, front matter defaults and what it does not build (as of Jekyll 4.3)."""

from recommender.corpus.generators.jekyll.site import Jekyll, find_jekyll

__all__ = ["Jekyll", "find_jekyll"]
