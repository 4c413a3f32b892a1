from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.lexical.scripts import character_pairs, find_words, identifier_parts, is_in_pairs, runs


@pytest.mark.parametrize(
    ("chunk", "words"),
    [
        ("file-name(s),", ["file", "name", "s"]),
        ("Straße", ["Straße"]),
        ("Daten\u00adbank", ["Datenbank"]),
        ("ｶﾀｶﾅ", ["カタカナ"]),
        ("cafe\u0301", ["caf\u00e9"]),
        ("हिन्दी।", ["हिन्दी"]),
        ("สวัสดี", ["สวัสดี"]),
        ("l'été", ["l", "été"]),
        ("…", []),
    ],
)
def test_words_are_letters_with_their_marks(chunk: str, words: list[str]) -> None:
    assert find_words(chunk) == words


@given(st.text())
def test_composed_or_not_the_words_are_the_same(chunk: str) -> None:
    forms = {tuple(find_words(unicodedata.normalize(form, chunk))) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) == 1


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("検索query", ["検索", "query"]),
        ("RubyのHash", ["Ruby", "の", "Hash"]),
        ("grid", ["grid"]),
        ("données", ["données"]),
    ],
)
def test_scripts_without_spaces_are_parted_from_others(word: str, parts: list[str]) -> None:
    assert runs(word) == parts
    assert "".join(runs(word)) == word
    assert [is_in_pairs(part) for part in parts] == [ord(part[0]) > 0x3000 for part in parts]


@pytest.mark.parametrize(
    "run", ["ภาษาไทย", "ភាសាខ្មែរ", "မြန်မာ", "ລາວ", "漢字", "𠀀𠀁", "ひらがな", "カタカナー", "한국어"]
)
def test_runs_of_these_scripts_are_read_by_pairs(run: str) -> None:
    assert runs(run) == [run]
    assert is_in_pairs(run)
    assert character_pairs(run) == [run[at] + run[at + 1] for at in range(len(run) - 1)]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("HTTPServerError2", ["http", "server", "error"]),
        ("getURL", ["get", "url"]),
        ("snake_case_name", ["snake", "case", "name"]),
        ("utf8", []),
        ("x2", []),
        ("DNA", []),
        ("plain", []),
    ],
)
def test_names_in_programs_have_parts(word: str, parts: list[str]) -> None:
    assert identifier_parts(word) == parts
