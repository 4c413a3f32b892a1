"""What the rules of the selection cost and give: accuracy, link graph and time, each rule alone and together.

    .venv/bin/recommender fit CONTENT -o ranker.json
    .venv/bin/python benchmarks/selection.py CONTENT --ranker ranker.json -o benchmarks/results/selection.json

All rule sets choose from the same candidates, which are found before the clock starts; seconds are those of the choice
alone, near-duplicates and calibration included where a rule needs them for the first time. With a ranker, which scores
each article by the part that has not learned from its component, some rule sets choose from its candidates too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import recommender
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.systems.registry import System
from recommender.measure.evaluate import evaluate
from recommender.measure.systems import selected_lists
from recommender.ranker.file import load_ranker
from recommender.settings import LinkSettings
from recommender.site.ranking import SiteRanker
from recommender.site.select import select

PLAIN = LinkSettings(near_duplicates=True)
LIMITS = LinkSettings(max_inbound=30, min_inbound=1)
RULES = {
    "no rules": PLAIN,
    "limits alone": replace(PLAIN, max_inbound=30, min_inbound=1),
    "default": LinkSettings(),
    "limits": LIMITS,
    "tight limits": LinkSettings(max_inbound=10, min_inbound=2),
    "csls": LinkSettings(hubs="csls"),
    "csls and limits": replace(LIMITS, hubs="csls"),
    "local scaling": LinkSettings(hubs="local-scaling"),
    "diversity 0.3": LinkSettings(diversity=0.3),
    "9 in 10": LinkSettings(min_precision="9 in 10"),
}


WITH_RANKER = ("no rules", "limits alone", "default", "limits", "tight limits")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--cache-dir", type=Path)
    parser.add_argument("--ranker", type=Path)
    arguments = parser.parse_args()

    settings = recommender.load_settings(arguments.content, arguments.config)
    site = recommender.open_site(arguments.content, settings, cache_dir=arguments.cache_dir)
    site.propose(100)
    ranker = None
    if arguments.ranker:
        ranker = SiteRanker(site, load_ranker(arguments.ranker), out_of_fold=True)
        ranker.propose(100)
    sets: dict[str, tuple[LinkSettings, SiteRanker | None]] = {name: (rules, None) for name, rules in RULES.items()}
    if ranker is not None:
        sets |= {f"ranker, {name}": (RULES[name], ranker) for name in WITH_RANKER}
    rows = {}
    for name, (rules, proposer) in sets.items():
        wall, cpu = time.perf_counter(), time.process_time()
        done = select(site, rules, ranker=proposer)
        report = done.chosen.report
        rows[name] = {
            "rules": {key: value for key, value in asdict(rules).items() if value != asdict(LinkSettings())[key]},
            "wall_seconds": round(time.perf_counter() - wall, 2),
            "cpu_seconds": round(time.process_time() - cpu, 2),
            "duplicates": report.duplicates,
            "empty_places": report.empty_places,
            "floor": None if done.floor is None else asdict(done.floor),
            "graph": None if report.graph is None else asdict(report.graph),
        }
        print(name, rows[name], flush=True)
    systems = [
        System(name, "recommender", partial(selected_lists, site, settings=rules, ranker=proposer))
        for name, (rules, proposer) in sets.items()
    ]
    found = evaluate(
        site,
        EvaluateSettings(measures=("cR@5", "R@5", "P@5", "MRR"), k=5, permutations=99),
        systems=list(sets),
        extra=systems,
    ).evaluation
    for name in sets:
        rows[name]["measures"] = {
            measure: [round(value, 4) for value in (figure.mean, figure.low, figure.high)]
            for measure, figure in found.systems[name].items()
        }
        rows[name]["structure"] = asdict(found.structure[name])
    result = {
        "articles": len(site.corpus),
        "eligible": len(site.targets),
        "queries": found.queries,
        "model": site.encoder.name,
        "duplicate_threshold": site.duplicates.threshold,
        "duplicate_clusters": len(site.duplicates.clusters()),
        "rules": rows,
        "set_up": {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "processors": len(os.sched_getaffinity(0)),
            "ortools": version("ortools"),
            "recommender": recommender.__version__,
        },
    }
    arguments.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
