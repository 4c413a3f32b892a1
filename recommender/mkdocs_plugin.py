"""A plugin for MkDocs: related links at the end of each page.

In ``mkdocs.yml``: ``plugins: [recommender]``. Its options are in docs/recipes/mkdocs.md.
"""

from __future__ import annotations

import html
import posixpath
import re
from pathlib import Path
from urllib.parse import quote

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from recommender.errors import RecommenderError
from recommender.links.formats import load_links
from recommender.links.record import LinksFile, Related
from recommender.progress import Silent
from recommender.settings_file import load_settings
from recommender.site.open import open_site
from recommender.site.own_ranker import ranked_by, read_ranker
from recommender.site.recommend import recommend

_log = get_plugin_logger("recommender")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")


class RelatedOptions(Config):  # type: ignore[no-untyped-call]
    """The options of the plugin.

    Attributes
    ----------
    k : int or None
        Links per page, instead of the settings'.
    heading : str
        Above the list; empty for none.
    links : str or None
        A links file, relative to the configuration; None to propose on every build.
    append : bool
        Whether the list is added to the page; its template finds it as ``page.meta.related`` in any case.
    """

    k = config_options.Optional(config_options.Type(int))
    heading = config_options.Type(str, default="Related")
    links = config_options.Optional(config_options.File(exists=True))
    append = config_options.Type(bool, default=True)


class RelatedLinksPlugin(BasePlugin[RelatedOptions]):  # type: ignore[no-untyped-call]
    """Adds related links, proposed or read from a links file, to each page that has some."""

    def __init__(self) -> None:
        self._lists: dict[str, tuple[Related, ...]] = {}

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Find the links of all pages before any is rendered."""
        try:
            found = self._links(config)
        except RecommenderError as error:
            raise PluginError(f"recommender: {error}") from None
        self._lists = {article.path: article.related for article in found.articles if article.path is not None}
        return files

    def _links(self, config: MkDocsConfig) -> LinksFile:
        if self.config.links is not None:
            return load_links(self.config.links)
        docs, settings = Path(config.docs_dir), None
        beside = Path(config.config_file_path).with_name("recommender.yaml") if config.config_file_path else None
        if beside is not None and beside.is_file() and not (docs / "recommender.yaml").is_file():
            settings = load_settings(docs, beside)
        site = open_site(docs, settings)
        notes = Silent()
        ranking = ranked_by(read_ranker(docs, site.settings, configuration=beside), site, notes)
        for note in notes.notes:
            _log.warning(note)
        return recommend(site, k=self.config.k, ranker=ranking.ranker)

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Add the page's list, as links to the files of the other pages."""
        own = page.file.src_uri
        related = [
            link
            for link in self._lists.get(own, ())[: self.config.k]
            if link.path is not None and files.get_file_from_path(link.path) is not None
        ]
        page.meta["related"] = [{"title": link.title, "path": link.path} for link in related]
        if not related or not self.config.append:
            return markdown
        heading = f"## {_escaped(self.config.heading)}\n\n" if self.config.heading else ""
        items = "\n".join(f"- [{_escaped(link.title)}]({_relative(str(link.path), own)})" for link in related)
        return f"{markdown.rstrip()}\n\n{heading}{items}\n"


def _relative(path: str, own: str) -> str:
    """A link from one file to another as Markdown writes it."""
    return quote(posixpath.relpath(path, posixpath.dirname(own) or "."), safe="/")


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
