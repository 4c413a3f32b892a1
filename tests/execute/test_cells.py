"""Large sites: the stages find what one machine finds, to the byte, by cells of any size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommender.errors import OutputError
from recommender.execute.arrays import ARRAYS, open_arrays, write_arrays
from recommender.execute.engine import EngineSettings
from recommender.execute.unfinished import in_place
from recommender.neighbours.join import Effort
from recommender.neighbours.recall import Thresholds
from recommender.settings import Settings, WordSettings
from recommender.site.open import open_site
from recommender.site.staged import open_staged
from recommender.stages.stage import Ragged
from tests.conftest import article
from tests.execute.sites import write_articles
from tests.execute.test_staged import TODAY, links_of, tally_of

EXACT_UP_TO = 100


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = write_articles(tmp_path_factory.mktemp("site") / "content", 500, words=60)
    # One without a known word has no vector and finds nothing.
    (content / "none.md").write_text(article("none", 9_999, "?", "..."))
    return content


# Sites of 101 articles are large, and the first effort is too little.
LARGE = Thresholds(exact_up_to=EXACT_UP_TO, effort=Effort(reach=16, terms=1, postings=4, found=2))


@pytest.mark.parametrize(("share", "blocks"), [(0.7, 1), (0.7, 5), (0.0, 5), (1.0, 5)])
def test_the_links_are_those_of_one_machine(generated: Path, tmp_path: Path, share: float, blocks: int) -> None:
    settings = replace(Settings(), words=WordSettings(share=share))
    settings = replace(settings, links=replace(settings.links, recall=0.9))
    one = open_site(generated, settings, use_cache=False, today=TODAY, thresholds=LARGE)
    expected = links_of(one)
    engine = EngineSettings(workdir=tmp_path / "work", shards=3, blocks=blocks, thresholds=LARGE)
    with open_staged(generated, settings, engine, jobs=1, today=TODAY) as site:
        assert links_of(site) == expected
        audit = site.plan.audits[None]
        assert audit == one.plan.audits[None]
        assert 0.9 <= audit.recall_ratio <= 1
        assert tally_of(site).run["try-cells"] > 2
        again = tally_of(site).run.copy()
        site.propose(50)
        assert tally_of(site).run == again


def test_all_neighbours_are_found_where_all_are_asked_for(generated: Path, tmp_path: Path) -> None:
    settings = replace(Settings(), links=replace(Settings().links, recall=1.0))
    engine = EngineSettings(workdir=tmp_path / "work", thresholds=LARGE)
    with open_staged(generated, settings, engine, jobs=1, today=TODAY) as site:
        assert links_of(site) == links_of(
            open_site(generated, settings, use_cache=False, today=TODAY, thresholds=LARGE)
        )
        assert not site.plan.audits
        assert tally_of(site).run["search"] > 1
        assert "assign" not in tally_of(site).run


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    columns = {
        "vectors": np.arange(9, dtype=np.float32).reshape(3, 3),
        "none": np.empty((0, 4), np.int32),
        "lists": Ragged(np.array([5, 6, 7], np.int32), np.array([0, 2, 2, 3])),
    }
    place = tmp_path / "stage" / f"x{ARRAYS}"
    write_arrays(columns, place)
    held = open_arrays(place)
    assert list(held) == ["vectors", "none", "lists"]
    assert held["vectors"].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert held["none"].shape == (0, 4)
    assert [part.tolist() for part in held["lists"]] == [[5, 6, 7], [0, 2, 2, 3]]
    held["vectors"][0] = 7
    assert open_arrays(place)["vectors"][0].tolist() == [0, 1, 2]
    write_arrays(columns, place)
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_a_folder_that_could_not_be_filled_is_not_there(tmp_path: Path) -> None:
    def fill() -> None:
        with in_place(tmp_path / f"x{ARRAYS}") as folder:
            folder.mkdir()
            (folder / "half").write_bytes(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        fill()
    assert not list(tmp_path.iterdir())
