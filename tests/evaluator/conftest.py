from __future__ import annotations

from pathlib import Path

import pytest

import recommender
from recommender.evaluator.run import EvaluationRun
from recommender.measure.run import evaluate


@pytest.fixture(scope="session")
def sample_run() -> EvaluationRun:
    """All systems on the sample corpus."""
    return evaluate(recommender.open_site(Path(__file__).parents[2] / "data", use_cache=False))
