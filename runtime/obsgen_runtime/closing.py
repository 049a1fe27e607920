"""What has to be recorded before the process ends, such as the time in the last persona: run before anything is flushed."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from threading import RLock

from obsgen_runtime.faults import shielded

_endings: dict[int, Callable[[], None]] = {}
_lock = RLock()  # a signal handler may shut down while this thread is in here


def before_the_end(key: int, ending: Callable[[], None]) -> None:
    """
    Have *ending* called when observability is shut down or the interpreter exits, whichever comes first.

    Args:
        key: `id` of the object that it ends, for `forget`.
        ending: Called at most once; has to be quick.
    """
    with _lock:
        _endings[key] = ending


def forget(key: int) -> None:
    """Do not call the ending of this key any more."""
    with _lock:
        _endings.pop(key, None)


@atexit.register
def run_endings() -> None:
    """Call and forget all endings, the latest first; a fault in one does not keep the others from theirs."""
    while True:
        with _lock:
            if not _endings:
                return
            _, ending = _endings.popitem()
        with shielded("closing"):
            ending()


def _begin_anew() -> None:
    # What the parent began, the parent ends; and one of its threads, which is not here, may hold the lock.
    global _lock  # noqa: PLW0603
    _lock = RLock()
    _endings.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
