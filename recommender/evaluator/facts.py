"""Facts beside the figures: versions of packages, and names as numbers."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numpy.typing import NDArray

_PACKAGES = (
    "recommender",
    "networkx",
    "numpy",
    "scipy",
    "scikit-learn",
    "faiss-cpu",
    "bm25s",
    "sparse-dot-topn",
    "sentence-transformers",
    "tokenizers",
    "torch",
)


def numbers(names: Sequence[str | None]) -> NDArray[np.int32]:
    """A number for each name, -1 for None."""
    number = {name: place for place, name in enumerate(sorted({name for name in names if name is not None}))}
    return np.array([-1 if name is None else number[name] for name in names], dtype=np.int32)


def versions() -> dict[str, str]:
    """Versions of the packages that figures depend on."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
