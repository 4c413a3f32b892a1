"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recommender.settings import Settings

Content = Annotated[Path, typer.Argument(metavar="CONTENT", help="Folder of articles.", show_default=False)]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration; by default recommender.yaml in CONTENT or here.", show_default=False),
]
Model = Annotated[
    str | None,
    typer.Option("--model", help="Model by name or folder; by default the one that ships.", show_default=False),
]
CacheDir = Annotated[
    Path | None,
    typer.Option("--cache-dir", help="Folder for the cache; by default the platform's.", show_default=False),
]
StateDir = Annotated[
    Path | None,
    typer.Option("--state-dir", help="Folder for journals; by default the platform's.", show_default=False),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write a cache.")]
RankerFile = Annotated[
    Path | None,
    typer.Option(
        "--ranker", metavar="FILE", help="Score candidates by a ranker that fit has written.", show_default=False
    ),
]
Explain = Annotated[bool, typer.Option("--explain", help="Give the reasons for every link.")]
Strict = Annotated[bool, typer.Option("--strict", help="A file that cannot be used is an error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Processes; by default one per processor.", show_default=False)
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--sources",
        metavar="RULE",
        help="Who gets links: group=, path=, id=, language=; != excludes; drafts=, future=, no_index= yes|no.",
        show_default=False,
    ),
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--targets", metavar="RULE", help="Who may be linked: as --sources.", show_default=False),
]
Today = Annotated[
    dt.datetime | None,
    typer.Option(
        "--today",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Articles of a later date are not proposed; by default today.",
        show_default=False,
    ),
]
Decisions = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        metavar="FILE",
        help="What editors decided in review; by default decisions.jsonl in CONTENT or here.",
        show_default=False,
    ),
]
MinScore = Annotated[float | None, typer.Option(help="Propose nothing that scores less.", show_default=False)]
MinPrecision = Annotated[
    str | None,
    typer.Option(
        metavar="SHARE",
        help="Propose nothing that is not told from random pairs so surely: '9 in 10', 90%, 0.9.",
        show_default=False,
    ),
]
NearDuplicates = Annotated[
    bool | None,
    typer.Option(
        "--near-duplicates/--no-near-duplicates",
        help="Whether lists may name near-duplicates; by default not.",
        show_default=False,
    ),
]
Diversity = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="How much a link loses for being like those before it.", show_default=False),
]
MaxInbound = Annotated[
    int | None, typer.Option(min=1, help="At most so many lists name an article.", show_default=False)
]
MinInbound = Annotated[int | None, typer.Option(min=0, help="At least so many do, where possible.", show_default=False)]
Hubs = Annotated[
    str | None,
    typer.Option(
        metavar="HOW", help="What is near to everything is worth less: csls, local-scaling or none.", show_default=False
    ),
]

Recall = Annotated[
    float | None,
    typer.Option(
        help="Share of the nearest neighbours to find on a site of more than 50,000 articles; 1 for all.",
        show_default=False,
    ),
]


def configured(
    content: Path,
    config: Path | None,
    sources: list[str] | None = None,
    targets: list[str] | None = None,
    **links: object,
) -> Settings:
    """The settings of a site, changed by the rules of options.

    `links` are settings of the section of that name; None leaves what the file says.
    """
    from recommender.selection.flags import with_links, with_rules
    from recommender.settings_file import load_settings

    settings = load_settings(content, config)
    return replace(
        settings,
        sources=with_rules(settings.sources, sources or []),
        targets=with_rules(settings.targets, targets or []),
        links=with_links(settings.links, {name: value for name, value in links.items() if value is not None}),
    )


def with_decisions(content: Path, settings: Settings, decisions: Path | None) -> Settings:
    """The settings of a command that goes by what editors decided, in the file that an option names if it does.

    The file is read, so that what is wrong with it is told before any work.
    """
    from recommender.decisions.file import DecisionFile
    from recommender.decisions.of_site import decisions_path
    from recommender.errors import InputError

    if decisions is not None:
        if not decisions.is_file():
            raise InputError(f"expected a file of decisions at {decisions}; there is none. Review makes one")
        settings = replace(settings, decisions=str(decisions))
    DecisionFile(decisions_path(content, settings))
    return settings


def day(moment: dt.datetime | None) -> dt.date | None:
    """The date that an option gave."""
    return moment.date() if moment else None
