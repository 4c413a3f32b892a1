"""The page, in a real browser where there is one."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import recommender
from recommender.evaluator.compare import changes
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.report import report_page
from recommender.evaluator.report.examples import _as_written
from recommender.measure.evaluate import evaluate
from tests.browser import CONTRAST, browser
from tests.conftest import article

__all__ = ["browser"]

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
HOSTILE = f"""{SCRIPT}"'&amp; {{{{ 7*7 }}}} $x^2$ </style></svg> url(#a) id="b" ]]>"""


@pytest.fixture(scope="module")
def page(sample_run: EvaluationRun) -> str:
    found = sample_run.evaluation
    return report_page(sample_run, [changes(found, found, sample_run.bench.units.labels)])


@pytest.fixture
def hostile(write_site: Callable[[dict[str, str]], Path]) -> EvaluationRun:
    """A site whose titles, texts and subjects want to be markup."""
    quoted = HOSTILE.replace("'", "''")
    files = {}
    for number in range(8):
        text = article(f"a{number}", number, "Q", f"Salt and water {number} {SCRIPT}", links=(f"a{(number + 1) % 8}",))
        text = text.replace("title: >-\n    Q", f"title: '{number} {quoted}'", 1)
        files[f"a{number}.md"] = text.replace("subject: Biology", f"subject: '{quoted} {number % 2}'")
    return evaluate(recommender.open_site(write_site(files), use_cache=False))


def test_the_page_needs_nothing_else(page: str) -> None:
    # The only script that may run is the page's own, named by its digest.
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in page
    assert page.count("<script") == 2
    assert not re.findall(r"(?:src|href)=\"(?!#|data:,)[^\"]*\"", page)
    assert not re.findall(r"@import|url\((?!#)", page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_it_says_what_is_worth_knowing(page: str, sample_run: EvaluationRun) -> None:
    for text in ("Measures with intervals", "Links to an article", "By group", "Worst", "Most surprising", "Changes"):
        assert text in page
    assert sample_run.evaluation.corpus.digest in page
    assert "text reaches nDCG@10" in page
    assert "are on average links that the editors chose" in page
    assert page == report_page(
        sample_run, [changes(sample_run.evaluation, sample_run.evaluation, sample_run.bench.units.labels)]
    )


def test_article_text_is_nothing_but_text(hostile: EvaluationRun) -> None:
    page = report_page(hostile)
    assert page.count("<script") == 2
    assert "<img" not in page
    # Neither run by the template nor left out.
    assert page.count("{{ 7*7 }}") > 8
    assert page.count("&lt;script&gt;") > 8


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (768, "dark"), (360, "dark")])
@pytest.mark.parametrize("which", ["sample", "hostile"])
def test_it_reads_well(
    width: int, scheme: str, which: str, page: str, hostile: EvaluationRun, browser: object, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(page if which == "sample" else report_page(hostile), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[attr-defined]
    tab = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    try:
        assert said == []
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert tab.title().startswith("Evaluation of ")
        # Nothing but tables and plots, within their own boxes, is wider than the window.
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.evaluate(
            "[...document.querySelectorAll('svg')].every(plot => plot.getBoundingClientRect().width > 250)"
        )
        # Each plot is seen whole, with letters that can be read.
        plots = "[...document.querySelectorAll('figure svg')]"
        assert tab.evaluate(f"{plots}.every(plot => plot.getBoundingClientRect().right <= innerWidth)")
        heights = (
            f"{plots}.flatMap(plot => [...plot.querySelectorAll('text')]).filter(text => text.textContent)"
            ".map(text => text.getBBox().height * text.ownerSVGElement.getScreenCTM().a)"
        )
        assert min(tab.evaluate(heights)) >= 8
        assert tab.locator("svg").count() >= 8
        for text in ("body", "td", ".note", ".kicker", "svg text", "tr.main td", "a"):
            assert tab.evaluate(CONTRAST, text) >= 4.5, f"{text} is hard to read"
        # Every fold of the page opens.
        for fold in tab.locator("details:not([open]) > summary").all()[:3]:
            fold.click()
        assert tab.locator(".sides").first.is_visible()
        columns = tab.evaluate(
            "getComputedStyle(document.querySelector('.sides')).gridTemplateColumns.split(' ').length"
        )
        assert columns == (1 if width < 700 else 2)
        # Every query is found by words of its title; a click on a column sorts by it.
        run_queries = json.loads(tab.locator("#queries-data").text_content())["rows"]
        title = run_queries[3][0]
        tab.locator("#queries input").fill(title.casefold())
        rows = tab.locator("#queries tbody th").all_text_contents()
        assert rows == [row[0] for row in run_queries if title.casefold() in row[0].casefold()]
        tab.locator("#queries input").fill("")
        tab.locator("#queries thead button").nth(1).click()
        shown = [float(text) for text in tab.locator("#queries tbody td:nth-child(2)").all_text_contents()]
        assert shown == sorted(shown, reverse=True)
        tab.locator("#accuracy thead button").first.click()
        names = tab.locator("#accuracy table").first.locator("tbody th").all_text_contents()
        assert names == sorted(names)
        assert said == []
    finally:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(width: int, scheme: str, page: str, browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    # Axe is a script of its own, which the page's policy would not let in.
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    tab = context.new_page()
    try:
        tab.goto(path.as_uri())
        found = Axe().run(tab).response["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
    finally:
        context.close()


def test_curated_links_are_listed_as_they_are_written() -> None:
    # 7 is written twice, 2 and 4 only lead here.
    assert _as_written(np.array([2, 4, 5, 7, 9]), np.array([9, 7, -2, 5, 7])) == [9, 7, 5, 2, 4]
