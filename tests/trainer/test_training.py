from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recommender.embedder.load import load_encoder
from recommender.errors import InputError, InterruptedRunError, ModelError
from recommender.site.open import open_site
from recommender.site.site import Site
from recommender.trainer import Trained, TrainSettings, prepare, train
from recommender.trainer.figures import Figure
from recommender.trainer.preparation import describe

TEXTS = ["river water", "tax on goods. price", "star light heat work map road"]
QUICK = TrainSettings(epochs=6, batch_size=32, learning_rate=0.2)

OpenSite = Callable[..., Site]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _figure(trained: Trained, *wanted: str) -> Figure:
    return next(one for one in trained.figures if (one.signal, one.part, one.measure) == wanted)


@pytest.fixture(scope="module")
def trained(linked_content: Path, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    site = open_site(linked_content, model=str(base), jobs=1, use_cache=False)
    return train(prepare(site, tmp_path_factory.mktemp("trained") / "model", QUICK))


def test_it_learns_and_loads_everywhere_with_the_same_vectors(trained: Trained, base: Path) -> None:
    from sentence_transformers import SentenceTransformer

    assert trained.fitted.best.development > trained.fitted.start + 0.05
    figure = _figure(trained, "vectors", "test", "nDCG@10")
    assert figure.outcome.difference.mean > 0.05
    encoder = load_encoder(str(trained.folder))
    theirs = SentenceTransformer(str(trained.folder)).encode(TEXTS, normalize_embeddings=True)
    assert encoder.encode(TEXTS).vectors == pytest.approx(theirs, abs=1e-3)
    assert (encoder.encode(TEXTS).vectors != load_encoder(str(base)).encode(TEXTS).vectors).any()
    assert sorted(_files(trained.folder)) == sorted({*_files(base), "README.md"})
    assert not trained.folder.with_name("model.training").exists()


def test_figures_are_those_of_the_folder_that_was_written(trained: Trained, site: Site) -> None:
    from recommender.evaluator.measures import parse_measure
    from recommender.neighbours.candidates import Candidates
    from recommender.neighbours.exact import nearest
    from recommender.trainer.parts import divide

    after = open_site(site.content, model=str(trained.folder))
    parts = divide(after, by_links=True)
    judgements = parts.judgements.restrict(parts.test)
    found = nearest(after.text_vectors(), 10, queries=judgements.queries, targets=after.targets)
    figure = _figure(trained, "vectors", "test", "nDCG@10")
    assert figure.after.mean == pytest.approx(parse_measure("nDCG@10").per_query(judgements.judge(found)).mean())
    assert figure.queries == len(parts.test)
    proposed = after.propose(10)
    lists = judgements.judge(Candidates(proposed.indices[judgements.queries], proposed.scores[judgements.queries]))
    with_words = _figure(trained, "words and vectors", "test", "cR@5")
    assert with_words.after.mean == pytest.approx(parse_measure("cR@5").per_query(lists).mean())


def test_the_same_seed_makes_the_same_bytes(trained: Trained, site: Site, tmp_path: Path) -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(before % 2 + 1)
    again = train(prepare(site, tmp_path / "model", QUICK))
    torch.set_num_threads(before)
    assert _files(again.folder) == _files(trained.folder)
    other = train(prepare(site, tmp_path / "other", TrainSettings(epochs=6, batch_size=32, learning_rate=0.2, seed=1)))
    assert _files(other.folder)["model.safetensors"] != _files(trained.folder)["model.safetensors"]


class _KilledError(BaseException):
    pass


def _kill_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    from recommender.trainer.torch_parts import ProgressCallback

    def on_step_end(self: object, args: object, state: object, control: object, **others: object) -> None:
        if state.global_step == step:  # type: ignore[attr-defined]
            raise _KilledError

    monkeypatch.setattr(ProgressCallback, "on_step_end", on_step_end)


def test_a_run_that_was_killed_goes_on_to_the_same_bytes(
    trained: Trained, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "killed").mkdir()
    folder = tmp_path / "killed" / "model"
    with monkeypatch.context() as patch:
        _kill_at(patch, 11)
        with pytest.raises(_KilledError):
            train(prepare(site, folder, QUICK))
    assert not folder.exists()
    work = folder.with_name("model.training")
    half = work / "checkpoint-99"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    prepared = prepare(site, folder, QUICK)
    assert prepared.resumes
    done = train(prepared)
    assert 0 < done.fitted.resumed_at < 11
    assert _files(folder) == _files(trained.folder)
    assert not work.exists()


def test_ctrl_c_says_what_it_left(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "model.training"

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def interrupted_later(*_: object) -> None:
        (work / "checkpoint-3").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr("recommender.trainer.training.fit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(prepare(site, tmp_path / "model", QUICK))
    # "No output was written", says the command, and that is so.
    assert not any(tmp_path.iterdir())
    monkeypatch.setattr("recommender.trainer.training.fit", interrupted_later)
    with pytest.raises(InterruptedRunError, match=f"no model was written to .*; checkpoints are in {work}"):
        train(prepare(site, tmp_path / "model", QUICK))
    assert [path.name for path in tmp_path.iterdir()] == ["model.training"]
    assert InterruptedRunError.exit_status == 130


def test_checkpoints_of_another_training_are_not_used(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _kill_at(patch, 1)
        with pytest.raises(_KilledError):
            train(prepare(site, tmp_path / "model", QUICK))
    assert not prepare(site, tmp_path / "model", QUICK).resumes
    with pytest.raises(InputError, match=r"model\.training holds the checkpoints of another training"):
        prepare(site, tmp_path / "model", TrainSettings(epochs=6, batch_size=16))


def test_keeping_all_of_the_starting_weights_changes_nothing(site: Site, base: Path, tmp_path: Path) -> None:
    settings = TrainSettings(epochs=1, keep=1.0)
    done = train(prepare(site, tmp_path / "model", settings))
    assert done.fitted.best.development == done.fitted.start
    before, after = (load_encoder(str(folder)).encode(TEXTS).vectors for folder in (base, done.folder))
    assert after == pytest.approx(before, abs=2e-3)


def test_without_links_it_learns_from_the_views(open_linked: OpenSite, tmp_path: Path) -> None:
    prepared = prepare(open_linked(linked=False), tmp_path / "model", QUICK)
    assert prepared.settings.pairs == ("views", "passages")
    done = train(prepared)
    assert done.fitted.best.development > done.fitted.start
    assert {(one.part, one.queries) for one in done.figures} == {("development", 12), ("test", 12)}


def test_a_transformer_with_mined_negatives(
    open_linked: OpenSite, transformer_base: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from sentence_transformers import SentenceTransformer

    site = open_linked(model=transformer_base)
    settings = TrainSettings(epochs=2, batch_size=16, learning_rate=1e-3, hard_negatives=1)
    done = train(prepare(site, tmp_path / "model", settings))
    encoder = load_encoder(str(done.folder), device="cpu", precision="float32")
    theirs = SentenceTransformer(str(done.folder), device="cpu").encode(TEXTS[:2], normalize_embeddings=True)
    assert encoder.encode(TEXTS[:2]).vectors == pytest.approx(theirs, abs=1e-5)
    assert len(done.fitted.looks) >= 2
    assert len({path.stat().st_mode for path in done.folder.iterdir() if path.is_file()}) == 1
    assert "Writing model shards" not in capfd.readouterr().err
    start = load_encoder(str(transformer_base), device="cpu", precision="float32")
    assert (start.encode(TEXTS[:2]).vectors != encoder.encode(TEXTS[:2]).vectors).any()


def test_the_card_holds_data_settings_figures_and_course(trained: Trained) -> None:
    card = (trained.folder / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlibrary_name: sentence-transformers\n")
    for wanted in (
        "trained from `base` on the articles of one site",
        "60 articles: 36 to learn from, 12 to stop by, 12 to measure on; no two parts share a curated link.",
        "| links: answer | 36 |",
        "| Seed | 0 |",
        "| Learning rate | 0.2 times the root mean square of the starting weights",
        "With fewer than 5 nothing is said of how sure a figure is.",
        "MatryoshkaLoss over 8, 4, 2",
    ):
        assert wanted in card
    test = _figure(trained, "words and vectors", "test", "cR@5")
    assert f"| test | words and vectors | cR@5 | 12 | {test.before.mean:.4f} | {test.after.mean:.4f} |" in card
    assert card.count("**") >= 2
    assert str(trained.folder.parent) not in card


def test_what_is_wrong_is_said_before_anything_is_trained(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with pytest.raises(InputError, match="there is there already; name another folder"):
        prepare(site, there)
    with pytest.raises(InputError, match="expected its parent to be a folder"):
        prepare(site, tmp_path / "missing" / "model")
    with pytest.raises(InputError, match="sizes of 1 to 8 components are possible with this model; found 9"):
        prepare(site, tmp_path / "model", TrainSettings(matryoshka=(8, 9)))
    with pytest.raises(InputError, match="no pairs to learn from in 36 articles, where passages were looked for"):
        prepare(site, tmp_path / "model", TrainSettings(pairs=("passages",)))
    monkeypatch.setattr(
        "recommender.trainer.preparation.find_spec", lambda name: None if name == "datasets" else object()
    )
    with pytest.raises(
        InputError, match=r"and datasets cannot be found; install them with: pip install 'recommender\[train\]'"
    ):
        prepare(site, tmp_path / "model")


def test_a_start_that_cannot_be_read(site: Site, base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        open_site(site.content, model=str(tmp_path / "nothing"))


def test_the_description_names_what_decides(site: Site, tmp_path: Path) -> None:
    described = json.loads(describe(prepare(site, tmp_path / "model", QUICK)))
    assert described["settings"]["pairs"] == ["links", "views"]
    assert described["settings"]["seed"] == 0
    assert np.ndim(described["texts"]) == 0
