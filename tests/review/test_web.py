"""The page by its addresses and forms, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
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


def test_the_queue_can_be_searched_sorted_and_jumped_in(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    def titles(address: str) -> list[str]:
        return re.findall(r'class="title" href="[^"]+">([^<]+)</a>', tab.read(address))

    assert titles("/queue?words=money") == ["What is money?"]
    assert titles("/queue?words=osmossis") == ["What is osmosis?"]
    assert titles("/queue?words=xyzzy") == []
    # What comes next is in the same queue.
    assert "1 of 1 in the queue" in tab.read("/article?key=/learn/money&words=money")
    everything = titles("/queue?order=title")
    assert everything == sorted(everything, key=str.casefold)
    monkeypatch.setattr("recommender.review.look.PER_PAGE", 2)
    assert titles("/queue?order=title&page=3") == everything[4:]
    assert titles("/queue?order=title&page=99") == everything[4:]
    page = tab.read("/queue?order=title&page=2&words=")
    assert 'name="page" min="1" max="3" value="2"' in page
    assert "First page" in page
    assert "page=3" in page


def test_many_are_accepted_and_taken_back_at_once(tab: Tab, decisions: Path) -> None:
    tab.decide("neuron", "membrane", "reject")
    before = decisions.read_bytes()
    page = tab.read("/bulk?state=all&least=0.01")
    count = int(re.findall(r'name="links" value="(\d+)"', page)[0])
    assert f"<strong>{count} links</strong> would be accepted on" in page
    # The doubtful ones come first, and nothing below the score.
    scores = [float(score) for score in re.findall(r"<td>(\d\.\d+)</td>", page)]
    assert scores == sorted(scores)
    assert len(scores) == count
    assert scores[0] >= 0.01
    assert len(re.findall(r"<td>", tab.read(f"/bulk?state=all&least={scores[-1]}"))) == 2
    fields = {"token": TOKEN, "least": "0.01", "links": str(count + 1)}
    assert "nothing was written. Look again" in tab.post("/bulk/accept?state=all", fields, 409)
    assert decisions.read_bytes() == before
    page = tab.post("/bulk/accept?state=all", fields | {"links": str(count)}, 303)
    assert f"Accepted: {count} links on" in page
    assert f"Ada: {count + 1} links, {count + 1} in this session" in page
    assert "No undecided proposal" in tab.read("/bulk?state=all&least=0.01")
    lists = {slug: listed(tab.article(slug), "links") for slug, *_ in SMALL}
    assert all(len(links) <= 5 for links in lists.values())
    assert "membrane" not in lists["neuron"]
    # One of them is taken back alone, the others with one undo.
    slug = next(slug for slug, links in lists.items() if tab_take_back(tab.article(slug)))
    target, decision = tab_take_back(tab.article(slug))[0]
    page = tab.post("/undo", {"token": TOKEN, "source": f"/learn/{slug}", "decision": decision, "one": "1"}, 303)
    assert listed(page, "links") == [link for link in lists[slug] if link != target]
    page = tab.undo(tab.read("/queue"))
    assert f"Taken back: {count - 1} links accepted together" in page
    assert "Ada: 1 link, 1 in this session" in page
    assert listed(tab.article("neuron"), "rejected") == ["membrane"]
    assert "Taken back: rejected" in tab.undo(page)


def tab_take_back(page: str) -> list[tuple[str, str]]:
    """Targets whose decision can be taken back, and its id."""
    links = re.search(r'id="links-title">.*?</section>', page, re.DOTALL)
    assert links is not None
    found = [re.search(r'data-target="/learn/([^"]+)".*?action="/undo.*?name="decision" value="(\w+)"', item, re.DOTALL)
             for item in links[0].split("<li ")]  # fmt: skip
    return [(one[1], one[2]) for one in found if one is not None]


@pytest.mark.parametrize("least", ["", "much", "nan", "inf"])
def test_a_score_must_be_one(tab: Tab, least: str) -> None:
    assert "expected a score" in tab.read(f"/bulk?least={least}", status=400)


def test_links_are_counted_by_editor_and_session(tab: Tab, site: Site, decisions: Path) -> None:
    DecisionFile(decisions).append(
        lambda _: [new_decision("Bob", "accept", source="/learn/neuron", target="/learn/osmosis")]
    )
    assert "Ada: 0 links, 0 in this session" in tab.read("/queue")
    tab.decide("neuron", "membrane", "accept")
    page = tab.decide("neuron", "membrane", "up")
    assert "Ada: 1 link, 1 in this session" in page
    again = Tab.on(desk_on(site, decisions))
    assert "Ada: 1 link, 0 in this session" in again.read("/queue")
    assert "Links decided: Ada 1, Bob 1." in again.read("/overview")


def test_a_full_list_says_so(tab: Tab) -> None:
    others = [slug for slug, *_ in SMALL if slug != "neuron"]
    for slug in others:
        page = tab.decide("neuron", slug, "accept")
    assert "Every place is taken" in page
    assert "the list is full" not in page
    tab = Tab.on(desk_on(replaced_k(tab), tab.exporter._desk.file.path))
    page = tab.article("neuron")
    assert "The list is full. A list has 3 places; an export may leave out the last 2:" in page
    page = tab.decide("neuron", others[0], "pin")
    assert "(the list is full: 5 links for 3 places)" in page


def replaced_k(tab: Tab) -> Site:
    site = tab.exporter._desk.site
    settings = replace(site.settings, links=replace(site.settings.links, k=3))
    return open_site(site.content, settings, use_cache=False)


def test_the_page_names_its_site(tab: Tab, site: Site) -> None:
    assert "/".join(site.content.parts[-2:]) in re.findall(r"<title>(.*)</title>", tab.read("/queue"))[0]


def test_search_finds_by_words_urls_ids_and_misspelt_titles(tab: Tab) -> None:
    def search(text: str) -> list[str]:
        page = tab.client.get("/search", params={"source": "/learn/neuron", "q": text}, headers={"x-review": "script"})
        assert page.status_code == 200
        return re.findall(r'data-target="/learn/([^"]+)"', page.text.partition("Similar in meaning")[0])

    assert search("mon") == ["money"]
    assert search("what is") == ["money", "osmosis", "tariff", "membrane"]
    assert search("/learn/tariff") == ["tariff"]
    assert search("4") == ["inflation"]
    assert search("waht is osmosys")[0] == "osmosis"
    assert search("neuron") == []
    assert search("inflaton") == search("inflatoin") == ["inflation"]
    assert search("xyzzy plugh") == search("") == []
    # What no title says is found by meaning, and the article itself is not.
    page = tab.read("/search?source=/learn/neuron&q=prices that rise in a country")
    found = re.findall(r'data-target="/learn/([^"]+)"', page.partition("Similar in meaning")[2].partition("</div>")[0])
    assert found[0] in ("inflation", "tariff", "money")
    assert "neuron" not in found
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
        {"origin": "http://[::1"},
        {"origin": "http://["},
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
    assert ">question</p>" not in tab.article("one").partition('id="reader"')[0]
    page = tab.article("two").partition('id="reader"')[0]
    assert ">question</p>" in page
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in page
