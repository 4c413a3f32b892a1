from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.values import json_nodes, line_nodes, nodes_of, toml_nodes
from recommender.corpus.yaml_nodes import YamlProblem, as_bool, as_id, as_text, at_path, line_of, pairs


def test_toml_has_values_and_lines() -> None:
    root = toml_nodes("title = 'Soup'\ndraft = true\nid = 7\ndate = 2024-01-02T03:04:05Z\n[extra]\ntags = ['a', 'b']\n")
    found = {name: at_path(root, name) for name in ("title", "draft", "id", "date", "extra.tags")}
    assert as_text(found["title"]) == "Soup"  # type: ignore[arg-type]
    assert as_bool(found["draft"]) is True  # type: ignore[arg-type]
    assert as_id(found["id"]) == 7  # type: ignore[arg-type]
    assert as_text(found["date"]) == "2024-01-02T03:04:05+00:00"  # type: ignore[arg-type]
    assert [node and line_of(node) for node in found.values()] == [1, 2, 3, 4, 6]
    assert at_path(toml_nodes('empty = ""'), "empty") is None


def test_lines_of_names_and_values() -> None:
    root = line_nodes("Title: Soup\nSummary: of\n    the day\n")
    assert {name: node.value for name, node in pairs(root)} == {"title": "Soup", "summary": "of the day"}


@pytest.mark.parametrize(
    ("text", "rule", "line"), [("a = 1\nb =\n", "invalid-toml", 2), ("a = " + "[" * 5000 + "]" * 5000, "yaml-limit", 1)]
)
def test_what_cannot_be_read_names_its_line(text: str, rule: str, line: int) -> None:
    with pytest.raises(YamlProblem) as caught:
        toml_nodes(text)
    assert (caught.value.rule, caught.value.line) == (rule, line)


VALUES = st.recursive(
    st.text() | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_json_read_by_either_way_is_the_same(values: dict[str, object]) -> None:
    import json

    def plain(node: object) -> object:
        value = node.value  # type: ignore[attr-defined]
        if isinstance(value, str):
            return value
        pairs_of = isinstance(value, list) and value and isinstance(value[0], tuple)
        return {key.value: plain(item) for key, item in value} if pairs_of else [plain(item) for item in value]

    assert plain(json_nodes(json.dumps(values, indent=1))) == plain(nodes_of(values, {}))
