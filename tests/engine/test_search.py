"""Large sites: the stages find what one machine finds, to the byte, by cells of any size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommender.engine.arrays import SUFFIX, ArraysWriter, open_arrays, write_folder
from recommender.engine.run import EngineSettings, open_staged
from recommender.errors import OutputError
from recommender.neighbours.join import Effort
from recommender.settings import Settings, WordSettings
from recommender.site.open import open_site
from tests.conftest import article
from tests.engine.sites import write_articles
from tests.engine.test_stages import TODAY, links_of

EXACT_UP_TO = 100


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = write_articles(tmp_path_factory.mktemp("site") / "content", 500, words=60)
    # One without a known word has no vector and finds nothing.
    (content / "none.md").write_text(article("none", 9_999, "?", "..."))
    return content


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites of 101 articles are large, and the first effort is too little."""
    monkeypatch.setattr("recommender.site.similarity.EXACT_UP_TO", EXACT_UP_TO)
    little = Effort(reach=16, terms=1, postings=4, found=2)
    for module in ("recommender.engine.search", "recommender.neighbours.approximate"):
        monkeypatch.setattr(f"{module}.first_effort", lambda _: little)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("share", "blocks"), [(0.7, 1), (0.7, 5), (0.0, 5), (1.0, 5)])
def test_the_links_are_those_of_one_machine(generated: Path, tmp_path: Path, share: float, blocks: int) -> None:
    settings = replace(Settings(), words=WordSettings(share=share))
    settings = replace(settings, links=replace(settings.links, recall=0.9))
    one = open_site(generated, settings, use_cache=False, today=TODAY)
    expected = links_of(one)
    engine = EngineSettings(workdir=tmp_path / "work", shards=3, blocks=blocks, exact_up_to=EXACT_UP_TO)
    with open_staged(generated, settings, engine, jobs=1, today=TODAY) as site:
        assert links_of(site) == expected
        audit = site.similarity.audits[None]
        assert audit == one.similarity.audits[None]
        assert 0.9 <= audit.recall_ratio <= 1
        assert site.stages.tally.run["try-cells"] > 2
        again = site.stages.tally.run.copy()
        site.stages.neighbours(50)
        assert site.stages.tally.run == again


@pytest.mark.usefixtures("large")
def test_all_neighbours_are_found_where_all_are_asked_for(generated: Path, tmp_path: Path) -> None:
    settings = replace(Settings(), links=replace(Settings().links, recall=1.0))
    engine = EngineSettings(workdir=tmp_path / "work", exact_up_to=EXACT_UP_TO)
    with open_staged(generated, settings, engine, jobs=1, today=TODAY) as site:
        assert links_of(site) == links_of(open_site(generated, settings, use_cache=False, today=TODAY))
        assert not site.similarity.audits
        assert site.stages.tally.run["join"] > 1
        assert "assign" not in site.stages.tally.run


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        with ArraysWriter(folder) as writer:
            writer.append("vectors", np.arange(6, dtype=np.float32).reshape(2, 3))
            writer.append("vectors", np.arange(3, dtype=np.float32).reshape(1, 3))
            writer.append("none", np.empty((0, 4), np.int32))
            with pytest.raises(ValueError, match="vectors holds <f4"):
                writer.append("vectors", np.zeros((1, 2), np.float32))

    place = tmp_path / "stage" / f"x{SUFFIX}"
    write_folder(place, fill)
    held = open_arrays(place)
    assert held["vectors"].tolist() == [[0, 1, 2], [3, 4, 5], [0, 1, 2]]
    assert held["none"].shape == (0, 4)
    held["vectors"][0] = 7
    assert open_arrays(place)["vectors"][0].tolist() == [0, 1, 2]
    write_folder(place, fill)
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_a_folder_that_could_not_be_filled_is_not_there(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "half").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        write_folder(tmp_path / f"x{SUFFIX}", fails)
    assert not list(tmp_path.iterdir())
