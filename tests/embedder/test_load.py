"""Where models are found, and what is said where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from recommender.embedder import load
from recommender.embedder.load import DEFAULT_MODEL, find_model, load_encoder, shipped_models
from recommender.embedder.static import StaticEncoder
from recommender.embedder.transformer import TransformerEncoder
from recommender.errors import ModelError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_default_model_is_shipped_small_and_static() -> None:
    folder = find_model()
    assert folder in list(shipped_models())
    assert find_model(DEFAULT_MODEL) == folder
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 16 * 1024 * 1024
    assert not [path for path in files if path.suffix in (".bin", ".pt", ".pkl", ".py")]
    assert (folder / "README.md").exists()
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    assert (encoder.name, encoder.dim, encoder.light) == (DEFAULT_MODEL, 256, True)


def test_sentence_transformers_loads_the_default_model() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(find_model()), device="cpu", local_files_only=True)
    assert [type(module).__name__ for module in model] == ["StaticEmbedding"]
    assert model.encode("a text").shape == (256,)


def test_a_folder_comes_before_a_shipped_model(here: Path, static_folder: Path) -> None:
    shutil.copytree(static_folder, here / DEFAULT_MODEL)
    assert find_model(DEFAULT_MODEL) == Path(DEFAULT_MODEL)
    assert load_encoder(DEFAULT_MODEL).dim == 8
    assert load_encoder().dim == 256


def test_a_folder_without_a_model_does_not_hide_one(here: Path) -> None:
    (here / DEFAULT_MODEL).mkdir()
    assert find_model(DEFAULT_MODEL) == find_model()
    (here / "articles").mkdir()
    with pytest.raises(ModelError, match=r"articles: expected a model folder, found no modules\.json"):
        find_model("articles")


def test_the_wheel_comes_before_the_checkout(here: Path, static_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, checkout = here / "recommender" / "_models", here / "models"
    for shelf in (wheel, checkout):
        shutil.copytree(static_folder, shelf / DEFAULT_MODEL)
    monkeypatch.setattr(load, "_SHELVES", (wheel, checkout))
    assert find_model() == wheel / DEFAULT_MODEL
    assert list(shipped_models()) == [wheel / DEFAULT_MODEL]
    shutil.rmtree(wheel)
    assert find_model() == checkout / DEFAULT_MODEL
    shutil.rmtree(checkout)
    with pytest.raises(ModelError, match="default model english-static is missing"):
        find_model()


def test_kinds_of_folders(static_folder: Path, model2vec_folder: Path, transformer_folder: Path) -> None:
    assert isinstance(load_encoder(str(static_folder)), StaticEncoder)
    assert isinstance(load_encoder(str(model2vec_folder)), StaticEncoder)
    encoder = load_encoder(str(transformer_folder), device="cpu", precision="float32")
    assert isinstance(encoder, TransformerEncoder)
    assert encoder.name == "tiny-transformer"


def test_a_package_that_carries_a_model(here: Path, transformer_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = here / "site" / "carries_a_model"
    shutil.copytree(transformer_folder, package / "weights")
    (package / "__init__.py").write_text("raise RuntimeError('must not be imported')")
    monkeypatch.syspath_prepend(here / "site")
    monkeypatch.setattr(load, "_PACKAGED", {"sentence-transformers/carried": ("carries_a_model", "weights")})
    assert find_model("carried") == find_model("sentence-transformers/carried") == package / "weights"
    assert load_encoder("carried", device="cpu").name == "carried"
    assert "carries_a_model" not in sys.modules
    with pytest.raises(ModelError, match="at hand are english-static, multilingual-static, carried"):
        find_model("elsewhere/carried")


def test_the_hubs_cache(here: Path, transformer_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    asked: list[tuple[str, bool]] = []

    def snapshot_download(name: str, *, local_files_only: bool) -> str:
        asked.append((name, local_files_only))
        return str(transformer_folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    assert find_model("someone/model") == transformer_folder
    assert find_model("bare-name") == transformer_folder
    assert asked == [("someone/model", True), ("sentence-transformers/bare-name", True)]


def test_from_the_hub_only_what_is_safe(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    patterns: list[str] = []

    def snapshot_download(name: str, *, local_files_only: bool = False, **options: object) -> str:
        if local_files_only:
            raise FileNotFoundError
        assert (name, options["revision"]) == ("someone/model", "abc")
        allowed = options["allow_patterns"]
        assert isinstance(allowed, list)
        patterns.extend(allowed)
        return str(here / "snapshot")

    class Api:
        def model_info(self, name: str, timeout: float) -> SimpleNamespace:
            assert timeout <= 5
            return SimpleNamespace(sha="abc")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    assert find_model("someone/model") == here / "snapshot"
    assert "*.safetensors" in patterns
    assert not {pattern for pattern in patterns if pattern.endswith((".bin", ".py", "*", ".pt"))}


def test_without_a_network_the_way_out_is_named(here: Path) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(ModelError, match=r"someone/model: not on this machine.*--local-dir FOLDER.*at hand are"):
        find_model("someone/model")


@pytest.mark.parametrize("name", ["./missing", "/missing/folder", "a/b/c", "no such", "../up", ""])
def test_what_cannot_be_a_name(here: Path, name: str) -> None:
    with pytest.raises(ModelError, match="expected a model folder"):
        find_model(name)
