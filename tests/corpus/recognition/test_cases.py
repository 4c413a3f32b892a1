"""Small sites as strangers have them, read by the bare command: each with what it is taken for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from recommender.corpus.resolve import resolve_links
from recommender.selection.eligibility import Eligibility
from recommender.site.reading import read_site

CASES = Path(__file__).parent / "cases"
TODAY = dt.date(2026, 11, 30)


def result(content: Path) -> dict[str, Any]:
    """What is read of a site.

    Of each article its address (or what else makes it unique), title and language, and why it is not proposed; where
    its curated links lead; what is wrong; and how many files of which suffix are not read.
    """
    site = read_site(content, use_cache=False)
    articles = site.corpus.articles
    rows = resolve_links(articles, site.settings).targets
    proposed = Eligibility(site.settings.targets, TODAY)
    about = ((one, (one.url or one.key, one.title, one.language, proposed.reason(one))) for one in articles)
    problems = (*site.corpus.problems, *site.corpus.warnings)
    return {
        "articles": {one.path: " | ".join(str(part) for part in parts if part) for one, parts in about},
        "links": {
            one.path: [articles[row].path if row >= 0 else None for row in own]
            for one, own in zip(articles, rows, strict=True)
            if len(own)
        },
        "problems": [f"{one.path}:{one.line} {one.rule}" for one in problems],
        "not read": dict(sorted(site.corpus.unread.items())),
    }


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_a_site_is_taken_for_what_it_is(path: Path, tmp_path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    for name, text in case.pop("files").items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    assert result(tmp_path / case.pop("content")) == case
