"""trec_eval as the referee, in a process of its own: its Python binding now and then reads memory that is not there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping

_CODE = """
import json, sys
import pytrec_eval
qrels, run, measures = json.load(sys.stdin)
json.dump(pytrec_eval.RelevanceEvaluator(qrels, set(measures)).evaluate(run), sys.stdout)
"""


def trec_eval(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]], measures: Iterable[str]
) -> dict[str, dict[str, float]]:
    """What trec_eval finds, by query and measure; queries without judgements or proposals are none of it."""
    asked = [
        {query: rows for query, rows in qrels.items() if rows},
        {query: rows for query, rows in run.items() if rows},
        sorted(measures),
    ]
    done = subprocess.run(
        [sys.executable, "-c", _CODE], input=json.dumps(asked), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr or f"trec_eval ended with {done.returncode}"
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found
