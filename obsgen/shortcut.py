"""
A quick answer for an unchanged tree: same inputs, same outputs, so nothing to find.

`build` leaves in the manifest a seal over everything that the files were made from and over the files, if nothing was found.
`check` computes it again and is done; whatever differs, it takes the long way, and with CI set it always does.
This module is imported before anything else, so it imports next to nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from obsgen.targets.base import Artifact

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
    """Yield the files below *base* that end in one of *suffixes*, or *base* itself if it is one; hidden ones are left out."""
    if base.is_file():
        yield str(base)
        return
    for folder, folders, names in os.walk(base):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(suffixes) and not name.startswith("."):
                yield os.path.join(folder, name)  # noqa: PTH118 - pathlib costs a third of the time of a check here


def _content(path: str) -> str:
    """Return the sha256 of a file, or a word for what is none: whatever it is then, the long way reports it."""
    try:
        if not os.path.isfile(path):  # noqa: PTH113 - a dead link, or a pipe that would never end
            return "no file"
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


def seal(inputs: str, artifacts: Iterable[Artifact]) -> str:
    """
    Return what the manifest remembers of a build without findings.

    Returns:
        64 hexadecimal digits: *inputs* as `digest` returned them, and a check sum over them and the manifest's entries, so
        that no part of the manifest can change unnoticed.
    """
    entries: dict[str, dict[str, str]] = {"output": {}, "project": {}}
    for one in artifacts:
        entries["project" if one.in_project else "output"][one.path] = hashlib.sha256(one.text.encode()).hexdigest()
    return inputs + _mark(inputs, entries)


def _mark(inputs: str, entries: Mapping[str, Any]) -> str:
    text = json.dumps([inputs, entries["output"], entries["project"]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_HALF]


def is_sealed(manifest: bytes) -> bool:
    """Return whether *manifest* has no seal, or one that fits its entries."""
    try:
        document = json.loads(manifest)
        found = document.get("inputs", "")
        return not found or found[_HALF:] == _mark(found[:_HALF], document)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def unchanged(root: Path, out: Path, inputs: str) -> int:
    """
    Return how many generated files there are if all of them are what *inputs* gave, else 0.

    Args:
        root: The project.
        out: The output folder.
        inputs: As `digest` returned them just now.
    """
    try:
        manifest = out / "manifest.json"
        raw = manifest.read_bytes()
        document = json.loads(raw)
        same = document["inputs"][:_HALF] == inputs and is_sealed(raw) and raw == _composed(document)
        entries = [(out / path, sha) for path, sha in document["output"].items()]
        entries += [(root / path, sha) for path, sha in document["project"].items()]
        good = same and not manifest.is_symlink() and all(_is(path, sha) for path, sha in entries)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0
    return len(entries) if good else 0


def _composed(document: Mapping[str, Any]) -> bytes:
    """Return the text that `build` writes for *document*, so that not even a blank can be added to it."""
    known = {name: document[name] for name in ("obsgen_manifest", "inputs")}
    known |= {name: dict(sorted(document[name].items())) for name in ("output", "project")}
    return (json.dumps(known, indent=2) + "\n").encode()


def _is(path: Path, sha: str) -> bool:
    return stat.S_ISREG(path.lstat().st_mode) and hashlib.sha256(path.read_bytes()).hexdigest() == sha
