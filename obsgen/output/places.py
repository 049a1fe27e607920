"""Where files may go: the two folders obsgen writes to, and every path that could lead out of them refused."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from obsgen.output.disk import is_link
from obsgen.targets.base import Artifact

MANIFEST = "manifest.json"
"""Name of the manifest in the output folder."""

TEMPORARY = re.compile(r"\.obsgen-[0-9a-f]{16}\.tmp")
"""Names of files that are being written; the writer removes those that a killed build left behind."""

LONGEST_PART_BYTES = 255
_DRIVE = re.compile(r"[A-Za-z]:")
# Windows opens a device for these, whatever extension follows, so a checkout there would break.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


class OutputError(Exception):
    """
    Something on this machine keeps the output from being read or written; not a finding in anybody's catalog.

    Attributes:
        path: The file or folder that is in the way.
        message: What is wrong with it, to be read behind the path.
        help: What to do about it.
    """

    def __init__(self, path: Path, message: str, *, help: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message
        self.help = help


class FileKey(NamedTuple):
    """
    How the manifest names a file.

    Attributes:
        in_project: Whether *path* counts from the project root instead of the output folder.
        path: Relative, `/` as separator.
    """

    in_project: bool
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """
    The folders that receive files.

    Attributes:
        root: The project, an existing folder; artifacts with `in_project` go below it.
        out: The output folder, with the manifest; usually `root / "generated"`, but it may lie anywhere.
    """

    root: Path
    out: Path

    @property
    def manifest(self) -> Path:
        """The manifest's file."""
        return self.out / MANIFEST

    def base(self, key: FileKey) -> Path:
        """Return the folder that *key* counts from."""
        return self.root if key.in_project else self.out

    def file(self, key: FileKey) -> Path:
        """Return where *key* lies; the path must have passed `path_problem`."""
        return self.base(key) / key.path


def key_of(artifact: Artifact) -> FileKey:
    """Return how the manifest names *artifact*."""
    return FileKey(artifact.in_project, artifact.path)


def path_problem(path: str) -> str:
    """
    Say why *path* may not be written on every system, or return an empty string.

    The words follow the path in a sentence: "is absolute".
    """
    if not path:
        return "is empty"
    if path.startswith("/") or _DRIVE.match(path):
        return "is absolute"
    return next((problem for part in path.split("/") if (problem := _part_problem(part))), "")


def _part_problem(part: str) -> str:
    if part in {"", ".", ".."}:
        return f"has the part {part!r}"
    if "\\" in part:
        return "has a backslash"
    if any(unicodedata.category(character) in _UNPRINTABLE for character in part):
        return "has a control character"
    if len(part.encode()) > LONGEST_PART_BYTES:
        return f"has a part longer than {LONGEST_PART_BYTES} bytes"
    if part.casefold() == ".git" or part[-1] in ". " or _DEVICE.fullmatch(part) or TEMPORARY.fullmatch(part):
        return f"has the reserved part {part!r}"
    return ""


def refuse_unsafe(artifacts: Iterable[Artifact]) -> None:
    """
    Check that every artifact has a path of its own inside its folder.

    Raises:
        ValueError: If a path is unsafe, or two of them are the same file on some system, or one is the other's
            folder. The targets choose the paths, so this is our bug.
    """
    sections: dict[bool, list[str]] = {False: [MANIFEST], True: []}
    for artifact in artifacts:
        if problem := path_problem(artifact.path):
            raise ValueError(f"artifact path {artifact.path!r} {problem}")
        sections[artifact.in_project].append(artifact.path)
    for paths in sections.values():
        if pair := first_clash(paths):
            raise ValueError(f"artifact paths {pair[0]!r} and {pair[1]!r} cannot both be files")


def first_clash(paths: Iterable[str]) -> tuple[str, str] | None:
    """Return the first two paths that are one file without regard to case, or of which one is the other's folder."""
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in paths:
        name = fold(path)
        above = [name[:end] for end, character in enumerate(name) if character == "/"]
        other = next((files[each] for each in (name, *above) if each in files), folders.get(name))
        if other is not None:
            return other, path
        files[name] = path
        for folder in above:
            folders.setdefault(folder, path)
    return None


def fold(path: str) -> str:
    """Return what a file system that ignores case and Unicode composition makes of *path*."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def real_file(places: Places, key: FileKey) -> str | None:
    """
    Return the absolute path of *key* with links in its folders followed (never in its last part).

    None if a link leads out of the folder that *key* counts from.
    """
    base = os.path.realpath(places.base(key))
    file = places.file(key)
    parent = os.path.realpath(file.parent)
    inside = parent == base or parent.startswith(base.rstrip(os.sep) + os.sep)
    return os.path.join(parent, file.name) if inside else None  # noqa: PTH118 - resolved already


def refuse_links(places: Places, keys: Iterable[FileKey]) -> dict[str, FileKey]:
    """
    Return each key under its real path.

    Raises:
        OutputError: If a symbolic link leads out of a folder, or makes two keys one file; the user's tree or
            settings are at fault, not a target.
    """
    found: dict[str, FileKey] = {}
    for key in keys:
        real = real_file(places, key)
        if real is None:
            raise OutputError(
                _leaving_link(places, key),
                "is a symbolic link that leads out of the folder obsgen writes to",
                help="remove the link, or replace it by a folder",
            )
        if real in found:
            raise _one_file(places, found[real], key)
        found[real] = key
    manifest = os.path.realpath(places.out) + os.sep + MANIFEST
    if pair := first_clash([manifest, *found]):
        raise _one_file(places, found.get(pair[0], FileKey(in_project=False, path=MANIFEST)), found[pair[1]])
    return found


def _leaving_link(places: Places, key: FileKey) -> Path:
    base = places.base(key)
    for part in Path(key.path).parts[:-1]:
        base /= part
        if is_link(base):
            return base
    return places.file(key).parent


def _one_file(places: Places, first: FileKey, second: FileKey) -> OutputError:
    return OutputError(
        places.file(second),
        f"would be written twice: it is, or is inside, or holds {places.file(first)}",
        help="give each service in `[tool.obsgen.python.packages]` a folder of its own outside the output folder",
    )
