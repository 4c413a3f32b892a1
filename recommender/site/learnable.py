"""Whether a site's curated links are enough to learn a ranker from, as earlier runs found: known without learning."""

from __future__ import annotations

import msgspec

from recommender.digest import digest
from recommender.ranker.list_score import model_name
from recommender.site.site import Site
from recommender.stages.cache import recall, remember

# To be raised when a fit declines for other reasons.
_SPACE = b"can learn 2"


def recall_can_learn(site: Site) -> bool | None:
    """Whether a ranker could be learned when it was last asked of the same curated links; None where it never was."""
    return recall(site.where.store.cache, _SPACE, _links_name(site), bool)


def remember_can_learn(site: Site, can: bool) -> None:
    """Keep the answer for `recall_can_learn`."""
    remember(site.where.store.cache, _SPACE, _links_name(site), can)


def _links_name(site: Site) -> bytes:
    """Names the curated links and all that says which of them teach."""
    links = [(article.key, article.links) for article in site.corpus.articles if article.links]
    return digest(
        site.where.site,
        model_name(),
        repr((site.settings.related, site.settings.fields)).encode(),
        repr(site.decisions.decided).encode(),
        site.sources.tobytes(),
        site.targets.tobytes(),
        msgspec.msgpack.encode(links),
    )
