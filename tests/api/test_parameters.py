"""scikit-learn's rules, held against scikit-learn."""

from __future__ import annotations

import inspect

import pytest
from sklearn.base import clone

import recommender
from recommender.api.parameters import Parameters
from recommender.errors import InputError

KINDS = [recommender.Embedder, recommender.NearestArticles, recommender.Evaluator, recommender.Recommender]


@pytest.mark.parametrize("kind", KINDS)
def test_init_stores_parameters_as_they_are(kind: type[Parameters]) -> None:
    marks = {name: object() for name in inspect.signature(kind).parameters}
    made = kind(**marks)
    assert vars(made) == marks
    assert made.get_params() == marks


@pytest.mark.parametrize("kind", KINDS)
def test_scikit_learn_can_clone_it(kind: type[Parameters]) -> None:
    made = kind()
    name = next(iter(made.get_params()))
    made.set_params(**{name: 7})
    again = clone(made)
    assert again is not made
    assert again.get_params() == made.get_params()


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_parameter_is_named(kind: type[Parameters]) -> None:
    with pytest.raises(InputError, match="has no parameter 'colour'; it has "):
        kind().set_params(colour="red")


def test_it_shows_what_differs_from_the_defaults() -> None:
    assert repr(recommender.Recommender()) == "Recommender()"
    assert repr(recommender.Recommender(k=3, hubs="csls")) == "Recommender(k=3, hubs='csls')"
    assert recommender.Embedder("<b>")._repr_html_() == "<code>Embedder(model=&#x27;&lt;b&gt;&#x27;)</code>"


@pytest.mark.parametrize(
    "early", [lambda: recommender.NearestArticles().kneighbors(), lambda: recommender.Recommender().recommend()]
)
def test_what_was_not_fitted_says_so(early: object) -> None:
    with pytest.raises(InputError, match="is not fitted; call fit first"):
        early()  # type: ignore[operator]
