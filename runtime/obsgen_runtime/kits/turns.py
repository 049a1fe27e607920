"""One turn of a session: one trace, from the prompt to the agent's last word, whatever ends it."""

from __future__ import annotations

import time
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from obsgen_runtime.context import current, use
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.kits import agent_messages as said
from obsgen_runtime.kits.spending import added
from obsgen_runtime.kits.tool_calls import Outcome, ToolCall, ToolCalls
from obsgen_runtime.observations import UNTRACED, Facts, Level, Observation, Score, ScoreKind
from obsgen_runtime.prices import Cost, Priced, Unpriced
from obsgen_runtime.tracing import as_current
from obsgen_runtime.usage import Usage

if TYPE_CHECKING:
    from obsgen_runtime.kits.sessions import Session

TURN = "agentic-session"
GENERATION = "claude-response"
_FROM_OUTSIDE = (CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit)


class Turn:
    """
    A turn, as `with` or `async with`; made by `Session.turn`, and entered once.

    What it is told never raises, waits or sends; exceptions and cancellations of the block come out unchanged.

    Attributes:
        session: Whose turn it is.
        outcome: How it ended; None before that.
    """

    def __init__(self, session: Session, prompt: object) -> None:
        """Prepare; nothing is recorded before the block is entered."""
        self.session = session
        self.outcome: Outcome | None = None
        self._prompt = prompt
        self._open: ExitStack | None = None
        self._root: Observation = UNTRACED
        self._generation: Observation = UNTRACED
        self._tools = ToolCalls(session.kit.backend, current(), UNTRACED, session.kit.metrics.tool_calls)
        self._first_token_ns: int | None = None
        self._model: str | None = None
        self._text: str | None = None
        self._usages: dict[str, Usage] = {}
        self._ended: said.Ended | None = None
        self._was_heard = False
        self._verdict: tuple[Outcome, str] | None = None

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits, after the end, too; empty where nothing is traced."""
        return self._root.trace_id

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.outcome is not None

    def __enter__(self) -> Self:
        """Start the trace, and put session, user and project into the context of this task."""
        self._open = ExitStack()
        self._open.enter_context(use(**self.session.fields))
        with shielded("sessions"):
            self._start()
        self._open.enter_context(as_current(self._root))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it, with the exception or cancellation that ends the block; that goes on unchanged."""
        try:
            self.end(error)
        finally:
            if self._open is not None:
                self._open.close()

    async def __aenter__(self) -> Self:
        """Start, without waiting for anything."""
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End, without waiting for anything."""
        self.__exit__(kind, error, traceback)

    @contextmanager
    def current(self) -> Iterator[None]:
        """Make the turn the current one in another task or thread, inside a `with` block."""
        with use(**self.session.fields), as_current(self._root):
            yield

    def message(self, message: object) -> None:
        """
        Take what the agent streams: a line of JSON, a mapping, or an object of its SDK.

        Tool calls, sub-agents, retries, model, usage and verdict are read from it; a line that is none is counted as a
        fault.
        """
        with shielded("sessions"):
            for part in said.read_message(message):
                self._take(part)

    def answer(
        self, text: str | None = None, *, model: str | None = None, usage: Usage | None = None, usd: float | None = None
    ) -> None:
        """
        Say how the turn ended well, for agents whose messages `message` does not read.

        Args:
            text: Final answer; content.
            model: Model that answered.
            usage: Tokens, of the turn or of the session so far, as the kit was told.
            usd: Cost, the same.
        """
        with shielded("sessions"):
            self._model = model or self._model
            self._was_heard = True
            self._ended = said.Ended(is_error=False, reason="success", text=text, usage=usage, usd=usd)

    def failed(self, reason: str) -> None:
        """Say that the turn failed though no exception says so; *reason* is a short code without content."""
        self._verdict = ("error", reason)

    def cancelled(self, reason: str = "cancelled") -> None:
        """Say that somebody ended the turn, such as by stopping the agent's process."""
        self._verdict = ("cancelled", reason)

    def tool(self, name: str, arguments: object = None) -> AbstractContextManager[ToolCall]:
        """Record a `with` block as a call of a tool; `result(..., is_error=True)` inside is its verdict."""
        return self._tools.block(name, arguments, None)

    def agent(self, name: str, task: object = None) -> AbstractContextManager[ToolCall]:
        """Record a `with` block as the work of another agent; tools and calls inside lie below it."""
        return self._tools.block("Task", task, name)

    def retried(self, reason: said.RetryReason) -> None:
        """Count that the model was called again, and note it in the trace."""
        with shielded("sessions"):
            self.session.kit.metrics.retries.inc(reason=reason)
            self._root.event("retry", {"reason": reason})

    def score(
        self, name: str, value: float | bool | str, *, kind: ScoreKind = "NUMERIC", comment: str | None = None
    ) -> None:
        """Judge the turn, during it or later, with the keys of its project; *comment* is content."""
        if self.trace_id:
            score = Score(
                name=name, value=value, trace_id=self.trace_id, kind=kind, comment=comment, project=self.session.project
            )
            with shielded("sessions"):
                self.session.kit.backend.score(score)

    def end(self, error: BaseException | None = None) -> None:
        """End it, once; the `with` block does so by itself."""
        if self.outcome is not None:
            return
        self.outcome, reason = self._judged(error)
        with shielded("sessions"):
            self.session.forget(self)
            self._tools.end_all(self.outcome)
            self._settle(reason)
        with shielded("sessions"):
            self._generation.end(error)
        with shielded("sessions"):
            self._root.end(error)

    def _start(self) -> None:
        session = self.session
        session.run(self)
        context, backend = current(), session.kit.backend
        facts = session.facts(self._prompt)
        # No parent: a turn is a trace of its own, also where it is started inside of another one.
        self._root = backend.start(TURN, "agent", context, facts=facts)
        self._generation = backend.start(
            GENERATION, "generation", context, parent=self._root, facts=Facts(input=self._prompt)
        )
        self._tools = ToolCalls(backend, context, self._root, session.kit.metrics.tool_calls)

    def _take(self, part: said.Part) -> None:
        self._was_heard = True
        if self._first_token_ns is None and isinstance(part, said.FirstToken | said.Said):
            self._first_token_ns = time.time_ns()
        match part:
            case said.Said():
                self._hear(part)
            case said.ToolAsked():
                self._tools.start(part.call_id, part.name, part.arguments, below=part.below, agent=part.agent)
            case said.ToolAnswered():
                self._tools.answer(part.call_id, part.result, is_error=part.is_error)
            case said.Retried():
                self.retried(part.reason)
            case said.Ended():
                self._ended = part
            case said.Unreadable():
                count_fault("sessions", "a message of the agent could not be read")
            case said.FirstToken():
                pass

    def _hear(self, part: said.Said) -> None:
        if part.usage is not None:
            # Each block of an answer comes as a message of its own, with the usage of the whole answer.
            self._usages[part.call_id or f"#{len(self._usages)}"] = part.usage
        if part.below is None:
            self._model = part.model or self._model
            self._text = part.text or self._text

    def _judged(self, error: BaseException | None) -> tuple[Outcome, str]:
        if isinstance(error, _FROM_OUTSIDE):
            return "cancelled", ""
        if error is not None:
            return "error", ""
        if self._verdict is not None:
            return self._verdict
        if self._ended is None:
            return "error", "the agent ended without a result"
        return ("error", self._ended.reason) if self._ended.is_error else ("ok", "")

    def _settle(self, reason: str) -> None:
        session, outcome = self.session, self.outcome or "ok"
        model = self._model or "unknown"
        usage, cost = self._spent(model)
        if isinstance(cost, Priced):
            session.cost_usd += cost.usd
        if self._was_heard:
            session.kit.spent(session.label, model, usage, cost)
        session.kit.metrics.turns.inc(project=session.label, outcome=outcome)
        text = self._ended.text if self._ended is not None and self._ended.text else self._text
        level: Level | None = {"error": "ERROR", "cancelled": "WARNING"}.get(outcome) if reason else None  # type: ignore[assignment]
        self._generation.update(
            Facts(
                output=text,
                model=self._model,
                usage=usage,
                cost=cost,
                first_token_ns=self._first_token_ns,
                level=level,
                message=reason or None,
            )
        )
        self._root.update(Facts(output=text, level=level, message=reason or None))

    def _spent(self, model: str) -> tuple[Usage | None, Cost]:
        told, spent = self._ended, self.session.spent
        if told is not None:
            usage, usd = spent.of_turn(told.usage), spent.usd_of_turn(told.usd)
        else:
            # What a sum will hold with the next result must not be counted twice.
            usage, usd = added(list(self._usages.values())) if spent.usage_per == "turn" else None, None
        if usd is not None:
            return usage, Priced(usd=usd)
        if told is None and spent.cost_per == "session":
            return usage, Unpriced(reason="told_later")
        return usage, self.session.kit.prices.price(usage, None if model == "unknown" else model)
