"""Every shape of related links that is known from real sites, one file each."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.corpus.recognition import Recognised, configuration_text, recognise
from recommender.progress import Silent
from recommender.settings import LinkNames
from recommender.settings_file import parse_settings
from recommender.stages.cache import NoCache

pytestmark = pytest.mark.corpora

WriteSite = Callable[[dict[str, str]], Path]


def look_at(content: Path) -> Recognised:
    """What is recognised; the configuration says it all."""
    found = recognise(content, NoCache(), Silent())
    assert parse_settings(configuration_text(found, "content")) == found.settings
    return found


@pytest.mark.parametrize(
    ("file", "field", "shape", "target", "part", "links"),
    [
        ("elmtree__related_articleN__numbered-keys-maps.md", "related_article{n}", "numbered", "url", "url", 5),
        ("govuk__related_repos__flow-list-of-strings.md", "related_repos", "strings", "slug", None, 1),
        ("kong__related_resources__list-of-maps-text-url.md", "related_resources", "mappings", "url", "url", 1),
        ("opensourceguide__related__list-of-slugs.md", "related", "strings", "slug", None, 2),
        ("optech__see_also__list-of-maps-title-link.md", "see_also", "mappings", "title", "link", 2),
    ],
)
def test_files(
    corpora: Path, tmp_path: Path, file: str, field: str, shape: str, target: str, part: str | None, links: int
) -> None:
    (tmp_path / file).write_bytes((corpora / "shapes" / file).read_bytes())
    found = look_at(tmp_path)
    related = found.settings.related
    assert (related.field, related.shape, related.target) == (field, shape, target)
    assert part in (related.target_name, related.names.url)
    assert found.links == links
    assert found.settings.fields.title.startswith("title")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("source", "field", "shape", "target", "part", "links"),
    [
        ("home-assistant.io", "related", "mappings", "url", "docs", 2),
        ("injixo help", "related_articles", "mappings", "path", "filepath", 1),
        ("Zooza help", "related_articles", "strings", "slug", None, 4),
        ("foojay-like blog", "related_posts", "strings", "slug", None, 1),
        ("blog (`related_posts`: list of dated permalinks", "related_posts", "strings", "url", None, 1),
        ("Jekyll blog", "relatedArticles", "strings", "path", None, 1),
        ("blog (`related_posts`: list of repo-relative", "related_posts", "strings", "path", None, 1),
        ("CMS export", "relatedArticles", "mappings", "slug", "slug", 1),
        ("localised site", "relatedArticles", "strings", "url", None, 1),
        ("blog (`related_posts`: list of TITLES", "related_posts", "strings", "title", None, 1),
        ("empty list", None, None, None, None, 0),
    ],
)
def test_excerpts(
    corpora: Path,
    write_site: WriteSite,
    source: str,
    field: str | None,
    shape: str | None,
    target: str | None,
    part: str | None,
    links: int,
) -> None:
    excerpt = excerpts((corpora / "shapes" / "EXCERPTS.md").read_text())[source]
    found = look_at(write_site({"a.md": f"---\ntitle: One\n{excerpt}\n---\nText.\n"}))
    related = found.settings.related
    assert related.field == field
    assert found.links == links
    if field is not None:
        assert (related.shape, related.target) == (shape, target)
        assert part in (related.target_name, related.names.url)


def test_groups_of_links_are_told_and_not_read(corpora: Path, write_site: WriteSite) -> None:
    file = next((corpora / "shapes").glob("vagov__*")).read_text()
    block = re.search(r"```\n(relatedlinks:.*?)```", file, re.DOTALL)
    assert block is not None
    found = look_at(write_site({"a.md": f"---\ntitle: One\n{block[1]}---\nText.\n"}))
    assert found.settings.related.field is None
    [other] = found.passed_over
    assert (other.field, other.shape, other.links) == ("relatedlinks", "groups", 4)
    assert "relatedlinks (a list of groups of links, in 1 of the files looked at); groups are not read" in (
        configuration_text(found, "content")
    )


def test_questions_that_are_no_links_are_not_taken_for_links(corpora: Path, write_site: WriteSite) -> None:
    excerpt = excerpts((corpora / "shapes" / "EXCERPTS.md").read_text())["Telerik KB"]
    files = {f"{n}.md": f"---\ntitle: Page {n}\n{excerpt}\n---\nText.\n" for n in range(25)}
    found = look_at(write_site(files))
    assert found.settings.related.field is None
    assert [one.field for one in found.passed_over] == ["related_questions"]


def excerpts(text: str) -> dict[str, str]:
    """The YAML of each excerpt by the beginning of its heading."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("empty list: "):
            found["empty list"] = [line.removeprefix("empty list: ")]
        elif line and not line.startswith(" "):
            heading = line if line.startswith("blog") else line.partition(" (")[0]
            lines = found.setdefault(re.sub(r"(dated permalinks|repo-relative|TITLES).*", r"\1", heading), [])
        elif line.strip() and not line.strip().startswith("("):
            lines.append(line)
    return {heading: textwrap.dedent("\n".join(lines)) for heading, lines in found.items()}


def test_kong(corpora: Path) -> None:
    found = look_at(corpora / "kong" / "app")
    settings = found.settings
    assert settings.fields.key == settings.fields.url == "permalink | $url"
    assert str(settings.fields.question).startswith("tldr.q | title")
    assert settings.fields.answer == ("description", "tldr.a", "$body")
    assert settings.fields.group == "products"
    assert settings.related.field == "related_resources"
    assert settings.related.names == LinkNames(id=None, title="text", group=None, url="url")
    assert settings.urls.rewrite == {
        "_kong_plugins/": "plugins/",
        "_gateway_entities/": "gateway/entities/",
        "_event_gateway_policies/": "event-gateway/policies/",
        "_mesh_policies/": "mesh/policies/",
    }
    assert settings.check.severity == {"stale-title": "off"}
    assert found.resolved > 2_500


def test_optech(corpora: Path) -> None:
    found = look_at(corpora / "optech" / "_topics")
    settings = found.settings
    assert (settings.fields.key, settings.fields.aliases) == ("$slug", ("title-aliases", "shortname"))
    assert settings.fields.answer == ("excerpt", "$body")
    assert (settings.related.field, settings.related.target, settings.related.target_name, settings.related.prefix) == (
        "see_also",
        "title",
        "link",
        "topic ",
    )
    assert (found.resolved, found.external) == (208, 39)


def test_quicktakes_is_the_shape_that_needs_no_configuration(corpora: Path) -> None:
    # One subject of the site: reading all of it takes a quarter of a minute.
    found = look_at(corpora / "quicktakes" / "content" / "learn" / "american-culture")
    settings = found.settings
    assert (settings.fields.key, settings.fields.url, settings.fields.id) == ("url", "url", "id")
    assert (settings.fields.question, settings.fields.answer) == ("question", "answer")
    assert settings.fields.group == "subject"
    assert (settings.fields.keywords, settings.fields.description) == ("seo.page_keywords", "seo.page_description")
    assert settings.fields.required == ("key", "title", "question", "answer")
    related = settings.related
    assert (related.field, related.shape, related.slots, related.target) == ("related_article{n}", "numbered", 5, "url")
    assert related.names == LinkNames()
