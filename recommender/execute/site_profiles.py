"""The profiles of a site's articles: those of an earlier run, with those that changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.execute.site_words import FEW_CHANGED, MOST_ARTICLES, UPDATE_RATIO, SiteWords
from recommender.lexical.profiles import PROFILES_VERSION, Profiles, WordTable, profiles_by_parts, word_table
from recommender.lexical.update import changed_values, columns_now
from recommender.splices import places_of, spliced, spliced_starts, spliced_values
from recommender.stages.space import profile_columns
from recommender.stages.stage import Columns, Stage, Store, part_of

SITE_PROFILES = Stage("profiles", 1, dict, "weigh words")


def site_profiles(words: SiteWords, title_weight: int, store: Store, site: bytes) -> Mapping[str, Any]:
    """The columns of the profiles of all articles.

    Parameters
    ----------
    title_weight : int
        As how many each occurrence in the title was counted.
    store : Store
        May have those of an earlier run; keeps these if many changed.
    site : bytes
        Names the site.
    """
    table = word_table(words.weighed.shared)
    recipe = digest(words.recipe, PROFILES_VERSION, title_weight.to_bytes(8, "little"))
    part = part_of(SITE_PROFILES, recipe, words.rows.tobytes(), slot=digest(site, recipe))
    base, found = store.last(part) if len(words.rows) <= MOST_ARTICLES else None, None
    if base is not None:
        places = places_of(words.rows, base["names"])
        found = _updated(base, places, words, table, title_weight)
        if found is not None and int((places < 0).sum()) <= FEW_CHANGED:
            return profile_columns(found)
    if found is None:
        found = profiles_by_parts(words.parts, table, title_weight)
    columns = profile_columns(found)
    if store.cache.folder is not None and len(words.rows) <= MOST_ARTICLES:
        store.write(part, {**columns, "names": words.rows, "rarest": np.array([table.rarest])})
    return columns


def _updated(
    base: Columns, places: NDArray[np.int64], words: SiteWords, table: WordTable, title_weight: int
) -> Profiles | None:
    """An earlier run's brought up to date, None where too many change; `places` says where each article is there."""
    if float(base["rarest"][0]) != table.rarest:
        return None
    changed = changed_values(base["word_terms"], base["word_rarity"], table.terms, table.rarity)
    again = np.union1d(words.holding(changed), np.flatnonzero(places < 0))
    if len(again) > UPDATE_RATIO * len(places):
        return None
    made = table.profiles(words.counts_of(again), title_weight)
    places = places.copy()
    places[again] = -1
    held, starts = base["words"]
    moved = columns_now(base["word_terms"], table.terms)
    held = held if moved is None else moved[held]
    return Profiles(
        spliced_starts(starts, made.starts, places),
        spliced_values((held, starts), (made.words, made.starts), places),
        spliced_values((base["marks"], starts), (made.marks, made.starts), places),
        table.terms,
        table.rarity,
        spliced(base["lengths"], made.lengths, places),
        spliced(base["title_rarity"], made.title_rarity, places),
        spliced(base["title_names"], made.title_names, places),
    )
