"""The texts of a site, each distinct one once, by number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.fields import DocumentReader
from recommender.corpus.reader import read_document
from recommender.embedder.text import plain_text
from recommender.errors import InputError
from recommender.site.site import Site


@dataclass(frozen=True, slots=True)
class SiteTexts:
    """Prepared texts, and which article has which.

    Attributes
    ----------
    views : dict of str to int32 array of shape (n_articles,)
        By view, the number of each article's text in `texts`, -1 where it has none.
    """

    texts: tuple[str, ...]
    views: dict[str, NDArray[np.int32]]


def read_texts(site: Site) -> SiteTexts:
    """Read the texts of all views that count, prepared as they are for encoding.

    Raises
    ------
    InputError
        A file changed since the site was opened.
    """
    names = [view for view, weight in site.settings.views.items() if weight > 0]
    views = {view: np.full(len(site.corpus), -1, dtype=np.int32) for view in names}
    numbers: dict[str, int] = {}
    reader = DocumentReader(site.settings)
    for row, article in enumerate(site.corpus.articles):
        document = read_document(site.content, article.path, reader).document
        if document is None:
            raise InputError(f"{site.content / article.path} changed while it was read; run again")
        for view in names:
            text = plain_text(document.texts.get(view, ""))
            if text.strip():
                views[view][row] = numbers.setdefault(text, len(numbers))
    return SiteTexts(tuple(numbers), views)
