"""
Personas: who is at work, for how long, and what of the token budget is left.

`PersonaMetricsCollector` records into generated collectors; `switch_persona` changes metrics, context and observation
together, and closes what it opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from time import monotonic
from typing import Any

from obsgen_runtime import closing
from obsgen_runtime.amounts import judge_amount
from obsgen_runtime.collectors import ValueOf
from obsgen_runtime.context import current, use
from obsgen_runtime.families import hold_over_forks, is_multiprocess
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.observations import Observation
from obsgen_runtime.roles import BUDGET, DURATION, GATES, SWITCHES, TOKENS, MissingMetricsError, find
from obsgen_runtime.stints import Stint, current_stint
from obsgen_runtime.tracing import observe

__all__ = ["MissingMetricsError", "PersonaMetricsCollector", "default_collector", "switch_persona", "use_collector"]

NOBODY = "none"
"""Where the first switch of a session comes from."""

_lock = hold_over_forks(RLock())  # one for all collectors: it is taken seldom, and a fork has to find it free


class PersonaMetricsCollector:
    """
    Records persona switches, durations, tokens and budgets; none of its methods raises into the application.

    The session it keeps is the one of the process, as a command or an assistant has it. Where several personas are at
    work at once, use `switch_persona` in each task.
    """

    def __init__(self, metrics: object, prefix: str = "hypertool", *, clock: Callable[[], float] = monotonic) -> None:
        """
        Find the collectors.

        Args:
            metrics: Generated collectors, such as `HypertoolMetrics()`.
            prefix: What the names of the metrics begin with.
            clock: Seconds that never go back.

        Raises:
            MissingMetricsError: If metrics are missing or have other labels; names all of them.
        """
        found = find(metrics, prefix, (SWITCHES, DURATION, TOKENS, BUDGET, GATES))
        self.metrics = metrics
        self.prefix = prefix
        self._switches, self._duration, self._tokens, self._budget, self._gates = found
        self._clock = clock
        self._budgets = _budgets_of(self._budget)
        self._used: dict[str, float] = dict.fromkeys(self._budgets, 0.0)
        self._session: Stint | None = None
        self._process = os.getpid()

    @property
    def persona(self) -> str | None:
        """The persona of the session; None before the first switch and after the end."""
        session = self._session
        return session.persona if session else None

    def switch(self, to_persona: str, chatmode: str) -> None:
        """Count a switch, charge the time since the last one to the persona left, and start the clock of the new one."""
        with shielded("persona"), _lock:
            self._after_fork()
            left = self._session
            self._end_session()
            self._count_switch(left.persona if left else NOBODY, to_persona, chatmode)
            self._session = Stint(persona=to_persona, chatmode=chatmode, since=self._clock())
            closing.before_the_end(id(self), self.end_session)

    def end_session(self) -> None:
        """Charge the time of the last persona; harmless when there is none. Runs by itself at exit."""
        with shielded("persona"), _lock:
            self._after_fork()
            self._end_session()
            closing.forget(id(self))

    def record_token_usage(self, persona: str, chatmode: str, model: str, tokens: float) -> None:
        """
        Count tokens and take them off the persona's budget, which may go below zero.

        Args:
            persona: Who used them; one that the catalog does not know is counted as `other`, and has no budget.
            chatmode: In which kind of conversation.
            model: Language model that answered.
            tokens: Input and output together; what is negative or no number is refused and counted.
        """
        with shielded("persona"):
            self._tokens.inc(tokens, persona=persona, chatmode=chatmode, model=model)
            number = judge_amount(tokens, negative=False)
            if not isinstance(number, float):
                return
            with _lock:
                self._after_fork()
                if persona in self._used:
                    self._used[persona] += number
                    self._budget.set(self._budgets[persona] - self._used[persona], persona=persona)

    def remaining(self, persona: str) -> float | None:
        """Return the tokens that are left of a persona's budget in this process; None for one without budget."""
        with _lock:
            self._after_fork()
            return self._budgets[persona] - self._used[persona] if persona in self._used else None

    def reset_budgets(self) -> None:
        """Start all budgets again, such as at the beginning of a day."""
        with shielded("persona"), _lock:
            for persona, budget in self._budgets.items():
                self._used[persona] = 0.0
                self._budget.set(budget, persona=persona)

    def record_quality_gate(self, workflow: str, stage: str, *, passed: bool) -> None:
        """Count the verdict of a quality gate; only True is a pass, and what is no verdict is counted as a fault."""
        with shielded("quality_gate"):
            if not isinstance(passed, bool):
                count_fault("quality_gate", f"a verdict of type {type(passed).__name__}, not bool")
                return
            self._gates.inc(workflow=workflow, stage=stage, result="passed" if passed else "failed")

    def enter(self, to_persona: str, chatmode: str) -> Stint:
        """Begin a stint of one task, charge the persona left, and count the switch. For `switch_persona`."""
        with _lock:
            self._after_fork()
            now = self._clock()
            before = current_stint.get()
            left = before if before is not None and before.owner is self else self._session
            stint = Stint(persona=to_persona, chatmode=chatmode, since=now, outer=left, owner=self)
            if left is not None:
                self._charge(left, left.interrupt(now))
            self._count_switch(left.persona if left else NOBODY, to_persona, chatmode)
            return stint

    def leave(self, stint: Stint) -> None:
        """End a stint, charge its time, and let the clock of the persona before go on. For `switch_persona`."""
        with _lock:
            now = self._clock()
            self._charge(stint, stint.ran(now))
            if stint.outer is not None:
                stint.outer.go_on(now)

    def _after_fork(self) -> None:
        # The parent charges its own session. In multiprocess mode each process has a gauge, and so a ledger, of its own.
        if self._process != os.getpid():
            self._process, self._session = os.getpid(), None
            if is_multiprocess():
                self._used = dict.fromkeys(self._budgets, 0.0)

    def _end_session(self) -> None:
        if self._session is not None:
            self._charge(self._session, self._session.ran(self._clock()))
        self._session = None

    def _charge(self, stint: Stint, seconds: float | None) -> None:
        if seconds is not None:
            self._duration.observe(seconds, persona=stint.persona, chatmode=stint.chatmode)

    def _count_switch(self, left: str, entered: str, chatmode: str) -> None:
        self._switches.inc(from_persona=left, to_persona=entered, chatmode=chatmode)


def _budgets_of(gauge: Any) -> Mapping[str, float]:
    starts_at = gauge.starts_at
    return starts_at.data if isinstance(starts_at, ValueOf) else {}


class _Default:
    __slots__ = ("collector",)

    def __init__(self) -> None:
        self.collector: PersonaMetricsCollector | None = None


_default = _Default()


def use_collector(collector: PersonaMetricsCollector | None) -> PersonaMetricsCollector | None:
    """Let `switch_persona` and `WorkflowTracer` record into *collector* unless told otherwise; returns the one before."""
    before, _default.collector = _default.collector, collector
    return before


def default_collector() -> PersonaMetricsCollector | None:
    """Return what `use_collector` was given last, or None."""
    return _default.collector


@contextmanager
def switch_persona(
    new_persona: str, chatmode: str | None = None, *, collector: PersonaMetricsCollector | None = None
) -> Iterator[Observation]:
    """
    Work as another persona inside a `with` block: metrics, context and observation say so, and all three end with it.

    The time so far is charged to the persona left, the time inside to the new one, and afterwards the clock of the
    one before goes on. Coming back is no switch.

    Args:
        new_persona: Persona as in the catalog.
        chatmode: Kind of conversation; that of the context if None.
        collector: Where it is recorded; the one of `use_collector` if None.
    """
    into = _default.collector if collector is None else collector
    before = current()
    mode = before.chatmode if chatmode is None else chatmode
    with (
        # Where the chatmode stands for the session, a change of it would split one trace into two sessions.
        use(persona=new_persona, chatmode=mode, session=before.session or before.chatmode),
        observe(f"persona.{new_persona}", "agent") as observation,
        _stint(into, new_persona, mode or NOBODY),
    ):
        yield observation


@contextmanager
def _stint(collector: PersonaMetricsCollector | None, persona: str, chatmode: str) -> Iterator[None]:
    before, stint = current_stint.get(), None
    if collector is not None:
        with shielded("persona"):
            stint = collector.enter(persona, chatmode)
            current_stint.set(stint)
    try:
        yield
    finally:
        current_stint.set(before)
        if collector is not None and stint is not None:
            with shielded("persona"):
                collector.leave(stint)
