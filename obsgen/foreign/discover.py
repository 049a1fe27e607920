"""Which files a command line names, and their text. The only module here that reads anything."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from obsgen.diagnostics import Diagnostic, Span, error, warning
from obsgen.source.files import read_one, shown

SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """
    One file.

    Attributes:
        path: As shown to people.
        text: All of it.
        named: Whether somebody asked for this very file, not for a folder around it.
    """

    path: str
    text: str
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """The files that could be read, by path, and findings about the others."""

    texts: tuple[Text, ...]
    problems: tuple[Diagnostic, ...]


def discover(paths: Iterable[Path], *, base: Path) -> Discovered:
    """
    Return the files among *paths* and the YAML and JSON files in folders among them, each once.

    Files and folders whose name begins with a dot are left out unless they are named themselves.

    Args:
        paths: Files and folders.
        base: Folder that shown paths are relative to, where they lie below it.
    """
    problems: list[Diagnostic] = []
    found: dict[str, tuple[Path, bool]] = {}
    for path in paths:
        inside = path.is_dir()
        for one in _below(path, base, problems) if inside else (path,):
            name = shown(one, base)
            found[name] = (one, not inside or (name in found and found[name][1]))
    texts = []
    for name, (path, named) in sorted(found.items()):
        text = read_one(path, name)
        if isinstance(text, Diagnostic):
            problems.append(text)
        else:
            texts.append(Text(path=name, text=text, named=named))
    return Discovered(texts=tuple(texts), problems=tuple(problems))


def _below(top: Path, base: Path, problems: list[Diagnostic]) -> Iterator[Path]:
    def unreadable(problem: OSError) -> None:
        name = shown(Path(problem.filename), base)
        reason = problem.strerror or str(problem)
        problems.append(error("source/unreadable", f"cannot read `{name}`: {reason}", Span.of_file(name)))

    # Symbolic links to folders are not followed: a loop of them would never end.
    for folder, folders, files in os.walk(top, onerror=unreadable, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        problems.extend(_link(Path(folder, name), base) for name in folders if Path(folder, name).is_symlink())
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


def _link(folder: Path, base: Path) -> Diagnostic:
    name = shown(folder, base)
    return warning(
        "source/unreadable",
        f"`{name}` is a link to a folder, which is not followed",
        Span.of_file(name),
        help="name the folder itself if its files matter",
    )


def on_disk(base: Path) -> Callable[[str, str], bool]:
    """Return whether a pattern that stands in the file of a shown path matches a file, for paths relative to *base*."""

    def exists(path: str, pattern: str) -> bool:
        try:
            return bool(glob.glob(os.path.join(base, os.path.dirname(path), pattern)))  # noqa: PTH118, PTH120, PTH207
        except (OSError, ValueError):
            return False

    return exists
