"""
A quick answer for an unchanged tree: same inputs, same outputs, so the same findings.

`build` remembers in the user's cache folder what the files were made from, which manifest it left, and what was found.
`check` compares both, and every file with the manifest, and is done; whatever differs, it takes the long way, and with CI set
it always does. The memo is not part of the project, so that it changes no committed file and no clone inherits it.
This module is imported before anything else, so it imports next to nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_PACKAGE = Path(__file__).parent
_SOURCES = (".py", ".j2", ".json", ".yaml", ".yml")
#: As in `obsgen.source.files`, which takes too long to import; a test holds both against each other.
_SPECS = (".yaml", ".yml")
_HALF = 32


def digest(specs: Path, settings: Mapping[str, object]) -> str:
    """
    Return a digest of the catalog's files, the settings and obsgen's own sources; never raises.

    Args:
        specs: Folder of the catalog, or one file of it.
        settings: What else decides the output, as plain data.

    Returns:
        32 hexadecimal digits.
    """
    total = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for base, suffixes in ((specs, _SPECS), (_PACKAGE, _SOURCES)):
        for path in files(base, suffixes):
            name = os.path.relpath(path, base).replace(os.sep, "/")
            total.update(f"{name}\0{_content(path)}\0".encode(errors="surrogateescape"))
        total.update(b"\0")
    return total.hexdigest()[:_HALF]


def files(base: Path, suffixes: tuple[str, ...]) -> Iterator[str]:
    """
    Yield the files below *base* that end in one of *suffixes*, or *base* itself if it is one; hidden ones are left out.

    Folders that are links or cannot be read are yielded, too: what is behind them is not looked at, and the long way says so.
    """
    if base.is_file():
        yield str(base)
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(base, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        # pathlib costs a third of the time of a check here
        yield from filter(os.path.islink, (os.path.join(folder, name) for name in folders))  # noqa: PTH118
        for name in sorted(names):
            if name.endswith(suffixes) and not name.startswith("."):
                yield os.path.join(folder, name)  # noqa: PTH118
    yield from (problem.filename for problem in closed if not isinstance(problem, FileNotFoundError))


def _content(path: str) -> str:
    """Return the sha256 of a file, or a word for what is none: whatever it is then, the long way reports it."""
    try:
        if not os.path.isfile(path):  # noqa: PTH113 - a dead link, or a pipe that would never end
            return "no file"
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


class Known(NamedTuple):
    """
    What is known of an unchanged tree.

    Attributes:
        files: How many generated files there are.
        found: The findings, as the plain data that `remember` was given.
    """

    files: int
    found: list[Any]


def remember(out: Path, inputs: str, found: list[Any], *, base: str = "", day: str = "") -> None:
    """
    Note what *inputs* gave; a cache that cannot be written is left alone.

    Args:
        out: The output folder.
        inputs: As `digest` returned them before the catalog was read.
        found: Findings as plain data.
        base: Folder that the places in *found* count from.
        day: The day on which this holds, as `2026-11-21`; empty where no day matters.
    """
    with contextlib.suppress(OSError, RuntimeError):
        memo = _memo(out)
        record = {"inputs": inputs, "manifest": _content(str(out / "manifest.json"))}
        text = json.dumps({**record, "base": base if found else "", "day": day, "found": found})
        memo.parent.mkdir(parents=True, exist_ok=True)
        temporary = memo.with_name(f"{memo.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(memo)


def _memo(out: Path) -> Path:
    """Return the file that remembers the output folder *out*; raises RuntimeError where the user has no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(given) if given.startswith("/") else Path.home() / ".cache"
    name = hashlib.sha256(os.fsencode(os.path.realpath(out))).hexdigest()[:_HALF]
    return cache / "obsgen" / f"{name}.json"


def unchanged(root: Path, out: Path, inputs: str, *, base: str = "", day: str = "") -> Known | None:
    """
    Return what is known if all generated files are what *inputs* gave, else None.

    Args:
        root: The project.
        out: The output folder.
        inputs: As `digest` returned them just now.
        base: Folder that places are shown relative to.
        day: Today.
    """
    manifest = out / "manifest.json"
    try:
        record = json.loads(_memo(out).read_bytes())
        found = record["found"]
        same = (record["inputs"], record["manifest"]) == (inputs, _content(str(manifest))) and not manifest.is_symlink()
        same = same and record["day"] in ("", day) and record["base"] in ("", base) and isinstance(found, list)
        document = json.loads(manifest.read_bytes())
        entries = [(out / path, sha) for path, sha in document["output"].items()]
        entries += [(root / path, sha) for path, sha in document["project"].items()]
        good = same and all(_is(path, sha) for path, sha in entries)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Known(len(entries), found) if good and entries else None


def _is(path: Path, sha: str) -> bool:
    return stat.S_ISREG(path.lstat().st_mode) and hashlib.sha256(path.read_bytes()).hexdigest() == sha
