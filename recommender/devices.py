"""Which processors are there beside the CPU; torch is not imported where none is in sight."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

# One of these is there wherever a driver lets torch see a GPU: Nvidia, Windows' Linux, AMD.
_GPU_NODES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


def may_have_gpu() -> bool:
    """Whether it is worth asking torch for a GPU."""
    return not sys.platform.startswith("linux") or any(Path(node).exists() for node in _GPU_NODES)


@cache
def has_cuda() -> bool:
    """Whether torch can compute on a GPU of Nvidia or AMD."""
    if sys.platform == "darwin" or not may_have_gpu():
        return False
    import torch

    return bool(torch.cuda.is_available())
