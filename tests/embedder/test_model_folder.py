"""What a model folder says, and which folders are refused before anything of them is loaded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from recommender.embedder.folder import read_model_folder
from recommender.errors import ModelError

TRANSFORMER = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}
POOLING = {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}
DENSE = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.base.modules.dense.Dense"}


def _write(folder: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def _model(folder: Path, **changes: Any) -> Path:
    files: dict[str, Any] = {
        "modules.json": [TRANSFORMER, POOLING],
        "config.json": {"hidden_size": 12},
        "model.safetensors": "weights",
        "1_Pooling/config.json": {"word_embedding_dimension": 12, "pooling_mode_mean_tokens": True},
    }
    files |= {name.replace("__", "/").replace("_json", ".json"): content for name, content in changes.items()}
    return _write(folder, files)


def test_what_it_says(tmp_path: Path) -> None:
    model = read_model_folder(_model(tmp_path))
    assert [module.kind for module in model.modules] == ["Transformer", "Pooling"]
    assert model.name == tmp_path.name
    assert (model.dim, model.truncate_dim, model.is_static) == (12, None, False)
    assert (model.prompt("query"), model.prompt("document")) == ("", "")
    assert read_model_folder(tmp_path, "a name").name == "a name"


@pytest.mark.parametrize(
    ("config", "query", "document"),
    [
        ({"prompts": {"query": "q: ", "document": "d: ", "passage": "p: "}}, "q: ", "d: "),
        ({"prompts": {"query": "q: ", "passage": "p: ", "corpus": "c: "}}, "q: ", "p: "),
        ({"prompts": {"corpus": "c: "}, "default_prompt_name": "corpus"}, "c: ", "c: "),
        ({"prompts": {"other": "o: "}, "default_prompt_name": "other"}, "o: ", "o: "),
        ({"prompts": {"query": "", "other": "o: "}, "default_prompt_name": "other"}, "", "o: "),
        ({"prompts": {"other": "o: "}, "default_prompt_name": None}, "", ""),
        ({}, "", ""),
    ],
)
def test_prompts_as_sentence_transformers_chooses_them(
    tmp_path: Path, config: dict[str, Any], query: str, document: str
) -> None:
    model = read_model_folder(_model(tmp_path, config_sentence_transformers_json=config))
    assert (model.query_prompt, model.document_prompt) == (query, document)


def test_dense_and_truncation_set_the_size(tmp_path: Path) -> None:
    folder = _model(tmp_path, modules_json=[TRANSFORMER, POOLING, DENSE])
    _write(folder, {"2_Dense/config.json": {"out_features": 7}, "2_Dense/model.safetensors": ""})
    assert read_model_folder(folder).dim == 7
    _write(folder, {"config_sentence_transformers.json": {"truncate_dim": 3}})
    assert read_model_folder(folder).dim == 3


def test_shards_are_weights(tmp_path: Path) -> None:
    folder = _model(tmp_path)
    (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")
    shards = {"weight_map": {"a": "model-00001-of-00001.safetensors"}}
    _write(folder, {"model.safetensors.index.json": shards})
    assert read_model_folder(folder).dim == 12
    before = read_model_folder(folder).digest()
    _write(folder, {"model-00001-of-00001.safetensors": "others"})
    assert read_model_folder(folder).digest() != before


@pytest.mark.parametrize(
    "listing",
    [
        {},
        [],
        {"weight_map": {"a": "pytorch_model.bin"}},
        {"weight_map": {"a": "../outside.safetensors"}},
        {"weight_map": {"a": "sub/x.safetensors"}},
        {"weight_map": {"a": "model.safetensors", "b": "evil.pkl"}},
        {"weight_map": {"a": "missing.safetensors"}},
        {"weight_map": {"a": ["model.safetensors"]}},
    ],
)
def test_shards_that_are_no_safetensors_of_the_folder_are_refused(tmp_path: Path, listing: Any) -> None:
    _write(tmp_path, {"outside.safetensors": ""})
    folder = _write(_model(tmp_path / "model"), {"model.safetensors.index.json": listing, "sub/x.safetensors": ""})
    with pytest.raises(ModelError, match=r"index\.json"):
        read_model_folder(folder)


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    folder = _model(tmp_path)
    os.mkfifo(folder / "tokenizer.json")
    with pytest.raises(ModelError, match="a device or a pipe"):
        read_model_folder(folder)


@pytest.mark.parametrize("name", ["modules.json", "config.json", "config_sentence_transformers.json"])
def test_json_without_an_end_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match=f"{name}: expected JSON"):
        read_model_folder(_write(_model(tmp_path), {name: "[" * 100_000}))


@pytest.mark.parametrize("argument", ["trust_remote_code", "use_safetensors", "subfolder"])
def test_arguments_of_a_folder_are_refused(tmp_path: Path, argument: str) -> None:
    own = {"max_seq_length": 8, "model_args": {argument: True}}
    with pytest.raises(ModelError, match=f"to be loaded with {argument}"):
        read_model_folder(_model(tmp_path, sentence_bert_config_json=own))


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected a model folder, found nothing"):
        read_model_folder(tmp_path / "missing")
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="found a file"):
        read_model_folder(tmp_path / "file")
    with pytest.raises(ModelError, match=r"found no modules\.json"):
        read_model_folder(tmp_path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl"])
def test_pickled_weights_are_refused(tmp_path: Path, name: str) -> None:
    folder = _model(tmp_path)
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(ModelError, match=f"found {name}; pickled weights are never loaded"):
        read_model_folder(folder)


def test_pickled_weights_of_a_later_module_are_refused(tmp_path: Path) -> None:
    folder = _model(tmp_path, modules_json=[TRANSFORMER, POOLING, DENSE])
    _write(folder, {"2_Dense/config.json": {"out_features": 7}, "2_Dense/pytorch_model.bin": ""})
    with pytest.raises(ModelError, match=r"2_Dense: expected weights .* pytorch_model\.bin"):
        read_model_folder(folder)


def test_missing_weights_and_adapters(tmp_path: Path) -> None:
    folder = _model(tmp_path)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="found none"):
        read_model_folder(folder)
    _write(folder, {"adapter_config.json": {}})
    with pytest.raises(ModelError, match="found an adapter"):
        read_model_folder(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_code_of_its_own_is_refused(tmp_path: Path, name: str) -> None:
    folder = _write(_model(tmp_path), {name: {"auto_map": {"AutoModel": "modeling.Model"}}})
    with pytest.raises(ModelError, match="code of its own"):
        read_model_folder(folder)


@pytest.mark.parametrize(
    "kind",
    [
        "modeling_own.Transformer",
        "sentence_transformers_evil.Transformer",
        "Transformer",
        "sentence_transformers.models.Router",
        "os.system",
    ],
)
def test_other_modules_are_refused(tmp_path: Path, kind: str) -> None:
    folder = _model(tmp_path, modules_json=[TRANSFORMER | {"type": kind}])
    with pytest.raises(ModelError, match="is not supported"):
        read_model_folder(folder)


@pytest.mark.parametrize(
    "function",
    ["os.getcwd", "torch.nn.init.warnings", "torch.nn.nope", "torch.nn.evil.Tanh", "Tanh", ["torch.nn.Tanh"]],
)
def test_an_activation_of_its_own_is_refused(tmp_path: Path, function: Any) -> None:
    folder = _model(tmp_path, modules_json=[TRANSFORMER, POOLING, DENSE])
    dense = {"out_features": 7, "activation_function": function}
    _write(folder, {"2_Dense/config.json": dense, "2_Dense/model.safetensors": ""})
    with pytest.raises(ModelError, match="expected an activation function"):
        read_model_folder(folder)


def test_a_path_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = _model(tmp_path / "model", modules_json=[TRANSFORMER, POOLING | {"path": "../other"}])
    with pytest.raises(ModelError, match="leads out of the model folder"):
        read_model_folder(folder)


@pytest.mark.parametrize("name", ["9" * 400, "a\0b"])
def test_a_path_that_none_can_have_is_refused(tmp_path: Path, name: str) -> None:
    folder = _model(tmp_path / "model", modules_json=[TRANSFORMER, POOLING | {"path": name}])
    with pytest.raises(ModelError, match="is no path"):
        read_model_folder(folder)


def test_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    folder = _model(tmp_path, config_sentence_transformers_json={"model_type": "CrossEncoder"})
    with pytest.raises(ModelError, match="found a CrossEncoder"):
        read_model_folder(folder)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '[{"path": ""}]', '["Transformer"]', '[{"type": "x"}]'])
def test_broken_listings(tmp_path: Path, content: str) -> None:
    with pytest.raises(ModelError, match=r"modules\.json: expected"):
        read_model_folder(_model(tmp_path, modules_json=content))


def test_no_size(tmp_path: Path) -> None:
    folder = _model(tmp_path, config_json={}, **{"1_Pooling__config_json": {}})
    with pytest.raises(ModelError, match="size of a vector"):
        _ = read_model_folder(folder).dim
