"""The options that several commands share, in groups: each is declared here once."""

from __future__ import annotations

import datetime as dt
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from recommender import ranges
from recommender.cli.groups import number

if TYPE_CHECKING:
    from recommender.progress import Reporter
    from recommender.settings import Settings
    from recommender.site.own_ranker import RankerFile
    from recommender.site.reading import ReadSite
    from recommender.site.site import Site
    from recommender.stages.cache import Cache

OUTPUT = "Output"
LISTS = "Lists"
STABILITY = "Stability between runs"
TAKING_PART = "Who takes part"
RANKING = "Ranking"
MODEL = "Model"
CACHE = "Cache and engine"
LINKS_FILE = Path("related-links.json")

Content = Annotated[
    Path,
    typer.Argument(
        metavar="CONTENT", help="Folder of articles, or a table: .jsonl, .csv, .parquet.", show_default=False
    ),
]
StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir",
        metavar="FOLDER",
        help="Folder for journals, which undo reads; by default the platform's.",
        show_default=False,
        rich_help_panel=CACHE,
    ),
]
Explain = Annotated[bool, typer.Option("--explain", help="Give the reasons for every link.", rich_help_panel=RANKING)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.", rich_help_panel=OUTPUT)]
Jobs = Annotated[
    int | None,
    number(
        "--jobs",
        "-j",
        within=ranges.JOBS,
        help="Processes; by default one per processor.",
        panel=CACHE,
        show_default=False,
    ),
]
Seed = Annotated[
    int,
    number("--seed", within=ranges.SEED, help="Seed of every random choice.", panel="Options"),
]


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
        typer.Option(
            "--cache-dir",
            metavar="FOLDER",
            help="Folder for the cache; by default the platform's.",
            show_default=False,
            rich_help_panel=CACHE,
        ),
    ] = None
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither read nor write a cache.", rich_help_panel=CACHE)
    ] = False
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
        typer.Option(
            "--config",
            metavar="FILE",
            help="Configuration; by default recommender.yaml in CONTENT or here.",
            show_default=False,
        ),
    ] = None

    def settings(self, *groups: SettingsGroup) -> Settings:
        """The settings of the site, changed by groups of options in their order."""
        from recommender.progress import Silent
        from recommender.site.recognised import site_settings

        settings = site_settings(self.content, self.config, cache=self.cache(), reporter=Silent(), jobs=self.jobs)
        for group in groups:
            settings = group.change(settings, self.content)
        return settings

    def command(self, verb: str, *rest: str | Path) -> str:
        """Another command for the same site, as a person would type it."""
        words = ["recommender", verb, self.content, *rest]
        if self.config is not None:
            words += ["--config", self.config]
        return shlex.join(map(str, words))

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
        typer.Option(
            "--model",
            metavar="NAME",
            help="Model by name or folder; by default the one that ships.",
            show_default=False,
            rich_help_panel=MODEL,
        ),
    ] = None

    def settings(self, *groups: SettingsGroup) -> Settings:
        settings = EncodeOptions.settings(self, *groups)
        return settings if self.model is None else replace(settings, model=replace(settings.model, name=self.model))


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """Which articles may be linked."""

    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--targets",
            metavar="RULE",
            help="Which articles may be linked: group=, path=, id=, language=; != excludes; drafts=, future=, "
            "no_index= yes|no. May be repeated.",
            show_default=False,
            rich_help_panel=TAKING_PART,
        ),
    ] = None
    today: Annotated[
        dt.datetime | None,
        typer.Option(
            "--today",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Articles of a later date are not proposed; by default today.",
            show_default=False,
            rich_help_panel=TAKING_PART,
        ),
    ] = None

    @property
    def day(self) -> dt.date | None:
        return day(self.today)

    def change(self, settings: Settings, content: Path) -> Settings:
        """The settings with the rules for targets."""
        from recommender.selection.flags import with_rules

        return replace(settings, targets=with_rules(settings.targets, self.targets or []))


@dataclass(frozen=True, slots=True)
class PartOptions(TargetOptions):
    """Which articles get links, and which may be linked."""

    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--sources",
            metavar="RULE",
            help="Which articles get links: rules as of --targets.",
            show_default=False,
            rich_help_panel=TAKING_PART,
        ),
    ] = None

    def change(self, settings: Settings, content: Path) -> Settings:
        """The settings with the rules for sources and targets."""
        from recommender.selection.flags import with_rules

        settings = TargetOptions.change(self, settings, content)
        return replace(settings, sources=with_rules(settings.sources, self.sources or []))


@dataclass(frozen=True, slots=True)
class DecisionOptions:
    """What editors decided."""

    decisions: Annotated[
        Path | None,
        typer.Option(
            "--decisions",
            metavar="FILE",
            help="Decisions of the review; by default decisions.jsonl in CONTENT or here.",
            show_default=False,
            rich_help_panel=TAKING_PART,
        ),
    ] = None

    def change(self, settings: Settings, content: Path) -> Settings:
        """The settings with the file of decisions, which is read now: what is wrong with it ends the command before
        any work.
        """
        from recommender.decisions.file import DecisionFile
        from recommender.decisions.of_site import decisions_path
        from recommender.errors import InputError

        if self.decisions is not None:
            if not self.decisions.is_file():
                raise InputError(f"expected a file of decisions at {self.decisions}; there is none. Review makes one")
            settings = replace(settings, decisions=str(self.decisions))
        DecisionFile(decisions_path(content, settings))
        return settings


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What goes into the lists; None leaves what the configuration says."""

    k: Annotated[
        int | None,
        number(
            "-k",
            within=ranges.K,
            help="Links per article; by default the configuration's, else 5.",
            panel=LISTS,
            show_default=False,
        ),
    ] = None
    min_score: Annotated[
        float | None,
        number("--min-score", within=ranges.SCORE, help="Propose no link of a lower score.", panel=LISTS, metavar="X"),
    ] = None
    min_precision: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="Propose only links that score like the editors' links rather than like random pairs, in this share "
            "of cases: '9 in 10', 90% or 0.9.",
            show_default=False,
            rich_help_panel=LISTS,
        ),
    ] = None
    near_duplicates: Annotated[
        bool | None,
        typer.Option(
            "--near-duplicates/--no-near-duplicates",
            help="Whether lists may hold near-duplicates; by default not.",
            show_default=False,
            rich_help_panel=LISTS,
        ),
    ] = None
    diversity: Annotated[
        float | None,
        number(
            "--diversity",
            within=ranges.RATIO,
            help="Penalty, 0 to 1, for a link that resembles those before it.",
            panel=LISTS,
            metavar="X",
        ),
    ] = None
    max_inbound: Annotated[
        int | None,
        number("--max-inbound", within=ranges.MAX_INBOUND, help="Most lists that may name one article.", panel=LISTS),
    ] = None
    min_inbound: Annotated[
        int | None,
        number(
            "--min-inbound",
            within=ranges.MIN_INBOUND,
            help="Fewest lists that should name each article, where possible.",
            panel=LISTS,
        ),
    ] = None
    hubs: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="Lower the scores of articles that are near to all others: csls, local-scaling or none.",
            show_default=False,
            rich_help_panel=LISTS,
        ),
    ] = None
    recall: Annotated[
        float | None,
        number(
            "--recall",
            within=ranges.RECALL,
            help="Share of the nearest neighbours to find on a site of more than 50,000 articles; 1 for all.",
            panel=CACHE,
            metavar="X",
        ),
    ] = None

    def change(self, settings: Settings, content: Path) -> Settings:
        """The settings with what was given for the lists."""
        return with_link_settings(
            settings,
            k=self.k,
            min_score=self.min_score,
            min_precision=self.min_precision,
            near_duplicates=self.near_duplicates,
            diversity=self.diversity,
            max_inbound=self.max_inbound,
            min_inbound=self.min_inbound,
            hubs=self.hubs,
            recall=self.recall,
        )


@dataclass(frozen=True, slots=True)
class RankerOptions:
    """What scores the candidates."""

    ranker: Annotated[
        str | None,
        typer.Option(
            "--ranker",
            metavar="FILE",
            help="Rank by what fit learned and wrote to this file; by default ranker.json in CONTENT or here; none for "
            "the default ranking.",
            show_default=False,
            rich_help_panel=RANKING,
        ),
    ] = None

    def read(self, site: ReadOptions, settings: Settings) -> RankerFile:
        """The ranker's file; what is wrong with it ends the command before any work."""
        from recommender.site.own_ranker import read_ranker

        return read_ranker(site.content, settings, self.ranker, site.config)


def with_link_settings(settings: Settings, **given: Any) -> Settings:
    """Settings whose section `links` is changed by options and checked; None changes nothing."""
    from recommender.selection.flags import with_links

    changes = {name: value for name, value in given.items() if value is not None}
    return replace(settings, links=with_links(settings.links, changes))


def day(moment: dt.datetime | None) -> dt.date | None:
    """The date that an option gave."""
    return moment.date() if moment else None
