from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

import recommender.neighbours.approximate as approximate
import recommender.site.open as open_module
from recommender.links.formats import dump_links
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.join import Effort
from recommender.neighbours.recall import Thresholds
from recommender.settings import Settings
from recommender.site.open import open_site
from recommender.site.recommend import recommend
from recommender.site.site import Site
from recommender.stages.memo import CellMemo
from recommender.stages.neighbours import packed, unpacked
from tests.conftest import article

WriteSite = Callable[[dict[str, str]], Path]
N = 400
TOPICS = ["cell membrane water salt", "price money goods tax", "ion nerve voltage axon", "river delta flood rain"]
FEW = Effort(reach=30, terms=2, postings=4, found=3)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of a small site are small."""
    monkeypatch.setattr(approximate, "cell_count", lambda n: max(1, n // 10))


LARGE = Thresholds(exact_up_to=100, effort=FEW)


@pytest.fixture
def content(write_site: WriteSite) -> Path:
    rng = np.random.default_rng(0)

    def text(count: int) -> str:
        own = [word + str(rng.integers(40)) for word in rng.choice(TOPICS).split()]
        return " ".join(rng.choice([*own, *rng.choice(TOPICS).split()], count))

    return write_site({f"{n:03}.md": article(f"a{n:03}", n, "About " + text(3), text(30)) for n in range(N)})


def run(content: Path, cache: Path | None, recall: float = 0.9) -> tuple[Site, str]:
    settings = Settings()
    settings = replace(settings, links=replace(settings.links, recall=recall))
    site = open_site(content, settings, cache_dir=cache, use_cache=cache is not None, thresholds=LARGE)
    return site, dump_links(recommend(site), ".json")


def test_a_large_site_is_searched_nearly_and_audited(content: Path, tmp_path: Path) -> None:
    site, nearly = run(content, None)
    audit = site.plan.audits[None]
    assert 0.9 <= audit.recall_ratio < 1
    assert audit.articles == N
    exact_site, exact = run(content, None, recall=1)
    assert None not in exact_site.plan.audits
    assert nearly != exact
    assert run(content, tmp_path / "c")[1] == nearly


def test_nothing_is_searched_where_nothing_changed(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, links = run(content, tmp_path / "c")
    monkeypatch.setattr(approximate, "nearly_nearest", None)
    again, same = run(content, tmp_path / "c")
    assert same == links
    assert again.plan.audits == first.plan.audits


@pytest.mark.parametrize("change", ["edit", "add", "remove", "hide"])
def test_a_run_after_a_change_gives_what_a_full_run_from_the_same_cells_gives(
    content: Path, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(content, tmp_path / "c")
    path = content / "100.md"
    if change == "edit":
        path.write_text(path.read_text().replace("About", "River nerve"))
    elif change == "add":
        (content / "new.md").write_text(article("a0505", 900, "About river price", "money flood rain"))
    elif change == "remove":
        path.unlink()
    else:
        path.write_text(path.read_text().replace("subject:", "no_index: true\nsubject:"))
    shutil.copytree(tmp_path / "c", tmp_path / "full")
    searched = []
    kept = CellMemo.keep
    monkeypatch.setattr(
        CellMemo,
        "keep",
        lambda self, tasks, found: (searched.append(sum(len(one.queries) for one in tasks)), kept(self, tasks, found)),
    )
    site, links = run(content, tmp_path / "c")
    assert 0 < sum(searched) < N
    monkeypatch.setattr(CellMemo, "recall", lambda self, tasks: [None] * len(tasks))
    full, all_links = run(content, tmp_path / "full")
    assert links == all_links
    assert site.plan.audits == full.plan.audits


def test_candidates_are_the_same_after_they_were_packed() -> None:
    scores = np.array([[0.123457, -0.000001, -np.inf], [1.0, 0.5, 0.0]])
    found = Candidates(np.array([[4, 0, -1], [1, 2, 3]], dtype=np.int32), scores)
    again = unpacked(packed(found))
    assert again.indices.tolist() == found.indices.tolist()
    assert again.scores.tolist() == found.scores.tolist()


def test_the_command_tells_what_was_found(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_module, "Thresholds", lambda: LARGE)
    from typer.testing import CliRunner

    from recommender.cli.app import app

    arguments = ["links", str(content), "-o", str(tmp_path / "x.json"), "--no-cache"]
    nearly = CliRunner().invoke(app, [*arguments, "--recall", "0.9"])
    assert re.search(
        r"^neighbours    9\d\.\d% of the 10 nearest found, by exact search for 400 articles$", nearly.stdout, re.M
    )
    exact = CliRunner().invoke(app, [*arguments, "--recall", "1"])
    assert exact.exit_code == 0
    assert not re.search("^neighbours ", exact.stdout, re.M)
    refused = CliRunner().invoke(app, [*arguments, "--recall", "0"])
    assert refused.exit_code != 0


def test_an_evaluation_tells_it_too(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_module, "Thresholds", lambda: LARGE)
    from typer.testing import CliRunner

    from recommender.cli.app import app

    first, second = sorted(content.glob("*.md"))[:2]
    url = yaml.safe_load(second.read_text().split("---")[1])["url"]
    first.write_text(first.read_text().replace("---\n", f"---\nrelated_article1:\n    url: {url}\n", 1))
    told = CliRunner().invoke(app, ["evaluate", str(content), "--no-cache", "--systems", "text,answer"])
    assert told.exit_code == 0
    found = r"^neighbours    \d+\.\d% of the 10 nearest found, by exact search for 400 articles"
    assert re.search(f"{found}$", told.stdout, re.M)
    assert re.search(f"{found}, by answer alone$", told.stdout, re.M)
