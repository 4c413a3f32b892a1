from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recommender.embedder import load
from recommender.embedder.at_hand import ModelAtHand, models_at_hand
from recommender.embedder.load import load_encoder
from recommender.errors import InputError


@pytest.fixture(autouse=True)
def no_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from huggingface_hub import constants

    folder = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr("huggingface_hub.utils._cache_manager.HF_HUB_CACHE", str(folder))
    return folder


def _by_name(folders: list[Path] | None = None) -> dict[str, ModelAtHand]:
    return {model.name: model for model in models_at_hand(folders or []).models}


def test_the_shipped_model_is_first_and_the_default() -> None:
    first = models_at_hand().models[0]
    assert (first.name, first.origin, first.is_default, first.kind) == (load.DEFAULT_MODEL, "shipped", True, "static")
    assert first.dim == load_encoder().dim
    assert first.size_bytes >= (first.path / "model.safetensors").stat().st_size
    assert first.card == first.path / "README.md"
    assert first.texts_per_second is None


def test_of_packages_folders_and_the_hubs_cache(
    static_folder: Path, transformer_folder: Path, no_hub_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "carries_another_model"
    shutil.copytree(transformer_folder, package / "weights")
    (package / "__init__.py").write_text("raise RuntimeError('must not be imported')")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(load, "_PACKAGED", {"sentence-transformers/carried": ("carries_another_model", "weights")})
    cached = no_hub_cache / "models--someone--model"
    shutil.copytree(static_folder, cached / "snapshots" / "abc")
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("abc")
    bare = no_hub_cache / "models--someone--language-model" / "snapshots" / "abc"
    bare.mkdir(parents=True)
    (bare / "config.json").write_text("{}")
    (bare.parents[1] / "refs").mkdir()
    (bare.parents[1] / "refs" / "main").write_text("abc")

    found = _by_name([static_folder, static_folder.parent])

    assert (found["carried"].origin, found["carried"].kind, found["carried"].dim) == ("package", "transformer", 32)
    assert (found["someone/model"].origin, found["someone/model"].dim) == ("hub cache", 8)
    assert found[str(static_folder)].origin == "folder"
    assert found[str(static_folder)].size_bytes == sum(
        path.stat().st_size for path in static_folder.iterdir() if path.suffix in (".json", ".safetensors")
    )
    assert "someone/language-model" not in found
    for name in ("carried", str(static_folder)):
        assert load_encoder(name).dim == found[name].dim


def test_what_cannot_be_used_is_told_with_its_reason(static_folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "models" / "broken"
    shutil.copytree(static_folder, broken)
    (broken / "model.safetensors").rename(broken / "pytorch_model.bin")
    found = models_at_hand([tmp_path / "models"])
    assert [(one.name, "pickled weights are never loaded" in one.reason) for one in found.unusable] == [
        (str(broken), True)
    ]


def test_folders_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"elsewhere: expected a model or a folder of models, found no folder"):
        models_at_hand([tmp_path / "elsewhere"])
    with pytest.raises(InputError, match=r"found no modules\.json in or below it"):
        models_at_hand([tmp_path])


def test_each_is_measured_once(static_folder: Path) -> None:
    measured: list[str] = []

    def measure(encoder: object) -> float:
        measured.append(encoder.name)  # type: ignore[attr-defined]
        return 7.0

    found = models_at_hand([static_folder], measure=measure)
    assert {model.texts_per_second for model in found.models} == {7.0}
    assert len(measured) == len(found.models)
