"""
Langfuse as an application meets it: traces, spans, generations, scores, prompts and datasets behind one object.

Without keys everything works and nothing is sent; one line says so.
"""

from __future__ import annotations

from pathlib import Path

from obsgen_runtime.langfuse.agents import AgentHooks
from obsgen_runtime.langfuse.datasets import Datasets
from obsgen_runtime.langfuse.events import Listener
from obsgen_runtime.langfuse.judging import Judging
from obsgen_runtime.langfuse.prompt_calls import PromptCalls
from obsgen_runtime.langfuse.prompts import Prompts
from obsgen_runtime.langfuse.recording import Recording
from obsgen_runtime.masking import Content
from obsgen_runtime.observations import Backend


class LangfuseIntegration(AgentHooks, Recording, Judging, PromptCalls, Datasets):
    """
    The hooks of one Langfuse project.

    No method that records something raises, waits or does I/O on the caller's time. Those that ask the server say so.

    Inside a `with` block of one of its handles, what is recorded goes below that.
    """

    def __init__(
        self,
        public_key: str | None = None,
        secret_key: str | None = None,
        host: str | None = None,
        *,
        backend: Backend | None = None,
        content: Content | None = None,
        allow_insecure: bool = False,
        prompt_folder: str | Path | None = None,
        fetch_timeout_seconds: float = 1.0,
        api_timeout_seconds: float = 5.0,
        on_event: Listener | None = None,
    ) -> None:
        """
        Take keys and address from the arguments, or else from the environment.

        Several objects for one project share one backend, so making one per component costs nothing.

        Args:
            public_key: Default is LANGFUSE_PUBLIC_KEY.
            secret_key: Default is LANGFUSE_SECRET_KEY.
            host: Base URL; default is LANGFUSE_BASE_URL, then LANGFUSE_HOST, then Langfuse Cloud.
            backend: What keeps the observations; default sends OpenTelemetry spans to *host*.
            content: Which content is sent; none by default.
            allow_insecure: Take plain http for other hosts than this machine.
            prompt_folder: Where the last known prompts are kept on disk; nowhere if None.
            fetch_timeout_seconds: Longest wait for a prompt on the caller's time.
            api_timeout_seconds: Longest wait for an answer of the calls that ask the server.
            on_event: Called with each agent selection, switch, breaker change and end of a tool call; for counters.

        Raises:
            BadAddress: If *host* is not a base URL that keys may be sent to.
        """
        super().__init__(
            public_key=public_key,
            secret_key=secret_key,
            host=host,
            backend=backend,
            content=Content() if content is None else content,
            allow_insecure=allow_insecure,
            api_timeout_seconds=api_timeout_seconds,
            on_event=on_event,
        )
        self._prompts = Prompts(
            self._api,
            folder=None if prompt_folder is None else Path(prompt_folder),
            fetch_seconds=fetch_timeout_seconds,
        )

    @property
    def langfuse(self) -> LangfuseIntegration:
        """The same object, for code that reached through an observer to its client."""
        return self
