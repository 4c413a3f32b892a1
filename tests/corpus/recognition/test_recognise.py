from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from recommender.corpus.recognition import configuration_text
from recommender.corpus.recognition.related import by_form, find_related, form_of, prefixes
from recommender.corpus.recognition.survey import Survey, plain_name, sample_files
from recommender.errors import InputError
from recommender.progress import Silent
from recommender.settings import LinkNames, Settings
from recommender.settings_file import parse_settings
from recommender.site.recognised import recognise_folder
from recommender.stages.cache import NoCache

WriteSite = Callable[[dict[str, str]], Path]
LONG = "A text of some length about cells, water and salt. " * 6


def settings(content: Path) -> Settings:
    found = recognise_folder(content, cache=NoCache(), reporter=Silent())
    assert parse_settings(configuration_text(found, str(content))) == found.settings
    return found.settings


def page(*lines: str, body: str = LONG) -> str:
    return "\n".join(["---", *lines, "---", body, ""])


def survey(write_site: WriteSite, *front_matter: str) -> Survey:
    content = write_site({f"{n}.md": page(text) for n, text in enumerate(front_matter)})
    return Survey(sample_files(content, sorted(path.name for path in content.iterdir()), 100))


def test_a_blog_with_addresses_from_paths(write_site: WriteSite) -> None:
    found = settings(
        write_site(
            {
                f"posts/{name}.md": page(
                    f"title: {name.title()}", "publishDate: 2024-05-01", "tags: [a, b]", "draft: false",
                    f"related: [/posts/{other}/]",
                )
                for name, other in (("one", "two"), ("two", "three"), ("three", "one"))
            }
        )
    )  # fmt: skip
    assert (found.fields.key, found.fields.url, found.fields.title) == ("$url", "$url", "title | $heading | $page_name")
    assert (found.fields.answer, found.fields.question) == ("$body", "title | $heading | $page_name")
    assert (found.fields.date, found.fields.publish, found.fields.keywords) == ("publishDate", "publishDate", "tags")
    assert (found.related.field, found.related.shape, found.related.target) == ("related", "strings", "url")


def test_slugs_that_are_also_titles_in_one_case_are_decided_by_what_is_found(write_site: WriteSite) -> None:
    files = {f"a/{name}.md": page(f"title: The {name}", f"see_also: [{name}x, {name}]") for name in ("b", "c")}
    files["a/bx.md"] = page("title: Another")
    found = settings(write_site(files)).related
    assert (found.field, found.target) == ("see_also", "slug")


def test_paths_below_a_folder_that_is_not_the_content(write_site: WriteSite) -> None:
    files = {f"{name}.md": page(f"title: {name}", "related_posts:", "- study/a.md", "- study/b.md") for name in "abc"}
    found = settings(write_site(files)).related
    assert (found.target, found.prefix) == ("path", "study/")


def test_numbered_fields_count_their_slots(write_site: WriteSite) -> None:
    lines = [f"similar_{n}: {{href: /{'abc'[n % 3]}/, label: Page}}" for n in range(1, 8)]
    found = settings(write_site({f"{name}.md": page("title: T", *lines) for name in "abc"})).related
    assert (found.field, found.shape, found.slots, found.target) == ("similar_{n}", "numbered", 7, "url")
    assert found.names == LinkNames(id=None, title="label", group=None, url="href")


def test_folders_with_another_name_in_addresses_and_the_sites_own_address(write_site: WriteSite) -> None:
    names = ("acl", "cors", "jwt", "ldap")
    urls = [f"{host}/plugins/{name}/" for name in names for host in ("", "https://example.org")]
    links = "\n".join(f"- {{url: '{url}'}}" for url in urls)
    found = settings(
        write_site({f"_kinds/{name}/index.md": page(f"title: {name}", f"related:\n{links}") for name in names})
    )
    assert found.related.target == "url"
    assert found.urls.rewrite == {"_kinds/": "plugins/"}
    assert found.urls.site == "https://example.org"


@pytest.mark.parametrize(
    ("linked", "address"),
    [
        ("/2024/05/0{n}/post-{n}.html", "/2024/05/01/post-1.html"),
        ("/blog/post-{n}/", "/blog/post-1/"),
        ("/elsewhere/{n}", "/2024/05/01/post-1.html"),
    ],
)
def test_posts_named_after_dates(write_site: WriteSite, linked: str, address: str) -> None:
    files = {
        f"_posts/2024-05-0{n}-post-{n}.md": page(f"title: Post {n}", f"related: [{linked.format(n=n % 3 + 1)}]")
        for n in range(1, 4)
    }
    found = recognise_folder(write_site(files), cache=NoCache(), reporter=Silent())
    assert found.corpus.articles[0].url == address


def test_titles_of_their_own_switch_the_rule_off(write_site: WriteSite) -> None:
    files = {f"{n}.md": page(f"title: Page {n}", f"related: [{{url: /{(n + 1) % 3}/, text: Go on}}]") for n in range(3)}
    assert settings(write_site(files)).check.severity == {"stale-title": "off"}


def test_all_ways_to_hide_a_page_are_read_in_the_sites_spelling(write_site: WriteSite) -> None:
    found = settings(write_site({"a.md": page("title: A", "noIndex: false", "Published: yes")})).fields
    assert str(found.draft).split(" | ") == ["draft", "drafts", "not Published", "not publish", "$drafts"]
    assert {"noIndex", "unlisted", "not sitemap", "$missing"} < set(str(found.no_index).split(" | "))


def test_a_date_that_cannot_be_read_is_not_taken(write_site: WriteSite) -> None:
    found = settings(write_site({"a.md": page("title: A", "date: last week", "lastmod: 2024-01-31")}))
    assert found.fields.date == "lastmod"


def test_nothing_is_left_out_because_it_lacks_a_title(write_site: WriteSite) -> None:
    files = {
        "a.md": page("title: A"),
        **{f"guide/{n}.md": page("outline: deep", body=f"# Guide {n}") for n in range(9)},
    }
    found = recognise_folder(write_site(files), cache=NoCache(), reporter=Silent())
    assert found.settings.content.exclude == ()
    assert [article.title for article in found.corpus.articles] == ["A", *(f"Guide {n}" for n in range(9))]


def test_nothing_to_recognise(write_site: WriteSite) -> None:
    with pytest.raises(InputError, match=r"none of its 1 files is one: 1 \.txt not read"):
        recognise_folder(write_site({"a.txt": "# Title\n"}), cache=NoCache(), reporter=Silent())


def test_a_lone_field_of_another_thing_is_not_taken(write_site: WriteSite) -> None:
    files = {f"{n}.md": page(f"title: Page {n}", "related_questions: [How do I start?, Why not?]") for n in range(30)}
    content = write_site(files)
    assert settings(content).related.field is None
    text = configuration_text(recognise_folder(content, cache=NoCache(), reporter=Silent()), "x")
    assert "# Not taken: related_questions (a list of texts" in text


def test_fields_below_a_link_are_no_links(write_site: WriteSite) -> None:
    found = find_related(
        survey(write_site, "related: [{related_items: [a], url: /a/}]", "related_article1: {similar: [x, y]}")
    )
    assert [one.field for one in found] == ["related", "related_article{n}"]


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["/a/", "https://example.org/b"], "url"),
        (["a/b.md", "c.mdx", "d.markdown"], "path"),
        (["12", "7"], "id"),
        (["osmosis", "cell-membranes", "v1.2"], "slug"),
        (["What is osmosis?", "Cell membranes"], "title"),
    ],
)
def test_forms(values: list[str], form: str) -> None:
    assert form_of(values) == form


def test_prefixes() -> None:
    assert prefixes(["topic a", "topic b", "https://x.org/"]) == ["", "topic "]
    assert prefixes(["one", "two"]) == [""]


def test_the_part_that_looks_like_an_address_is_the_target(write_site: WriteSite) -> None:
    [one] = find_related(survey(write_site, "related: [{kind: guide, docs: /a/, title: A}]"))
    assert by_form(one) == ("docs", "url")


def test_a_sample_is_spread_over_all_files(write_site: WriteSite) -> None:
    content = write_site({f"{n:03}.md": page(f"title: {n}") for n in range(100)})
    paths = sorted(path.name for path in content.iterdir())
    assert [file.path for file in sample_files(content, paths, 4)] == ["000.md", "025.md", "050.md", "075.md"]
    assert len(sample_files(content, paths, 1_000)) == 100


def test_names_are_the_same_in_every_case() -> None:
    assert {plain_name(name) for name in ("pageTitle", "page_title", "Page-Title")} == {"pagetitle"}


@example_settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["title", "url", "related", "see_also", "related_1", "date", "answer", "id", "seo", "x.y"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text("ab/-:#é'\" ", max_size=12),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "title", "id"]), inner),
            max_leaves=6,
        ),
        max_size=6,
    )
)
def test_any_front_matter_gives_a_configuration_that_can_be_read(front_matter: dict[str, object]) -> None:
    import tempfile

    import yaml

    with tempfile.TemporaryDirectory() as folder:
        text = yaml.safe_dump({"_": 1, **front_matter}, allow_unicode=True)
        Path(folder, "a.md").write_text(f"---\n{text}---\n{LONG}", encoding="utf-8")
        settings(Path(folder))


def test_the_sample_keeps_what_is_needed(write_site: WriteSite) -> None:
    content = write_site(
        {"a.md": page("title: A", body="  text \n"), "b.md": "no front matter", "c.md": "---\n[\n---\n"}
    )
    found = sample_files(content, ["a.md", "b.md", "c.md"], 10)
    assert [(file.path, file.root is None, file.body) for file in found] == [
        ("a.md", False, "  text \n\n"),
        ("b.md", True, "no front matter"),
    ]


def test_languages_by_folder_where_the_generator_names_none(write_site: WriteSite) -> None:
    files = {f"{code}/guide/p{n}.md": page(f"title: {code} {n}") for code in ("en", "de", "fr") for n in range(4)}
    content = (
        write_site({f"src/content/docs/{path}": text for path, text in files.items()}) / "src" / "content" / "docs"
    )
    found = recognise_folder(content, cache=NoCache(), reporter=Silent())
    assert found.generator is not None
    assert found.generator.name == "Starlight"
    assert found.settings.languages.known == ("de", "en", "fr")
