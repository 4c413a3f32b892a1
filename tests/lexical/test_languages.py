from __future__ import annotations

import pytest

from recommender.lexical.languages import detect_language, language_of, primary_tag, stemmer, stop_words

SAID = {
    "en": "You can boil the soup for an hour, and then it is ready when we come home.",
    "de": "Die Suppe kann man eine Stunde kochen, und dann ist sie fertig, wenn wir nach Hause kommen.",
    "fr": "On peut faire cuire la soupe pendant une heure, et puis elle est prête quand nous rentrons à la maison.",
    "es": "Se puede cocer la sopa durante una hora, y después ya está lista cuando llegamos a casa.",
    "it": "Si può cuocere la zuppa per un'ora, e poi è pronta quando noi torniamo a casa.",
    "da": "Man kan koge suppen i en time, og så er den færdig, når vi kommer hjem til os selv.",
    "sv": "Man kan koka soppan i en timme, och sedan är den klar när vi kommer hem till oss.",
    "nl": "Je kunt de soep een uur laten koken, en dan is hij klaar als we thuis komen van het werk.",
    "pl": "Zupę można gotować przez godzinę, a potem jest gotowa, kiedy wracamy do domu ze szkoły.",
    "ru": "Суп можно варить один час, и потом он будет готов, когда мы придём домой.",
    "uk": "Суп можна варити одну годину, і потім він буде готовий, коли ми прийдемо додому, але не раніше.",
    "tr": "Çorbayı bir saat kadar pişirmek gerekir ve sonra biz eve gelince hazır olur, ama daha önce değil.",
    "ja": "スープを一時間煮ると、家に帰るころにはできあがります。",
    "zh": "这锅汤可以煮一个小时，我们回家的时候就好了。",
    "ko": "수프를 한 시간 끓이면 우리가 집에 올 때 다 됩니다.",
    "th": "ต้มซุปหนึ่งชั่วโมงแล้วจะเสร็จเมื่อเรากลับบ้าน",
    "el": "Η σούπα βράζει μία ώρα και είναι έτοιμη όταν γυρίζουμε.",
    "he": "אפשר לבשל את המרק שעה אחת והוא מוכן כשאנחנו חוזרים.",
    "hi": "सूप को एक घंटे तक पकाया जा सकता है और जब हम घर आते हैं तो यह तैयार है।",
    "ar": "يمكن طهي الحساء لمدة ساعة ثم يكون جاهزا عندما نعود إلى البيت من العمل.",
}


@pytest.mark.parametrize("language", SAID)
def test_a_sentence_shows_its_language(language: str) -> None:
    assert detect_language(SAID[language]) == language


def test_program_text_in_a_page_hides_no_language() -> None:
    program = "for key, value in items.sort(reverse=True): print(key.upper(), value)\n"
    assert detect_language(program * 2 + SAID["ja"] + program * 2) == "ja"


@pytest.mark.parametrize("text", ["", "x = 3", "1 2 3 4 5", "\u2014 \u201c\u201d", "qwrt zxcv bnmp " * 20])
def test_what_shows_no_language_has_none(text: str) -> None:
    assert detect_language(text) is None


def test_what_an_article_names_comes_first() -> None:
    assert language_of("pt-BR", SAID["de"]) == "pt"
    assert language_of(None, SAID["de"]) == language_of("", SAID["de"]) == "de"


@pytest.mark.parametrize(("tag", "language"), [("EN-gb", "en"), ("zh_Hant_TW", "zh"), ("", None), (None, None)])
def test_the_primary_tag(tag: str | None, language: str | None) -> None:
    assert primary_tag(tag) == language


def test_stop_words_are_those_of_the_language_and_english_ones_where_none_is_known() -> None:
    assert {"der", "und"} <= stop_words("de")
    assert stop_words("nb") == stop_words("no") != frozenset()
    assert stop_words(None) == stop_words("en")
    assert stop_words("xx") == frozenset()


def test_every_stemmer_that_is_named_is_there() -> None:
    from recommender.lexical.languages import _STEMMERS

    assert all(stemmer(language) for language in _STEMMERS)
    assert stemmer("xx") is stemmer(None) is None
