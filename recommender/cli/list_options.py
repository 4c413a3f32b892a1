"""The options of lists, in groups that commands share: who takes part, decisions, rules and the ranker."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from recommender import ranges
from recommender.cli.groups import number, option
from recommender.cli.options import CACHE, LISTS, RANKING, TAKING_PART
from recommender.cli.site_options import ReadOptions

if TYPE_CHECKING:
    from recommender.progress import Reporter
    from recommender.settings import Settings
    from recommender.site.own_ranker import RankedBy, RankerFile
    from recommender.site.site import Site


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """Which articles may be linked."""

    targets: Annotated[
        list[str] | None,
        option(
            "--targets",
            metavar="RULE",
            help="Which articles may be linked: group=, path=, id=, language=; != excludes; drafts=, future=, "
            "no_index= yes|no. May be repeated.",
            panel=TAKING_PART,
        ),
    ] = None
    today: Annotated[
        dt.datetime | None,
        option(
            "--today",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Articles of a later date are not proposed; by default today.",
            panel=TAKING_PART,
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
        option("--sources", metavar="RULE", help="Which articles get links: rules as of --targets.", panel=TAKING_PART),
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
        option(
            "--decisions",
            metavar="FILE",
            help="Decisions of the review; by default decisions.jsonl in CONTENT or here.",
            panel=TAKING_PART,
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
        number("-k", within=ranges.K, help="Links per article; by default the configuration's, else 5.", panel=LISTS),
    ] = None
    min_score: Annotated[
        float | None,
        number("--min-score", within=ranges.SCORE, help="Propose no link of a lower score.", panel=LISTS, metavar="X"),
    ] = None
    min_precision: Annotated[
        str | None,
        option(
            metavar="SHARE",
            help="Propose only links that score like the editors' links rather than like random pairs, in this share "
            "of cases: '9 in 10', 90% or 0.9.",
            panel=LISTS,
        ),
    ] = None
    near_duplicates: Annotated[
        bool | None,
        option(
            "--near-duplicates/--no-near-duplicates",
            help="Whether lists may hold near-duplicates; by default not.",
            panel=LISTS,
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
        option(
            metavar="HOW",
            help="Lower the scores of articles that are near to all others: csls, local-scaling or none.",
            panel=LISTS,
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
        return with_link_settings(settings, **asdict(self))


@dataclass(frozen=True, slots=True)
class RankerOptions:
    """What scores the candidates."""

    ranker: Annotated[
        str | None,
        option(
            "--ranker",
            metavar="FILE",
            help="Rank by what fit learned and wrote to this file; by default ranker.json in CONTENT or here; none for "
            "the default ranking.",
            panel=RANKING,
        ),
    ] = None

    def read(self, site: ReadOptions, settings: Settings) -> RankerFile:
        """The ranker's file; what is wrong with it ends the command before any work."""
        from recommender.site.own_ranker import read_ranker

        return read_ranker(site.content, settings, self.ranker, site.config)

    def rank(self, site: ReadOptions, file: RankerFile, opened: Site, reporter: Reporter) -> RankedBy:
        """What ranks the site; the reporter hears why a ranker is left aside, and how it is learned again."""
        from recommender.site.own_ranker import ranked_by

        return ranked_by(file, opened, reporter, fit=site.command("fit"))


def with_link_settings(settings: Settings, **given: Any) -> Settings:
    """Settings whose section `links` is changed by options and checked; None changes nothing."""
    from recommender.selection.flags import with_links

    changes = {name: value for name, value in given.items() if value is not None}
    return replace(settings, links=with_links(settings.links, changes))


def day(moment: dt.datetime | None) -> dt.date | None:
    """The date that an option gave."""
    return moment.date() if moment else None
