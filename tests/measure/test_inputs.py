from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommender.errors import InputError
from recommender.evaluator.systems.files import FileCounts, Proposal, collect
from recommender.measure.inputs import read_keys, read_runs
from tests.evaluator.helpers import articles, as_lists, task

FOUND = articles(5)
KEYS = [article.key for article in FOUND]


def proposals(*triples: tuple[int, int, float]) -> list[Proposal]:
    return [Proposal(KEYS[source], KEYS[target], score) for source, target, score in triples]


def test_lists_are_ordered_by_score_and_key_whatever_the_order_in_the_file() -> None:
    given = proposals((0, 3, 0.5), (0, 1, 0.5), (1, 4, 0.1), (0, 2, 0.9), (1, 0, 7.0))
    run = collect(given, task(FOUND, 2))
    assert as_lists(run.candidates) == [[2, 1], [0, 4], [], [], []]
    assert run.counts == FileCounts(4, 0, 0, 0, 0, 0, 1)
    assert as_lists(collect(reversed(given), task(FOUND, 2)).candidates) == as_lists(run.candidates)


def test_every_proposal_is_counted_once() -> None:
    eligible = np.array([True, True, True, False, True])
    asked = task(FOUND, 5, eligible=eligible, sources=np.array([0, 2], dtype=np.int32))
    given = [
        *proposals((0, 1, 1.0), (0, 1, 2.0), (0, 0, 1.0), (0, 3, 1.0), (1, 2, 1.0), (2, 4, 1.0)),
        Proposal(KEYS[0], "/gone", 1.0),
        Proposal("/gone", KEYS[0], 1.0),
    ]
    run = collect(given, asked)
    assert run.counts == FileCounts(used=2, unknown=2, not_asked=1, to_self=1, not_eligible=1, repeated=1, too_deep=0)
    assert as_lists(run.candidates) == [[1], [4]]
    assert run.candidates.scores[0, 0] == 2.0


def test_runs_are_told_from_links_files_by_their_first_line(tmp_path: Path, data: Path) -> None:
    import recommender

    run = tmp_path / "run.txt"
    run.write_text(f"\n{KEYS[0]} Q0 {KEYS[1]} 1 0.5 tag\n")
    links = tmp_path / "links.json"
    site = recommender.open_site(data, use_cache=False)
    recommender.save_links(recommender.recommend(site, k=2), links)
    found = read_runs([f"ours={links}", f"theirs={run}"], KEYS)
    assert found["theirs"] == [Proposal(KEYS[0], KEYS[1], -1.0)]
    assert len(found["ours"]) == 280
    assert [proposal.score for proposal in found["ours"][:2]] == [-1.0, -2.0]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["run.txt"], "NAME=FILE"),
        (["=run.txt"], "NAME=FILE"),
        (["a=run.txt", "a=run.txt"], "two runs are called"),
        (["a=none.txt"], "no such file"),
    ],
)
def test_runs_that_cannot_be_read(named: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run.txt").write_text("a Q0 b 1 0.5 tag\n")
    with pytest.raises(InputError, match=said):
        read_runs(named, KEYS)


def test_a_bad_line_of_a_run_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    path.write_text("a Q0 b 1 tag\n")
    with pytest.raises(InputError, match=r"run\.trec:1: expected six words, .*; found 5"):
        read_runs([f"mine={path}"], KEYS)
    path.write_text("")
    assert read_runs([f"mine={path}"], KEYS) == {"mine": []}


def test_keys_of_queries(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_bytes("\ufeff/a\r\n\r\n  /b c \n".encode())
    assert read_keys(file) == ["/a", "/b c"]
    file.write_text("\n")
    with pytest.raises(InputError, match="holds no key"):
        read_keys(file)
    with pytest.raises(InputError, match="one a line"):
        read_keys(tmp_path / "none")
