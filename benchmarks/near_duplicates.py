"""Draw pairs that a site calls near-duplicates, to be read, and count what a reader thought of them.

    python -m benchmarks.near_duplicates CONTENT [--config FILE] [--pairs 50] [--seed 0] [--to FILE]
    python -m benchmarks.near_duplicates --judged FILE

The first command prints how many articles are in clusters, and of the pairs that it drew how many have one title and
how much text they share. With `--to` it writes the pairs with their texts, for a person to read: each begins with a
line `pair 1 ?`, whose question mark the reader replaces by `y` where an editor would not list the two together, and by
`n` where one might. The second command counts these. The file holds the site's texts: keep it out of the project.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np

from recommender import load_settings, open_site
from recommender.lexical.fingerprints import resemblance

_JUDGED = re.compile(r"^pair \d+ ([yn?])$", re.MULTILINE)
_SHOWN_CHARS = 1_500
_BANDS = (0.3, 0.5, 0.7, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.near_duplicates",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("content", type=Path, nargs="?")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--pairs", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--to", type=Path, help="where the pairs are written to be read")
    parser.add_argument("--judged", type=Path, help="such a file, read")
    options = parser.parse_args()
    if options.judged is not None:
        print(judged(options.judged.read_text(encoding="utf-8")))
        return
    if options.content is None:
        parser.error("expected CONTENT or --judged")
    site = open_site(options.content, options.config and load_settings(options.content, options.config))
    clusters = site.duplicates.clusters()
    sizes = list(map(len, clusters))
    print(
        f"{len(site.corpus):,} articles, {sum(sizes):,} of them in {len(sizes):,} clusters, the largest of {sizes[:3]}"
    )
    pairs = drawn(clusters, options.pairs, options.seed)
    if not pairs:
        return
    left, right = np.array(pairs).T
    shared = resemblance(site.prints, left, right).ratio
    articles = site.corpus.articles
    titles = sum(articles[one].title == articles[other].title for one, other in pairs)
    bands = Counter(int(band) for band in np.digitize(shared, _BANDS))
    print(f"{len(pairs):,} pairs drawn of {sum(comb(size, 2) for size in sizes):,}; {titles:,} have one title")
    edges = (0.0, *_BANDS, 1.0)
    print("share of the text in common:", *(f"{edges[b]:g} to {edges[b + 1]:g}: {bands[b]:,};" for b in sorted(bands)))
    if options.to is not None:
        texts = list(site.plain_texts())
        shown = (
            f"pair {number} ?\n"
            + "\n".join(
                f"--- {articles[row].title} ({articles[row].path})\n{texts[row][:_SHOWN_CHARS]}" for row in pair
            )
            for number, pair in enumerate(pairs, start=1)
        )
        options.to.write_text("\n\n".join(shown) + "\n", encoding="utf-8")


def drawn(clusters: list[list[int]], count: int, seed: int) -> list[tuple[int, int]]:
    """Pairs of one cluster, every such pair of the site equally likely; all of them where there are no more."""
    rng = random.Random(seed)  # noqa: S311
    total = sum(comb(len(rows), 2) for rows in clusters)
    if total <= count:
        return [pair for rows in clusters for pair in combinations(rows, 2)]
    weights = [comb(len(rows), 2) for rows in clusters]
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        [rows] = rng.choices(clusters, weights)
        one, other = sorted(rng.sample(rows, 2))
        found[one, other] = None
    return list(found)


def judged(text: str) -> str:
    """What a reader thought of the pairs of a file."""
    verdicts = Counter(_JUDGED.findall(text))
    return f"{verdicts['y'] + verdicts['n']:,} pairs read, {verdicts['y']:,} right; {verdicts['?']:,} not read"


if __name__ == "__main__":
    main()
