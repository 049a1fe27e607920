"""Recording by hand: traces, spans and calls of models that are over."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from obsgen_runtime.context import current
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.langfuse.core import Core
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.langfuse.prompts import ChatPrompt, TextPrompt
from obsgen_runtime.langfuse.spending import Tokens, priced, spending
from obsgen_runtime.observations import Facts, Level


class Recording(Core):
    """The part of the integration that records."""

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
