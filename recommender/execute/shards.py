"""Which files go together."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.corpus.folder import SourceFile
from recommender.digest import digest

_SHARDS = 64
_MIN_FILES = 32
_MAX_FILES = 4_096


@dataclass(frozen=True, slots=True)
class Shard:
    """Files that one task reads.

    Attributes
    ----------
    paths : tuple of str
        Sorted.
    name : bytes
        Names the files with their sizes and times.
    """

    paths: tuple[str, ...]
    name: bytes


def shards_of(files: Sequence[SourceFile], count: int | None = None) -> list[Shard]:
    """Share files out by the hash of their paths, so that a file that comes or goes changes one shard alone.

    Parameters
    ----------
    count : int, optional
        How many shards; by default 64, fewer where they would hold less than 32 files, more where they would hold more
        than 4,096: a power of two.
    """
    number = shard_count(len(files)) if count is None else count
    groups: list[list[SourceFile]] = [[] for _ in range(number)]
    for file in files:
        groups[int.from_bytes(digest(os.fsencode(file.path))[:8], "big") % number].append(file)
    return [_shard(sorted(group, key=lambda file: file.path)) for group in groups if group]


def shard_count(files: int) -> int:
    """The number of shards for a number of files."""
    wanted = min(max(_SHARDS, -(-files // _MAX_FILES)), max(1, -(-files // _MIN_FILES)))
    return 1 << (wanted - 1).bit_length()


def _shard(files: Sequence[SourceFile]) -> Shard:
    # Not the inode, which some shared file systems number anew for every host.
    marks = (f"{file.path}\0{file.size_bytes}\0{file.modified_ns}".encode() for file in files)
    return Shard(tuple(file.path for file in files), digest(*marks))
