from __future__ import annotations

from pathlib import Path

import pytest

from tests.embedder.model_makers import save_transformer


@pytest.fixture(scope="session")
def tiny_transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reads 60 tokens at once; its weights are random."""
    return save_transformer(tmp_path_factory.mktemp("models") / "tiny-transformer", limit=60)
