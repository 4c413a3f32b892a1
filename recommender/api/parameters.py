"""scikit-learn's rules for parameters: `__init__` stores them as they are, and they can be read and changed by name."""

from __future__ import annotations

import inspect
from html import escape
from typing import Any, Self

from recommender.errors import InputError


class Parameters:
    """A class whose parameters are those of its `__init__`; they are checked when they are used.

    Examples
    --------
    >>> class Cut(Parameters):
    ...     def __init__(self, length=5, *, unit="cm"):
    ...         self.length = length
    ...         self.unit = unit
    >>> Cut(7)
    Cut(length=7)
    >>> Cut().set_params(unit="inch").get_params()
    {'length': 5, 'unit': 'inch'}
    """

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
        return {one.name: one.default for one in parameters}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name."""
        return {name: getattr(self, name) for name in self._defaults()}

    def set_params(self, **params: Any) -> Self:
        """Change parameters.

        Raises
        ------
        InputError
            There is no parameter of a name.
        """
        known = self._defaults()
        for name, value in params.items():
            if name not in known:
                raise InputError(f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(known)}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        given = [
            f"{name}={getattr(self, name)!r}"
            for name, default in self._defaults().items()
            if not (getattr(self, name) is default or getattr(self, name) == default)
        ]
        return f"{type(self).__name__}({', '.join(given)})"

    def _repr_html_(self) -> str:
        return f"<code>{escape(repr(self))}</code>"

    def _fitted(self, name: str) -> Any:
        """What `fit` has learned."""
        if not hasattr(self, name):
            raise InputError(f"{type(self).__name__} is not fitted; call fit first")
        return getattr(self, name)
