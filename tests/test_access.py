from __future__ import annotations

import os
import stat
import struct
from pathlib import Path

import pytest

from recommender.access import Access, AccessError, access_of, give_access
from recommender.errors import OutputError
from recommender.files import write_whole

ACL, FOLDER_ACL = "system.posix_acl_access", "system.posix_acl_default"
# The owner and user 1000 may write; the owning group may not even read, which its bits in the mode do not show.
LIST = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry)
    for entry in [
        (1, 6, 0xFFFFFFFF), (2, 6, 1000), (4, 0, 0xFFFFFFFF), (16, 6, 0xFFFFFFFF), (32, 0, 0xFFFFFFFF)
    ]
)  # fmt: skip


def access(path: Path) -> Access:
    with path.open("rb") as file:
        return access_of(file.fileno())


def with_attributes(path: Path, **attributes: bytes) -> None:
    for name, value in attributes.items():
        try:
            os.setxattr(path, name.replace("__", "."), value)
        except (OSError, AttributeError) as error:
            pytest.skip(f"no extended attributes here: {error}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "x.json"
    path.write_text("before")
    path.chmod(0o640)
    return path


def test_a_replaced_file_keeps_its_list_of_control_and_attributes(path: Path) -> None:
    with_attributes(path, user__note=b"v", system__posix_acl_access=LIST)
    before = access(path)
    assert {"user.note", ACL} <= before.attributes.keys()
    write_whole(path, [b"after"])
    assert path.read_text() == "after"
    assert access(path) == before


def test_a_list_that_the_folder_gives_to_new_files_does_not_open_a_replaced_one(path: Path) -> None:
    with_attributes(path.parent, system__posix_acl_default=LIST)
    before = access(path)
    write_whole(path, [b"after"])
    assert access(path) == before


def test_what_cannot_be_kept_refuses_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_attributes(path, user__note=b"v")

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setxattr", refused)
    with pytest.raises(OutputError, match=r"extended attribute user\.note cannot be kept"):
        write_whole(path, [b"after"])
    assert path.read_text() == "before"
    assert [one.name for one in path.parent.iterdir()] == ["x.json"]


def test_a_group_that_cannot_be_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(descriptor: int, owner: int, group: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refused)
    mine = access(path)
    with path.open("rb+") as file:
        # Another owner alone is no harm: the user cannot give files away.
        give_access(file.fileno(), Access(mine.mode, mine.owner + 1, mine.group, {}))
        with pytest.raises(AccessError, match="its group"):
            give_access(file.fileno(), Access(mine.mode, mine.owner, mine.group + 1, {}))


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    write_whole(tmp_path / "new.json", [b""])
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new.json").stat().st_mode) == 0o666 & ~mask
