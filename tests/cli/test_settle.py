"""`--built` and `--sitemap`: addresses that no rule can know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recommender.links.formats import load_links
from tests.cli.command import recommender

WriteSite = Callable[[dict[str, str]], Path]
NAMES = ("pump", "valve", "tank")


def site(write_site: WriteSite) -> Path:
    """Three sources whose addresses only the program knows that builds them; one of them was not built."""
    sources = {
        f"posts/{name}.md": f"---\ntitle: The {name}\nrelated: [/p/{number}/]\n---\nHow a {name} works with water.\n"
        for number, name in enumerate(NAMES)
    }
    built = {
        f"out/p/{(number + 1) % 3}/index.html": f"<html><body><nav>x</nav><main><h1>The {name}</h1>"
        f"<p>How a {name} works with water.</p></main></body></html>"
        for number, name in enumerate(NAMES)
    }
    new = {"posts/new.md": "---\ntitle: Not built\n---\nA new one on water.\n", "gatsby-config.js": "module.exports={}"}
    return write_site({**sources, **built, **new})


def test_addresses_are_those_of_the_built_pages(write_site: WriteSite, tmp_path: Path) -> None:
    root = site(write_site)
    here = ("-o", tmp_path / "links.json", "--cache-dir", tmp_path / "cache")
    done = recommender("links", root / "posts", *here)
    assert "Gatsby may make others" in done.stdout
    assert "--built FOLDER" in done.stdout
    assert "not taken: related: its values lead to no article" in done.stdout
    done = recommender("links", root / "posts", "--built", root / "out", *here)
    assert done.returncode == 0
    assert "3 of 3 inside the site lead to an article" in done.stdout
    assert f"addresses     3 settled by {root / 'out'} (3 pages); 1 articles are not there: new.md" in done.stdout
    assert "--built FOLDER" not in done.stdout
    urls = {article.path: article.url for article in load_links(tmp_path / "links.json").articles}
    assert urls == {"pump.md": "/p/1/", "valve.md": "/p/2/", "tank.md": "/p/0/", "new.md": "/new/"}
    again = recommender("links", root / "posts", "--built", root / "out", "--check", *here)
    assert again.returncode == 0
    assert (
        "(0 read anew)" in recommender("check", root / "posts", "--built", root / "out", *here[2:]).stderr + done.stdout
    )


def test_a_configuration_pins_what_settles_addresses(write_site: WriteSite, tmp_path: Path) -> None:
    root = site(write_site)
    here = ("--cache-dir", tmp_path / "cache")
    pinned = root / "recommender.yaml"
    locations = "".join(f"<url><loc>https://e.org/x/{name}/</loc></url>" for name in NAMES)
    (root / "sitemap.xml").write_text(f"<urlset>{locations}</urlset>")
    done = recommender("init", "posts", "--sitemap", "sitemap.xml", "-o", pinned, *here, cwd=root)
    assert done.returncode == 0
    assert "sitemap: sitemap.xml" in pinned.read_text()
    done = recommender("links", root / "posts", "--config", pinned, "-o", tmp_path / "links.json", *here)
    assert done.returncode == 0
    urls = {article.path: article.url for article in load_links(tmp_path / "links.json").articles}
    assert urls == {"pump.md": "/x/pump/", "valve.md": "/x/valve/", "tank.md": "/x/tank/", "new.md": "/new/"}


def test_a_folder_without_pages_settles_nothing(write_site: WriteSite, tmp_path: Path) -> None:
    root = site(write_site)
    done = recommender("check", root / "posts", "--built", root / "posts", "--cache-dir", tmp_path / "cache")
    assert done.returncode == 2
    assert f"expected pages (.html) in {root / 'posts'}; found none. Build the site first" in done.stderr
