"""On which device a transformer runs, and in which precision.

Both are part of a model's identity, so they are settled without importing torch where no GPU is in sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recommender.devices import may_have_gpu
from recommender.errors import ModelError

Precision = Literal["auto", "float32", "bfloat16"]

# Processors with one of these multiply bfloat16 at twice the speed of float32 or more; others emulate it.
_BFLOAT16_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})


@dataclass(frozen=True, slots=True)
class Hardware:
    """A device as torch names it, and the precision in which a transformer computes on it."""

    device: str
    precision: Literal["float32", "bfloat16"]

    @property
    def kind(self) -> str:
        """The device without its number."""
        return self.device.partition(":")[0]


def choose_hardware(device: str | None = None, precision: str = "auto") -> Hardware:
    """Settle what was left open.

    Raises
    ------
    ModelError
        There is no such device here, or no such precision.
    """
    if precision not in ("auto", "float32", "bfloat16"):
        raise ModelError(f"precision: expected auto, float32 or bfloat16, found {precision!r}")
    device = _best_device() if device is None else _checked(device)
    if precision == "auto":
        precision = "bfloat16" if _has_bfloat16(device) else "float32"
    return Hardware(device, "bfloat16" if precision == "bfloat16" else "float32")


def _best_device() -> str:
    if not may_have_gpu():
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _checked(device: str) -> str:
    if device == "cpu":
        return device
    import torch

    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0]
        raise ModelError(f'device: {device!r} cannot be used here ({reason}); "cpu" always can') from None
    return device


def _has_bfloat16(device: str) -> bool:
    if device == "cpu":
        try:
            return not _BFLOAT16_FLAGS.isdisjoint(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
        except OSError:  # not Linux
            return False
    if not device.startswith("cuda"):
        return False
    import torch

    return bool(torch.cuda.get_device_capability(device) >= (8, 0))
