"""Judgements and runs in the text forms of the TREC conferences, which every tool of the field reads.

Columns are separated by white space, so white space and ``%`` within a key are percent-encoded. Other tools order a
run by score alone, in single precision, and break ties by document name: what is written here falls strictly from
line to line, so that they see the order that was measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.errors import InputError, Problem, ProblemsError
from recommender.evaluator.judgements import Judgements
from recommender.evaluator.systems.files import Proposal
from recommender.neighbours.candidates import Candidates

_UNSAFE = re.compile(r"[\s%\x00-\x1f\x7f]")
_MOST_PROBLEMS = 20
_LONGEST_LINE = 100_000


def encode_key(key: str) -> str:
    """A key as one word."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), key) or "%"


def decode_key(word: str) -> str:
    """The key of a word that `encode_key` made."""
    return "" if word == "%" else unquote(word)


def qrels_lines(judgements: Judgements, articles: Sequence[Article]) -> Iterator[str]:
    """One line per judgement, ``query 0 article 1`` (0 for a refusal), ordered by the keys."""
    for position, query in enumerate(judgements.queries.tolist()):
        name = encode_key(articles[query].key)
        grades = dict.fromkeys(judgements.rejected.of(position).tolist(), 0)
        grades.update(dict.fromkeys(judgements.relevant.of(position).tolist(), 1))
        for row in sorted(grades):
            yield f"{name} 0 {encode_key(articles[row].key)} {grades[row]}\n"


def run_lines(
    candidates: Candidates,
    sources: NDArray[np.integer],
    articles: Sequence[Article],
    tag: str,
) -> Iterator[str]:
    """One line per proposal, ``query Q0 article rank score tag``, `sources` naming the lines of `candidates`."""
    words = {row: encode_key(articles[row].key) for row in np.unique(candidates.indices).tolist() if row >= 0}
    scores = falling(candidates.scores)
    for line, source in enumerate(sources.tolist()):
        name = encode_key(articles[source].key)
        for rank, (row, score) in enumerate(
            zip(candidates.indices[line].tolist(), scores[line].tolist(), strict=True),
            start=1,
        ):
            if row < 0:
                break
            yield f"{name} Q0 {words[row]} {rank} {score:.9g} {encode_key(tag)}\n"


def falling(scores: NDArray[np.float64]) -> NDArray[np.float32]:
    """Scores of ranked lists in single precision, each lowered as little as makes it smaller than the one before."""
    result = scores.astype(np.float32)
    for place in range(1, result.shape[1]):
        below = np.nextafter(result[:, place - 1], np.float32(-np.inf))
        result[:, place] = np.minimum(result[:, place], below)
    return result


def is_run(path: Path) -> bool:
    """Whether a file looks like a TREC run: its first line with anything on it has six words, the fifth a number."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line in iter(partial(file.readline, _LONGEST_LINE), ""):
            if line.strip():
                words = line.split()
                return len(words) == 6 and _number(words[4]) is not None
    return False


def read_run(path: Path, keys: Iterable[str]) -> list[Proposal]:
    """Read a TREC run in the order in which trec_eval takes it.

    That is by score in single precision, highest first, and of equal scores the larger document name first, in bytes;
    the rank column is not looked at. A proposal's score is its negative place in that order.

    Parameters
    ----------
    keys : iterable of str
        Keys of the site. A word that is one of them is taken as it is; another is decoded.

    Raises
    ------
    InputError
        The file cannot be read, or lines of it are not in form.
    """
    known = frozenset(keys)

    def parse(words: list[str]) -> _RunLine | str:
        if len(words) != 6:
            return f"expected six words, `query Q0 article rank score tag`; found {len(words)}"
        score = _number(words[4])
        if score is None:
            return f"expected a finite number as the score; found {words[4]!r}"
        with np.errstate(over="ignore"):
            return _RunLine(words[0], words[2], float(np.float32(score)))

    lists: dict[str, list[_RunLine]] = {}
    for line in _read_lines(path, parse):
        lists.setdefault(line.query, []).append(line)
    found = []
    for query, lines in lists.items():
        lines.sort(key=lambda line: (line.score, line.document.encode()), reverse=True)
        source = _key(query, known)
        found += [Proposal(source, _key(line.document, known), -float(place)) for place, line in enumerate(lines, 1)]
    return found


@dataclass(frozen=True, slots=True)
class _RunLine:
    query: str
    document: str
    score: float


def _key(word: str, known: frozenset[str]) -> str:
    decoded = decode_key(word)
    return decoded if decoded in known or word not in known else word


def _read_lines(path: Path, parse: Callable[[list[str]], _RunLine | str]) -> list[_RunLine]:
    found: list[_RunLine] = []
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE), ""), start=1):
                words = line.split()
                parsed = parse(words) if words else None
                if len(line) == _LONGEST_LINE:
                    parsed = f"expected a line of at most {_LONGEST_LINE:,} characters"
                if isinstance(parsed, str):
                    problems.append(Problem(str(path), number, "trec-line", parsed))
                    if len(problems) == _MOST_PROBLEMS:
                        break
                elif parsed is not None:
                    found.append(parsed)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a TREC run: {error}") from error
    if problems:
        raise ProblemsError(f"{path} is not a TREC run that can be used:", problems)
    return found


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
