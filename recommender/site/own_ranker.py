"""The ranker that a site learned: where its file is, whether it fits the site as it is now, and what is said of it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.digest import digest
from recommender.progress import Reporter
from recommender.ranker.list_score import model_name
from recommender.settings import NO_RANKER, RANKER_FILE, Settings
from recommender.settings_file import configuration_file
from recommender.site.site import Site

if TYPE_CHECKING:
    from recommender.ranker.record import Ranker

# Fields that signals read; other fields decide which articles take part.
_FIELDS = ("id", "title", "question", "answer", "group", "date", "keywords", "description")
# A ranker whose articles are gone, more than this share of them, is of another site.
_LEAST_KNOWN_RATIO = 0.5


@dataclass(frozen=True, slots=True)
class RankerFile:
    """A site's file, read before anything else is done.

    Attributes
    ----------
    path : Path or None
        None where the site has no ranker.
    ranker : Ranker or None
        None as well where another version of the program wrote it.
    unwanted : bool
        There is a file, and the user goes without.
    """

    path: Path | None = None
    ranker: Ranker | None = None
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class RankedBy:
    """What ranks a site.

    Attributes
    ----------
    ranker : Ranker or None
        None for the default ranking.
    description : str
        What it is, for a summary.
    """

    ranker: Ranker | None
    description: str


def ranker_path(content: Path, settings: Settings, configuration: Path | None = None) -> Path:
    """Where a site's ranker is, or will be.

    Where its settings say, else in the content folder, beside its configuration or in the current folder: the first of
    these that holds a file, or, if none does, beside the configuration if there is one.
    """
    if settings.ranker is not None:
        return Path(settings.ranker)
    beside = configuration_file(content, configuration)
    places = [content / RANKER_FILE, *([] if beside is None else [beside.parent / RANKER_FILE]), Path(RANKER_FILE)]
    return next((place for place in places if place.is_file()), places[1])


def read_ranker(
    content: Path, settings: Settings, named: str | Path | None = None, configuration: Path | None = None
) -> RankerFile:
    """Read the ranker that is named, or the site's own if it has one.

    Parameters
    ----------
    named : str or path, optional
        A file, or ``"none"``.
    configuration : Path, optional
        The file of the settings, if one was named.

    Raises
    ------
    InputError
        The file cannot be read or is no ranker.
    """
    own = settings.ranker == NO_RANKER
    path = Path(named) if named is not None else ranker_path(content, settings, configuration)
    if str(named) == NO_RANKER or (named is None and own):
        return RankerFile(unwanted=not own and ranker_path(content, settings, configuration).is_file())
    # What is no plain file may be read once only; what was named and is not there is said.
    if named is None and not path.exists():
        return RankerFile()
    # Most sites have none and start without it.
    from recommender.ranker.file import OtherVersionError, load_ranker

    try:
        return RankerFile(path, load_ranker(path))
    except OtherVersionError:
        return RankerFile(path)


def ranked_by(file: RankerFile, site: Site, reporter: Reporter, *, fit: str | None = None) -> RankedBy:
    """What ranks a site: the ranker of its file, unless that was learned by another version, on another site or by
    other settings. Then the reporter hears of it, and of the command that learns again (`fit`).
    """
    if file.path is None:
        return RankedBy(
            None, "the default ranking" + (f", not {RANKER_FILE}: --ranker {NO_RANKER}" if file.unwanted else "")
        )
    problem = "it was learned by another version of this program"
    if file.ranker is not None:
        problem = _unlike(file.ranker, site)
        if not problem:
            return RankedBy(file.ranker, f"{file.path}, {file.ranker.learned}")
    learn = fit or shlex.join(["recommender", "fit", str(site.content)])
    reporter.note(
        f"{file.path} is left aside and the default ranking used: {problem}. Learn again with: {learn} "
        f"-o {shlex.quote(str(file.path))}; or go without it: --ranker {NO_RANKER}"
    )
    return RankedBy(None, f"the default ranking; {file.path} is left aside, see below")


def basis_of(site: Site) -> dict[str, str]:
    """Names what signals rest on, by what a person calls it."""
    settings = site.settings
    return {
        "the default ranking": model_name().hex(),
        "the model": site.encoder.identity,
        "the fields of articles": _hex(*(getattr(settings.fields, name) for name in _FIELDS)),
        "the weights of texts and words": _hex(sorted(settings.views.items()), settings.words, settings.word_fields),
    }


def _unlike(ranker: Ranker, site: Site) -> str:
    """Why a ranker means nothing on a site; empty where it does."""
    known = ranker.known_ratio([article.key for article in site.corpus.articles])
    if known < _LEAST_KNOWN_RATIO:
        return f"it was learned on another site: {known:.0%} of the articles that it learned on are here"
    now = basis_of(site)
    changed = [name for name in now if ranker.card.basis.get(name) != now[name]]
    return f"since it was learned {_listed(changed)} changed" if changed else ""


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _hex(*values: object) -> str:
    return digest(*(repr(value).encode() for value in values)).hex()
