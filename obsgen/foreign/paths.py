"""Patterns of files, as Prometheus and promtool write them: relative to the file that holds them. Pure."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable


def matching(path: str, pattern: str, known: Iterable[str]) -> list[str]:
    """Return those of *known* that *pattern*, standing in the file *path*, matches."""
    wanted = _parts(posixpath.join(posixpath.dirname(path), pattern))
    found = []
    for one in known:
        parts = _parts(one)
        # `*` does not match a `/`.
        if len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted)):
            found.append(one)
    return found


def _parts(path: str) -> list[str]:
    return posixpath.normpath(path).split("/")
