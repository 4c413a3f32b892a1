from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.yaml_nodes import (
    MappingNode,
    Node,
    RepeatedField,
    ScalarNode,
    YamlProblem,
    as_bool,
    as_id,
    as_text,
    at_path,
    compose,
    is_null,
    line_of,
    pairs,
)


def node(text: str) -> Node:
    found = at_path(compose(f"x: {text}"), "x")
    assert found is not None
    return found


def test_text_is_what_was_written_whatever_its_type() -> None:
    assert [as_text(node(text)) for text in ("1984", "true", "1.50", "'a: b'", '"q"')] == [
        "1984",
        "true",
        "1.50",
        "a: b",
        "q",
    ]


def test_ids_are_numbers_where_a_plain_number_is_written() -> None:
    assert as_id(node("165951")) == 165951
    assert as_id(node("'007'")) == "007"
    assert as_id(node("UHVi")) == "UHVi"


@pytest.mark.parametrize("null", ["", "~", "null"])
def test_a_plain_null_is_as_good_as_absent(null: str) -> None:
    assert at_path(compose(f"x: {null}"), "x") is None


def test_a_quoted_null_is_a_word() -> None:
    assert not is_null(node("'null'"))


def test_truth() -> None:
    assert as_bool(node("yes")) is True
    assert as_bool(node("False")) is False
    for wrong in ("maybe", "2"):
        with pytest.raises(TypeError):
            as_bool(node(wrong))


def test_an_id_with_a_leading_zero_is_the_text_that_is_written() -> None:
    assert [as_id(node(text)) for text in ("002", "0", "-3", "20")] == ["002", 0, -3, 20]


@pytest.mark.parametrize("empty", ['""', "[]", "{}", "'  '"])
def test_what_a_cleared_input_leaves_is_absent(empty: str) -> None:
    assert at_path(compose(f"x: {empty}"), "x") is None


def test_merged_mappings_give_what_is_not_written() -> None:
    root = compose("base: &b {a: 1, c: 3}\nother: &o {a: 4, d: 5}\n<<: [*b, *o]\na: 2\n")
    assert root is not None
    found = {name: at_path(root, name) for name in ("a", "c", "d")}
    assert {name: as_text(value) for name, value in found.items() if value} == {"a": "2", "c": "3", "d": "5"}
    assert [name for name, _ in pairs(root)] == ["base", "other", "a", "c", "d"]
    assert at_path(compose("'<<': {a: 1}"), "a") is None


def test_of_a_repeated_field_the_later_one_holds_where_repetition_is_taken() -> None:
    repeated: list[RepeatedField] = []
    root = compose("a: 1\nb: {c: 1, c: 2}\na: 2\n", repeated)
    assert as_text(at_path(root, "a") or node("")) == "2"
    assert as_text(at_path(root, "b.c") or node("")) == "2"
    assert repeated == [RepeatedField("c", 2, top=False), RepeatedField("a", 3, top=True)]


def test_lines_are_those_of_the_text() -> None:
    root = compose("a: 1\nb:\n  c: >-\n    text\n")
    found = at_path(root, "b.c")
    assert found is not None
    assert line_of(found) == 3


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("a: [1", "invalid-yaml", 1),
        ("a: 1\nb: 2\na: 3", "repeated-field", 3),
        ("a:\n  b: 1\n  b: 2", "repeated-field", 3),
        ("a: &a [*a]", "yaml-limit", 1),
        ("a: !!python/object:os.system x", "yaml-tag", 1),
        ("a: !ruby/object x", "yaml-tag", 1),
        ("a: 1\n---\nb: 2", "invalid-yaml", 2),
        ("a: *unknown", "invalid-yaml", 1),
        ("a: \x00", "invalid-yaml", 1),
        ("\n".join(" " * depth + "a:" for depth in range(200)), "yaml-limit", 51),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, rule: str, line: int) -> None:
    with pytest.raises(YamlProblem) as caught:
        compose(text)
    assert caught.value.rule == rule
    assert abs(caught.value.line - line) <= 1


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(YamlProblem, match="more than 20,000 values"):
        compose("\n".join(lines))


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "- ? ", "-\t", "[{"])
def test_nesting_that_would_overflow_the_parser_is_refused(piece: str) -> None:
    with pytest.raises(YamlProblem):
        compose("x: " + piece * 200_000 if piece[0] in "[{" else piece * 200_000)


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
        st.one_of(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), st.integers(), st.booleans()),
        max_size=8,
    )
)
def test_texts_are_what_a_safe_loader_finds(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    root = compose(text)
    assert isinstance(root, MappingNode)
    loaded = yaml.safe_load(text)
    for key, item in root.value:
        expected = next(found for name, found in loaded.items() if str(name) == key.value)
        if isinstance(expected, str):
            assert as_text(item) == expected
        elif isinstance(expected, bool):
            assert as_bool(item) == expected
        else:
            assert isinstance(item, ScalarNode)
            assert int(as_text(item)) == expected


@given(st.text(max_size=200))
def test_any_text_is_nodes_or_a_problem(text: str) -> None:
    try:
        compose(text)
    except YamlProblem as problem:
        assert problem.line >= 1  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("text", ["a: [" + "x," * 200_000 + "x]", "- x\n" * 50_000, "{" + "a: b, " * 30_000 + "}"])
def test_more_values_than_are_read_are_refused_before_they_are_built(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built(_: object) -> None:
        raise AssertionError("the whole document was built")

    monkeypatch.setattr("recommender.corpus.yaml_nodes._NodeLoader.get_single_node", built, raising=False)
    with pytest.raises(YamlProblem, match="more than 20,000 values") as caught:
        compose(text)
    assert caught.value.rule == "yaml-limit"
