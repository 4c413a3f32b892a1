"""Learn the weights of the default ranking over the sites of a folder.

    python -m benchmarks.quality.learn FOLDER [--only NAME,NAME] [--family vs-de=vs,vs-ko=vs]

A site teaches by the articles with curated links: a listwise softmax over each one's first candidates raises those
that its editors linked (Cao et al. 2007, ICML). Every site counts alike, however many articles it has. Signals are
compared within each list; what each counts is linear between knots. Figures are of weights that learned without the
site's family; the weights that are written learned from all. What is published is calibrated on the scores of weights
that learned without the family.

Writes `recommender/ranker/default.json` and `benchmarks/results/default-ranking.json`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.quality.corpora import Corpus, corpora, open_corpus
from recommender.evaluator.judgements import judge_by_links
from recommender.ranker.list_score import FORMAT, Function, ListCalibration, ListModel, standard
from recommender.ranker.list_signals import SIGNALS, list_signals

_ROOT = Path(__file__).parents[2]
_WEIGHTS = _ROOT / "recommender" / "ranker" / "default.json"
_FIGURES = _ROOT / "benchmarks" / "results" / "default-ranking.json"
_KNOTS = (0.5, 2.0)
_ENDS = 6.0
_L2 = 0.2
# What was known before, from a formula that held on three sites: weights are drawn towards it and not towards nothing.
_BEFORE = {"similarity": 0.5, "crowding": -0.125, "title in body": 0.075, "title in body back": 0.075}
# What counts beside texts, by standard deviations within the list. Fixed: texts of corpora have lost their links, and
# the nine sites that have theirs are too few to learn from. Chosen on them, and for folders on all, as the weights that
# leave no site behind what texts alone find there; README.md has the figures.
_OF_PLACES = {
    "shared folders": 0.15,
    "links it": 0.4,
    "linked by it": 0.25,
    "linked together": 0.25,
    "link the same": 0.1,
}
_MOST_TAUGHT = 300
_MOST_STEPS = 30
_LEAST_STEP = 1e-6
_MOST_ASKED = 1_000
_PLACES = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The first candidates of a site's articles with curated links.

    Attributes
    ----------
    standing : float32 array of shape (n_pairs, n_signals)
        Standard deviations above the list's mean, by `SIGNALS`.
    owners : int64 array of shape (n_pairs,)
        The article of each pair, 0 to ``n_queries - 1``, ascending.
    linked : bool array of shape (n_pairs,)
    links : int64 array of shape (n_queries,)
        Curated links of each, whether among the candidates or not.
    best : float64 array of shape (n_queries,)
        The similarity of the best candidate.
    placed : float64 array of shape (n_pairs,)
        What folders and links inside texts count, by `_OF_PLACES`.
    """

    standing: NDArray[np.float32]
    owners: NDArray[np.int64]
    linked: NDArray[np.bool_]
    links: NDArray[np.int64]
    best: Floats
    placed: Floats


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.learn",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="names of corpora, separated by commas")
    parser.add_argument("--family", default="vs-de=vs,vs-ko=vs", help="sites of one family: NAME=FAMILY,...")
    parser.add_argument("--cache", type=Path, help="where the program keeps vectors and words between runs")
    options = parser.parse_args()
    families = dict(pair.split("=") for pair in options.family.split(",") if pair)
    lessons: dict[str, Lesson] = {}
    with tempfile.TemporaryDirectory() as work:
        for corpus in corpora(options.folder, Path(work), frozenset(filter(None, options.only.split(",")))):
            lessons[corpus.name] = lesson(corpus, (options.cache or Path(work) / "cache") / corpus.name)
            print(f"{corpus.name}: {len(lessons[corpus.name].links):,} articles with curated links", flush=True)
    _finish(lessons, {name: families.get(name, name) for name in lessons})


def lesson(corpus: Corpus, cache: Path) -> Lesson:
    """Read a site, without its links what the signals need, and with them what its editors chose."""
    site = open_corpus(corpus, cache)
    eligible = np.isin(np.arange(len(site.corpus)), site.targets)
    judged = judge_by_links(site.judged.targets, eligible)
    asked = np.arange(len(judged.queries))
    if len(asked) > _MOST_ASKED:
        asked = np.sort(np.random.default_rng(0).choice(asked, _MOST_ASKED, replace=False))
    queries, relevant = judged.queries[asked].astype(np.int64), judged.relevant.take(asked)
    around = site.plan.surroundings
    first = around.first(queries)
    table = first.rows
    line, place = np.nonzero(table >= 0)
    signals = list_signals(around, queries[line], table[line, place].astype(np.int64), first.nearness[line, place])
    by = standard(signals, line * table.shape[1] + place, table.shape)
    standing = np.stack([by.standing(name, signals[name], line) for name in SIGNALS], axis=1)
    linked = relevant.contains(table)[line, place]
    known = {name: weight for name, weight in _OF_PLACES.items() if name in signals}
    placed = sum(
        (weight * by.standing(name, signals[name], line) for name, weight in known.items()), np.zeros(len(line))
    )
    return Lesson(standing.astype(np.float32), line, linked, relevant.counts, by.best, placed)


def basis(standing: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each signal, and how far it is beyond each knot."""
    return np.concatenate([standing, *(np.maximum(standing - knot, 0) for knot in _KNOTS)], axis=1)


def fit(lessons: list[Lesson], start: Floats | None = None) -> Floats:
    """Weights of the basis that make what editors linked most likely, every site counting alike, and that are not far
    from `_BEFORE`; by Newton's method.
    """
    taught = [_taught(one) for one in lessons]
    before = _before()
    weights = before if start is None else start
    for _ in range(_MOST_STEPS):
        slope, curve = 2 * _L2 * (weights - before), 2 * _L2 * np.eye(len(weights))
        for table, wanted, begins, sizes in taught:
            owners = np.repeat(np.arange(len(sizes)), sizes)
            scores = table @ weights
            odds = np.exp(scores - np.maximum.reduceat(scores, begins)[owners])
            odds /= np.add.reduceat(odds, begins)[owners]
            share = 1 / len(sizes) / len(lessons)
            slope += ((odds - wanted) @ table) * share
            weighed = table * np.sqrt(odds)[:, None]
            mean = np.add.reduceat(table * odds[:, None], begins)
            curve += (weighed.T @ weighed - mean.T @ mean) * share
        step = np.linalg.solve(curve, slope)
        largest = np.abs(step).max()
        weights = weights - step / max(largest, 1)
        if largest < _LEAST_STEP:
            break
    return weights


def _taught(one: Lesson) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """The basis of a site's pairs that teach, what share of its list's links each is, and where lists begin and how
    long they are.
    """
    found = np.bincount(one.owners, one.linked, len(one.links))
    lists = np.flatnonzero(found > 0)
    if len(lists) > _MOST_TAUGHT:
        lists = np.sort(np.random.default_rng(0).choice(lists, _MOST_TAUGHT, replace=False))
    own = np.flatnonzero(np.isin(one.owners, lists))
    sizes = np.bincount(one.owners, minlength=len(one.links))[lists]
    wanted = one.linked[own] / found[one.owners[own]]
    return basis(one.standing[own]).astype(np.float64), wanted, np.cumsum(sizes) - sizes, sizes


def _before() -> Floats:
    """`_BEFORE` as weights of the basis."""
    weights = np.zeros((1 + len(_KNOTS), len(SIGNALS)))
    for name, weight in _BEFORE.items():
        weights[0, list(SIGNALS).index(name)] = weight
    return weights.ravel()


def capped_recall(one: Lesson, scores: Floats) -> float:
    """cR@5 of the candidates in the order of some scores."""
    order = np.lexsort((-np.round(scores, 6), one.owners))
    owners = one.owners[order]
    place = np.arange(len(owners)) - np.searchsorted(owners, np.arange(len(one.links)))[owners]
    hits = np.bincount(owners, one.linked[order] & (place < _PLACES), len(one.links))
    return float((hits / np.minimum(one.links, _PLACES)).mean())


def calibrate(lessons: list[Lesson], scores: list[Floats]) -> ListCalibration:
    """Platt's method (1999) on scores of weights that did not learn from the site, every site counting alike."""
    columns = [
        np.stack([score, np.ones(len(score)), one.best[one.owners]]) for one, score in zip(lessons, scores, strict=True)
    ]

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = 1e-4 * float(weights @ weights), 2e-4 * weights
        for one, found in zip(lessons, columns, strict=True):
            odds = weights @ found
            value += float(np.mean(np.logaddexp(0, odds) - one.linked * odds)) / len(lessons)
            slope = slope + found @ (1 / (1 + np.exp(-odds)) - one.linked) / len(one.linked) / len(lessons)
        return value, slope

    found = minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B").x
    return ListCalibration(*(round(float(value), 4) for value in found))


def functions(weights: Floats) -> dict[str, Function]:
    """The weights of the basis as one function per signal."""
    at = (-_ENDS, *_KNOTS, _ENDS)
    table = weights.reshape(1 + len(_KNOTS), len(SIGNALS))
    counts = [table[0] * x + sum(table[1 + k] * max(x - knot, 0) for k, knot in enumerate(_KNOTS)) for x in at]
    of_texts = {
        name: Function(at, tuple(round(float(count[number]), 4) for count in counts))
        for number, name in enumerate(SIGNALS)
    }
    ends = {name: round(_ENDS * weight, 4) for name, weight in _OF_PLACES.items()}
    return of_texts | {name: Function((-_ENDS, _ENDS), (-end, end)) for name, end in ends.items()}


def _finish(lessons: dict[str, Lesson], families: dict[str, str]) -> None:
    whole = fit(list(lessons.values()))
    scores, recall, placed = {}, {}, {}
    for family in sorted(set(families.values())):
        weights = fit([one for name, one in lessons.items() if families[name] != family], whole)
        for name in (name for name in lessons if families[name] == family):
            scores[name] = basis(lessons[name].standing) @ weights
            recall[name] = round(capped_recall(lessons[name], scores[name]), 4)
            placed[name] = round(capped_recall(lessons[name], scores[name] + lessons[name].placed), 4)
    calibration = calibrate(list(lessons.values()), [scores[name] for name in lessons])
    model = ListModel(FORMAT, functions(whole), calibration)
    _WEIGHTS.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    every = {name: round(capped_recall(one, basis(one.standing) @ whole), 4) for name, one in lessons.items()}
    strength = {name: round(float(np.ptp(function.counts)), 3) for name, function in model.functions.items()}
    figures = {
        "measure": "cR@5 over the first fifty candidates",
        "learned without the site's family": recall,
        "the same with places": placed,
        "learned from all": every,
        "articles with curated links": {name: len(one.links) for name, one in lessons.items()},
        "range of each signal's function": dict(sorted(strength.items(), key=lambda item: -item[1])),
        "knots": _KNOTS,
        "l2": _L2,
        "drawn towards": _BEFORE,
    }
    _FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
