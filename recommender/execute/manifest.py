"""Which files are as an earlier run saw them, so that they need not be opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from recommender.corpus.folder import SourceFile
from recommender.corpus.reader import content_digest
from recommender.stages.cache import Cache, recall, remember

_SPACE = b"manifest 1"
# A file that was written shortly before it was listed may have changed again without a new time stamp.
_RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file's marks and the name of its content."""

    size_bytes: int
    modified_ns: int
    changed_ns: int
    inode: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a content folder as a run saw them, which began to list them at `listed_ns`."""

    listed_ns: int = 0
    files: dict[str, KnownFile] = field(default_factory=dict)

    def digest_of(self, file: SourceFile) -> bytes | None:
        """The name of the file's content if it cannot have changed since."""
        known = self.files.get(file.path)
        if (
            known is not None
            and known.modified_ns == file.modified_ns
            and known.size_bytes == file.size_bytes
            and known.changed_ns == file.changed_ns
            and known.inode == file.inode
            and file.modified_ns < self.listed_ns - _RACY_NS
        ):
            return known.digest
        return None


def recall_manifest(cache: Cache, key: bytes) -> Manifest:
    """The last run's manifest, an empty one where there is none that can be read."""
    return recall(cache, _SPACE, key, Manifest) or Manifest()


def keep_manifest(
    cache: Cache, key: bytes, last: Manifest, listed_ns: int, files: tuple[SourceFile, ...], digests: dict[str, bytes]
) -> None:
    """Remember the files whose content has a name; writes nothing where nothing changed."""
    if len(files) == len(last.files) and all(last.digest_of(file) is not None for file in files):
        return
    current = {
        file.path: KnownFile(file.size_bytes, file.modified_ns, file.changed_ns, file.inode, digests[file.path])
        for file in files
        if digests.get(file.path)
    }
    remember(cache, _SPACE, key, Manifest(listed_ns, current))


def name_contents(
    content: Path, files: tuple[SourceFile, ...], last: Manifest, *, open_changed: bool
) -> dict[str, bytes]:
    """Names of the files' contents by path, without opening a file that cannot have changed.

    A changed file is opened only if `open_changed`; without it, and where it cannot be read, it has no entry.
    """
    names: dict[str, bytes] = {}
    for file in files:
        name = last.digest_of(file)
        if name is None and open_changed:
            try:
                name = content_digest(file.path, (content / file.path).read_bytes())
            except OSError:
                continue
        if name is not None:
            names[file.path] = name
    return names
