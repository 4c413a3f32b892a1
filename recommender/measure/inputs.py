"""What an evaluation reads beside the site: runs of other tools, and lists of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from recommender.errors import InputError
from recommender.evaluator.systems.files import Proposal
from recommender.evaluator.trec import is_run, read_run
from recommender.links.formats import LINKS_SUFFIXES, load_links
from recommender.links.record import LinksFile


def read_runs(named: Sequence[str], keys: Sequence[str]) -> dict[str, Sequence[Proposal]]:
    """Read files given as ``NAME=FILE``: links files by their suffix, and TREC runs under any other name.

    A run whose first line is in form is recognised under every name.

    Parameters
    ----------
    keys : sequence of str
        Of the site's articles.

    Raises
    ------
    InputError
        An argument is not in form, or a file is not there or is neither.
    """
    found: dict[str, Sequence[Proposal]] = {}
    for text in named:
        name, _, file = text.partition("=")
        if not name or not file:
            raise InputError(f"expected --run NAME=FILE; found {text!r}")
        if name in found:
            raise InputError(f"two runs are called {name!r}; give each a name of its own")
        path = Path(file)
        if not path.is_file():
            raise InputError(f"expected a links file or a TREC run at {path}; there is no such file")
        # A name that no links file can have is a run's, so that a bad line of it is named.
        as_run = is_run(path) or path.suffix.lower() not in LINKS_SUFFIXES
        found[name] = read_run(path, keys) if as_run else tuple(links_file_proposals(load_links(path)))
    return found


def read_keys(path: Path) -> list[str]:
    """Read keys of articles, one a line.

    Raises
    ------
    InputError
        The file cannot be read or holds none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"expected keys of articles, one a line, at {path}: {error}") from None
    keys = [line.strip() for line in lines if line.strip()]
    if not keys:
        raise InputError(f"{path} holds no key; expected keys of articles, one a line")
    return keys


def links_file_proposals(file: LinksFile) -> Iterable[Proposal]:
    """The proposals of a links file. Its order is what counts, so the score is the negative place."""
    for article in file.articles:
        for place, related in enumerate(article.related, start=1):
            yield Proposal(article.key, related.key, -float(place))
