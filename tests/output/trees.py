"""Small trees of artifacts, and what lies on disk after a build."""

import os
from collections.abc import Mapping
from pathlib import Path

from obsgen.diagnostics import Diagnostic
from obsgen.output import Places, Report, apply, changes, conflicts, drift
from obsgen.targets.base import Artifact

RULES = "prometheus/rules.yml"
TEXT = "groups:\n  - name: persona\n    rules: []\n"


def artifacts(output: Mapping[str, str], project: Mapping[str, str] | None = None) -> list[Artifact]:
    """Return artifacts from path -> text, below the output folder and below the project root."""
    found = [Artifact(path=path, text=text) for path, text in output.items()]
    return found + [Artifact(path=path, text=text, in_project=True) for path, text in (project or {}).items()]


def places_in(folder: Path) -> Places:
    """Return a project root below *folder*, made if need be, and its usual output folder."""
    root = folder / "project"
    root.mkdir(exist_ok=True)
    return Places(root=root, out=root / "generated")


def build(places: Places, output: Mapping[str, str], project: Mapping[str, str] | None = None, **options) -> Report:
    """Compare and write, as `obsgen build` does."""
    return apply(changes(artifacts(output, project), places), places, **options)


def shown(places: Places):
    """Return a `show` that names files relative to the project root."""
    return lambda path: Path(os.path.relpath(path, places.root)).as_posix()


def findings(places: Places, output: Mapping[str, str], project: Mapping[str, str] | None = None) -> list[Diagnostic]:
    """Return the drift, as `obsgen check` finds it."""
    return list(drift(changes(artifacts(output, project), places), shown(places)))


def blocked(places: Places, output: Mapping[str, str], project: Mapping[str, str] | None = None) -> list[Diagnostic]:
    """Return what keeps a build without force from writing."""
    return list(conflicts(changes(artifacts(output, project), places), shown(places)))


def codes(found: list[Diagnostic]) -> list[tuple[str, str]]:
    """Return code and file of each finding."""
    return [(each.code, each.primary.span.path) for each in found]


def on_disk(folder: Path) -> dict[str, bytes | str]:
    """Return every file below *folder*: relative path -> content, or where a link leads."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def names(report_paths: tuple[Path, ...], places: Places) -> list[str]:
    """Return the paths of a report relative to the project root."""
    return [path.relative_to(places.root).as_posix() for path in report_paths]
