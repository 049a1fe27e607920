"""One agent at work on one task: its observation, and what is counted of it at its end."""

from __future__ import annotations

import math
from asyncio import CancelledError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from obsgen_runtime._generated import RuntimeMetrics
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.kits.breaker import WatchedBreaker
from obsgen_runtime.langfuse.agents import Execution
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.langfuse.spending import Spending, Tokens, spending
from obsgen_runtime.llm.pricing import default_prices
from obsgen_runtime.prices import Priced

Outcome = Literal["success", "failure", "cancelled"]


@dataclass(frozen=True, slots=True)
class RunMetrics:
    """Collectors that a run records into, the runtime's own and those of the catalog."""

    own: RuntimeMetrics
    tasks: Any
    durations: Any
    tokens: Any
    cost: Any
    quality: Any
    iterations: Any


class AgentRun:
    """
    A run, as `with` or `async with`; before and after the block its methods are harmless.

    Attributes:
        agent: Who works.
        outcome: How it ended; None until then.
        cost_usd: US dollars; None where nobody knows, which is not zero.
        total_tokens: Input and output; None where the agent told none.
        quality: As it was judged last; None if it was not.
        iteration: Rounds up to now; the first one is 1.
        seconds: How long it took; None until its end.
    """

    __slots__ = ("_breaker", "_clock", "_execute", "_execution", "_failure", "_handle", "_metrics", "_project",
                 "_spent", "_started", "_task_type", "agent", "cost_usd", "iteration", "outcome", "quality",
                 "seconds", "total_tokens")  # fmt: skip

    def __init__(
        self,
        execute: Callable[[], Execution],
        metrics: RunMetrics,
        *,
        agent: str,
        task_type: str,
        project: str,
        clock: Callable[[], float],
        breaker: WatchedBreaker | None = None,
    ) -> None:
        """Prepare; see `OrchestratorKit.run`."""
        self._execute = execute
        self._metrics = metrics
        self._task_type = task_type
        self._project = project
        self._clock = clock
        self._breaker = breaker
        self._execution: Execution | None = None
        self._handle: Handle | None = None
        self._spent = Spending()
        self._failure = ""
        self._started = 0.0
        self.agent = agent
        self.outcome: Outcome | None = None
        self.cost_usd: float | None = None
        self.total_tokens: int | None = None
        self.quality: float | None = None
        self.iteration = 1
        self.seconds: float | None = None

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits; empty where nothing is traced."""
        return "" if self._handle is None else self._handle.trace_id

    def update(
        self,
        *,
        output: object | None = None,
        tokens: Tokens | None = None,
        cost: float | None = None,
        model: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        """
        Add what is known by now; tokens and cost of several rounds are added up by the caller.

        Args:
            output: Result; content.
            tokens: Parts as a provider names them, a `Usage`, or a bare total, which is counted as `unsplit`.
            cost: US dollars, 0 for what is free; without it the price table is asked for *model*.
            model: Model that answered.
            metadata: Facts for the trace, such as the agent's `session_id`.
        """
        with shielded("orchestrator"):
            if self._handle is None or self.outcome is not None:
                count_fault("orchestrator", "an update outside of the run")
                return
            self._spent = self._spent.later(spending(tokens, cost, model))
            self._handle.update(output=output, tokens=tokens, cost=cost, model=model, metadata=metadata)

    def iterate(self) -> int:
        """Begin another round; returns its number."""
        self.iteration += 1
        return self.iteration

    def fail(self, reason_code: str, message: str | None = None) -> None:
        """
        Say that the agent failed, where no exception says so.

        Args:
            reason_code: Why, a fixed word.
            message: Why, in a line, without content.
        """
        with shielded("orchestrator"):
            self._failure = reason_code or "error"
            if self._handle is not None:
                words = message or f"the agent failed: {self._failure}"
                self._handle.update(level="ERROR", message=words, metadata={"reason_code": self._failure})

    def score_quality(self, value: float, *, comment: str | None = None) -> None:
        """
        Judge the answer, within the block or later: in the metric, and as a score of the run.

        Args:
            value: From 0 to 1. Anything else is recorded nowhere, and counted as a fault.
            comment: Why; content, for the trace only.
        """
        with shielded("orchestrator"):
            number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
            if self._handle is None or not 0 <= number <= 1:
                count_fault("orchestrator", "a quality that is no number from 0 to 1, or of a run that never began")
                return
            self.quality = float(number)
            self._metrics.quality.observe(self.quality, agent=self.agent)
            self._handle.score("quality", self.quality, comment=comment)
            if self.outcome is None:
                self._handle.event("quality_assessment", {"quality_score": self.quality})
                self._handle.update(metadata={"quality_score": self.quality})

    def __enter__(self) -> Self:
        self._execution = self._execute()
        self._handle = self._execution.__enter__()
        self._started = self._clock()
        self._note_breaker(self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with shielded("orchestrator"):  # within the span, so that exemplars lead to it
            self._end(error)
        if self._execution is not None:
            self._execution.__exit__(kind, error, traceback)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)

    def _note_breaker(self, handle: Handle) -> None:
        if self._breaker is not None:
            with shielded("orchestrator"):
                handle.event("circuit_breaker_check", {"agent": self.agent, "state": self._breaker.state})

    def _end(self, error: BaseException | None) -> None:
        self.seconds = max(0.0, self._clock() - self._started)
        outcome = _outcome(error, self._failure)
        metrics = self._metrics
        self._price()
        if self._handle is not None:
            facts = {"duration": self.seconds, "iteration": self.iteration, "status": outcome}
            self._handle.update(metadata=facts, cost=self.cost_usd)
        self.outcome = outcome
        metrics.tasks.inc(agent=self.agent, task_type=self._task_type, outcome=outcome)
        metrics.iterations.inc(self.iteration, agent=self.agent)
        if outcome == "success":
            metrics.durations.observe(self.seconds, agent=self.agent)
        self._count_tokens()
        if self.cost_usd is not None:
            metrics.cost.inc(self.cost_usd, agent=self.agent, project=self._project, task_type=self._task_type)
        elif outcome == "success":
            metrics.own.obsgen_runtime_price_unknown_total.inc(model=self._spent.model or self.agent)

    def _price(self) -> None:
        spent = self._spent
        cost = spent.cost
        if cost is None and spent.model is not None:
            cost = default_prices().price(spent.usage, spent.model)
        self.cost_usd = cost.usd if isinstance(cost, Priced) else None
        self.total_tokens = spent.total_tokens if spent.usage is None else spent.usage.total_tokens

    def _count_tokens(self) -> None:
        spent = self._spent
        if spent.usage is not None:
            parts = {"input": spent.usage.input_tokens, "output": spent.usage.output_tokens}
        elif spent.total_tokens is not None:
            parts = {"unsplit": spent.total_tokens}
        else:
            if self.outcome == "success":
                self._metrics.own.obsgen_runtime_usage_unknown_total.inc(model=spent.model or self.agent)
            return
        for part, number in parts.items():
            self._metrics.tokens.inc(number, agent=self.agent, project=self._project, token_type=part)


def _outcome(error: BaseException | None, failure: str) -> Outcome:
    if isinstance(error, CancelledError | GeneratorExit | KeyboardInterrupt):
        return "cancelled"
    return "failure" if error is not None or failure else "success"
