"""The links file: what it says, and its formats."""

from recommender.links.formats import dump_links, load_links, save_links
from recommender.links.record import ArticleLinks, LinksFile, Related, links_file

__all__ = ["ArticleLinks", "LinksFile", "Related", "dump_links", "links_file", "load_links", "save_links"]
