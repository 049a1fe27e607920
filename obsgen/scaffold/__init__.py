"""The files that `obsgen init` starts a project with."""

from __future__ import annotations

import contextlib
import tomllib
from importlib.resources import files
from pathlib import Path

from obsgen.config import FILE, ConfigError
from obsgen.shortcut import files as find_files
from obsgen.source.files import SUFFIXES

#: Where each file of the scaffold goes.
_FILES = {
    "shared.yaml": "specs/shared.yaml",
    "shop.yaml": "specs/shop.yaml",
    "workflow.yml": ".github/workflows/obsgen.yml",
}
_SETTINGS = """\
[tool.obsgen]
specs = "specs"
out = "generated"
# Where the generated pages are served, so that links to runbooks are whole: docs_url = "https://..."

[tool.obsgen.python.packages]
# Put a service's collectors inside its own package: shop = "src/shop/metrics"
"""


def write(directory: Path) -> tuple[Path, ...]:
    """
    Write the scaffold below *directory* and return its files; the settings are added behind what pyproject.toml says.

    Raises:
        ConfigError: If there is a catalog already, or a file of the scaffold, or a pyproject.toml that is no TOML.
        OSError: If the system refuses to write; what was written before is removed again.
    """
    project = directory / FILE
    settings = _settings(project)
    contents = {directory / place: _template(name) for name, place in _FILES.items()}
    taken = dict.fromkeys([*(path for path in contents if path.exists()), *map(Path, _catalog(directory))])
    if taken:
        names = ", ".join(f"`{path.relative_to(directory).as_posix()}`" for path in taken)
        raise ConfigError(
            f"there is something already: {names}; move it away, or name another folder: `obsgen init DIR`"
        )
    with contextlib.ExitStack() as undo:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            undo.callback(path.unlink, missing_ok=True)
            path.write_bytes(content)
        # Appended, so that not even a full disk can cost the project its settings.
        with project.open("ab") as end:
            end.write(settings)
        undo.pop_all()
    return (*contents, project)


def _template(name: str) -> bytes:
    return files("obsgen.scaffold").joinpath(name).read_bytes()


def _catalog(directory: Path) -> list[str]:
    specs = directory / "specs"
    return sorted(find_files(specs, SUFFIXES))


def _settings(project: Path) -> bytes:
    """Return what has to be added to pyproject.toml, with its own line ends."""
    before = project.read_bytes() if project.exists() else b""
    line_end = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if not before else line_end if before.endswith(b"\n") else line_end * 2
    added = gap + _SETTINGS.encode().replace(b"\n", line_end)
    try:
        tool = tomllib.loads(before.decode()).get("tool")
        if isinstance(tool, dict) and "obsgen" in tool:
            raise ConfigError(
                f"there are settings already: [tool.obsgen] in `{project}`; remove them, or name another folder: `obsgen init DIR`"
            )
        tomllib.loads((before + added).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"cannot add settings to `{project}`: {problem}") from None
    return added
