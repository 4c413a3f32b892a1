"""A site of Jekyll: its pages, posts and collections, and where each is built."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, read_settings
from recommender.corpus.generators.generator import Generator, covers
from recommender.corpus.generators.jekyll.defaults import Defaults
from recommender.corpus.generators.jekyll.files import JekyllFile, JekyllFiles, date_and_slug
from recommender.corpus.generators.jekyll.urls import (
    STYLES,
    UnknownPlaceholderError,
    fill,
    fill_page,
    sanitized,
    slugify,
    with_suffix,
)
from recommender.corpus.generators.values import Mapped, items, mapping, moment, text, texts, truth, zone_of

_NAMES = ("_config.yml", "_config.yaml", "_config.toml")
_HTML = (".html", ".xhtml", ".htm")
_TO_THE_SECOND = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt]|\s+)\d\d?:\d\d:\d\d.*")


def find_jekyll(folder: Path, content: str) -> Jekyll | None:
    """Jekyll by its configuration in a folder, None where there is none."""
    name = next((name for name in _NAMES if (folder / name).is_file()), None)
    if name is None:
        return None
    values, problems = read_settings(folder, name)
    if "public_dir" in values or "source_dir" in values:
        # Hexo's configuration has the same name.
        return None
    configuration = Configuration(folder, (name,), values)
    configuration.unknown += problems
    return Jekyll(configuration, content)


class Jekyll(Generator):
    """As `Generator`, for Jekyll."""

    name = "Jekyll"
    side_files = ("Gemfile",)

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._source = (text(at("source")) or "").strip("./")
        self._set_site(text(at("url")))
        self._set_base(text(at("baseurl")))
        written = at("collections")
        labels = {str(one): {} for one in written} if isinstance(written, list) else mapping(written)
        self._collections: dict[str, Mapped] = {label: mapping(value) for label, value in labels.items()}
        posts = self._collections.pop("posts", {})
        self._style = text(at("permalink")) or "date"
        self._post_template = text(posts.get("permalink")) or STYLES.get(self._style, self._style)
        self._files = JekyllFiles(
            texts(at("include")),
            [*texts(at("exclude")), *texts(at("destination") or "_site")],
            tuple(self._collections),
            (text(at("collections_dir")) or "").strip("./"),
        )
        self._defaults = Defaults(at("defaults"), (text(at("collections_dir")) or "").strip("./"))
        self._zone = zone_of(at("timezone")) or dt.UTC
        extensions = text(at("markdown_ext")) or "markdown,mkdown,mkdn,mkd,md"
        self._converted = frozenset(f".{one.strip().lower()}" for one in extensions.split(","))
        self._plugins = self._all_plugins()

    def _all_plugins(self) -> frozenset[str]:
        """The plugins of the configuration, and those that GitHub Pages brings where the site is built for it."""
        found = set(texts(self.configuration.at("plugins")) + texts(self.configuration.at("gems")))
        gems = self.folder.text("Gemfile") or ""
        if "github-pages" in found or re.search(r"^\s*gem\s*\(?\s*[\"']github-pages", gems, re.MULTILINE):
            found |= {"jekyll-optional-front-matter", "jekyll-readme-index"}
        return frozenset(found)

    def _weight(self, name: str) -> Literal["name", "text"] | None:
        return "name" if name.startswith("index.") else None

    def owns(self, path: str) -> bool:
        return covers(self._source, path)

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        if self._source:
            if not path.startswith(self._source + "/"):
                return NotBuilt(f"it does not lie in Jekyll's source folder {self._source}")
            path = path[len(self._source) + 1 :]
        file = self._files.read_as(path)
        if isinstance(file, str):
            return NotBuilt(file)
        own = mapping(front_matter)
        fields = {**self._defaults.of(file), **own}
        if file.collection != "posts" and not own and not self._has_header(path):
            return NotBuilt("it has no front matter")
        try:
            outcome = self._page(file, fields) if file.collection is None else self._document(file, fields)
        except UnknownPlaceholderError as error:
            return Unknown(f"of its permalink: {error}")
        # A page's own front matter alone says whether it is published: Jekyll merges defaults into documents only.
        said = own if file.collection is None else fields
        if truth(said.get("published")) is False and truth(self.configuration.at("unpublished")) is not True:
            return NotBuilt("published: false", outcome if isinstance(outcome, Address) else None)
        return outcome

    def _has_header(self, path: str) -> bool:
        read = self.folder.text(f"{self._source}/{path}" if self._source else path)
        if read is not None and re.match(r"---\s*\r?\n", read):
            return True
        return "jekyll-optional-front-matter" in self._plugins and self._suffix(path) == ".html"

    def _suffix(self, path: str) -> str:
        """The suffix of the file that is written for a file."""
        name = path.rpartition("/")[2]
        suffix = name[name.rfind(".") :] if "." in name[1:] else ""
        return ".html" if suffix.lower() in self._converted else suffix

    def _page(self, file: JekyllFile, fields: Mapped) -> Outcome:
        folder, _, name = file.relative.rpartition("/")
        dot = name.rfind(".")
        base, suffix = (name[:dot] if dot > 0 else name).rstrip("."), self._suffix(name)
        permalink = text(fields.get("permalink"))
        if permalink is None and base.lower() == "readme" and self._is_index(folder):
            base = "index"
        if permalink is None:
            if suffix not in _HTML:
                permalink = "/:path/:basename:output_ext"
            else:
                permalink = "/:path/" if base == "index" else with_suffix("/:path/:basename", self._style)
        return Address(self.base + readable(sanitized(fill_page(permalink, folder, base, suffix))))

    def _is_index(self, folder: str) -> bool:
        """Whether a README is the start page of its folder."""
        if "jekyll-readme-index" not in self._plugins:
            return False
        place = "/".join(filter(None, (self._source, folder)))
        return not any(name.startswith("index.") for name in self.folder.names(place))

    def _document(self, file: JekyllFile, fields: Mapped) -> Outcome:
        label = file.collection or ""
        if label == "posts":
            template = self._post_template
        else:
            settings = self._collections[label]
            if truth(settings.get("output")) is not True:
                return NotBuilt(f"the collection {label} has no output")
            template = text(settings.get("permalink")) or with_suffix("/:collection/:path", self._style)
        dated, slug = date_and_slug(file.inner)
        date = self._date(fields.get("date")) or self._date(dated)
        slug = text(fields.get("slug")) or slug
        name = file.inner.rpartition("/")[2]
        categories = self._categories(file, fields)
        values = {
            "collection": label,
            "path": self._cleaned(file),
            "name": slugify(name[: name.rfind(".")] if "." in name[1:] else name),
            "title": slugify(slug, "pretty", cased=True),
            "slug": slugify(slug),
            "categories": "/".join(dict.fromkeys(one.lower() for one in categories)),
            "slugified_categories": "/".join(dict.fromkeys(slugify(one) for one in categories)),
            "output_ext": self._suffix(name),
        }
        url = sanitized(fill(text(fields.get("permalink")) or template, values, date))
        is_shown_early = truth(self.configuration.at("future")) is True
        return Address(self.base + readable(url), None if is_shown_early else date)

    def _cleaned(self, file: JekyllFile) -> str:
        """A document's path below its collection, without suffix."""
        inner = "/" + file.inner if file.collection != "posts" else file.relative.replace("_posts", "", 1)
        dot = inner.rfind(".")
        return (inner[:dot] if dot > inner.rfind("/") + 1 else inner).rstrip(".")

    def _categories(self, file: JekyllFile, fields: Mapped) -> list[str]:
        found = list(file.above)
        written = fields.get("categories")
        found += written.split() if isinstance(written, str) else texts(written)
        single = fields.get("category")
        found += [one for value in items(single) for one in texts(value)]
        return list(dict.fromkeys(found))

    def _date(self, written: object) -> dt.datetime | None:
        """A date in the site's time zone.

        YAML takes a time of day to the second without a zone as UTC, Ruby everything else as local.
        """
        to_the_second = isinstance(written, dt.datetime) or (
            isinstance(written, str) and _TO_THE_SECOND.fullmatch(written.strip()) is not None
        )
        if isinstance(written, str) and re.fullmatch(r"\d\d-\d\d?-\d\d?", written):
            written = f"20{written}" if written < "69" else f"19{written}"
        found = moment(written, dt.UTC if to_the_second else self._zone)
        return found.astimezone(self._zone) if found is not None else None
