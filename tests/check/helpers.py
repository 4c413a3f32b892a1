"""Small corpora, made without files."""

from __future__ import annotations

from collections.abc import Iterable

from recommender.check.all_rules import check_corpus
from recommender.check.findings import Finding
from recommender.corpus.article import Article, FieldLines, Link
from recommender.corpus.corpus import Corpus, ReadFile, TextMark, assemble
from recommender.corpus.folder import Listing
from recommender.errors import Problem
from recommender.settings import RelatedSettings, Settings

TITLES = Settings(
    related=RelatedSettings(field="see", shape="mappings", target="title", target_name="link", prefix="topic ")
)


def one(name: str, *links: Link, id: int | None = None, title: str | None = None, **more: object) -> Article:  # noqa: A002
    """An article at `/name` in the file `name.md`."""
    lines = FieldLines(key=5, id=2, title=3, url=5, question=4)
    fields: dict[str, object] = {"url": f"/{name}", "lines": lines, **more}
    return Article(f"/{name}", f"{name}.md", title or f"About {name}", id, links=links, **fields)  # type: ignore[arg-type]


def to(name: str, place: int = 1, **parts: object) -> Link:
    """A link to `/name` in field number `place`, on line ten times that."""
    return Link(f"/{name}", url=f"/{name}", line=10 * place, place=place, **parts)  # type: ignore[arg-type]


def corpus(*articles: Article, questions: Iterable[str] = (), problems: Iterable[Problem] = ()) -> Corpus:
    """A corpus of these articles; the questions belong to them in this order."""
    asked = list(questions) or [article.key for article in articles]
    files = [
        ReadFile(article.path, article, {"question": TextMark(question.encode().ljust(16)[:16], len(question))})
        for article, question in zip(articles, asked, strict=True)
    ]
    return assemble(files, Listing((), tuple(problems)))


def found(*articles: Article, settings: Settings | None = None, **more: object) -> list[Finding]:
    """The findings of a small corpus."""
    return list(check_corpus(corpus(*articles), settings or Settings(), **more).findings)  # type: ignore[arg-type]


def rules(findings: list[Finding]) -> list[tuple[str, int]]:
    """Rule and line of each finding."""
    return [(finding.rule, finding.line) for finding in findings]
