"""Faults inside the runtime: the application is shielded from them, each is counted, and a cause is logged once a minute."""

from __future__ import annotations

import os
from threading import RLock
from time import monotonic
from types import TracebackType

SECONDS_BETWEEN_LINES = 60.0
CAUSES_AT_MOST = 200

_told: dict[tuple[str, str], float] = {}
_lock = RLock()  # a signal handler may count a fault while this thread is in here


class shielded:  # noqa: N801  (used as a statement: `with shielded("persona"):`)
    """
    Let no `Exception` out of a `with` block that holds nothing but the runtime's own code.

    What is not an `Exception`, such as a cancellation or the end of the process, passes.
    """

    __slots__ = ("_hook",)

    def __init__(self, hook: str) -> None:
        """
        Prepare.

        Args:
            hook: The part of the runtime that is at work, as `obsgen_runtime_hook_faults_total` shows it.
        """
        self._hook = hook

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Count and swallow a fault."""
        if not isinstance(fault, Exception):
            return False
        count_fault(self._hook, type(fault).__name__)
        return True


def count_fault(hook: str, cause: str) -> None:
    """
    Count one fault, and log it unless the same cause was logged within the last minute. Never raises.

    Args:
        hook: The part of the runtime that is at work.
        cause: What went wrong, in a word or two of ours; never a value of the application.
    """
    # Only a fault loads the Prometheus client for applications that just trace.
    from prometheus_client import REGISTRY  # noqa: PLC0415

    from obsgen_runtime.refusals import runtime_metrics, tell  # noqa: PLC0415

    try:
        runtime_metrics(REGISTRY).obsgen_runtime_hook_faults_total.inc(hook=hook)
    except ValueError:  # somebody else holds one of our names in the default registry
        tell("%s: a fault could not be counted", hook, fault=True)
    if _is_due(hook, cause):
        tell("%s: a fault inside obsgen_runtime, which the application did not see: %s", hook, cause, fault=True)


def _is_due(hook: str, cause: str) -> bool:
    now = monotonic()
    with _lock:
        if now - _told.get((hook, cause), -SECONDS_BETWEEN_LINES) < SECONDS_BETWEEN_LINES:
            return False
        if len(_told) >= CAUSES_AT_MOST:
            _told.clear()
        _told[hook, cause] = now
        return True


def _begin_anew() -> None:
    # Another thread of the parent may hold it, and that thread is not here. Nothing else is taken inside.
    global _lock  # noqa: PLW0603
    _lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
