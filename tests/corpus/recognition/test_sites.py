"""Sites as people keep them, read without a configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.corpus.languages import translations
from recommender.corpus.recognition import Recognised, configuration_text, summary_lines
from recommender.corpus.recognition.folders import find_excluded, find_languages
from recommender.corpus.recognition.versions import find_versions
from recommender.corpus.resolve import resolve_links
from recommender.errors import InputError
from recommender.progress import Silent
from recommender.settings_file import parse_settings
from recommender.site.recognised import recognise_folder, site_settings
from recommender.stages.cache import NoCache

WriteSite = Callable[[dict[str, str]], Path]


def look_at(content: Path) -> Recognised:
    found = recognise_folder(content, cache=NoCache(), reporter=Silent())
    assert parse_settings(configuration_text(found, "content")) == found.settings
    return found


def targets(found: Recognised) -> dict[str, list[str]]:
    """Paths that the curated links of each file lead to; what leads nowhere is missing."""
    articles = found.corpus.articles
    rows = resolve_links(articles, found.settings).targets
    return {
        article.path: [articles[row].path for row in own if row >= 0]
        for article, own in zip(articles, rows, strict=True)
        if len(own)
    }


def page(related: str, title: str = "", body: str = "A text on pumps.") -> str:
    return f"---\ntitle: {title}\n{related}\n---\n\n{body}\n"


# The same three links in every way in which sites keep them.
SHAPES = {
    "slugs": ("related: [valve, tank]", "strings", "slug"),
    "addresses": ("related: [/parts/valve/, /parts/tank/]", "strings", "url"),
    "addresses with a suffix": ("related: [/parts/valve.html, /parts/tank.html]", "strings", "url"),
    "titles": ("related: [The valve, The tank]", "strings", "title"),
    "paths from the root": ("related: [parts/valve.md, parts/tank.md]", "strings", "path"),
    "paths from the file": ("related: [./valve.md, ./tank.md]", "strings", "path"),
    "wikilinks": ('related: ["[[valve]]", "[[tank|the tank]]"]', "strings", "slug"),
    "names with commas": ("related: valve, tank", "commas", "slug"),
    "mappings": ("related:\n- {title: V, url: /parts/valve/}\n- {title: T, url: /parts/tank/}", "mappings", "url"),
    "titles and paths": ("related:\n- The valve: parts/valve.md\n- parts/tank.md", "strings", "path"),
    "addresses to titles": ("related: {/parts/valve/: V, /parts/tank/: T}", "pairs", "url"),
    "titles to addresses": ("related: {V: /parts/valve/, T: /parts/tank/}", "pairs", "url"),
    "groups": (
        "related:\n- heading: More\n  links:\n  - {url: /parts/valve/}\n- heading: Else\n  links:\n"
        "  - {url: /parts/tank/}",
        "groups",
        "url",
    ),
    "another name of the field": ("links: [parts/valve.md, parts/tank.md]", "strings", "path"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_curated_links_wherever_they_are(write_site: WriteSite, name: str) -> None:
    written, shape, target = SHAPES[name]
    files = {f"parts/{slug}.md": page("weight: 1", f"The {slug}") for slug in ("valve", "tank", "hose")}
    found = look_at(write_site({**files, "parts/pump.md": page(written, "The pump")}))
    assert (found.settings.related.shape, found.settings.related.target) == (shape, target)
    assert targets(found) == {"parts/pump.md": ["parts/valve.md", "parts/tank.md"]}
    assert (found.resolved, found.external) == (2, 0)


def test_links_in_several_fields_are_one_set(write_site: WriteSite) -> None:
    both = (
        "related_guides: [parts/valve.md, parts/tank.md]\nrelated_pages: [/parts/hose/, /parts/seal/]\n"
        "related_1: {url: /parts/seal/}\nrelated_2: {url: /gone/}\nrelated_3: {url: /gone/too/}"
    )
    slugs = ("valve", "tank", "hose", "seal")
    files = {f"parts/{slug}.md": page("related_pages: [/parts/pump/]", f"The {slug}") for slug in slugs}
    found = look_at(
        write_site({**files, "parts/pump.md": page(both, "The pump", "## See also\n\n- [A tank](tank.md)")})
    )
    assert [(one.field, one.target) for one in found.settings.related.each] == [
        ("related_pages", "url"), ("related_guides", "path")
    ]  # fmt: skip
    assert found.settings.related.sections == ("See also",)
    (pump,) = (article for article in found.corpus.articles if article.title == "The pump")
    assert [(link.target, link.field, link.section) for link in pump.links] == [
        ("/parts/hose/", 0, False), ("/parts/seal/", 0, False), ("parts/valve.md", 1, False),
        ("parts/tank.md", 1, False), ("tank.md", 0, True),
    ]  # fmt: skip
    names = [path.removeprefix("parts/").removesuffix(".md") for path in targets(found)["parts/pump.md"]]
    assert names == ["hose", "seal", "valve", "tank", "tank"]
    assert "not taken: related_{n}: 1 of its 3 values lead to an article" in summary_lines(found)
    taken = "related_pages (a list of texts, by url) and related_guides (a list"
    assert any(taken in line for line in summary_lines(found))


def test_lists_below_one_name_are_fields_of_their_own(write_site: WriteSite) -> None:
    both = "related:\n  guides: [parts/valve.md, parts/tank.md]\n  posts: [parts/hose.md]"
    files = {f"parts/{slug}.md": page("weight: 1", f"The {slug}") for slug in ("valve", "tank", "hose")}
    found = look_at(write_site({**files, "parts/pump.md": page(both, "The pump")}))
    assert [one.field for one in found.settings.related.each] == ["related.guides", "related.posts"]
    assert targets(found) == {"parts/pump.md": ["parts/valve.md", "parts/tank.md", "parts/hose.md"]}


def test_a_second_field_is_taken_where_most_of_it_leads_to_articles(write_site: WriteSite) -> None:
    both = "related: [/parts/valve/, /parts/tank/]\nrelated_products: [/parts/hose/, /buy/1/, /buy/2/]"
    files = {f"parts/{slug}.md": page("weight: 1", f"The {slug}") for slug in ("valve", "tank", "hose")}
    found = look_at(write_site({**files, "parts/pump.md": page(both, "The pump")}))
    assert [one.field for one in found.settings.related.each] == ["related"]
    assert "not taken: related_products: 1 of its 3 values lead to an article" in summary_lines(found)


def test_what_a_merge_key_repeats_is_no_field_of_its_own(write_site: WriteSite) -> None:
    merged = "common: &c\n  related:\n  - {url: /parts/valve/}\n<<: *c"
    files = {f"parts/{slug}.md": page("weight: 1", f"The {slug}") for slug in ("valve", "tank")}
    found = look_at(write_site({**files, "parts/pump.md": page(merged, "The pump")}))
    assert [one.field for one in found.settings.related.each] == ["related"]
    assert targets(found) == {"parts/pump.md": ["parts/valve.md"]}


def test_one_text_that_nothing_marks_as_a_page_is_no_site(write_site: WriteSite) -> None:
    with pytest.raises(InputError, match=r"its one text, a\.md, has neither front matter nor a heading"):
        look_at(write_site({"a.md": "no page here\n"}))
    assert len(look_at(write_site({"a.md": "no page here\n", "b.md": "nor here"})).corpus) == 2


def test_front_matter_whose_first_line_names_its_format(write_site: WriteSite) -> None:
    found = look_at(
        write_site(
            {
                "json.md": '---json\n{\n  "title": "Cake",\n  "related": ["js"]\n}\n---\nA cake.\n',
                "js.md": "---js\n{\n  title: 'Pie',\n  n: 1 + f(),\n  related: ['code'],\n}\n---\nA pie.\n",
                "code.md": "---javascript\nconst title = 'Rye';\nconst draft = true\n---\nRye bread.\n",
                "toml.md": "---toml\ntitle = 'Soup'\n---\nA soup.\n",
                "yaml.md": "---yaml\ntitle: Tea\n---\nA tea.\n",
                "bad.md": "---json\n{\n  title: 1\n}\n---\nx\n",
                "worse.md": "---js\n{ title: \n---\nx\n",
            }
        )
    )
    assert {article.path: article.title for article in found.corpus.articles} == {
        "json.md": "Cake", "js.md": "Pie", "code.md": "Rye", "toml.md": "Soup", "yaml.md": "Tea"
    }  # fmt: skip
    assert [article.path for article in found.corpus.articles if article.draft] == ["code.md"]
    assert targets(found) == {"json.md": ["js.md"], "js.md": ["code.md"]}
    assert [str(problem).partition(": ")[0] for problem in found.corpus.problems] == ["bad.md:3", "worse.md:2"]


def test_a_section_of_the_text_is_read_and_taken_out(write_site: WriteSite) -> None:
    body = "Pumps move water, see [hoses](hose.md).\n\n## Siehe auch\n\n- [Ventil](valve.md)\n- [Tank](../a/tank.md)"
    names = ("valve", "tank", "hose")
    found = look_at(
        write_site({"a/pump.md": page("", "Pump", body), **{f"a/{name}.md": page("", name) for name in names}})
    )
    assert found.settings.related.sections == ("Siehe auch",)
    assert targets(found) == {"a/pump.md": ["a/valve.md", "a/tank.md"]}
    row = next(row for row, article in enumerate(found.corpus.articles) if article.path == "a/pump.md")
    article = found.corpus.articles[row]
    assert [(link.line, link.section) for link in article.links] == [(10, True), (11, True)]
    assert [link.target for link in article.text_links] == ["hose.md"]
    assert found.corpus.texts[row]["answer"].chars == len("\nPumps move water, see [hoses](hose.md).\n\n")


def test_a_field_whose_values_lead_nowhere_is_none(write_site: WriteSite) -> None:
    found = look_at(write_site({f"{n}.md": page(f"relatedTitle: Kinds of tools {n}", f"T{n}") for n in range(9)}))
    assert found.settings.related.field is None
    assert "not taken: relatedTitle: its values lead to no article" in summary_lines(found)


def test_what_articles_are_called_by_may_be_a_field_of_its_own(write_site: WriteSite) -> None:
    files = {
        f"{lang}/{name}-page.md": page(f"lang: {lang}\nclass: {name}\nrelated: [{other}]", f"{name} {lang}")
        for lang in ("de", "en")
        for name, other in (("soup", "bread"), ("bread", "bees"), ("bees", "soup"))
    }
    found = look_at(write_site(files))
    assert found.settings.fields.slug == "class"
    assert targets(found)["de/soup-page.md"] == ["de/bread-page.md"]
    assert targets(found)["en/soup-page.md"] == ["en/bread-page.md"]


def test_links_that_leave_out_the_folder_of_the_pages(write_site: WriteSite) -> None:
    names = ("one", "two", "three", "four")
    files = {
        f"docs/src/{name}.md": page(f"related: [/{other}]", name)
        for name, other in zip(names, (*names[1:], names[0]), strict=True)
    }
    found = look_at(write_site(files))
    assert found.resolved == 4
    assert {article.url for article in found.corpus.articles} == {f"/{name}/" for name in names}


def test_two_files_of_one_address_are_told_apart(write_site: WriteSite) -> None:
    found = look_at(write_site({"a.md": page("", "A"), "a/index.md": page("", "B"), "c.md": page("", "C")}))
    assert [article.title for article in found.corpus.articles] == ["A", "B", "C"]


def test_parts_of_pages_are_no_pages(write_site: WriteSite) -> None:
    pages = {f"{n}/index.md": page("", f"Page {n}") for n in range(5)}
    parts = {f"{n}/practice/author.md": "Said by an author.\n" for n in range(4)}
    found = look_at(write_site({**pages, **parts, "_part.mdx": "A part."}))
    assert len(found.corpus) == 5
    assert (found.corpus.without_front_matter, found.corpus.unread) == (4, {".mdx": 1})


def test_notes_without_titles_are_called_by_their_files(write_site: WriteSite) -> None:
    found = look_at(write_site({"Water pumps.md": "See [[valves]].", "valves.md": "Text.", "x_y-z.md": "Text."}))
    assert [article.title for article in found.corpus.articles] == ["Water pumps", "Valves", "X y z"]


@pytest.mark.parametrize(
    ("paths", "known", "default"),
    [
        (["de/a.md", "en/a.md", "en/b.md"], ("de", "en"), None),
        (["docs/pt-br/a.md", "docs/en/a.md"], ("en", "pt-br"), None),
        (["a.md", "b.md", "de/a.md"], ("de",), "en"),
        (["a.md", "a.de.md", "b.md", "b.de.md"], ("de",), "en"),
        (["it/a.md", "is/b.md", "guide/c.md"], (), None),
        (["no/index.md", "go/index.md"], (), None),
    ],
)
def test_languages_of_paths(paths: list[str], known: tuple[str, ...], default: str | None) -> None:
    found = find_languages(paths).settings
    assert (found.known, found.default) == (known, default)


@pytest.mark.parametrize(
    ("paths", "apart"),
    [
        (["en-GB/a.md", "en-US/a.md", "de/a.md"], "region"),
        (["a.md", "en-GB/a.md"], "region"),
        (["zh-CN/a.md", "zh-TW/a.md", "en/a.md"], "script"),
        (["zh-HK/a.md", "zh-TW/a.md"], "region"),
        (["a.md", "de/a.md"], "script"),
    ],
)
def test_regions_that_hold_the_same_pages_are_kept_apart(paths: list[str], apart: str) -> None:
    assert find_languages(paths).settings.apart == apart


def test_what_is_no_page_by_its_name() -> None:
    assert find_excluded(["a.md", "_posts/b.md", "x/_includes/c.md", "vendor/d.md", "guides/vendor/e.md"]) == (
        "**/_includes/**",
        "vendor/**",
    )
    assert find_excluded(["_index.md", "_odd.md"]) == ()


def test_a_configuration_comes_first_and_an_unknown_site_is_recognised(write_site: WriteSite) -> None:
    content = write_site({"a.md": "# A\n\nText.\n"})
    settings = site_settings(content, cache=NoCache(), reporter=Silent())
    assert settings.recognised
    assert settings.fields.title == "$heading | $name"
    (content / "recommender.yaml").write_text("fields: {title: x}\n")
    assert site_settings(content, cache=NoCache(), reporter=Silent()).recognised == ()


def test_a_built_site(write_site: WriteSite) -> None:
    def built(name: str, other: str) -> str:
        return (
            f"<html lang=en><title>{name} | Garden</title><body><nav>Menu</nav><main><h1>{name}</h1><p>Text.</p>"
            f"<h2>See also</h2><a href='../{other}/'>{other}</a></main></body></html>"
        )

    files = {f"{name}/index.html": built(name, other) for name, other in (("soup", "bread"), ("bread", "soup"))}
    found = look_at(write_site({**files, "404.html": "<title>Not found</title>", "style.css": "a"}))
    assert {article.key: article.title for article in found.corpus.articles} == {
        "/404.html": "Not found",
        "/bread/": "bread",
        "/soup/": "soup",
    }
    assert targets(found) == {"soup/index.html": ["bread/index.html"], "bread/index.html": ["soup/index.html"]}
    assert [article.no_index for article in found.corpus.articles] == [True, False, False]
    assert {article.language for article in found.corpus.articles} == {None, "en"}


@pytest.mark.parametrize(
    ("folders", "newest", "others"),
    [
        (("v1", "v2", "v10"), ("v10",), ("v1", "v2")),
        (("1.9.x", "1.10.x", "latest"), ("latest",), ("1.9.x", "1.10.x")),
        (("docs/2.0", "docs/3.0", "docs/next"), ("docs/3.0",), ("docs/next", "docs/2.0")),
        (("versioned_docs/version-1.0", "docs"), ("versioned_docs/version-1.0",), ("docs",)),
        (("2.0-beta", "1.9"), ("2.0-beta",), ("1.9",)),
        (("1-setup", "2-pages", "3-islands"), (), ()),
        (("2023", "2024"), (), ()),
        (("v1", "guide"), (), ()),
    ],
)
def test_of_versions_the_newest_is_proposed(folders: tuple[str, ...], newest: object, others: object) -> None:
    # Years of a blog hold other posts each.
    of_years = folders[0] == "2023"
    paths = [f"{folder}/{n}{folder if of_years else ''}.md" for folder in folders for n in range(5)]
    found = find_versions(paths, is_docusaurus="docs" in folders)
    assert (found.newest, found.others) == (newest, others)


def test_numbered_folders_of_one_page_each_are_no_versions() -> None:
    assert find_versions([f"lessons/{n}/index.md" for n in range(1, 6)]).others == ()


def test_older_versions_of_pages_are_not_proposed(write_site: WriteSite) -> None:
    files = {f"docs/{version}/{n}.md": page("", f"Page {n}") for version in ("v1", "v2") for n in range(4)}
    found = look_at(write_site({**files, "docs/intro.md": page("", "Intro")}))
    assert found.settings.targets.exclude_paths == ("docs/v1/**",)
    assert "versions of the same pages: those in docs/v2 are proposed, not those in docs/v1" in summary_lines(found)


def test_translations_are_where_the_generator_keeps_them(write_site: WriteSite) -> None:
    toml = "[languages.en]\ncontentDir='content/english'\n[languages.de]\ncontentDir='content/german'\n"
    files = {f"content/{folder}/{n}.md": page("", f"T{n}") for folder in ("english", "german") for n in range(3)}
    found = look_at(write_site({**files, "hugo.toml": toml}))
    articles = found.corpus.articles
    assert {article.path: article.language for article in articles} == {
        path: "de" if "german" in path else "en" for path in files
    }
    rows = translations(articles, found.settings.languages)
    assert rows is not None
    names = [article.path.rpartition("/")[2] for article in articles]
    assert [names[row] for row in rows] == names
    assert len(set(rows.tolist())) == 3


def test_names_mean_the_translation_where_files_bear_their_language(write_site: WriteSite) -> None:
    files = {
        f"{name}{suffix}.md": page(f"related: [{other}]", f"{name}{suffix}", f"## See also\n\n- [x]({other}.md)")
        for name, other in (("bread", "pie"), ("pie", "cake"), ("cake", "bread"))
        for suffix in ("", ".de")
    }
    found = look_at(write_site({**files, "alone.de.md": page("related: [tea]", "Alone"), "tea.md": page("", "Tea")}))
    assert targets(found)["bread.de.md"] == ["pie.de.md", "pie.de.md"]
    assert targets(found)["bread.md"] == ["pie.md", "pie.md"]
    assert targets(found)["alone.de.md"] == ["tea.md"]


def test_built_pages_that_list_others_are_not_proposed(write_site: WriteSite) -> None:
    html = "<html><body><main><h1>{}</h1><p>Text.</p></main></body></html>"
    places = ("soup", "tags/soup", "blog/page/2", "author/ann")
    found = look_at(write_site({f"{place}/index.html": html.format(place) for place in places}))
    assert found.settings.targets.exclude_paths == ("**/author/**", "**/tags/**", "**/page/*/**")
    assert "not proposed: pages that list others (**/author/**, **/tags/**, **/page/*/**)" in summary_lines(found)


def test_addresses_that_only_the_generator_knows_are_said_once(write_site: WriteSite) -> None:
    files = {f"src/content/blog/{name}.md": page("", name) for name in ("a", "b")}
    said = summary_lines(look_at(write_site({**files, "astro.config.mjs": "export default {}"})))
    assert sum(line.startswith("addresses not known of 2 of 2 files: ") for line in said) == 1
    assert sum("--built FOLDER" in line for line in said) == 1


def test_a_second_field_that_leads_out_of_the_site_is_none(write_site: WriteSite) -> None:
    files = {f"parts/{slug}.md": page("weight: 1", f"The {slug}") for slug in ("valve", "tank", "hose")}
    both = (
        "related: [/parts/valve/, /parts/tank/]\nfurther_reading: [/parts/hose/, 'https://a.org/1', 'https://a.org/2',"
    )
    found = look_at(write_site({**files, "parts/pump.md": page(f"{both} 'https://a.org/3']", "The pump")}))
    assert [one.field for one in found.settings.related.each] == ["related"]


def test_an_address_without_a_translation_shows_the_default_language(write_site: WriteSite) -> None:
    at = "src/content/docs"
    link = "## See also\n\n- [x](/es/guides/soup/)\n- [y](/es/guides/bread/)"
    files = {f"{at}/{lang}/guides/bread.mdx": page("", f"Bread {lang}", link) for lang in ("en", "es")}
    for name in ("soup", "tea", "pie"):
        files[f"{at}/en/guides/{name}.mdx"] = page("", name)
    found = look_at(write_site({**files, f"{at}/es/guides/pie.mdx": page("", "Tarta")}))
    assert found.settings.languages.fallback
    own = f"{at}/es/guides/bread.mdx"
    assert targets(found)[own] == [f"{at}/en/guides/soup.mdx", own]
