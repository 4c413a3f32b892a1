from __future__ import annotations

import re
from pathlib import Path

from tests.cli.command import recommender


def test_train_writes_a_model_and_says_what_it_did(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    done = recommender("train", data, "-o", folder, "--epochs", "1")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    out = done.stdout
    assert "parts         86 articles to learn from, 27 to stop by, 27 to measure on (by communities)" in out
    assert re.search(r"^pairs +163 links: question, 163 links: answer, 86 views: question, answer$", out, re.MULTILINE)
    for signal in ("vectors", "words and vectors"):
        figure = rf"^test +nDCG@10 by {signal} 0\.\d{{4}} before, 0\.\d{{4}} after, [+-]0\.\d{{4}}, 23 queries$"
        assert re.search(figure, out, re.MULTILINE), out
    assert "Traceback" not in out
    assert "{'" not in out
    assert f"\nwritten       {folder}\n" in out
    assert f"\nnext          recommender links {data} --model {folder}  # propose by it\n" in out
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "tokenizer.json",
    ]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}
    again = recommender("train", data, "-o", folder)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == f"error: {folder} is there already; name another folder, or remove it\n"


def test_wrong_options(data: Path, tmp_path: Path) -> None:
    for option, value, message in (
        ("--pairs", "links,words", "--pairs: expected some of links, views, passages; found words"),
        ("--sizes", "many", "--sizes: expected numbers such as 256,128,64; found 'many'"),
        ("--from", str(tmp_path), f"{tmp_path}: expected a model folder, found no modules.json in it"),
    ):
        done = recommender("train", data, "-o", tmp_path / "model", option, value)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {message}\n")
    assert not (tmp_path / "model").exists()
