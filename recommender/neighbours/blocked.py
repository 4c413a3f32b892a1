"""Nearest vectors by products of blocks, on a GPU where there is one: what faiss does on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

_QUERIES_AT_ONCE = 4_096
# A block of products takes a gigabyte.
_TARGETS_AT_ONCE = 65_536


class BlockedProducts:
    """The targets of a search, on a device, where products of matrices and `topk` find the best of them.

    Products are taken in single precision: on a GPU in full, not in its shorter formats.

    Parameters
    ----------
    base : float32 array of shape (n, dim)
        Targets. They must fit in the device's memory.
    device : str
        As torch names it.
    """

    def __init__(self, base: NDArray[np.float32], device: str) -> None:
        import torch

        self._device = torch.device(device)
        self._base = torch.from_numpy(base).to(self._device)

    def knn(self, queries: NDArray[np.float32], reach: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The `reach` largest products of every query, best first, and whose they are, shapes (m, reach).

        Any of equal products may be left out, and they come in any order.
        """
        import torch

        scores: NDArray[np.float32] = np.empty((len(queries), reach), dtype=np.float32)
        places: NDArray[np.int64] = np.empty((len(queries), reach), dtype=np.int64)
        with torch.inference_mode(), _full_precision():
            for start in range(0, len(queries), _QUERIES_AT_ONCE):
                part = slice(start, start + _QUERIES_AT_ONCE)
                block = torch.from_numpy(np.ascontiguousarray(queries[part])).to(self._device)
                best, place = self._best(block, reach)
                scores[part], places[part] = best.cpu().numpy(), place.cpu().numpy()
        return scores, places

    def _best(self, block: Tensor, reach: int) -> tuple[Tensor, Tensor]:
        import torch

        best, place = block.new_empty((len(block), 0)), block.new_empty((len(block), 0), dtype=torch.int64)
        for start in range(0, len(self._base), _TARGETS_AT_ONCE):
            products = block @ self._base[start : start + _TARGETS_AT_ONCE].T
            found, at = products.topk(min(reach, products.shape[1]), dim=1)
            best, place = torch.cat([best, found], dim=1), torch.cat([place, at + start], dim=1)
            best, order = best.topk(min(reach, best.shape[1]), dim=1)
            place = place.gather(1, order)
        return best, place


@contextmanager
def _full_precision() -> Iterator[None]:
    """Products of single precision in single precision, whatever was set for the process."""
    import torch

    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
