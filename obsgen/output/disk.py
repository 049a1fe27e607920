"""What lies at a path right now, read without following a link in its last part."""

from __future__ import annotations

import enum
import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

KEPT_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024


class Kind(enum.StrEnum):
    """What a path leads to; the value reads "is ..." in a message."""

    ABSENT = "absent"
    FILE = "a file"
    LINK = "a symbolic link"
    FOLDER = "a folder"
    SPECIAL = "neither a file nor a folder"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDisk:
    """
    What lies at a path.

    Attributes:
        kind: File, folder and so on.
        sha256: Of the whole content, in hex; empty unless *kind* is FILE.
        content: The first `KEPT_BYTES` bytes, for a diff.
        mode: Permission bits; None unless *kind* is FILE.
        reason: Why it is UNREADABLE.
    """

    kind: Kind
    sha256: str = ""
    content: bytes = b""
    mode: int | None = None
    reason: str = ""


def inspect(file: Path) -> OnDisk:
    """Return what lies at *file*; a file or a link loop among its folders counts as absent, because nothing can lie below it."""
    try:
        mode = file.lstat().st_mode
        if not stat.S_ISREG(mode):
            return OnDisk(kind=_kind(mode))
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        digest = hashlib.sha256()
        with open(descriptor, "rb") as handle:  # noqa: PTH123 - a descriptor, not a path
            content = handle.read(KEPT_BYTES)
            digest.update(content)
            while chunk := handle.read(_CHUNK_BYTES):
                digest.update(chunk)
    except (FileNotFoundError, NotADirectoryError):
        return OnDisk(kind=Kind.ABSENT)
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link to itself among its folders
            return OnDisk(kind=Kind.ABSENT)
        return OnDisk(kind=Kind.UNREADABLE, reason=error.strerror or type(error).__name__)
    return OnDisk(kind=Kind.FILE, sha256=digest.hexdigest(), content=content, mode=stat.S_IMODE(mode))


def _kind(mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return Kind.LINK
    return Kind.FOLDER if stat.S_ISDIR(mode) else Kind.SPECIAL


def is_folder(path: Path) -> bool:
    """Return whether *path*, links followed, is a folder; False where nobody may look, unlike `Path.is_dir`."""
    return os.path.isdir(path)  # noqa: PTH112


def is_link(path: Path) -> bool:
    """Return whether *path* is a symbolic link; False where nobody may look, unlike `Path.is_symlink`."""
    return os.path.islink(path)  # noqa: PTH114


def only_holds(folder: Path, files: frozenset[Path]) -> bool:
    """Return whether *folder* and the folders in it hold nothing but *files*."""
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        links = [name for name in folders if is_link(here / name)]
        if any(here / name not in files for name in (*names, *links)):
            return False
    return True


def sha256_of(content: bytes) -> str:
    """Return the sha256 of *content* in hex."""
    return hashlib.sha256(content).hexdigest()
