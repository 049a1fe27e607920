"""The pages that explain each finding: one Markdown file a code, named `group/name.md`."""

from __future__ import annotations

import functools
import re
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
#: In an installed wheel the pages lie inside the package, in a checkout where people read them.
_PLACES = (_PACKAGE / "_pages", _PACKAGE.parent / "docs" / "checks")
_CODE = re.compile(r"[a-z0-9-]+/[a-z0-9-]+\Z")
_WHAT = re.compile(r"^## What\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
# Dots at the end of `...` end nothing, and what follows a colon are details.
_END = re.compile(r"(?<=[^.])[.:](?= [A-Z`]|$)")


def page(code: str) -> str | None:
    """Return the page of *code* as Markdown, or None where there is no such page."""
    folder = _folder()
    if folder is None or not _CODE.match(code):
        return None
    path = folder / f"{code}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def summary(code: str) -> str:
    """Return the first sentence of the page of *code* on one line without its end, empty where there is no such page."""
    found = _WHAT.search(page(code) or "")
    return _END.split(" ".join(found[1].split()), maxsplit=1)[0] if found else ""


@functools.cache
def codes() -> tuple[str, ...]:
    """Return every code that has a page, sorted."""
    folder = _folder()
    if folder is None:
        return ()
    return tuple(sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.md")))


def _folder() -> Path | None:
    return next((place for place in _PLACES if place.is_dir()), None)
