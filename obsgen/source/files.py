"""Which files make up the catalog, and their text. The only module that reads the catalog's files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from obsgen.diagnostics import Diagnostic, Span, error

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    The catalog as text.

    Attributes:
        texts: Path as shown to people -> text, sorted by path.
        diagnostics: Files that could not be read.
    """

    texts: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()


def read(specs: Path, *, base: Path) -> Sources:
    """
    Return every YAML file below *specs*, by path.

    Args:
        specs: Folder of the catalog, or one file of it.
        base: Folder that shown paths are relative to, where they lie below it.
    """
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    found = {shown(path, base): path for path in _discover(specs)}
    for name in sorted(found):
        text = _read_one(found[name], name)
        if isinstance(text, Diagnostic):
            problems.append(text)
        else:
            texts[name] = text
    if not found:
        problems.append(
            error(
                "source/no-files",
                f"no YAML file below `{shown(specs, base)}`",
                Span.of_file(shown(specs, base)),
                help="write one, or start with `obsgen init`; another folder is named with `--specs DIR`",
            )
        )
    return Sources(texts=texts, diagnostics=tuple(problems))


def shown(path: Path, base: Path) -> str:
    """Return *path* as people see it: relative to *base* where it lies below, with `/` as separator."""
    absolute = Path(os.path.abspath(path))
    try:
        name = absolute.relative_to(Path(os.path.abspath(base))).as_posix()
    except ValueError:
        name = absolute.as_posix()
    return name.encode("utf-8", "replace").decode("utf-8")


def _discover(specs: Path) -> Iterator[Path]:
    if specs.is_file():
        yield specs
        return
    # Symbolic links to folders are not followed: a loop of them would never end.
    for folder, folders, files in os.walk(specs, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


def _read_one(path: Path, name: str) -> str | Diagnostic:
    place = Span.of_file(name)
    try:
        if not path.is_file():
            return error("source/unreadable", f"`{name}` is not a file", place, help="remove it, or mend the link")
        if path.stat().st_size > MAX_BYTES:
            return error("source/too-large", f"`{name}` is larger than 32 MiB", place, help="split it into several files")
        data = path.read_bytes()
    except OSError as problem:
        return error("source/unreadable", f"cannot read `{name}`: {problem.strerror or problem}", place)
    try:
        # A byte order mark is not part of the text; with it the first line's columns would be off by one.
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        return error(
            "source/not-utf8",
            f"byte 0x{data[problem.start]:02x} is not UTF-8 text",
            Span(name, line, column, line, column + 1),
            help="save the file as UTF-8",
        )
