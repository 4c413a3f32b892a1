"""The page in a real browser, driven as an editor does: by keys."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser import CONTRAST, browser
from tests.conftest import ROOT, article

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("review-browser")]

HOSTILE = (
    r"<script>document.title='owned'</script><img src=x onerror=document.title='owned'> "
    r"[go](javascript:document.title='owned') [out](http://evil.example/) ![see](http://evil.example/see.png)\n\n"
    r"$\text{<script>document.title='owned'</script>}$ $\href{javascript:alert(1)}{x}$ $\frac{$ "
)
# Forty thousand braces, as no person writes them, and a fraction that nests deeper than a parser likes.
HUGE = "$" + "x^{" * 20_000 + "1" + "}" * 20_000 + "$ $" + r"\frac{1}{" * 150 + "2" + "}" * 150 + "$"
BROKEN = (
    r"\n\n# <svg onload=document.title='owned'>\n\n| a | b\n|--|--|\n| unclosed **bold `code\n\n> - 1. [x](\n\n```\n<b>"
)


IN_VIEW = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.top >= 0 && box.top < innerHeight - 20 && box.left >= 0 && box.right <= innerWidth;
}"""
"""Whether the first such element begins in the window."""


@dataclass
class Running:
    """`recommender review` as an editor starts it."""

    content: Path
    decisions: Path
    cache: Path
    port: int = 0
    told: list[str] = field(default_factory=list)

    def __enter__(self) -> Running:
        command = [sys.executable, "-u", "-m", "recommender", "review", str(self.content), "--who", "Ada"]
        command += ["--port", str(self.port), "--decisions", str(self.decisions), "--cache-dir", str(self.cache)]
        command += ["--output", str(self.decisions.with_name("links.json")), "-j", "1"]
        command += ["--state-dir", str(self.cache)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.append(line)
            if found := re.search(r"(http://127\.0\.0\.1:(\d+))/", line):
                self.address, self.port = found[1], int(found[2])
                return self
        raise AssertionError("".join(self.told))

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=60)
        self.told.append(rest)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.decisions.read_text().splitlines()] if self.decisions.exists() else []


@dataclass
class Seen:
    """A tab, and what it said and asked for."""

    page: Any
    said: list[str]
    asked: list[str]

    @classmethod
    def open(cls, browser: Any, **options: Any) -> Seen:
        context = browser.new_context(**options)
        page = context.new_page()
        page.set_default_timeout(60_000)
        seen = cls(page, [], [])
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("dialog", lambda dialog: seen.said.append(dialog.message))
        page.on("request", lambda request: seen.asked.append(request.url))
        return seen

    def press(self, *keys: str) -> None:
        """Press keys one after the other; each decision is waited for."""
        for key in keys:
            if key in "arpst[]u" and len(key) == 1:
                with self.page.expect_response(re.compile("/(decide|undo)")):
                    self.page.keyboard.press(key)
                self.until("!pending")
            else:
                self.page.keyboard.press(key)

    def until(self, expression: str) -> None:
        """Wait for something to hold; the page's policy keeps Playwright from waiting within it."""
        end = time.monotonic() + 60
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(20)

    def arrive(self, key: str, pattern: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation(url=re.compile(pattern)):
            self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def at(self) -> str:
        """Title of the item that has the focus."""
        found = self.page.evaluate("document.activeElement.closest('.item')?.querySelector('.title').textContent ?? ''")
        return str(found)

    def go_to(self, title: str) -> None:
        """Press j, and k from the end on, until an item has the focus."""
        for key in "j" * 30 + "k" * 60:
            if self.at() == title:
                return
            self.press(key)
        raise AssertionError(f"no key leads to {title}")

    def sees_what_a_key_decides(self) -> bool:
        """Whether the item with the focus is in the window, whole, and nothing covers it."""
        return bool(
            self.page.evaluate(
                """() => {
                  const item = document.activeElement.closest('.item');
                  const box = item.getBoundingClientRect();
                  const seen = (x, y) => item.contains(document.elementFromPoint(x, y));
                  return box.top >= 0 && box.bottom <= innerHeight
                    && seen(box.left + 8, box.top + 8) && seen(box.right - 8, box.bottom - 8);
                }"""
            )
        )

    def titles(self, heading: str) -> list[str]:
        section = self.page.locator(f"section[aria-labelledby={heading}-title] .item .title")
        return list(section.all_text_contents())

    def close(self) -> None:
        self.page.context.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The sample corpus with two hostile articles."""
    folder = tmp_path_factory.mktemp("review")
    content = folder / "content"
    shutil.copytree(ROOT / "data", content)
    for number, slug in enumerate(("aa-hostile", "ab-hostile")):
        text = article(
            slug, 99_000 + number, f"{slug} {HOSTILE[:80]}", HOSTILE + HUGE + BROKEN, subject="'<b onclick=x>bad</b>'"
        )
        (content / f"{slug}.md").write_text(text)
    with Running(content, folder / "decisions.jsonl", folder / "cache") as server:
        yield server
    assert server.process.returncode == 0
    assert "ended         decisions are in " in server.told[-1]


def test_an_editors_whole_session_by_keys_alone(running: Running, browser: Any) -> None:
    tab = Seen.open(browser, viewport={"width": 1280, "height": 900})
    page = tab.page
    page.goto(f"{running.address}/queue?subject=Physics&order=strongest")
    tab.arrive("n", "/article")
    first = page.locator("h1").inner_text()
    proposals, links = tab.titles("proposals"), tab.titles("links")
    assert len(proposals) == 5
    # The first proposal waits for a verdict.
    assert tab.at() == proposals[0]
    tab.press("a")
    assert page.locator("#said").inner_text() == f"Accepted: {proposals[0]}"
    assert tab.titles("links") == [*links, proposals[0]]
    assert tab.at() == proposals[1]
    tab.press("r")
    assert tab.titles("rejected") == [proposals[1]]
    assert tab.at() == proposals[2]
    tab.press("p")
    assert tab.titles("links")[0] == proposals[2]
    # The next ones have come up.
    assert len(tab.titles("proposals")) == 5
    # To the pinned one, and one place down and up again.
    tab.go_to(proposals[2])
    tab.press("]")
    assert tab.titles("links")[1] == proposals[2]
    assert tab.at() == proposals[2]
    tab.press("[")
    assert tab.titles("links")[0] == proposals[2]
    tab.go_to(proposals[3])
    tab.press("s")
    assert proposals[3] not in tab.titles("proposals")
    tab.press("u")
    assert page.locator("#said").inner_text().startswith("Taken back: never suggested")
    assert proposals[3] in tab.titles("proposals")
    # What it says, without leaving.
    assert tab.at() == proposals[3]
    tab.until(f"document.querySelector('#reader h2')?.textContent === {json.dumps('Candidate: ' + proposals[3])}")
    tab.press("o")
    tab.until("document.activeElement.matches('#reader .prose') && document.activeElement.textContent.length > 200")
    tab.press("Escape")
    assert tab.at() == proposals[3]
    # Another target.
    tab.press("/")
    page.keyboard.type("galileo")
    page.wait_for_selector("text=1 found for “galileo”")
    tab.press("ArrowDown")
    assert tab.at() == "Why was Galileo put on trial?"
    tab.press("a")
    assert "Why was Galileo put on trial?" in tab.titles("links")
    # One's mind can be changed about one link.
    tab.go_to(proposals[1])
    tab.press("t")
    assert tab.titles("rejected") == []
    assert "1 of 142 articles decided" in page.locator(".progress").inner_text()
    # The keys, the next article, back, and the pages.
    tab.press("?")
    assert page.locator("dialog").is_visible()
    assert "accept" in page.locator("dialog").inner_text()
    tab.press("Escape")
    assert not page.locator("dialog").is_visible()
    tab.arrive("n", "/article")
    assert page.locator("h1").inner_text() != first
    # What was decided on has left this queue; the link that is open by Enter has not.
    assert tab.at()
    title = tab.at()
    tab.arrive("Enter", "/article")
    assert page.locator("h1").inner_text() == title
    tab.arrive("q", "/queue")
    tab.arrive("v", "/overview")
    tab.until("document.getElementById('map-said').textContent.includes('142 articles')")
    page.locator("#map").focus()
    tab.press("ArrowRight", "ArrowRight")
    tab.until("!document.getElementById('map-said').textContent.includes('142 articles')")
    tab.arrive("Enter", "/article")
    tab.arrive("e", "/export")
    page.get_by_role("button", name="Show the changes").focus()
    tab.arrive("Enter", "/export")
    page.wait_for_selector("#changes-title")
    assert page.locator("#changes-title").inner_text().startswith("1 file would change: ")
    assert "+" in page.locator(".diff .added").first.inner_text()
    page.get_by_role("button", name="Write 1 file").focus()
    tab.arrive("Enter", "/export")
    page.wait_for_selector("text=Written: 1 file in")
    assert "recommender undo" in page.locator("#export").inner_text()
    assert tab.said == []
    verdicts = [line["verdict"] for line in running.lines()]
    assert verdicts == ["accept", "reject", "pin", "reorder", "reorder", "never", "undo", "accept", "undo"]
    assert {line["who"] for line in running.lines()} == {"Ada"}
    tab.close()


def test_twenty_articles_without_scrolling(running: Running, browser: Any, tmp_path: Path) -> None:
    decisions = tmp_path / "d.jsonl"
    tab = Seen.open(browser, viewport={"width": 1280, "height": 800})
    with Running(running.content, decisions, running.cache) as server:
        tab.page.goto(f"{server.address}/queue?order=strongest&subject=Physics")
        tab.arrive("n", "/article")
        titles = set()
        for number in range(20):
            if number == 10:
                tab.page.goto(f"{server.address}/queue?order=strongest&subject=Biology")
                tab.arrive("n", "/article")
            titles.add(tab.page.locator("h1").inner_text())
            for key in ("r", "a") if number % 2 else ("j", "p"):
                assert tab.at()
                assert tab.sees_what_a_key_decides()
                tab.press(key)
            assert tab.page.locator("#said").inner_text().startswith("Pinned" if number % 2 == 0 else "Accepted")
            # What was said covers nothing.
            said, main = (tab.page.locator(one).bounding_box() for one in ("#said", "#work .bar"))
            assert said["y"] + said["height"] <= main["y"] or tab.page.evaluate("scrollY") > 0
            tab.arrive("n", "/article")
        assert len(titles) == 20
        tab.arrive("q", "/queue")
        assert "20 of 142 articles decided" in tab.page.locator(".progress").inner_text()
    assert len({json.loads(line)["source"] for line in decisions.read_text().splitlines()}) == 20
    assert tab.said == []
    tab.close()


def test_axe_finds_nothing(running: Running, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    article = "/article?state=all&key=/learn/physics/questions/what-does-ohms-law-say-and-when-does-it-fail"
    for width, scheme in ((1280, "light"), (360, "dark")):
        # Axe is a script of its own, which the page's policy would not let in.
        tab = Seen.open(browser, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
        for address in (
            "/queue",
            article,
            article.replace("/article?", "/search?q=telescpe&").replace("key=", "source="),
            "/bulk?state=all&least=0.2",
            "/overview",
            "/export",
            "/article?key=nothing",
        ):
            tab.page.goto(running.address + address)
            found = Axe().run(tab.page).response["violations"]
            assert [(one["id"], one["nodes"][0]["target"]) for one in found] == [], address
        tab.page.goto(running.address + article)
        tab.press("?")
        assert Axe().run(tab.page).response["violations"] == []
        tab.close()


def test_a_hostile_article_does_nothing(running: Running, browser: Any) -> None:
    tab = Seen.open(browser, viewport={"width": 900, "height": 700})
    page = tab.page
    for address in (
        "/article?key=/learn/aa-hostile&state=all",
        "/queue?state=all",
        "/search?source=/learn/aa-hostile&q=hostile",
        "/text?key=/learn/aa-hostile",
        "/overview",
    ):
        page.goto(running.address + address)
        page.wait_for_load_state("networkidle")
        assert page.title() != "owned"
        assert (
            page.evaluate(
                "document.querySelectorAll('img, iframe, object, embed, [onerror], [onload], [onclick]').length"
            )
            == 0
        )
        assert page.evaluate("[...document.querySelectorAll('script')].every(one => one.src && !one.textContent)")
        assert page.evaluate("[...document.querySelectorAll('a[href]')].every(one => one.origin === location.origin)")
    page.goto(f"{running.address}/article?key=/learn/aa-hostile&state=all")
    # Its text can be read as it was written, its formulas as formulas or as their source.
    assert "<script>document.title='owned'</script>" in page.locator(".prose").first.inner_text()
    assert page.locator(".prose .formula").count() >= 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Clicking what looks like a link leads nowhere.
    for link in page.locator(".prose .inert").all()[:3]:
        link.click()
    assert page.url.startswith(running.address)
    assert [url for url in tab.asked if not url.startswith((running.address, "data:"))] == []
    assert tab.said == []
    tab.close()


def test_two_tabs(running: Running, browser: Any) -> None:
    address = (
        f"{running.address}/article?key=/learn/biology/questions/how-does-an-action-potential-travel-along-a-nerve"
    )
    one, other = Seen.open(browser), Seen.open(browser)
    one.page.goto(address)
    other.page.goto(address)
    proposal = one.at()
    assert other.at() == proposal
    one.press("a")
    before = running.lines()
    other.press("r")
    alert = other.page.locator(".alert")
    assert "nothing was written" in alert.inner_text()
    # It is read aloud, and seen.
    assert alert.get_attribute("role") == "alert"
    assert other.page.evaluate("document.activeElement.classList.contains('alert')")
    assert running.lines() == before
    # It shows what holds now, and goes on from there.
    assert proposal in other.titles("links")
    other.press("j", "r")
    assert other.page.locator(".alert").count() == 0
    assert len(running.lines()) == len(before) + 1
    # The first tab is the stale one now; a new look at it is enough.
    one.press("r")
    assert "nothing was written" in one.page.locator(".alert").inner_text()
    assert len(running.lines()) == len(before) + 1
    for tab in (one, other):
        assert [text for text in tab.said if "409" not in text] == []
        tab.close()


def test_a_restart_in_the_middle(running: Running, browser: Any, tmp_path: Path) -> None:
    decisions = tmp_path / "d.jsonl"
    tab = Seen.open(browser)
    with Running(running.content, decisions, running.cache) as server:
        tab.page.goto(f"{server.address}/start?no_links=1")
        address = tab.page.url
        accepted = tab.at()
        tab.press("a")
        rejected = tab.at()
        tab.press("r")
        server.process.kill()
        server.process.wait()
        tab.page.keyboard.press("a")
        tab.until("document.getElementById('said').textContent.includes('does not answer')")
    # As a power failure in the middle of a write leaves it.
    with decisions.open("ab") as file:
        file.write(b'{"v":1,"id":"half","at":"2026-')
    with Running(running.content, decisions, running.cache, port=server.port) as again:
        assert f"{decisions}:3: " in "".join(again.told)
        assert "a write was interrupted" in "".join(again.told)
        assert "1 of 142 articles decided" in "".join(again.told)
        # The old tab is of another run.
        with tab.page.expect_response(re.compile("/decide")):
            tab.page.keyboard.press("a")
        tab.until("document.getElementById('said').textContent.includes('earlier run')")
        tab.page.goto(address)
        assert accepted in tab.titles("links")
        assert tab.titles("rejected") == [rejected]
        tab.press("a")
    assert again.process.returncode == 0
    lines = decisions.read_bytes().splitlines()
    assert lines[2] == b'{"v":1,"id":"half","at":"2026-'
    assert [json.loads(line)["verdict"] for line in (*lines[:2], *lines[3:])] == ["accept", "reject", "accept"]
    tab.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (768, "light"), (360, "dark")])
def test_it_reads_well(running: Running, browser: Any, width: int, scheme: str) -> None:
    tab = Seen.open(browser, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = tab.page
    checked = {
        "/queue": ("body", ".title", ".facts", ".button", ".filters small", "kbd", "header a"),
        "/article?key=/learn/physics/questions/what-does-ohms-law-say-and-when-does-it-fail": (
            "h1", ".facts", ".item .title", ".reason", ".verdicts button", ".verdicts kbd", ".read", ".label",
        ),
        "/overview": (".tiles li", "table.plain td", "table.plain thead th", "h2 small", ".note", "svg text"),
        "/export": ("label", "button", "code", "legend"),
    }  # fmt: skip
    for address, selectors in checked.items():
        page.goto(running.address + address)
        # Nothing is wider than the window, but within its own box.
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        for selector in selectors:
            if page.locator(selector).count():
                assert page.evaluate(CONTRAST, selector) >= 4.5, f"{selector} of {address} is hard to read"
        # Who cannot see has landmarks, one heading at the top, and a name for everything that can be used.
        assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
        assert page.get_by_role("navigation", name="Pages", exact=True).count() == 1
        assert page.locator("h1").count() == 1
        assert page.evaluate(
            "[...document.querySelectorAll('button, a[href], select, input:not([type=hidden]), summary')].every(one => "
            "(one.textContent || one.ariaLabel || one.labels?.length || '').toString().trim())"
        )
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(ids) == len(set(ids))
    page.goto(running.address + "/article?key=/learn/physics/questions/what-does-ohms-law-say-and-when-does-it-fail")
    # The first proposal waits for a key, in view, beside the article's text and its own where there is room.
    assert tab.at() == tab.titles("proposals")[0]
    assert tab.sees_what_a_key_decides()
    columns = page.evaluate("getComputedStyle(document.querySelector('.desk')).gridTemplateColumns.split(' ').length")
    assert columns == {360: 1, 768: 2, 1280: 3}[width]
    if columns > 1:
        assert page.evaluate(IN_VIEW, "#reader .prose p")
        assert page.evaluate(IN_VIEW, ".subject .prose p")
    assert page.locator("math").count() >= 3
    assert tab.said == []
    tab.close()
