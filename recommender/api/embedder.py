"""From articles or texts to vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from recommender.api.parameters import Parameters
from recommender.errors import InputError
from recommender.neighbours.fused import fused_vectors
from recommender.site.articles import Articles

if TYPE_CHECKING:
    from recommender.embedder.encoder import Encoder
    from recommender.settings import Precision


class Embedder(Parameters):
    """Encodes texts by an embedding model.

    Parameters
    ----------
    model : str, optional
        A model that ships, a folder, or a name on the hub; by default a site's own for its articles, else the one
        that ships.
    views : mapping of str to float, optional
        Weights of an article's texts, such as ``{"question": 1.0}``; by default those of the site.
    device : str, optional
        Where a transformer runs, as torch names it; by default a GPU where there is one.
    precision : {"auto", "float32", "bfloat16"}

    Attributes
    ----------
    encoder_ : Encoder
        The model, once texts were encoded.

    Examples
    --------
    >>> import recommender
    >>> vectors = recommender.Embedder().transform(["Water crosses a membrane.", "Prices rise."])
    >>> vectors.shape, vectors.dtype.name
    ((2, 256), 'float32')
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        views: Mapping[str, float] | None = None,
        device: str | None = None,
        precision: Precision = "auto",
    ) -> None:
        self.model = model
        self.views = views
        self.device = device
        self.precision = precision

    def fit(self, X: object = None, y: object = None) -> Self:  # noqa: N803
        """Load the model; nothing is learned from `X`."""
        self.encoder_ = self._load()
        return self

    def transform(self, X: Articles | Iterable[str]) -> NDArray[np.float32]:  # noqa: N803
        """Encode articles or texts.

        Parameters
        ----------
        X : Articles or iterable of str
            Articles of a site, whose vectors are taken from the site's cache where they are there; or texts.

        Returns
        -------
        float32 array of shape (n, dim)
            Rows L2-normalised, or zero where there is nothing to encode. An article's is the weighted sum of the
            vectors of its views.

        Raises
        ------
        InputError
            `X` is a single text, or `views` names a text that the site does not have.
        ModelError
            There is no such model, or it cannot be used.
        """
        if isinstance(X, Articles):
            return self._of_articles(X)
        if isinstance(X, str):
            raise InputError("expected several texts; found one: put it into a list")
        texts = list(X) if isinstance(X, Iterable) else [X]
        if not all(isinstance(text, str) for text in texts):
            raise InputError(f"expected the articles of a site (site.articles) or texts; found {type(X).__name__}")
        encoder: Encoder = self.encoder_ if hasattr(self, "encoder_") else self._load()
        return encoder.encode(texts).vectors

    def fit_transform(self, X: Articles | Iterable[str], y: object = None) -> NDArray[np.float32]:  # noqa: N803
        """`fit`, then `transform`."""
        return self.fit(X).transform(X)

    def _load(self) -> Encoder:
        from recommender.embedder.load import load_encoder

        return load_encoder(self.model, device=self.device, precision=self.precision)

    def _of_articles(self, articles: Articles) -> NDArray[np.float32]:
        site, wanted = articles.site, articles.site.settings.model
        wanted = replace(
            wanted,
            name=wanted.name if self.model is None else self.model,
            device=wanted.device if self.device is None else self.device,
            precision=wanted.precision if self.precision == "auto" else self.precision,
        )
        if wanted != site.settings.model:
            site = site.with_model(wanted.name, device=wanted.device, precision=wanted.precision)
        if self.views is None:
            return site.text_vectors()[articles.rows]
        views = [site.vectors(view)[articles.rows] for view in self.views]
        return fused_vectors(views, list(self.views.values()))
