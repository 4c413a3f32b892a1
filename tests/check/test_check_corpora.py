"""What is known to be wrong on the real sites is found there."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.check.all_rules import check_corpus
from recommender.corpus.corpus import Corpus
from recommender.settings import Settings
from recommender.settings_file import load_settings
from recommender.site.reading import read_site
from tests.conftest import ROOT

pytestmark = pytest.mark.corpora


@pytest.mark.xdist_group("quicktakes")
def test_quicktakes(quicktakes: Corpus) -> None:
    # Four fifths of the site; all of it had 309 dangling links, 2 self links, 8,008 repeats, 2,402 ids and 2,609
    # questions on several articles.
    result = check_corpus(quicktakes, Settings())
    counts = result.by_rule()
    assert (result.articles, result.links) == (28_816, 82_503)
    # One link to nowhere has an id that one article has.
    assert counts["dangling-link"] + counts["renamed-target"] == 232
    assert (counts["self-link"], counts["repeated-link"]) == (1, 6_285)
    assert (counts["repeated-id"], counts["repeated-question"]) == (1_812, 1_989)
    assert "numbering-gap" not in counts


def test_kong(corpora: Path) -> None:
    settings = load_settings(ROOT, ROOT / "examples/kong.yaml")
    counts = check_corpus(read_site(corpora / "kong/app", settings, use_cache=False).corpus, settings).by_rule()
    # Links carry texts of their own, so titles are none of its business; many lead to pages that are not Markdown.
    assert "stale-title" not in counts
    assert counts["dangling-link"] > 700
    assert counts["renamed-target"] > 10
    assert counts["self-link"] == 5


def test_optech(corpora: Path) -> None:
    settings = load_settings(ROOT, ROOT / "examples/optech.yaml")
    result = check_corpus(read_site(corpora / "optech/_topics", settings, use_cache=False).corpus, settings)
    assert result.by_rule() == {"dangling-link": 4}
