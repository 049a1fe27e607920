"""
The manifest: which files obsgen owns, and the content it gave them.

While a build is under way an entry lists every content the file may have, so that a build killed at any moment
leaves nothing that looks like a hand edit. A finished build leaves one hash for each file.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from obsgen.output.places import MANIFEST, FileKey, OutputError, Places, path_problem

FORMAT = 1
_FORMAT_KEY = "obsgen_manifest"
_SECTIONS = {"output": False, "project": True}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MARKERS = {"<": "ours", "|": "base", "=": "theirs", ">": "both"}
_MARKER = re.compile(r"^(?:<{7} .*|\|{7}(?: .*)?|={7}|>{7} .*)\r?$")
LARGEST_BYTES = 64 * 1024 * 1024

Hashes = tuple[str | None, ...]
"""sha256 of every content the file may have, in hex; None beside them means "or the file is not ours"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a manifest: words to follow its name, and where in its text (counted from 1)."""

    message: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """
    A manifest as read.

    Attributes:
        known: The files it names; empty where it cannot be trusted.
        raw: Its bytes; None if there is no readable file.
        fault: Why it cannot be trusted as it stands.
        foreign: True if the file under its name is not recognisably ours, so that only force may replace it.
        mode: Its permission bits, None if there is no file.
    """

    known: Mapping[FileKey, Hashes] = field(default_factory=dict)
    raw: bytes | None = None
    fault: Fault | None = None
    foreign: bool = False
    mode: int | None = None


class _FaultyError(Exception):
    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.fault = Fault(message=message, line=line, column=column)


def read(places: Places) -> Manifest:
    """
    Return the manifest in the output folder; whatever lies there instead is told by its fault.

    Raises:
        OutputError: If the output folder is no folder or may not be read.
    """
    file = places.manifest
    try:
        status = file.lstat()
    except FileNotFoundError:
        return Manifest()
    except OSError as error:
        raise _unreadable(places.out, error) from error
    mode = stat.S_IMODE(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        return Manifest(fault=Fault(message="is not a regular file"), foreign=True, mode=mode)
    if status.st_size > LARGEST_BYTES:
        return Manifest(fault=Fault(message="is too large for a manifest"), foreign=True, mode=mode)
    raw = _bytes_of(file)
    known, fault = parse(raw)
    foreign = fault is not None and bool(raw.strip()) and f'"{_FORMAT_KEY}"'.encode() not in raw
    return Manifest(known=known, raw=raw, fault=fault, foreign=foreign, mode=mode)


def _bytes_of(file: Path) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, "rb") as handle:  # noqa: PTH123 - a descriptor, not a path
            return handle.read()
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(path: Path, error: OSError) -> OutputError:
    if error.errno == errno.ENOTDIR:
        return OutputError(path, "is not a folder", help="name another output folder, or move this file away")
    return OutputError(path, f"cannot be read: {error.strerror}", help="make it readable for the user who builds")


def parse(raw: bytes) -> tuple[dict[FileKey, Hashes], Fault | None]:
    """
    Return what *raw* says, and what is wrong with it.

    Both sides of a merge conflict are believed, because both were written by a build; the fault still tells of the
    markers. Nothing is believed of a manifest with any other fault.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return {}, Fault(message="is not UTF-8 text")
    marker, sides = _sides(text)
    known: dict[FileKey, Hashes] = {}
    try:
        for side in sides:
            for key, hashes in _decode(side).items():
                known[key] = join(known.get(key, ()), hashes)
    except _FaultyError as faulty:
        return {}, marker or faulty.fault
    return known, marker


def _sides(text: str) -> tuple[Fault | None, tuple[str, ...]]:
    first = 0
    side = "both"
    kept: dict[str, list[str]] = {"ours": [], "theirs": []}
    for number, line in enumerate(text.split("\n"), start=1):
        if _MARKER.match(line):
            first = first or number
            side = _MARKERS[line[0]]
            continue
        for name, lines in kept.items():
            if side in {name, "both"}:
                lines.append(line)
    if not first:
        return None, (text,)
    return Fault(message="holds merge markers", line=first), tuple("\n".join(lines) for lines in kept.values())


def _decode(text: str) -> dict[FileKey, Hashes]:
    document = _json(text)
    if not isinstance(document, dict) or _FORMAT_KEY not in document:
        raise _FaultyError("is not a manifest of obsgen")
    if document[_FORMAT_KEY] != FORMAT or isinstance(document[_FORMAT_KEY], bool):
        raise _FaultyError(f"has a format this obsgen cannot read (it reads {FORMAT})", *_place(text, _FORMAT_KEY))
    if document.keys() != {_FORMAT_KEY, *_SECTIONS}:
        raise _FaultyError("has missing or unknown keys")
    known: dict[FileKey, Hashes] = {}
    for section, in_project in _SECTIONS.items():
        entries = document[section]
        if not isinstance(entries, dict):
            raise _FaultyError(f"has no files in `{section}`", *_place(text, section))
        for path, value in entries.items():
            known[FileKey(in_project, path)] = _hashes(text, path, value)
            _refuse_path(text, path, in_project)
    return known


def _json(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                raise _FaultyError(f"names {name!r} twice", *_place(text, name))
            found[name] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise _FaultyError("is not JSON", error.lineno, error.colno) from error
    except (ValueError, RecursionError) as error:  # a number of too many digits, or nesting without end
        raise _FaultyError("is not JSON") from error


def _hashes(text: str, path: str, value: object) -> Hashes:
    listed = value if isinstance(value, list) else [value]
    good = [item for item in listed if isinstance(item, str) and _SHA256.fullmatch(item)]
    nothing = [item for item in listed if item is None]
    if not good or len(good) + len(nothing) != len(listed):
        raise _FaultyError(f"has no sha256 for {path!r}", *_place(text, path))
    return join((), (*good, *nothing))


def _refuse_path(text: str, path: str, in_project: bool) -> None:
    problem = path_problem(path)
    if not problem and not in_project and path.casefold() == MANIFEST:
        problem = "is the manifest itself"
    if problem:
        raise _FaultyError(f"names the path {path!r}, which {problem}", *_place(text, path))


def _place(text: str, name: str) -> tuple[int, int]:
    """Return line and column of a quoted name as `compose` writes it, or of the file's start."""
    at = text.find(json.dumps(name) + ":")
    if at < 0:
        return 1, 1
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def line_of(raw: bytes | None, key: FileKey) -> int:
    """Return the line, counted from 1, on which a manifest names *key*."""
    return _place((raw or b"").decode(errors="replace"), key.path)[0]


def join(first: Hashes, second: Hashes) -> Hashes:
    """Return the hashes of both, sorted, each once."""
    return tuple(sorted({*first, *second}, key=lambda sha256: sha256 or ""))


def compose(known: Mapping[FileKey, Hashes]) -> str:
    """Return the manifest's text: the same for the same entries, without version, time or absolute path."""
    document: dict[str, Any] = {_FORMAT_KEY: FORMAT, **{section: {} for section in _SECTIONS}}
    for key in sorted(known):
        hashes = known[key]
        section = "project" if key.in_project else "output"
        document[section][key.path] = hashes[0] if len(hashes) == 1 else list(hashes)
    return json.dumps(document, indent=2) + "\n"
