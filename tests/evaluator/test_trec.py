from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis
import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InputError
from recommender.evaluator.systems.files import Proposal, collect
from recommender.evaluator.trec import decode_key, encode_key, falling, is_run, qrels_lines, read_run, run_lines
from recommender.neighbours.candidates import Candidates
from tests.evaluator.helpers import articles, as_lists, candidates, judgements, task
from tests.evaluator.trec_eval import trec_eval

FOUND = articles(6)


@given(st.text())
def test_keys_survive_as_one_word(key: str) -> None:
    word = encode_key(key)
    assert word.split() == [word]
    assert decode_key(word) == key


@given(st.lists(st.text(), unique=True))
def test_different_keys_are_different_words(keys: list[str]) -> None:
    assert len({encode_key(key) for key in keys}) == len(keys)


def test_qrels_in_their_form() -> None:
    lines = list(qrels_lines(judgements([[2, 1], [0]], [[4], []]), FOUND))
    assert lines == [
        "/a/00000 0 /a/00001 1\n",
        "/a/00000 0 /a/00002 1\n",
        "/a/00000 0 /a/00004 0\n",
        "/a/00001 0 /a/00000 1\n",
    ]


def test_runs_in_their_form() -> None:
    run = Candidates(np.array([[3, 1], [2, -1]], dtype=np.int32), np.array([[0.75, 0.5], [0.25, -np.inf]]))
    assert list(run_lines(run, np.array([0, 4]), FOUND, "my run")) == [
        "/a/00000 Q0 /a/00003 1 0.75 my%20run\n",
        "/a/00000 Q0 /a/00001 2 0.5 my%20run\n",
        "/a/00004 Q0 /a/00002 1 0.25 my%20run\n",
    ]


@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=5))
def test_scores_fall_strictly_in_single_precision(steps: list[list[int]]) -> None:
    scores = -np.sort(-np.array(steps, dtype=np.float64) / 4, axis=1)
    lowered = falling(scores)
    assert (np.diff(lowered, axis=1) < 0).all()
    np.testing.assert_allclose(lowered, scores, atol=1e-6)


def test_trec_eval_reads_what_is_written_and_sees_the_same_order(tmp_path: Path) -> None:
    """Ties of ours are ordered by key; trec_eval would turn them round."""
    judged = judgements([[2], [1, 3]])
    run = Candidates(np.array([[1, 2, 3], [0, 1, 2]], dtype=np.int32), np.array([[0.5, 0.5, 0.5], [0.9, 0.9, 0.1]]))
    (tmp_path / "qrels").write_text("".join(qrels_lines(judged, FOUND)))
    (tmp_path / "run").write_text("".join(run_lines(run, np.array([0, 1]), FOUND, "text")))
    with (tmp_path / "qrels").open() as file:
        qrels = pytrec_eval.parse_qrel(file)
    with (tmp_path / "run").open() as file:
        lists = pytrec_eval.parse_run(file)
    found = trec_eval(qrels, lists, {"recip_rank"})
    assert {query: values["recip_rank"] for query, values in found.items()} == {"/a/00000": 0.5, "/a/00001": 0.5}


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run"
    lists = candidates([[1, 2], [3, 0], [], [5, 4], [], []], depth=2)
    path.write_text("".join(run_lines(lists, np.arange(6), FOUND, "text")))
    assert is_run(path)
    back = collect(read_run(path, [article.key for article in FOUND]), task(FOUND, 2))
    assert as_lists(back.candidates) == as_lists(lists)


def test_a_key_that_looks_encoded_is_taken_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text("/a%20b Q0 /c%20d 1 2 tag\n")
    assert read_run(path, ["/a%20b", "/c d"]) == [Proposal("/a%20b", "/c d", -1.0)]


def test_lines_out_of_form_are_reported_together(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text("a Q0 b 1 0.5 tag\n\na b\na Q0 c 2 high tag\na Q0 d 3 nan tag\n")
    with pytest.raises(InputError) as caught:
        read_run(path, [])
    told = str(caught.value)
    assert "run:3: expected six words" in told
    assert "run:4: expected a finite number as the score; found 'high'" in told
    assert "run:5:" in told


def test_what_is_no_run(tmp_path: Path) -> None:
    path = tmp_path / "links.json"
    for text in ('{"articles": []}', "", "a Q0 b 1 score tag\n"):
        path.write_text(text)
        assert not is_run(path)
    path.write_bytes(b"a Q0 b 1 0.5 tag\n\xff\xfe\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_run(path, [])


DOCUMENTS = ["/a", "/B", "/b", "/b%20c", "/é", "/zz"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/a", "/zz"]),
            st.sampled_from(DOCUMENTS),
            # 1 + 1e-9 is 1 in single precision; 1e39 and 1e300 are both infinite.
            st.sampled_from([0.0, -1.0, 1.0, 1.0 + 1e-9, 1.0 + 1e-6, 1e300, 1e39]),
        ),
        unique_by=lambda line: line[:2],
        max_size=12,
    )
)
@hypothesis.settings(max_examples=15)
def test_ties_are_broken_as_trec_eval_breaks_them(lines: list[tuple[str, str, float]]) -> None:
    run: dict[str, dict[str, float]] = {}
    for query, document, score in lines:
        run.setdefault(query, {})[document] = score
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.trec"
        path.write_text("".join(f"{query} Q0 {document} 1 {score!r} tag\n" for query, document, score in lines))
        found: dict[str, list[str]] = {}
        for proposal in sorted(read_run(path, DOCUMENTS), key=lambda one: -one.score):
            found.setdefault(proposal.source, []).append(proposal.target)
    # One query for each document that might be the only relevant one.
    asked = {f"{query} {document}": (query, document) for query in run for document in DOCUMENTS}
    qrels = {name: {document: 1} for name, (_, document) in asked.items()}
    runs = {name: run[query] for name, (query, _) in asked.items()}
    for name, values in (trec_eval(qrels, runs, {"recip_rank"}) if asked else {}).items():
        query, document = asked[name]
        place = found[query].index(document) + 1 if document in found[query] else None
        assert values["recip_rank"] == pytest.approx(0 if place is None else 1 / place)


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    path.write_text("a Q0 b 1 0.5 " + "t" * 300_000)
    with pytest.raises(InputError, match="at most 100,000 characters"):
        read_run(path, [])
