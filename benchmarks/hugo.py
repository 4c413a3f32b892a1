"""`links` beside Hugo's own related content, by keywords, on the same articles, in turns.

    .venv/bin/python -m benchmarks.hugo CONTENT -o benchmarks/results/hugo.json

Hugo (https://gohugo.io) must be installed. Its site is made of the articles of CONTENT, whose keywords stand in
`seo.page_keywords`, with their whole texts: every page lists the five that `site.RegularPages.Related` finds. `links`
runs on the same files, with nothing kept from earlier runs. Medians with minimum and maximum; processor time is that of
all processes, memory that of the largest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

import recommender
from benchmarks.main_job import summary, timed
from recommender.version import __version__

_CONFIG = {
    "baseURL": "https://example.org/",
    "disableKinds": ["taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404", "section", "home"],
    "related": {"includeNewer": True, "threshold": 0, "indices": [{"name": "keywords", "weight": 100}]},
}
_PAGE = (
    "<h1>{{ .Title }}</h1>{{ .Content }}"
    '{{ range first 5 (site.RegularPages.Related .) }}<a href="{{ .RelPermalink }}"></a>{{ end }}'
)
_KEYWORDS = re.compile(r"^  page_keywords: >-\n    (.*)$", re.MULTILINE)


def make_sites(content: Path, articles: int, hugo: Path, plain: Path) -> int:
    """Write the first articles as a site of Hugo's and as they are; how many there are."""
    (hugo / "layouts" / "_default").mkdir(parents=True)
    (hugo / "layouts" / "_default" / "single.html").write_text(_PAGE)
    (hugo / "config.json").write_text(json.dumps(_CONFIG))
    site = recommender.open_site(content)
    found = 0
    for article in islice(site.corpus.articles, articles):
        path = content / article.path
        place = plain / article.path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
        text = path.read_text()
        words = _KEYWORDS.search(text)
        keywords = [word.strip() for word in words[1].split(",")] if words else article.title.split()
        head = {"title": article.title, "keywords": keywords}
        body = text[text.index("\nanswer:") :] if "\nanswer:" in text else text
        page = hugo / "content" / "pages" / f"{found:06d}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        # Hugo reads braces as shortcodes.
        page.write_text(json.dumps(head) + "\n" + body.replace("{{", "{ {"))
        found += 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent / "results" / "hugo.json")
    parser.add_argument("--articles", type=int, default=7_099)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        hugo, plain = work / "hugo", work / "plain"
        articles = make_sites(options.content, options.articles, hugo, plain)
        by_hugo = ["hugo", "--quiet", "--source", str(hugo), "--destination", str(work / "public")]
        links = [
            sys.executable,
            "-m",
            "recommender",
            "links",
            str(plain),
            "-o",
            str(work / "links.json"),
            "--no-cache",
            "-q",
        ]
        runs: dict[str, list[dict[str, float]]] = {"hugo": [], "links": []}
        for _ in range(options.runs):
            shutil.rmtree(work / "public", ignore_errors=True)
            runs["hugo"].append(timed(by_hugo))
            runs["links"].append(timed([*links, "--no-cache", "-q"]))
        version = subprocess.run(["hugo", "version"], capture_output=True, text=True, check=True).stdout.split()[1]
        result = {
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
            "versions": {"recommender": __version__, "hugo": version},
            "articles": articles,
            "runs": options.runs,
            **{name: summary(found) for name, found in runs.items()},
        }
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
