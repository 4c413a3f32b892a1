"""From files to articles: front matter, the site's field mapping, curated links and what they mean."""

from recommender.corpus.article import Article, Document, Link
from recommender.corpus.corpus import Corpus

__all__ = ["Article", "Corpus", "Document", "Link"]
