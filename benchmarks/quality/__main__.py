"""How many of the editors' links a site's lists hold, over many sites.

    python -m benchmarks.quality FOLDER [--only NAME,NAME] [--systems text-only,default,fitted] [-o FILE]

Every corpus of the folder goes through the program as anyone's site would: its texts alone, its default, and a ranker
that was fitted on the site's own links (each query scored by what has not learned from its component), beside TF-IDF
and BM25 over the same queries and candidates. README.md says what a folder holds and how to get the same sites.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.quality.corpora import corpora
from benchmarks.quality.figures import BASELINES, Ratio, SiteFigures, over_sites
from benchmarks.quality.measure import SYSTEMS, measure

_RESULTS = Path(__file__).parents[1] / "results"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="names of corpora, separated by commas")
    parser.add_argument(
        "--systems",
        default=",".join(name.replace(" ", "-") for name in SYSTEMS),
        help="those to measure, separated by commas (default: %(default)s)",
    )
    parser.add_argument("-o", "--output", type=Path, default=_RESULTS / "quality.json")
    parser.add_argument("--cache", type=Path, help="where the program keeps vectors and words between runs")
    options = parser.parse_args()
    systems = frozenset(name.replace("-", " ") for name in options.systems.split(","))
    if unknown := systems.difference(SYSTEMS):
        parser.error(f"no such system: {', '.join(sorted(unknown))}")
    found: dict[str, SiteFigures] = {}
    with tempfile.TemporaryDirectory() as work:
        for corpus in corpora(options.folder, Path(work), frozenset(filter(None, options.only.split(",")))):
            begun = time.perf_counter()
            found[corpus.name] = measure(corpus, systems, (options.cache or Path(work) / "cache") / corpus.name)
            print(row(corpus.name, found[corpus.name]), f"  ({time.perf_counter() - begun:.0f} s)", flush=True)
    if not found:
        parser.error(f"{options.folder} holds no corpora: expected files NAME.jsonl or folders")
    print()
    print(table(found))
    options.output.write_text(json.dumps(record(found), indent=1) + "\n", encoding="utf-8")
    print(f"written {options.output}")


def row(name: str, site: SiteFigures) -> str:
    """One line of a table in Markdown."""
    recall = " | ".join(f"{site.recall[system]:.3f}" for system in BASELINES)
    ratios = " | ".join(f"{site.recall[system]:.3f}: {_told(ratio)}" for system, ratio in site.ratios.items())
    return f"| {name} | {site.queries:,} | {recall} | {ratios} |"


def table(sites: dict[str, SiteFigures]) -> str:
    """All sites, least ratio first by the first system, and what holds over them."""
    systems = list(next(iter(sites.values())).ratios)
    ordered = sorted(sites.items(), key=lambda item: item[1].ratios[systems[0]].value)
    heads = ["site", "queries", *BASELINES, *(f"{name}: over the better baseline" for name in systems)]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += [row(name, site) for name, site in ordered]
    means = over_sites(sites)
    for label, told in (
        ("geometric mean", lambda name: _told(means[name])),
        ("least", lambda name: f"{min(site.ratios[name].value for site in sites.values()):.3f}"),
        ("below 1", lambda name: str(sum(site.ratios[name].value < 1 for site in sites.values()))),
        ("interval wholly below 1", lambda name: str(sum(site.ratios[name].high < 1 for site in sites.values()))),
    ):
        lines.append(f"| {label} | | | | " + " | ".join(told(name) for name in systems) + " |")
    return "\n".join(lines)


def record(sites: dict[str, SiteFigures]) -> dict[str, Any]:
    """What is kept of a run."""
    return {
        "measure": "cR@5: the share of an article's curated links, of five at most, that its first five places hold",
        "ratio": "over the better baseline; with the interval of 95% of the resamples of independent units",
        "over_sites": {name: _interval(ratio) for name, ratio in over_sites(sites).items()},
        "sites": {
            name: {
                "articles": site.articles,
                "queries": site.queries,
                "units": site.units,
                "recall": {system: round(value, 4) for system, value in site.recall.items()},
                "baseline": site.baseline,
                "ratio": {system: _interval(ratio) for system, ratio in site.ratios.items()},
                **({"notes": site.notes} if site.notes else {}),
            }
            for name, site in sites.items()
        },
        "machine": {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "platform": platform.platform(),
        },
    }


def _told(ratio: Ratio) -> str:
    return f"{ratio.value:.3f} [{ratio.low:.3f}, {ratio.high:.3f}]"


def _interval(ratio: Ratio) -> list[float]:
    return [round(ratio.value, 4), round(ratio.low, 4), round(ratio.high, 4)]


if __name__ == "__main__":
    main()
