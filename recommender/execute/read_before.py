"""What earlier runs read of a site's files.

It is kept twice. Under the name of a file's content, so that a file that was moved or comes back need not be read
again; and those of a site together, some hundred an entry, so that a run finds what did not change in few steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from zlib import crc32

import msgspec

from recommender.corpus.corpus import ReadFile
from recommender.digest import digest
from recommender.stages.cache import Cache, recall, remember

_SPACE = b"files together 2"
_FILES_PER_GROUP = 512
_FILES_AT_ONCE = 9_000

_NAME_BYTES = 16


class _Group(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Files in the order of their paths, and the names of their contents one after the other."""

    names: bytes = b""
    files: list[ReadFile] = []

    def name(self, place: int) -> bytes:
        return self.names[place * _NAME_BYTES : (place + 1) * _NAME_BYTES]


class ReadBefore:
    """What is known of the files of one site.

    Parameters
    ----------
    space : bytes
        Names the way in which files are read.
    site : bytes
        Names the site and the way in which its files are read.
    files : int
        How many there are.
    """

    def __init__(self, cache: Cache, space: bytes, site: bytes, files: int) -> None:
        self._cache = cache
        self._space = space
        self._site = site
        self._groups = 1
        while self._groups * _FILES_PER_GROUP < files:
            self._groups *= 2
        self._kept: set[int] = set()
        self._encode = msgspec.msgpack.Encoder().encode

    def recall(self, names: Mapping[str, bytes], share: Callable[[ReadFile], ReadFile]) -> dict[str, ReadFile]:
        """What is known of files, by path.

        Parameters
        ----------
        names : mapping of str to bytes
            The names of the files' contents by path.
        share : callable
            Called with each file that is found; returns the part of it to hold.
        """
        found: dict[str, ReadFile] = {}
        for number, paths in self._grouped(names).items():
            known = self._together(number)
            files = known.files
            if known.names == b"".join([names[path] for path in paths]):
                self._kept.add(number)
            else:
                files = [file for place, file in enumerate(files) if names.get(file.path) == known.name(place)]
            found.update({file.path: share(file) for file in files})
        left = iter([(path, name) for path, name in names.items() if path not in found])
        decoder = msgspec.msgpack.Decoder(ReadFile)
        while part := dict(islice(left, _FILES_AT_ONCE)):
            blobs = self._cache.get(self._space, part.values())
            for path, name in part.items():
                if name in blobs:
                    with suppress(msgspec.DecodeError):
                        found[path] = share(decoder.decode(blobs[name]))
        return found

    def remember(self, files: Sequence[ReadFile], names: Sequence[bytes]) -> None:
        """Keep what was just read, each under the name of its content."""
        # A file that could not be opened has no name and is tried again next time.
        entries = {name: self._encode(file) for file, name in zip(files, names, strict=True) if name}
        self._cache.put(self._space, entries)

    def remember_together(self, files: Mapping[str, ReadFile], names: Mapping[str, bytes]) -> None:
        """Keep all files of the site; a group that was recalled as it is is not written again."""
        for number, paths in self._grouped({path: name for path, name in names.items() if name}).items():
            if number not in self._kept:
                group = _Group(b"".join([names[path] for path in paths]), [files[path] for path in paths])
                remember(self._cache, _SPACE, self._key(number), group)

    def _grouped(self, names: Mapping[str, bytes]) -> dict[int, list[str]]:
        """Paths by the number of their group, sorted."""
        grouped: dict[int, list[str]] = {}
        for path in sorted(names):
            grouped.setdefault(crc32(path.encode()) % self._groups, []).append(path)
        return grouped

    def _together(self, number: int) -> _Group:
        return recall(self._cache, _SPACE, self._key(number), _Group) or _Group()

    def _key(self, number: int) -> bytes:
        return digest(self._site, number.to_bytes(8, "little"))
