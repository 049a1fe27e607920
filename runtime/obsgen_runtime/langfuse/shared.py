"""The integration that a whole process shares."""

from __future__ import annotations

from threading import RLock

from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.langfuse.access import NoAccess
from obsgen_runtime.langfuse.integration import LangfuseIntegration
from obsgen_runtime.settings import Settings, started_settings


class _Process:
    """What is shared, and what it was made from."""

    def __init__(self) -> None:
        self.lock = hold_over_forks(RLock())
        self.integration: LangfuseIntegration | None = None
        self.made_from: Settings | None = None

    @property
    def is_outdated(self) -> bool:
        """Whether it was made without keys, and observability has been started with other settings since."""
        made, now = self.integration, started_settings()
        return made is None or (
            isinstance(made.access, NoAccess) and not made.has_own_backend and now not in (None, self.made_from)
        )


_process = _Process()


def get_langfuse_integration() -> LangfuseIntegration:
    """Return the integration of this process: with the keys of `initialize_observability`, else of the environment."""
    with _process.lock:
        if _process.integration is None or _process.is_outdated:
            _process.made_from = started_settings()
            _process.integration = LangfuseIntegration()
        return _process.integration


def set_langfuse_integration(new: LangfuseIntegration | None) -> LangfuseIntegration | None:
    """Make *new* the integration of this process; returns the one before. None makes the next use build one."""
    with _process.lock:
        before, _process.integration = _process.integration, new
        return before


get_langfuse = get_langfuse_integration
get_langfuse_observer = get_langfuse_integration
