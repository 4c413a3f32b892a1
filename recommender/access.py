"""Who may do what with a file, kept when a new version takes its place."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass


class AccessError(Exception):
    """A new version would not be open to the same people as the old one; the message says in what it would differ."""


@dataclass(frozen=True, slots=True)
class Access:
    """Permissions of a file.

    Attributes
    ----------
    mode : int
        Permission bits.
    attributes : dict of str to bytes
        Extended attributes, access control lists among them; empty where Python cannot read them (macOS, Windows).
    """

    mode: int
    owner: int
    group: int
    attributes: dict[str, bytes]


def access_of(descriptor: int) -> Access:
    """The permissions of an open file."""
    status = os.fstat(descriptor)
    return Access(stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, _attributes(descriptor))


def give_access(descriptor: int, access: Access) -> None:
    """Give an open file the permissions of another.

    The owner is kept where the user may give files away, which is root's right on most systems.

    Raises
    ------
    AccessError
        The group, the mode or an extended attribute cannot be kept.
    OSError
    """
    now = access_of(descriptor)
    if (now.owner, now.group) != (access.owner, access.group) and hasattr(os, "fchown"):
        _give_owner(descriptor, now, access)
    if now.mode != access.mode and hasattr(os, "fchmod"):
        os.fchmod(descriptor, access.mode)
    # Such as a list that the folder gives to every new file.
    for name in now.attributes.keys() - access.attributes.keys():
        _changed(name, lambda name=name: os.removexattr(descriptor, name))
    # A list of control sets the mode as well, so it comes last.
    for name, value in access.attributes.items():
        if now.attributes.get(name) != value:
            _changed(name, lambda name=name, value=value: os.setxattr(descriptor, name, value))
    found = stat.S_IMODE(os.fstat(descriptor).st_mode)
    if found != access.mode and hasattr(os, "fchmod"):
        raise AccessError(f"its mode {access.mode:04o} would become {found:04o}")


def _give_owner(descriptor: int, now: Access, access: Access) -> None:
    try:
        os.fchown(descriptor, access.owner, access.group)
        return
    except PermissionError:
        if now.group == access.group:
            return
    try:
        os.fchown(descriptor, -1, access.group)
    except PermissionError:
        raise AccessError(f"its group {access.group} would become {now.group}") from None


def _changed(name: str, change: object) -> None:
    try:
        change()  # type: ignore[operator]
    except OSError as error:
        raise AccessError(f"its extended attribute {name} cannot be kept ({error.strerror})") from None


def _attributes(descriptor: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    found = {}
    try:
        for name in os.listxattr(descriptor):
            found[name] = os.getxattr(descriptor, name)
    except OSError:
        # A file system without extended attributes has none to keep.
        return {}
    return found
