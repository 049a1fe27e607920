"""Compares what was rendered with what lies on disk and what the manifest remembers; reads, never writes."""

from __future__ import annotations

import enum
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from obsgen.output.disk import Kind, OnDisk, inspect, is_folder, is_link, only_holds, sha256_of
from obsgen.output.manifest import Hashes, Manifest, join, read
from obsgen.output.places import (
    FileKey,
    OutputError,
    Places,
    fold,
    key_of,
    real_file,
    refuse_links,
    refuse_unsafe,
)
from obsgen.targets.base import Artifact


class Action(enum.StrEnum):
    """What a build has to do with a file."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SAME = "same"


class State(enum.StrEnum):
    """Whose the content on disk is."""

    ABSENT = "absent"
    OURS = "ours"
    EDITED = "edited"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One file that is rendered, or that the manifest knows.

    Attributes:
        key: Its name in the manifest.
        file: Where it lies.
        action: What a build has to do; DELETE for everything that is no longer rendered.
        state: Whose the content on disk is: of the manifest, edited since, or never ours.
        after: The rendered content; None for DELETE.
        disk: What lies there now.
        obstacle: Why nobody, not even with force, can write it; empty if nothing is in the way.
    """

    key: FileKey
    file: Path
    action: Action
    state: State
    after: bytes | None
    disk: OnDisk
    obstacle: str = ""

    @property
    def kept(self) -> bool:
        """Whether a build without force leaves it although it is no longer rendered, since somebody worked on it."""
        return self.action is Action.DELETE and self.state is State.EDITED

    @property
    def conflict(self) -> bool:
        """Whether writing it would destroy what obsgen does not own."""
        return self.action is Action.UPDATE and self.state is State.FOREIGN and not self.obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """
    The whole comparison.

    Attributes:
        artifacts: What was rendered.
        files: One entry for each file, by place.
        manifest: As read from disk.
        manifest_file: Where it lies.
    """

    artifacts: tuple[Artifact, ...]
    files: tuple[Change, ...]
    manifest: Manifest
    manifest_file: Path

    def known_after(self, *, force: bool = False) -> dict[FileKey, Hashes]:
        """Return the entries of the manifest once a build is through."""
        known: dict[FileKey, Hashes] = {}
        for change in self.files:
            if change.after is not None:
                known[change.key] = (sha256_of(change.after),)
            elif change.kept and not force:
                known[change.key] = self.manifest.known[change.key]
        return known

    def known_during(self) -> dict[FileKey, Hashes]:
        """Return the entries for the time of a build: old and new content of everything that is about to change."""
        known = {key: join(hashes, ()) for key, hashes in self.manifest.known.items()}
        for change in self.files:
            before = known.get(change.key, (None,))
            if change.after is not None:
                known[change.key] = join(before, (sha256_of(change.after),))
            elif change.state is State.OURS:
                known[change.key] = join(before, (None,))
        return known


def changes(artifacts: Iterable[Artifact], places: Places) -> Changes:
    """
    Compare *artifacts* with the disk, file by file in a fixed order; nothing is written.

    Raises:
        ValueError: If an artifact's path is unsafe, two paths clash, or a text is no Unicode; our bug.
        OutputError: If a folder cannot be used, or a symbolic link leads out of it.
    """
    rendered = tuple(sorted(artifacts, key=key_of))
    refuse_unsafe(rendered)
    _refuse_other_than_folder(places.out)
    real = refuse_links(places, map(key_of, rendered))
    manifest = read(places)
    found = [_compare(artifact, places, manifest.known) for artifact in rendered]
    known = {key_of(artifact) for artifact in rendered}
    found += [_stale(key, places, manifest.known, real) for key in sorted(manifest.known.keys() - known)]
    return Changes(
        artifacts=rendered,
        files=_with_obstacles(found, places),
        manifest=manifest,
        manifest_file=places.manifest,
    )


def _refuse_other_than_folder(folder: Path) -> None:
    for path in (folder, *folder.parents):
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            if is_link(path):
                raise OutputError(path, "is a symbolic link to nothing", help="remove the link") from None
            continue
        except NotADirectoryError:
            continue
        except OSError as error:
            raise OutputError(path, f"cannot be read: {error.strerror}", help="name another output folder") from error
        if not stat.S_ISDIR(mode):
            raise OutputError(path, "is not a folder", help="name another output folder, or move this file away")
        return


def _compare(artifact: Artifact, places: Places, known: Mapping[FileKey, Hashes]) -> Change:
    key = key_of(artifact)
    file = places.file(key)
    disk = inspect(file)
    after = artifact.text.encode()
    if disk.kind in {Kind.ABSENT, Kind.FOLDER}:
        action = Action.CREATE
    else:
        action = Action.SAME if disk.sha256 == sha256_of(after) else Action.UPDATE
    return Change(key=key, file=file, action=action, state=_state(disk, known.get(key)), after=after, disk=disk)


def _stale(key: FileKey, places: Places, known: Mapping[FileKey, Hashes], real: Mapping[str, FileKey]) -> Change:
    file = places.file(key)
    disk = OnDisk(kind=Kind.ABSENT)
    # The manifest may be anybody's: what lies behind a link, or is rendered under another name, is not to be removed.
    if (path := real_file(places, key)) is not None and not _rendered(file, path, places, real):
        disk = inspect(file)
    state = _state(disk, known[key])
    return Change(key=key, file=file, action=Action.DELETE, state=state, after=None, disk=disk)


def _rendered(file: Path, path: str, places: Places, real: Mapping[str, FileKey]) -> bool:
    """Return whether *file* is one of the rendered files, or the manifest, on a file system that ignores case too."""
    mine = fold(path)
    others = [str(places.file(key)) for other, key in real.items() if fold(other) == mine]
    if fold(os.path.realpath(places.out) + os.sep + places.manifest.name) == mine:
        others.append(str(places.manifest))
    return any(os.path.exists(other) and os.path.exists(file) and os.path.samefile(other, file) for other in others)  # noqa: PTH110, PTH121 - never raise


def _state(disk: OnDisk, hashes: Hashes | None) -> State:
    if disk.kind in {Kind.ABSENT, Kind.FOLDER}:  # a folder is no file; whether it is in the way is another question
        return State.ABSENT
    if hashes is None:
        return State.FOREIGN
    if disk.sha256 in hashes:
        return State.OURS
    return State.FOREIGN if None in hashes else State.EDITED


def _with_obstacles(found: list[Change], places: Places) -> tuple[Change, ...]:
    going = frozenset(each.file for each in found if each.action is Action.DELETE and each.state is State.OURS)
    return tuple(replace(each, obstacle=_obstacle(each, places, going)) for each in found)


def _obstacle(change: Change, places: Places, going: frozenset[Path]) -> str:
    kind = change.disk.kind
    if change.after is None:
        return ""
    if kind is Kind.UNREADABLE:
        return f"cannot be read: {change.disk.reason}"
    if kind is Kind.SPECIAL or (kind is Kind.FOLDER and not only_holds(change.file, going)):
        return f"is {kind}, but a file is generated there"
    base = places.base(change.key)
    for folder in change.file.parents:
        if folder == base or is_folder(folder):
            break
        if os.path.lexists(folder) and folder not in going:
            return f"needs the folder `{folder.name}`, but a file of that name is in the way"
    return ""
