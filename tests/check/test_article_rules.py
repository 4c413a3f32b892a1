from __future__ import annotations

from msgspec.structs import replace

from recommender.check.all_rules import check_corpus
from recommender.check.findings import Place
from recommender.errors import Problem
from recommender.settings import Settings
from tests.check.helpers import corpus, found, one


def test_an_id_on_several_articles_is_told_once() -> None:
    articles = [one(name, id=7) for name in "edcba"]
    [finding] = found(*articles, one("f", id=8))
    assert (finding.path, finding.line) == ("a.md", 2)
    assert finding.message == "the id 7 is on 5 articles; also b.md:2, c.md:2, d.md:2 and 1 more"
    assert finding.others == tuple(Place(f"{name}.md", 2) for name in "bcde")


def test_articles_without_an_id_share_none() -> None:
    assert found(one("a"), one("b")) == []


def test_urls_of_the_same_page() -> None:
    [finding] = found(one("a", url="/x/"), one("b", url="/x"), one("c"))
    assert (finding.rule, finding.severity, finding.path, finding.line) == ("repeated-url", "error", "a.md", 5)


def test_questions_asked_twice() -> None:
    articles = corpus(one("a"), one("b"), one("c"), questions=["Why?", "How?", "Why?"])
    [finding] = check_corpus(articles, Settings()).findings
    assert finding.rule == "repeated-question"
    assert finding.message == "the question is on 2 articles; also c.md:4"


def test_files_that_cannot_be_used() -> None:
    problem = Problem("x.md", 7, "invalid-yaml", "front matter is not valid YAML")
    [finding] = check_corpus(corpus(one("a"), problems=[problem]), Settings()).findings
    assert (finding.path, finding.line, finding.rule, finding.severity) == ("x.md", 7, "invalid-yaml", "error")


def test_a_key_of_two_articles() -> None:
    twice = one("a")
    [finding] = found(twice, replace(twice, path="b.md"))
    assert (finding.rule, finding.path, finding.line) == ("repeated-key", "b.md", 5)
