from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import pytrec_eval

from tests.cli.command import recommender
from tests.conftest import ROOT
from tests.evaluator.trec_eval import trec_eval

DATA = ROOT / "data"
SYSTEMS = {
    "text",
    "text-only",
    "selected",
    "question",
    "answer",
    "words",
    "random",
    "same-group",
    "nearest-id",
    "nearest-date",
    "tfidf",
    "bm25",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evaluate")


@pytest.fixture(scope="module")
def shown(folder: Path) -> str:
    """What the command prints with every output asked for."""
    done = recommender(
        "evaluate", DATA, "--no-cache", "--json", folder / "figures.json", "--qrels", folder / "qrels",
        "--write-run", folder / "run", "--report", folder / "report.html", "--markdown", folder / "tables.md",
        "--latex", folder / "tables.tex",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def figures(shown: str, folder: Path) -> dict:
    return json.loads((folder / "figures.json").read_text())


def test_systems_stand_side_by_side_with_intervals(figures: dict, shown: str) -> None:
    assert figures["queries"] == 124
    assert set(figures["systems"]) == SYSTEMS
    for measures in figures["systems"].values():
        for figure in measures.values():
            assert set(figure) == {"mean", "low", "high"}
            assert figure["low"] <= figure["mean"] <= figure["high"]
    assert figures["systems"]["tfidf"]["R@5"]["mean"] > 5 * figures["systems"]["random"]["R@5"]["mean"]
    assert figures["corpus"]["folder"] == str(DATA)
    table = {}
    for words in map(str.split, shown.splitlines()):
        if words and words[0] in SYSTEMS:
            table.setdefault(words[0], words)
    assert set(table) == SYSTEMS
    assert table["tfidf"][1] == f"{figures['systems']['tfidf']['nDCG@10']['mean']:.3f}"
    # What accuracy does not see stands in the same line.
    assert table["tfidf"][-9] == f"{figures['structure']['tfidf']['coverage_ratio']:.1%}"
    assert "\x1b" not in shown


def test_trec_eval_finds_the_same_figures_in_the_files(figures: dict, folder: Path) -> None:
    with (folder / "qrels").open() as file:
        qrels = pytrec_eval.parse_qrel(file)
    with (folder / "run").open() as file:
        run = pytrec_eval.parse_run(file)
    assert sum(map(len, qrels.values())) == 333
    assert len(run) == 140
    found = trec_eval(qrels, run, {"ndcg_cut.10", "recall.5", "recip_rank", "map"})
    for ours, theirs in (("nDCG@10", "ndcg_cut_10"), ("R@5", "recall_5"), ("MRR", "recip_rank"), ("MAP", "map")):
        mean = sum(values[theirs] for values in found.values()) / len(qrels)
        assert figures["systems"]["text"][ours]["mean"] == pytest.approx(mean, abs=1e-6)


def test_other_files(shown: str, folder: Path) -> None:
    tables = (folder / "tables.md").read_text()
    assert tables.startswith("## Accuracy\n\n| system | nDCG@10 |")
    assert "## nDCG@10 by group" in tables
    assert (folder / "tables.tex").read_text().count(r"\begin{table}") == tables.count("## ")
    page = (folder / "report.html").read_text()
    plots = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(plots) >= 8
    for plot in plots:
        ElementTree.fromstring(plot)
    for name in ("figures.json", "qrels", "run", "report.html", "tables.md", "tables.tex"):
        assert re.search(rf"^written       .*/{re.escape(name)}$", shown, flags=re.MULTILINE)


def test_our_own_run_scored_as_a_file_is_the_same_system(figures: dict, folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    done = recommender(
        "evaluate", DATA, "--no-cache", "--systems", "mine,text", "--run", f"mine={folder / 'run'}", "--json", again,
        "--against", folder / "figures.json", "--max-drop", "text:nDCG@10=0",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(again.read_text())
    assert list(found["systems"]) == ["mine", "text"]
    assert found["systems"]["mine"] == found["systems"]["text"] == figures["systems"]["text"]
    assert found["structure"]["mine"] == found["structure"]["text"]
    assert "mine: 14,000 proposals measured" in done.stdout
    assert "text nDCG@10" in done.stdout
    assert "-0.0000" not in done.stdout


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--fail-under", "nDCG@10=0.99"], 1, "nDCG@10 of text is 0.7"),
        (["--fail-under", "nDCG@10=0.01", "--fail-under", "MRR=0.02"], 0, ""),
        (["--fail-under", "XYZ=1"], 2, "no measure 'XYZ'"),
        (["--fail-under", "MRR=x"], 2, "such as nDCG@10=0.15"),
        (["--max-drop", "MRR=0.1"], 2, "needs --against"),
        (["--fold", "1/3"], 2, "3 folds need"),
        (["--fold", "4/3"], 2, "such as 2/5"),
        (["--against", str(DATA / "README.md")], 2, "is no evaluation"),
        (["--json", "/nowhere/x.json"], 2, "there is no folder /nowhere"),
        (["--systems", "nearest"], 2, "no system 'nearest'"),
        (["--queries", "/nowhere"], 2, "keys of articles, one a line"),
        (["--run", "x=/nowhere"], 2, "no such file"),
    ],
)
def test_exit_status_and_what_is_said(options: list[str], status: int, said: str) -> None:
    done = recommender("evaluate", DATA, "--no-cache", "--systems", "text", *options)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_drop_fails_and_what_changed_is_shown(figures: dict, folder: Path, tmp_path: Path) -> None:
    better = json.loads((folder / "figures.json").read_text())
    better["systems"]["text"]["nDCG@10"]["mean"] += 0.05
    better["per_query"]["systems"]["text"] = [1.0] * 124
    (tmp_path / "better.json").write_text(json.dumps(better))
    done = recommender(
        "evaluate", DATA, "--no-cache", "--systems", "text", "--against", tmp_path / "better.json",
        "--max-drop", "nDCG@10=0.01",
    )  # fmt: skip
    assert done.returncode == 1
    assert "nDCG@10 of text fell from" in done.stderr
    assert "Queries that lost most" in done.stdout
    assert "0 won" in done.stdout


def test_queries_from_a_file(tmp_path: Path, figures: dict) -> None:
    keys = figures["per_query"]["keys"][:20]
    (tmp_path / "keys").write_text("\n".join(keys))
    done = recommender(
        "evaluate", DATA, "--no-cache", "--systems", "text", "--queries", tmp_path / "keys", "--json", tmp_path / "j"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "j").read_text())
    assert found["per_query"]["keys"] == keys
    assert found["per_query"]["systems"]["text"] == figures["per_query"]["systems"]["text"][:20]
    assert "Only 20 of 140 articles are measured" in done.stdout


def test_quiet(tmp_path: Path) -> None:
    done = recommender("evaluate", DATA, "--no-cache", "--no-baselines", "-q", "--json", tmp_path / "j")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert set(json.loads((tmp_path / "j").read_text())["systems"]) == {
        "text",
        "text-only",
        "selected",
        "words",
        "question",
        "answer",
    }


@pytest.mark.corpora
def test_another_shape_of_site(corpora: Path, tmp_path: Path) -> None:
    """Links are titles, there are no ids, dates or groups, and one component holds most of the site."""
    config = ROOT / "examples" / "optech.yaml"
    done = recommender(
        "evaluate", corpora / "optech" / "_topics" / "en", "--config", config, "--no-cache", "--json", tmp_path / "j"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "j").read_text())
    own = {"text", "text-only", "selected", "words", "question", "answer"}
    assert set(found["systems"]) == own | {"random", "tfidf", "bm25"}
    assert found["facts"]["links"]["external"] > 0
    assert found["facts"]["divided"] == 1
    assert found["facts"]["units"] > found["facts"]["components"]
    text = found["systems"]["tfidf"]["nDCG@10"]
    assert text["high"] - text["mean"] < 2.5 * (text["mean"] - text["low"])


@pytest.mark.xdist_group("models")
def test_two_models_and_two_configurations_in_one_command(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("words: {share: 1}\n")
    (tmp_path / "few.yaml").write_text("content: {include: ['learn/b*/**']}\n")
    model, config = "sentence-transformers/all-MiniLM-L6-v2", str(tmp_path / "words.yaml")
    done = recommender(
        "evaluate", DATA, "--no-cache", "--systems", "text,words", "--compare-model", model, "--compare-config", config,
        "--json", tmp_path / "j",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "j").read_text())
    assert list(found["systems"]) == ["text", "words", f"text@{model}", f"text@{config}"]
    assert found["systems"][f"text@{model}"] != found["systems"]["text"]
    # With words alone the vectors of the text change nothing; titles that are named still do.
    assert found["systems"][f"text@{config}"]["nDCG@10"]["mean"] == pytest.approx(
        found["systems"]["words"]["nDCG@10"]["mean"], abs=0.1
    )
    assert f"text@{model}" in done.stdout
    few = recommender("evaluate", DATA, "--no-cache", "--systems", "text", "--compare-config", tmp_path / "few.yaml")
    assert (few.returncode, "finds other articles" in few.stderr) == (2, True)
    none = recommender("evaluate", DATA, "--no-cache", "--compare-model", "no-such-model")
    assert (none.returncode, "no-such-model" in none.stderr) == (2, True)
