"""What all parts of the integration stand on: access, backend, and listeners."""

from __future__ import annotations

import os

from obsgen_runtime import tracing
from obsgen_runtime.context import Context
from obsgen_runtime.faults import shielded
from obsgen_runtime.langfuse.access import Access, NoAccess, find_access, started_environment
from obsgen_runtime.langfuse.api import Api, AuthCheck, LangfuseUnavailable
from obsgen_runtime.langfuse.backends import backend_for, tell_off
from obsgen_runtime.langfuse.events import AgentEvent, Listener
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.masking import Content
from obsgen_runtime.observations import Backend, Facts, Kind
from obsgen_runtime.settings import started_settings


class Core:
    """
    Access to one Langfuse project.

    Attributes:
        access: Server and keys, or why there are none.
    """

    def __init__(
        self,
        *,
        public_key: str | None,
        secret_key: str | None,
        host: str | None,
        backend: Backend | None,
        content: Content,
        allow_insecure: bool,
        api_timeout_seconds: float,
        on_event: Listener | None,
    ) -> None:
        """See `LangfuseIntegration`."""
        is_as_started = public_key is secret_key is host is None
        found = find_access(
            started_environment(os.environ),
            public_key=public_key,
            secret_key=secret_key,
            host=host,
            # What was started sends to that address already.
            allow_insecure=allow_insecure or (is_as_started and started_settings() is not None),
        )
        self.access: Access | NoAccess = found
        self._is_given = backend is not None
        self._own = backend
        self._api: Api | None = None
        self._listeners: list[Listener] = [] if on_event is None else [on_event]
        if isinstance(found, Access):
            self._api = Api(found, timeout_seconds=api_timeout_seconds)
            is_as_started = is_as_started and content == Content()
            # What `initialize_observability` started from the same settings sends there already.
            if backend is None and not (is_as_started and tracing.backend().is_live):
                self._own = backend_for(found, content)
        elif backend is None and not tracing.backend().is_live:
            tell_off(found.reason)

    @property
    def enabled(self) -> bool:
        """Whether what is recorded now can still arrive: keys are there, and what sends is alive."""
        return (self._is_given or isinstance(self.access, Access)) and self.backend.is_live

    @property
    def has_own_backend(self) -> bool:
        """Whether it was given a backend."""
        return self._is_given

    @property
    def backend(self) -> Backend:
        """Where observations go."""
        return tracing.backend() if self._own is None else self._own

    @property
    def base_url(self) -> str:
        """Address of the server; empty without keys."""
        return self.access.base_url if isinstance(self.access, Access) else ""

    def trace_url(self, trace_id: str) -> str:
        """Return the page of a trace; empty without keys."""
        return self.access.trace_url(trace_id) if isinstance(self.access, Access) and trace_id else ""

    def auth_check(self, *, timeout_seconds: float | None = None) -> AuthCheck:
        """Ask the server whether it takes the keys; waits for the answer, never raises."""
        if self._api is None:
            reason = self.access.reason if isinstance(self.access, NoAccess) else ""
            return AuthCheck(state="not_configured", detail=reason)
        return self._api.auth_check(timeout_seconds=timeout_seconds)

    def health(self, *, timeout_seconds: float | None = None) -> str:
        """
        Return the version that the server says it is; waits for the answer.

        Raises:
            LangfuseUnavailable: If it does not answer, is not well, or is not known for want of keys.
        """
        return self._asked().health(timeout_seconds=timeout_seconds)

    def on_event(self, listener: Listener) -> None:
        """Call *listener* with each agent selection, switch, breaker change and end of a tool call from now on."""
        self._listeners.append(listener)

    def flush(self, deadline_seconds: float = 2.0) -> bool:
        """Send what waits; returns whether all of it was sent or dropped within the deadline, which always holds."""
        with shielded("langfuse"):
            return self.backend.flush(deadline_seconds)
        return False

    def shutdown(self, deadline_seconds: float = 2.0) -> bool:
        """Flush and stop the backend, for all objects that share it; the deadline always holds."""
        with shielded("langfuse"):
            return self.backend.shutdown(deadline_seconds)
        return False

    def _start(
        self,
        name: str,
        context: Context,
        facts: Facts,
        *,
        kind: Kind = "span",
        below: Handle | None = None,
        at_ns: int | None = None,
    ) -> Handle:
        access = self.access if isinstance(self.access, Access) else None
        return Handle(name, kind, context, backend=self.backend, access=access, below=below, facts=facts, at_ns=at_ns)

    def _asked(self) -> Api:
        if self._api is None:
            reason = self.access.reason if isinstance(self.access, NoAccess) else "no keys"
            raise LangfuseUnavailable("not_configured", f"Langfuse is off: {reason}")
        return self._api

    def _emit(self, event: AgentEvent) -> None:
        for listener in tuple(self._listeners):
            with shielded("langfuse_listener"):
                listener(event)
