"""The page by its addresses and forms, without a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.decisions.file import DecisionFile
from recommender.decisions.record import new_decision
from recommender.review.guard import POLICY
from recommender.site.open import open_site
from recommender.site.site import Site
from tests.conftest import SMALL, article
from tests.review.helpers import HOST, ORIGIN, TOKEN, Tab, desk_on, listed, seen_on


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    return tmp_path / "decisions.jsonl"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site, opened once for tests that leave its files alone."""
    content = tmp_path_factory.mktemp("site")
    for number, (slug, question, answer, subject, links) in enumerate(SMALL, start=1):
        (content / f"{slug}.md").write_text(article(slug, number, question, answer, subject, links))
    return open_site(content, use_cache=False)


@pytest.fixture
def tab(site: Site, decisions: Path) -> Tab:
    return Tab.on(desk_on(site, decisions))


def test_an_article_shows_its_text_links_and_proposals(tab: Tab) -> None:
    page = tab.article("tariff")
    assert "A tax on imported goods raises their prices at home." in page
    assert listed(page, "links") == ["inflation", "money"]
    proposals = listed(page, "proposals")
    assert set(proposals) <= {"osmosis", "membrane", "neuron"}
    assert "score <strong>" in page
    assert "the texts are alike" in page
    assert "1 of 6 in the queue" not in page
    assert "0 of 6 articles decided" in page


def test_a_session(tab: Tab, decisions: Path) -> None:
    page = tab.decide("neuron", "membrane", "accept")
    assert "Accepted: What is a cell membrane?" in page
    assert listed(page, "links") == ["membrane"]
    assert "1 of 6 articles decided" in page
    page = tab.decide("neuron", "osmosis", "pin")
    assert listed(page, "links") == ["osmosis", "membrane"]
    page = tab.decide("neuron", "membrane", "up")
    assert listed(page, "links") == ["membrane", "osmosis"]
    page = tab.decide("neuron", "money", "reject")
    assert listed(page, "rejected") == ["money"]
    assert "money" not in listed(page, "proposals")
    page = tab.decide("neuron", "tariff", "never")
    assert "tariff" not in listed(page, "proposals")
    assert "tariff" not in listed(tab.article("osmosis"), "proposals")
    assert "This article is never suggested." in tab.article("tariff")
    assert [line.verdict for line in DecisionFile(decisions).standing.of_article("/learn/neuron")] == [
        "accept",
        "pin",
        "reorder",
        "reject",
    ]
    # And back, the last first.
    page = tab.undo(page)
    assert "tariff" in listed(tab.article("neuron"), "proposals")
    page = tab.undo(tab.article("neuron"))
    assert "Taken back: rejected “What is money?” for “How do neurons fire?”" in page
    page = tab.undo(page)
    assert listed(page, "links") == ["osmosis", "membrane"]
    page = tab.undo(tab.undo(page))
    assert listed(page, "links") == []
    assert "0 of 6 articles decided" in page
    assert 'class="undo"' not in page


def test_a_curated_link_can_be_rejected_and_moved(tab: Tab) -> None:
    page = tab.decide("tariff", "money", "up")
    assert listed(page, "links") == ["money", "inflation"]
    page = tab.decide("tariff", "money", "reject")
    assert (listed(page, "links"), listed(page, "rejected")) == (["inflation"], ["money"])
    page = tab.decide("tariff", "money", "accept")
    assert listed(page, "links") == ["inflation", "money"]


def test_it_stands_after_a_restart(tab: Tab, site: Site, decisions: Path) -> None:
    tab.decide("neuron", "membrane", "accept")
    again = Tab.on(desk_on(site, decisions))
    assert listed(again.article("neuron"), "links") == ["membrane"]
    assert "1 of 6 articles decided" in again.read("/queue?state=decided")


def test_a_stale_tab_is_told_and_writes_nothing(tab: Tab, decisions: Path) -> None:
    stale = seen_on(tab.article("neuron"))
    tab.decide("neuron", "membrane", "accept")
    before = decisions.read_bytes()
    for script in (False, True):
        page = tab.decide("neuron", "membrane", "reject", seen=stale, status=409, script=script)
        assert "nothing was written" in page
        assert 'role="alert"' in page
        # As it stands now, ready to be decided on.
        assert listed(page, "links") == ["membrane"]
        assert seen_on(page) != stale
    assert decisions.read_bytes() == before
    # Another list is another matter.
    tab.decide("money", "tariff", "accept")


def test_an_undo_that_another_tab_has_done_is_told(tab: Tab) -> None:
    page = tab.decide("neuron", "membrane", "accept")
    tab.undo(page)
    assert "taken back already" in tab.undo(page, status=409)


def test_another_process_is_seen_at_once(tab: Tab, decisions: Path) -> None:
    DecisionFile(decisions).append(
        lambda _: [new_decision("Bob", "accept", source="/learn/neuron", target="/learn/osmosis")]
    )
    page = tab.article("neuron")
    assert listed(page, "links") == ["osmosis"]
    # It is not one's own to undo.
    assert 'class="undo"' not in page


def test_the_part_that_a_script_asks_for(tab: Tab) -> None:
    page = tab.decide("neuron", "membrane", "accept", status=200, script=True)
    assert page.startswith('<div id="work"')
    assert 'data-said="Accepted: What is a cell membrane?"' in page
    proposals = listed(page, "proposals")
    assert f'data-focus="/learn/{proposals[0]}"' in page or 'data-focus=""' in page


def test_filters_and_what_comes_next(tab: Tab) -> None:
    first = tab.read("/queue")
    assert "<strong>6 articles</strong>" in first
    only = tab.read("/queue?subject=Economics&no_links=1")
    assert "<strong>1 article</strong>" in only
    assert "What is money?" in only
    page = tab.read("/article?key=/learn/neuron&no_links=1")
    assert "2 of 2 in the queue" in page
    assert 'rel="prev"' in page
    assert 'rel="next"' not in page
    tab.decide("money", "tariff", "accept")
    assert "1 of 1 in the queue" in tab.read("/article?key=/learn/neuron&no_links=1")
    # What was decided on has left, and its neighbours are where they were.
    page = tab.read("/article?key=/learn/money")
    assert "5 others in the queue" in page
    assert "key=%2Flearn%2Fmembrane" in page
    assert "key=%2Flearn%2Fneuron" in page
    assert "No article meets these filters." in tab.read("/queue?subject=Nothing")


def test_search_finds_by_words_urls_ids_and_misspelt_titles(tab: Tab) -> None:
    def search(text: str) -> list[str]:
        page = tab.client.get("/search", params={"source": "/learn/neuron", "q": text}, headers={"x-review": "script"})
        assert page.status_code == 200
        import re

        return re.findall(r'data-target="/learn/([^"]+)"', page.text)

    assert search("mon") == ["money"]
    assert search("what is") == ["money", "osmosis", "tariff", "membrane"]
    assert search("/learn/tariff") == ["tariff"]
    assert search("4") == ["inflation"]
    assert search("waht is osmosys")[0] == "osmosis"
    assert search("neuron") == []
    assert search("xyzzy plugh") == search("") == []
    whole = tab.read("/search?source=/learn/neuron&q=money")
    assert "1 found for “money”" in whole


def test_what_is_found_can_be_accepted_but_not_what_may_not_be_linked(
    write_site: Callable[[dict[str, str]], Path], decisions: Path
) -> None:
    site = write_site(
        {f"{slug}.md": article(slug, number, slug, f"Text of {slug}.", extra="no_index: true" * (slug == "hidden"))
         for number, slug in enumerate(("one", "two", "hidden"), start=1)}
    )  # fmt: skip
    tab = Tab.on(desk_on(site, decisions))
    assert listed(tab.decide("one", "two", "accept"), "links") == ["two"]
    assert "may not be linked" in tab.decide("one", "hidden", "accept", status=400)
    assert "cannot link itself" in tab.decide("one", "one", "accept", status=400)
    assert "no article" in tab.post(
        "/decide", {"token": TOKEN, "source": "/learn/one", "target": "/x", "verdict": "accept", "seen": ""}, 400
    )
    assert "expected one of" in tab.decide("one", "two", "like", status=400)


def test_a_file_that_changed_or_went_is_shown_as_it_is(small_site: Path, decisions: Path) -> None:
    tab = Tab.on(desk_on(small_site, decisions))
    path = small_site / "learn" / "money.md"
    path.write_text(path.read_text().replace("Money is what", "Gold is what"))
    assert "Gold is what" in tab.article("money")
    path.unlink()
    page = tab.article("money")
    assert "The file has changed since the start" in page
    assert listed(page, "proposals")


# ------------------------------------------------------------------- security


def test_every_answer_carries_the_policy(tab: Tab) -> None:
    for address in ("/queue", "/article?key=/learn/money", "/assets/review.js", "/nothing", "/article?key=x"):
        headers = tab.client.get(address).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:80", "localhost.evil:8765", ""]
)
def test_a_name_that_was_made_to_lead_here_reads_nothing(tab: Tab, host: str) -> None:
    answer = tab.client.get("/queue", headers={"host": host})
    assert answer.status_code == 421
    assert "article" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": f"https://{HOST}"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
        {},
    ],
)
def test_no_other_site_can_decide(tab: Tab, decisions: Path, headers: dict[str, str]) -> None:
    fields = {"token": TOKEN, "source": "/learn/neuron", "target": "/learn/money", "verdict": "accept", "seen": ""}
    assert tab.client.post("/decide", data=fields, headers=headers).status_code == 403
    assert not decisions.exists()


@pytest.mark.parametrize("token", ["", "of-another-run", "ö"])
def test_a_form_needs_the_token_of_this_run(tab: Tab, decisions: Path, token: str) -> None:
    fields = {"token": token, "source": "/learn/neuron", "target": "/learn/money", "verdict": "accept", "seen": ""}
    answer = tab.client.post("/decide", data=fields, headers={"origin": ORIGIN})
    assert answer.status_code == 403
    assert "earlier run" in answer.text
    assert not decisions.exists()


def test_changes_are_posts_and_forms_have_a_size(tab: Tab, decisions: Path) -> None:
    assert tab.client.get("/decide").status_code == 405
    assert tab.client.get("/undo").status_code == 405
    assert tab.client.put("/decide", headers={"origin": ORIGIN}).status_code == 405
    large = tab.client.post("/decide", content=b"a=" + b"x" * 100_000, headers={"origin": ORIGIN})
    assert large.status_code == 413
    assert tab.client.post("/decide", content=b"\xff\xfe", headers={"origin": ORIGIN}).status_code in (400, 403)
    assert not decisions.exists()


def test_assets_are_the_packages_own_and_no_others(tab: Tab) -> None:
    assert tab.client.get("/assets/style.css").status_code == 200
    for path in ("/assets/../web.py", "/assets/%2e%2e/web.py", "/assets/..%2fweb.py", "/assets/"):
        assert tab.client.get(path).status_code in (404, 405)


def test_text_of_an_article_is_nothing_but_text(write_site: Callable[[dict[str, str]], Path], decisions: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    site = write_site(
        {
            f"{slug}.md": article(
                slug,
                number,
                f"{slug} {hostile}",
                f"[go](javascript:alert(1)) ![x](http://evil.example/x.png) {hostile}",
                subject=f"'{hostile}'",
            )
            for number, slug in enumerate(("one", "two"), start=1)
        }
    )  # fmt: skip
    tab = Tab.on(desk_on(site, decisions))
    for page in (
        tab.article("one"),
        tab.read("/queue"),
        tab.read("/text?key=/learn/one"),
        tab.read("/search?source=/learn/one&q=two"),
        tab.decide("one", "two", "accept"),
        tab.read(f"/article?key={hostile}", status=400),
        tab.read(f"/search?source=/learn/one&q={hostile}"),
    ):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page


def test_a_question_is_shown_where_it_is_more_than_the_title(
    write_site: Callable[[dict[str, str]], Path], decisions: Path
) -> None:
    site = write_site(
        {
            "one.md": article("one", 1, 'Is "salt" & water a <mix>?', "Yes."),
            "two.md": article("two", 2, "What is $x^2$?", "A square."),
        }
    )
    tab = Tab.on(desk_on(site, decisions))
    assert "question</h2>" not in tab.article("one")
    page = tab.article("two")
    assert "question</h2>" in page
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in page
