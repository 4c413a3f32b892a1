"""Every shape of related links that is known from real sites, one file each."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.corpus.recognition import Recognised, configuration_text
from recommender.corpus.recognition.related import by_form, find_related, settings_of
from recommender.corpus.recognition.survey import Survey, sample_files
from recommender.progress import Silent
from recommender.settings import LinkNames, RelatedSettings
from recommender.settings_file import parse_settings
from recommender.site.recognised import recognise_folder
from recommender.stages.cache import NoCache

pytestmark = pytest.mark.corpora

WriteSite = Callable[[dict[str, str]], Path]


def look_at(content: Path) -> Recognised:
    """What is recognised; the configuration says it all."""
    found = recognise_folder(content, cache=NoCache(), reporter=Silent())
    assert parse_settings(configuration_text(found, "content")) == found.settings
    return found


def by_its_form(content: Path) -> tuple[RelatedSettings, int]:
    """The likely settings of the field that is used most, and how many links it holds."""
    paths = sorted(path.name for path in content.iterdir())
    found = find_related(Survey(sample_files(content, paths, 10)))
    if not found:
        return RelatedSettings(field=None), 0
    return settings_of(found[0], *by_form(found[0]), ""), found[0].links


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
    related, found_links = by_its_form(tmp_path)
    assert (related.field, related.shape, related.target) == (field, shape, target)
    assert part in (related.target_name, related.names.url)
    assert found_links == links


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
    related, found_links = by_its_form(write_site({"a.md": f"---\ntitle: One\n{excerpt}\n---\nText.\n"}))
    assert related.field == field
    assert found_links == links
    if field is not None:
        assert (related.shape, related.target) == (shape, target)
        assert part in (related.target_name, related.names.url)


def test_groups_of_links(corpora: Path, write_site: WriteSite) -> None:
    file = next((corpora / "shapes").glob("vagov__*")).read_text()
    block = re.search(r"```\n(relatedlinks:.*?)```", file, re.DOTALL)
    assert block is not None
    related, links = by_its_form(write_site({"a.md": f"---\ntitle: One\n{block[1]}---\nText.\n"}))
    assert (related.field, related.shape, related.target, links) == ("relatedlinks", "groups", "url", 4)


def test_links_that_lead_nowhere_make_no_field(write_site: WriteSite) -> None:
    found = look_at(write_site({f"{n}.md": f"---\ntitle: T{n}\nrelated: [/x/, /y/]\n---\nText.\n" for n in range(3)}))
    assert found.settings.related.field is None
    assert "# Not taken: related (a list of texts, in 3 of the files looked at); its values lead to no article." in (
        configuration_text(found, "content")
    )


def test_questions_that_are_no_links_are_not_taken_for_links(corpora: Path, write_site: WriteSite) -> None:
    excerpt = excerpts((corpora / "shapes" / "EXCERPTS.md").read_text())["Telerik KB"]
    files = {f"{n}.md": f"---\ntitle: Page {n}\n{excerpt}\n---\nText.\n" for n in range(25)}
    found = look_at(write_site(files))
    assert found.settings.related.field is None
    assert [one.field.field for one in found.passed_over] == ["related_questions"]


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
        "_api/": "api/",
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
