"""
Langfuse as an application meets it: traces, spans, generations, scores, prompts and datasets behind one object.

Without keys everything works and nothing is sent; one line says so.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Literal, overload

from obsgen_runtime import tracing
from obsgen_runtime.context import current
from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.langfuse.access import NoAccess
from obsgen_runtime.langfuse.agents import AgentHooks
from obsgen_runtime.langfuse.datasets import Datasets
from obsgen_runtime.langfuse.events import Listener
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.langfuse.prompts import ChatMessage, ChatPrompt, Prompts, TextPrompt
from obsgen_runtime.langfuse.scores import ScoreValue, score_of
from obsgen_runtime.langfuse.spending import Tokens, priced, spending
from obsgen_runtime.masking import Content
from obsgen_runtime.observations import Backend, Facts, Level, ScoreKind
from obsgen_runtime.settings import Settings, started_settings

_HEX = frozenset("0123456789abcdef")


class LangfuseIntegration(AgentHooks, Datasets):
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

    def start_trace(
        self,
        name: str,
        persona: str | None = None,
        chatmode: str | None = None,
        metadata: Mapping[str, object] | None = None,
        *,
        session: str | None = None,
        tags: Sequence[str] | None = None,
        input: object | None = None,
    ) -> Handle:
        """
        Start a trace; inside another one, a part of that.

        Args:
            name: What is done, a fixed name.
            persona: Role at work; Langfuse's user.
            chatmode: Kind of conversation; Langfuse's session, unless there is a *session*.
            metadata: Of any type; encoded now.
            session: Conversation or run that several traces share.
            tags: Words to filter by.
            input: The task; content.

        Returns:
            A handle for `end_trace`, or for `with`: then it is ended by the block, and is the current one inside.
        """
        now = context = current()
        with shielded("langfuse"):
            mode = chatmode or now.chatmode
            context = replace(
                now,
                persona=persona or now.persona,
                chatmode=mode,
                session=session or now.session or mode,
                tags=now.tags if tags is None else tuple(tags),
            )
        return self._start(name, context, Facts(input=input, metadata=metadata))

    def start_span(
        self,
        trace: Handle | None,
        name: str,
        metadata: Mapping[str, object] | None = None,
        *,
        input: object | None = None,
    ) -> Handle:
        """Start a part of *trace*, or of what is current if that is None; end it with `end_span` or `with`."""
        above = _handle(trace)
        context = current() if above is None else above.context
        return self._start(name, context, Facts(input=input, metadata=metadata), below=above)

    def create_generation(
        self,
        trace: Handle | None,
        name: str,
        model: str,
        prompt: object | None = None,
        completion: object | None = None,
        usage: Tokens | None = None,
        *,
        cost: float | None = None,
        metadata: Mapping[str, object] | None = None,
        model_parameters: Mapping[str, object] | None = None,
        managed_prompt: TextPrompt | ChatPrompt | None = None,
        started_at: datetime | None = None,
        first_token_at: datetime | None = None,
        ended_at: datetime | None = None,
        level: Level | None = None,
        message: str | None = None,
        error: BaseException | None = None,
    ) -> Handle:
        """
        Record one call of a language model that is over.

        Args:
            trace: What it belongs to; what is current if None.
            name: What it was for, a fixed name.
            model: Model that was asked.
            prompt: Text or messages; content.
            completion: Answer; content.
            usage: A provider's dictionary, a `Usage`, or a total.
            cost: US dollars, if the caller knows; else what the price table of the process says. Where that does not
                know either, none is sent, and that is counted.
            metadata: Of any type.
            model_parameters: Such as the temperature.
            managed_prompt: What `get_prompt` returned; links the version, unless it is a fallback.
            started_at: When it was called; default is now, so that it has no length.
            first_token_at: When the first token came.
            ended_at: When it was over; default is now.
            level: How bad it is.
            message: Why, without content.
            error: What it failed with.

        Returns:
            A handle that has ended: for its ids and for scores.
        """
        above = _handle(trace)
        facts = Facts(
            input=prompt,
            output=completion,
            metadata=metadata,
            model=model,
            model_parameters=model_parameters,
            first_token_ns=_ns(first_token_at),
            level=level,
            message=message,
        )
        with shielded("langfuse"):
            spent = priced(spending(usage, cost, model)).facts()
            facts = replace(facts, usage=spent.usage, cost=spent.cost, attributes=spent.attributes)
            if managed_prompt is not None:
                facts = replace(facts, prompt=managed_prompt.link)
        context = current() if above is None else above.context
        call = self._start(name, context, facts, kind="generation", below=above, at_ns=_ns(started_at))
        call.end(error=error, at_ns=_ns(ended_at))
        return call

    def end_span(
        self,
        span: Handle,
        status: str | None = None,
        output: object | None = None,
        *,
        error: BaseException | None = None,
    ) -> None:
        """End a span; see `end_trace`."""
        self.end_trace(span, status, output, error=error)

    def end_trace(
        self,
        trace: Handle,
        status: str | None = None,
        output: object | None = None,
        *,
        error: BaseException | None = None,
    ) -> None:
        """
        End a trace or a span; nothing is sent on the caller's time.

        Args:
            trace: What `start_trace` returned. A second end changes nothing, and is counted.
            status: Such as `success` or `error`.
            output: Result; content.
            error: What it failed with; inside an `except` block with a status of failure, what is handled there.
        """
        with shielded("langfuse"):
            if error is None and str(status).lower() in ("error", "failed", "failure", "cancelled", "timeout"):
                error = sys.exception()
            trace.end(status=status, output=output, error=error)

    def score(
        self, target: Handle | str, value: ScoreValue, name: str = "score", *, comment: str | None = None
    ) -> None:
        """
        Judge what *target* names.

        Args:
            target: A handle; or a trace id of 32 hexadecimal digits; or the id of anything else, such as a dataset
                item, which is judged by a trace of its own, since Langfuse scores nothing but traces and parts.
            value: A number, a yes or no, or the name of a category.
            name: What is judged, such as `quality`.
            comment: Content; masked unless a setting opens it.
        """
        with shielded("langfuse"):
            if isinstance(target, Handle):
                target.score(name, value, comment=comment)
            elif _is_trace_id(target):
                self.create_score(name, value, trace_id=target, comment=comment)
            else:
                judged = self._start("score", current(), Facts(metadata={"item_id": str(target)}))
                judged.score_trace(name, value, comment=comment)
                judged.end()

    def create_score(
        self,
        name: str,
        value: ScoreValue,
        *,
        trace_id: str | None = None,
        observation_id: str | None = None,
        data_type: ScoreKind | None = None,
        comment: str | None = None,
        score_id: str | None = None,
    ) -> None:
        """
        Judge a trace or an observation; what is current, if no trace is named.

        Args:
            name: What is judged.
            value: A number, a yes or no, or the name of a category.
            trace_id: 32 hexadecimal digits.
            observation_id: 16 hexadecimal digits; the whole trace is judged without.
            data_type: How *value* is meant; follows from its type if None.
            comment: Content; masked unless a setting opens it.
            score_id: The same id twice replaces the first score.
        """
        with shielded("langfuse"):
            known = trace_id or tracing.current_observation().trace_id
            if not known:
                if self.enabled:
                    count_fault("langfuse", "a score without a trace")
                return
            self.backend.score(
                score_of(
                    name,
                    value,
                    known,
                    observation_id,
                    kind=data_type,
                    comment=comment,
                    score_id=score_id,
                    project=current().project,
                )
            )

    @overload
    def get_prompt(
        self,
        name: str,
        *,
        type: Literal["chat"],
        label: str | None = None,
        version: int | None = None,
        fallback: Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> ChatPrompt: ...

    @overload
    def get_prompt(
        self,
        name: str,
        *,
        type: Literal["text"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> TextPrompt: ...

    def get_prompt(
        self,
        name: str,
        *,
        type: Literal["text", "chat"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> TextPrompt | ChatPrompt:
        """
        Return a managed prompt: from memory, the server, the disk, or else the fallback.

        Args:
            name: Its name in Langfuse.
            type: What it has to be.
            label: Such as `production`, which is the default unless there is a *version*.
            version: Exactly this one.
            fallback: What to use if the prompt cannot be had: no keys, no server, no such prompt.
            cache_ttl_seconds: Age up to which it comes from memory; later it still does, while it is fetched anew in
                the background.

        Raises:
            LangfuseUnavailable: If nothing has it; never with a *fallback*.
            ValueError: If both *label* and *version* are given.
        """
        return self._prompts.get(
            name, kind=type, label=label, version=version, fallback=fallback, cache_ttl_seconds=cache_ttl_seconds
        )

    @overload
    async def get_prompt_async(
        self,
        name: str,
        *,
        type: Literal["chat"],
        label: str | None = None,
        version: int | None = None,
        fallback: Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> ChatPrompt: ...

    @overload
    async def get_prompt_async(
        self,
        name: str,
        *,
        type: Literal["text"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> TextPrompt: ...

    async def get_prompt_async(
        self,
        name: str,
        *,
        type: Literal["text", "chat"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> TextPrompt | ChatPrompt:
        """Return what `get_prompt` does; a wait for the server or the disk is a thread's, so the loop goes on."""
        return await self._prompts.get_async(
            name, kind=type, label=label, version=version, fallback=fallback, cache_ttl_seconds=cache_ttl_seconds
        )


class _Process:
    """The integration that the whole process shares."""

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


def _ns(moment: datetime | None) -> int | None:
    with shielded("langfuse"):
        return None if moment is None else round(moment.timestamp() * 1_000_000) * 1000
    return None


def _handle(trace: object) -> Handle | None:
    """Return *trace* if it is one; what else is given in its place is a fault, and what is current stands in."""
    if trace is None or isinstance(trace, Handle):
        return trace
    count_fault("langfuse", f"a trace of type {type(trace).__name__}")
    return None


def _is_trace_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= _HEX


__all__ = [
    "LangfuseIntegration",
    "get_langfuse",
    "get_langfuse_integration",
    "get_langfuse_observer",
    "set_langfuse_integration",
]
