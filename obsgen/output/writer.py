"""
Makes the disk agree with what was rendered; the only module that writes.

Order of a build, so that a kill at any moment leaves every file wholly old or wholly new, and the manifest knows both:
every new content is written beside its place under a temporary name; the manifest with old and new hashes takes its
place; stale files go; new files take their places; the manifest with the new hashes alone takes its place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from obsgen.output.comparison import Action, Change, Changes, State, changes
from obsgen.output.disk import is_folder, is_link
from obsgen.output.manifest import Manifest, compose
from obsgen.output.places import TEMPORARY, OutputError, Places

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows: two builds at once are then kept apart by luck alone, as with most tools there
    fcntl = None

LONGEST_WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.02
_MOVE = "move it away, or run `obsgen build --force` to overwrite it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    What a build did, as paths below the places it was given, in a fixed order.

    Attributes:
        created: Files that were not there.
        updated: Files of ours with a new content.
        replaced: Files that somebody changed by hand, or with force foreign ones, and that now have our content.
        removed: Files that are no longer rendered.
        kept: Files that are no longer rendered but were changed by hand, and that only force removes.
    """

    created: tuple[Path, ...] = ()
    updated: tuple[Path, ...] = ()
    replaced: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()
    kept: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Staged:
    temporary: Path
    file: Path


def apply(
    compared: Changes, places: Places, force: bool = False, *, wait_seconds: float = LONGEST_WAIT_SECONDS
) -> Report:
    """
    Write what *compared* found, or nothing at all.

    The disk is read again under a lock, so that two builds at once do not mix. An output that is current is not
    touched, not even its times.

    Args:
        compared: What `changes` returned for *places*.
        places: Where the files go.
        force: Also overwrite foreign and read-only files, and remove stale files that were changed by hand.
        wait_seconds: How long another build may hold the lock.

    Raises:
        OutputError: If a foreign file is in the way (without force; `conflicts` tells all of them beforehand), or the
            system refuses to write. Each file is then wholly old or wholly new, and the next build heals the rest.
    """
    _refuse(compared, force)
    if not compared.artifacts and compared.manifest == Manifest():
        return Report()
    with _system_errors(places.out):
        places.out.mkdir(parents=True, exist_ok=True)
    with _locked(places, wait_seconds):
        now = changes(compared.artifacts, places)
        _refuse(now, force)
        _sweep(now, places)
        return _write(now, places, force)


def _refuse(compared: Changes, force: bool) -> None:
    if compared.manifest.foreign and not force:
        words = compared.manifest.fault.message if compared.manifest.fault else "is not obsgen's"
        raise OutputError(compared.manifest_file, f"is in the way: it {words}", help=_MOVE)
    for change in compared.files:
        if change.obstacle:
            raise OutputError(change.file, change.obstacle, help="move it away, then run `obsgen build` again")
        if change.conflict and not force:
            raise OutputError(change.file, "is in the way: obsgen did not write it", help=_MOVE)
        mode = change.disk.mode
        if change.action is Action.UPDATE and mode is not None and not mode & 0o222 and not force:
            raise OutputError(change.file, "is read-only", help="make it writable, or run `obsgen build --force`")


def _write(now: Changes, places: Places, force: bool) -> Report:
    writes = [change for change in now.files if change.action in {Action.CREATE, Action.UPDATE}]
    kept = [change for change in now.files if change.kept and not force]
    owned = {State.OURS, State.EDITED}
    deletes = [each for each in now.files if each.action is Action.DELETE and each.state in owned and each not in kept]
    report = _report(writes, deletes, kept)
    last = compose(now.known_after(force=force)).encode()
    if not writes and not deletes and now.manifest.raw == last:
        return report
    first = compose(now.known_during()).encode()
    with contextlib.ExitStack() as stack:
        staged = [_stage(change.file, change.after or b"", change.disk.mode, stack) for change in writes]
        during = _stage(now.manifest_file, first, now.manifest.mode, stack)
        after = _stage(now.manifest_file, last, now.manifest.mode, stack)
        _place(during)
        for change in deletes:
            _remove(change, places)
        for each in staged:
            _make_room(each.file)
            _place(each)
        _place(after)
    return report


def _report(writes: list[Change], deletes: list[Change], kept: list[Change]) -> Report:
    updates = [change for change in writes if change.action is Action.UPDATE]
    return Report(
        created=tuple(change.file for change in writes if change.action is Action.CREATE),
        updated=tuple(change.file for change in updates if change.state is State.OURS),
        replaced=tuple(change.file for change in updates if change.state is not State.OURS),
        removed=tuple(change.file for change in deletes),
        kept=tuple(change.file for change in kept),
    )


def _stage(file: Path, content: bytes, mode: int | None, stack: contextlib.ExitStack) -> _Staged:
    """Write *content* under a temporary name into the nearest folder there is; it is removed again on leaving."""
    folder = next(parent for parent in file.parents if is_folder(parent))
    temporary = folder / f".obsgen-{secrets.token_hex(8)}.tmp"
    with _system_errors(file):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, 0o666)
        stack.callback(_forget, temporary)
        with open(descriptor, "wb") as handle:  # noqa: PTH123 - a descriptor, not a path
            handle.write(content)
            handle.flush()
            os.fsync(descriptor)
        if mode is not None:
            temporary.chmod(mode)
    return _Staged(temporary, file)


def _forget(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def _place(staged: _Staged) -> None:
    with _system_errors(staged.file):
        staged.temporary.replace(staged.file)


def _make_room(file: Path) -> None:
    with _system_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        if is_folder(file) and not is_link(file):  # it held only files that are gone by now
            for parent, _, _ in os.walk(file, topdown=False):
                Path(parent).rmdir()


def _remove(change: Change, places: Places) -> None:
    with _system_errors(change.file):
        change.file.unlink(missing_ok=True)
    base = places.base(change.key)
    for folder in change.file.parents:
        if folder in {base, places.out, places.root} or is_link(folder):
            return
        try:
            folder.rmdir()
        except OSError:  # not empty, or not ours to remove: it stays, which harms nobody
            return


def _sweep(now: Changes, places: Places) -> None:
    """Remove what killed builds left behind; nobody else is writing, since the lock is ours."""
    folders = {places.out, places.root}
    for change in now.files:
        base = places.base(change.key)
        folders |= {base, *(parent for parent in change.file.parents if parent.is_relative_to(base))}
    for folder in sorted(folders):
        if is_folder(folder):
            with _system_errors(folder):
                for file in sorted(each for each in folder.iterdir() if TEMPORARY.fullmatch(each.name)):
                    file.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(places: Places, wait_seconds: float) -> Iterator[None]:
    """Hold the output folder, and the project whose folders two output folders may share, against other builds."""
    if fcntl is None:
        yield
        return
    with contextlib.ExitStack() as stack:
        for folder in sorted({os.path.realpath(places.root), os.path.realpath(places.out)}):
            with _system_errors(Path(folder)):
                descriptor = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            _lock(descriptor, Path(folder), time.monotonic() + wait_seconds)
        yield


def _lock(descriptor: int, folder: Path, deadline: float) -> None:
    if fcntl is None:
        return
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise OutputError(
                    folder, "is locked by another build", help="wait until it is through, then run `obsgen build` again"
                ) from None
            time.sleep(_POLL_SECONDS)
        except OSError:  # some network file systems have no locks; a build alone works there all the same
            return
        else:
            return


_WORDS = {
    errno.ENOSPC: ("there is no space left", "free some space, then run `obsgen build` again"),
    errno.EDQUOT: ("the quota is used up", "free some space, then run `obsgen build` again"),
    errno.EROFS: ("the file system is read-only", "name another output folder with `--out`"),
    errno.EACCES: ("permission denied", "make its folder writable for the user who builds"),
    errno.EPERM: ("not permitted", "make its folder writable for the user who builds"),
}


@contextlib.contextmanager
def _system_errors(path: Path) -> Iterator[None]:
    """Turn what the system says into one `OutputError` for *path*."""
    try:
        yield
    except OSError as error:
        reason, help = _WORDS.get(
            error.errno or 0, ((error.strerror or str(error)).lower(), "mend that, then run `obsgen build` again")
        )
        raise OutputError(path, f"cannot be written: {reason}", help=help) from error
