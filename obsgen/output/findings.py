"""A comparison as diagnostics: what `obsgen check` says of the output, and what keeps `obsgen build` from writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.output.comparison import Action, Change, Changes, State
from obsgen.output.disk import KEPT_BYTES, Kind, sha256_of
from obsgen.output.manifest import Fault, Manifest, compose, line_of
from obsgen.output.places import FileKey
from obsgen.output.textdiff import first_difference, unified

Show = Callable[[Path], str]
"""How a file is named to people, usually relative to the current directory."""

_BUILD = "run `obsgen build`"
_FORCE = "move it away, or run `obsgen build --force` to overwrite it"
_KEEP = (
    "make the change in the catalog, then run `obsgen build`; the next build replaces what was written here by hand "
    "and names the file"
)


def drift(changes: Changes, show: Show) -> Iterator[Diagnostic]:
    """Report every file that is not what a build would leave, by place; nothing if the output is current."""
    if changes.files and changes.manifest == Manifest() and all(_is_new(change) for change in changes.files):
        yield _never_built(changes, show)
        return
    yield from _of_manifest(changes, show)
    for change in changes.files:
        yield from _of_file(change, show)


def _is_new(change: Change) -> bool:
    return change.action is Action.CREATE and not change.obstacle


def _never_built(changes: Changes, show: Show) -> Diagnostic:
    name = show(changes.manifest_file)
    message = f"nothing has been built yet: the manifest `{name}` and {len(changes.files)} files are missing"
    return error("drift/missing", message, Span.of_file(name), help=_BUILD)


def conflicts(changes: Changes, show: Show) -> Iterator[Diagnostic]:
    """Report what keeps a build without force from writing anything: files in the way that are not obsgen's."""
    if changes.manifest.foreign:
        yield from _of_manifest(changes, show)
    for change in changes.files:
        if change.conflict or change.obstacle:
            yield from _of_file(change, show)


def _of_file(change: Change, show: Show) -> Iterator[Diagnostic]:
    name = show(change.file)
    if change.obstacle:
        help = "make it readable" if change.disk.kind is Kind.UNREADABLE else f"move it away, then {_BUILD}"
        yield error("drift/foreign-file", f"`{name}` {change.obstacle}", Span.of_file(name), help=help)
    elif change.action is Action.CREATE:
        yield _with_diff(change, name, error("drift/missing", f"`{name}` is missing", Span.of_file(name), help=_BUILD))
    elif change.action is Action.UPDATE:
        yield _with_diff(change, name, _different(change, name))
    elif change.action is Action.DELETE and change.state in {State.OURS, State.EDITED}:
        yield _with_diff(change, name, _stale(change, name))


def _different(change: Change, name: str) -> Diagnostic:
    span, link = _first_line(change, name), " and is a symbolic link" if change.disk.kind is Kind.LINK else ""
    if change.state is State.OURS:
        return error(
            "drift/out-of-date", f"`{name}` is out of date", span, "the catalog gives another text", help=_BUILD
        )
    if change.state is State.EDITED:
        return error("drift/edited", f"`{name}` was changed by hand{link}", span, "differs from here on", help=_KEEP)
    message = f"`{name}` is in the way: obsgen did not write it{link}"
    return error("drift/foreign-file", message, span, help=_FORCE)


def _stale(change: Change, name: str) -> Diagnostic:
    span = Span.of_file(name)
    if change.state is State.OURS:
        return error("drift/stale", f"`{name}` is no longer generated", span, help=f"{_BUILD}, which removes it")
    message = f"`{name}` is no longer generated, but was changed by hand"
    return error("drift/stale", message, span, help="move it away, or run `obsgen build --force` to remove it")


def _first_line(change: Change, name: str) -> Span:
    if change.disk.kind is not Kind.FILE or change.after is None:
        return Span.of_file(name)
    line, end_column = first_difference(change.disk.content, change.after)
    return Span(name, line, 1, line, end_column)


def _with_diff(change: Change, name: str, diagnostic: Diagnostic) -> Diagnostic:
    if change.disk.kind not in {Kind.FILE, Kind.ABSENT, Kind.FOLDER}:
        return diagnostic
    # Both are cut, so that the part that was not read does not look removed.
    before, after = change.disk.content, (change.after or b"")[:KEPT_BYTES]
    return replace(diagnostic, detail=unified(before, after, name))


def _of_manifest(changes: Changes, show: Show) -> Iterator[Diagnostic]:
    manifest = changes.manifest
    name = show(changes.manifest_file)
    if manifest.fault is not None:
        yield _faulty(manifest.fault, name, foreign=manifest.foreign)
        return
    if manifest.raw is None:
        if not changes.files:
            return
        help = f"{_BUILD}, which writes it; files that are no longer generated then stay and have to be removed by hand"
        yield error("drift/manifest", f"the manifest `{name}` is missing", Span.of_file(name), help=help)
        return
    if found := _out_of_step(changes, show):
        message, line = found
        end_column = len(manifest.raw.split(b"\n")[line - 1].decode(errors="replace")) + 1
        diagnostic = error("drift/manifest", f"the manifest `{name}` {message}", Span(name, line, 1, line, end_column))
        after = compose(changes.known_after()).encode()
        yield replace(diagnostic, help=_BUILD, detail=unified(manifest.raw, after, name))


def _faulty(fault: Fault, name: str, *, foreign: bool) -> Diagnostic:
    span = Span(name, fault.line, fault.column, fault.line, fault.column)
    if foreign:
        help = "move it away, name another output folder, or run `obsgen build --force` to overwrite it"
    else:
        help = f"{_BUILD}, which writes it anew; if that finds foreign files, restore the manifest from version control"
    return error("drift/manifest", f"the manifest `{name}` {fault.message}", span, help=help)


def _out_of_step(changes: Changes, show: Show) -> tuple[str, int] | None:
    """Return what a manifest without fault says wrongly, and on which line."""
    manifest = changes.manifest
    for key, hashes in sorted(manifest.known.items()):
        if len(hashes) > 1:
            return f"records a build that did not finish, at `{_shown(changes, key, show)}`", line_of(manifest.raw, key)
    for change in changes.files:
        hashes = manifest.known.get(change.key, ())
        shown = show(change.file)
        if change.action is Action.SAME and change.after is not None and hashes != (sha256_of(change.after),):
            words = f"has another sha256 for `{shown}`" if hashes else f"does not name `{shown}`"
            return words, line_of(manifest.raw, change.key)
        if change.action is Action.DELETE and change.state in {State.ABSENT, State.FOREIGN}:
            return f"names `{shown}`, which is not there", line_of(manifest.raw, change.key)
    if manifest.raw != compose(manifest.known).encode():
        return "is not as `obsgen build` writes it", 1
    return None


def _shown(changes: Changes, key: FileKey, show: Show) -> str:
    return next(show(change.file) for change in changes.files if change.key == key)
