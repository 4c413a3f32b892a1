"""Real sites load as their owners would expect; nothing of their text is kept here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from recommender.corpus.corpus import Corpus
from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL, resolve_links
from recommender.execute.ingest import ingest
from recommender.progress import Silent
from recommender.settings import Settings
from recommender.settings_file import load_settings
from recommender.stages.cache import NoCache
from tests.conftest import ROOT

pytestmark = pytest.mark.corpora


def load(content: Path, settings: Settings) -> tuple[int, Counter[str], int, Counter[str]]:
    """Articles, kinds of curated links, queries, and rules of the problems."""
    return count(ingest(content, settings, NoCache(), Silent()).corpus, settings)


def count(corpus: Corpus, settings: Settings) -> tuple[int, Counter[str], int, Counter[str]]:
    kinds: Counter[str] = Counter()
    queries = 0
    for row, targets in enumerate(resolve_links(corpus.articles, settings).targets):
        named = {DANGLING: "dangling", EXTERNAL: "external", AMBIGUOUS: "ambiguous", row: "self"}
        found = [named.get(target, "article") for target in targets.tolist()]
        kinds.update(found)
        queries += "article" in found
    return len(corpus), kinds, queries, Counter(problem.rule for problem in corpus.problems)


@pytest.mark.xdist_group("quicktakes")
def test_quicktakes(quicktakes: Corpus) -> None:
    articles, kinds, queries, problems = count(quicktakes, Settings())
    assert (articles, queries, problems) == (2_855, 842, Counter())
    assert kinds == {"article": 2_691, "dangling": 1_365, "ambiguous": 2}


def test_kong(corpora: Path) -> None:
    articles, kinds, queries, problems = load(
        corpora / "kong" / "app", load_settings(ROOT, ROOT / "examples/kong.yaml")
    )
    assert articles > 1_300
    assert queries > 1_000
    assert kinds["article"] > 2_500
    assert kinds["external"] > 100
    # Pages without a title are partials, and no other file of the site is refused.
    assert set(problems) == {"missing-field"}


def test_optech(corpora: Path) -> None:
    settings = load_settings(ROOT, ROOT / "examples/optech.yaml")
    articles, kinds, queries, problems = load(corpora / "optech" / "_topics", settings)
    assert (articles, queries, problems) == (157, 120, Counter())
    assert kinds == {"article": 208, "external": 39, "dangling": 4}
