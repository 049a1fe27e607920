"""Which files make up the catalog, and their text. The only module that reads the catalog's files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.source.text import SourceText

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

    Files and folders whose name begins with a dot are left out.

    Args:
        specs: Folder of the catalog, or one file of it.
        base: Folder that shown paths are relative to, where they lie below it.
    """
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    found = sorted((shown(path, base), path) for path in _discover(specs, base, problems))
    for name, path in found:
        text = read_one(path, name)
        if isinstance(text, Diagnostic):
            problems.append(text)
        else:
            texts[name] = text
    if not found and not problems:
        folder = shown(specs, base)
        problems.append(
            error(
                "source/no-files",
                f"no YAML file below `{folder}`",
                Span.of_file(folder),
                help="write one, or start with `obsgen init`; another folder is named with `--specs DIR`",
            )
        )
    return Sources(texts=texts, diagnostics=tuple(problems))


def shown(path: Path, base: Path) -> str:
    r"""
    Return *path* as people see it: relative to *base* where it lies below, with `/` as separator.

    Bytes of a name that are not UTF-8 are shown as `\xff`, so that two such files stay two.
    """
    # Not `Path.resolve`, which would follow links: people know the file by the name they gave it.
    absolute, top = Path(os.path.abspath(path)), Path(os.path.abspath(base))  # noqa: PTH100
    try:
        name = absolute.relative_to(top).as_posix()
    except ValueError:
        name = absolute.as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _discover(specs: Path, base: Path, problems: list[Diagnostic]) -> Iterator[Path]:
    if specs.is_file():
        yield specs
        return

    def unreadable(problem: OSError) -> None:
        if not isinstance(problem, FileNotFoundError):
            problems.append(_unreadable(shown(Path(problem.filename), base), problem))

    # Symbolic links to folders are not followed: a loop of them would never end.
    for folder, folders, files in os.walk(specs, onerror=unreadable, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        problems.extend(_link(Path(folder, name), base) for name in folders if Path(folder, name).is_symlink())
        for name in files:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


def _link(folder: Path, base: Path) -> Diagnostic:
    name = shown(folder, base)
    # Whatever lies behind it would be missing from the catalog without a word.
    return error(
        "source/unreadable",
        f"`{name}` is a link to a folder, which is not followed",
        Span.of_file(name),
        help="put the files themselves below the catalog's folder",
    )


def read_one(path: Path, name: str) -> str | Diagnostic:
    """Return the text of the file at *path*, shown to people as *name*, or why it cannot be read."""
    place = Span.of_file(name)
    try:
        # A pipe called x.yaml would keep a plain open waiting for its other end.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb", closefd=True) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return error(
                    "source/unreadable", f"`{name}` is not a file", place, help="remove it, or give it another name"
                )
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:
        return _unreadable(name, problem)
    if len(data) > MAX_BYTES:
        return error("source/too-large", f"`{name}` is larger than 32 MiB", place, help="split it into several files")
    try:
        # A byte order mark is not part of the text; with it the first line's columns would be off by one.
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("utf-8")
        return error(
            "source/not-utf8",
            f"byte 0x{data[problem.start]:02x} is not UTF-8 text",
            SourceText(name, before).span(len(before), len(before)),
            help="save the file as UTF-8",
        )


def _unreadable(name: str, problem: OSError | ValueError) -> Diagnostic:
    reason = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
    advice = (
        "it is a link that leads nowhere, or was removed just now" if isinstance(problem, FileNotFoundError) else ""
    )
    return error("source/unreadable", f"cannot read `{name}`: {reason}", Span.of_file(name), help=advice)
