"""Prompts on disk as they last came, so that a start without the server still has them."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from obsgen_runtime.faults import count_fault

_LARGEST_BYTES = 4 * 1024 * 1024


class PromptFiles:
    """
    One file for each prompt and label below a folder, readable by this user only.

    File names are hashes, so no name of a prompt leads out of the folder. A full or read-only disk is counted as a
    fault of the hook `prompts`, and changes nothing else.
    """

    def __init__(self, folder: Path, project: str) -> None:
        """
        Use *folder*, made when the first prompt is kept.

        Args:
            folder: Where the files are.
            project: What tells apart servers and projects that share the folder.
        """
        self._folder = folder
        self._project = project

    def path(self, key: tuple[str, str]) -> Path:
        """Return where the prompt of this name and label or version is kept."""
        text = "\0".join((self._project, *key)).encode("utf-8", "backslashreplace")
        return self._folder / f"prompt-{hashlib.sha256(text).hexdigest()[:40]}.json"

    def load(self, key: tuple[str, str]) -> Any:
        """Return the answer that was kept, None if there is none or it cannot be trusted."""
        try:
            descriptor = os.open(self.path(key), os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            count_fault("prompts", "a kept prompt cannot be opened")
            return None
        try:
            with os.fdopen(descriptor, "rb") as file:
                if not _is_ours(os.fstat(file.fileno())):
                    count_fault("prompts", "a kept prompt belongs to somebody else")
                    return None
                return json.loads(file.read(_LARGEST_BYTES))
        except (OSError, ValueError, RecursionError):
            count_fault("prompts", "a kept prompt cannot be read")
            return None

    def keep(self, key: tuple[str, str], answer: object) -> None:
        """Keep an answer in place of the one before; whole, or not at all."""
        path = self.path(key)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(answer).encode())
            fresh.replace(path)
        except (OSError, ValueError, RecursionError):
            count_fault("prompts", "a prompt cannot be kept on disk")
            with suppress(OSError, ValueError):  # where it could not even be made
                fresh.unlink(missing_ok=True)


def _is_ours(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and (not hasattr(os, "geteuid") or found.st_uid == os.geteuid())
