from __future__ import annotations

import pytest

from recommender.lexical.analyser import Role, Word, analyser


def terms(text: str, language: str | None) -> list[str]:
    found = (word for chunk in text.split() for word in analyser(language).words(chunk))
    return [word.term for word in found if word.role in (Role.WORD, Role.PART)]


def test_each_word_has_a_role() -> None:
    assert list(analyser("en").words("the-ArrayList")) == [
        Word("the", "the", Role.STOP),
        Word("arraylist", "arraylist", Role.WORD),
        Word("array", "array", Role.PART),
        Word("list", "list", Role.PART),
    ]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("de", "Kinder Kindern Kindes"),
        ("fr", "maison maisons"),
        ("ru", "книга книги книгой"),
        ("es", "camino caminos"),
        ("it", "libro libri"),
        ("da", "hunden hundene"),
        ("tr", "kitap kitaplar"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: str) -> None:
    assert len(set(terms(forms, language))) == 1


def test_case_width_and_composition_make_no_other_word() -> None:
    assert len(set(terms("Ｓtraße STRASSE strasse", None))) == 1
    assert len(set(terms("Ärger A\u0308rger ärger", "de"))) == 1


def test_without_spaces_pairs_of_characters_are_words() -> None:
    assert terms("庭の手入れ", "ja") == ["庭の", "の手", "手入", "入れ"]
    assert terms("木", "ja") == ["木"]
    assert terms("ภาษา", "th") == ["ภา", "าษ", "ษา"]


def test_single_letters_and_stop_words_are_no_words() -> None:
    assert terms("the a I x", "en") == []
    assert {word.role for word in analyser("en").words("I")} == {Role.SHORT}
    assert terms("der die das und", "de") == []
    assert terms("der die das und", "en") == ["der", "die", "das", "und"]
