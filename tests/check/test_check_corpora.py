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
    # As counted by a few lines around PyYAML; most links into the other subjects lead nowhere here.
    result = check_corpus(quicktakes, Settings())
    counts = result.by_rule()
    assert (result.articles, result.links) == (2_855, 4_058)
    # 1,450 urls are of no article; 83 of these links have an id that one article has, and 2 one that two have.
    assert (counts["dangling-link"], counts["renamed-target"]) == (1_367, 83)
    assert counts["repeated-link"] == 289
    assert (counts["repeated-id"], counts["repeated-question"]) == (22, 28)
    assert not {"self-link", "numbering-gap"} & counts.keys()


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
