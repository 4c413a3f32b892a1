"""The options by which a site is read and opened, in groups that commands share."""

from __future__ import annotations

import datetime as dt
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from recommender.cli.groups import option
from recommender.cli.options import CACHE, MODEL, Content, Jobs

if TYPE_CHECKING:
    from recommender.progress import Reporter
    from recommender.settings import Settings
    from recommender.site.reading import ReadSite
    from recommender.site.site import Site
    from recommender.stages.cache import Cache


_WITHOUT_MODEL = ("apply", "check", "init", "undo")


class SettingsGroup(Protocol):
    """A group of options that changes the settings of a site."""

    def change(self, settings: Settings, content: Path) -> Settings:
        """The settings with what was given on the command line."""
        ...


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """A content folder, and how it is read."""

    content: Content
    cache_dir: Annotated[
        Path | None,
        option("--cache-dir", metavar="FOLDER", help="Folder for the cache; by default the platform's.", panel=CACHE),
    ] = None
    no_cache: Annotated[bool, option("--no-cache", help="Neither read nor write a cache.", panel=CACHE)] = False
    built: Annotated[
        Path | None,
        typer.Option(
            "--built",
            metavar="FOLDER",
            help="Folder of the site's built pages: articles have the addresses that they have there.",
            show_default=False,
        ),
    ] = None
    sitemap: Annotated[
        Path | None,
        typer.Option(
            "--sitemap",
            metavar="FILE",
            help="The site's sitemap.xml: articles have the addresses that they have there.",
            show_default=False,
        ),
    ] = None
    jobs: Jobs = None

    def cache(self) -> Cache:
        """The cache to read and write."""
        from recommender.site.reading import open_cache

        return open_cache(self.cache_dir, use_cache=not self.no_cache)


@dataclass(frozen=True, slots=True)
class ReadOptions(FolderOptions):
    """A content folder, how it is read, and its configuration."""

    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Configuration; by default recommender.yaml in CONTENT or here."),
    ] = None

    def settings(self, *groups: SettingsGroup) -> Settings:
        """The settings of the site, changed by groups of options in their order."""
        from recommender.progress import Silent
        from recommender.site.recognised import site_settings

        settings = site_settings(
            self.content,
            self.config,
            cache=self.cache(),
            reporter=Silent(),
            jobs=self.jobs,
            built=self.built,
            sitemap=self.sitemap,
        )
        for group in groups:
            settings = group.change(settings, self.content)
        return settings

    def command(self, verb: str, *rest: str | Path) -> str:
        """Another command for the same site, as a person would type it."""
        return shlex.join(map(str, ["recommender", verb, self.content, *rest, *self.for_site(verb)]))

    def apply_command(self, links: Path, *rest: str | Path) -> str:
        """The command that writes a links file into this site."""
        return shlex.join(map(str, ["recommender", "apply", links, self.content, *rest, *self.for_site("apply")]))

    def for_site(self, verb: str) -> list[str | Path]:
        """What another command needs to see the same site."""
        given = {"--config": self.config, "--built": self.built, "--sitemap": self.sitemap}
        return [word for name, value in given.items() if value is not None for word in (name, value)]

    def read(self, settings: Settings, reporter: Reporter) -> ReadSite:
        """The articles and curated links of the site, without vectors."""
        from recommender.site.reading import read_site

        return read_site(
            self.content,
            settings,
            cache_dir=self.cache_dir,
            use_cache=not self.no_cache,
            jobs=self.jobs,
            reporter=reporter,
        )


@dataclass(frozen=True, slots=True)
class EncodeOptions(ReadOptions):
    """A site whose texts are encoded, by a model that the command names in its own way."""

    strict: Annotated[bool, typer.Option("--strict", help="A file that cannot be used is an error.")] = False

    def open(
        self, settings: Settings, reporter: Reporter, *, today: dt.date | None = None, model: str | None = None
    ) -> Site:
        """The site, open for work."""
        from recommender.site.open import open_site

        return open_site(
            self.content,
            settings,
            model=model,
            cache_dir=self.cache_dir,
            use_cache=not self.no_cache,
            strict=self.strict,
            jobs=self.jobs,
            today=today,
            reporter=reporter,
        )


@dataclass(frozen=True, slots=True)
class SiteOptions(EncodeOptions):
    """A site whose texts are encoded by one of the models at hand."""

    model: Annotated[
        str | None,
        option("--model", metavar="NAME", help="Model by name or folder; by default the one that ships.", panel=MODEL),
    ] = None

    def for_site(self, verb: str) -> list[str | Path]:
        own: list[str | Path] = [] if self.model is None or verb in _WITHOUT_MODEL else ["--model", self.model]
        return [*EncodeOptions.for_site(self, verb), *own]

    def settings(self, *groups: SettingsGroup) -> Settings:
        settings = EncodeOptions.settings(self, *groups)
        return settings if self.model is None else replace(settings, model=replace(settings.model, name=self.model))
