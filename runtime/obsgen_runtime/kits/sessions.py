"""
Sessions of a CLI agent: a trace for each turn, the phases the session goes through, and what it costs its project.

    kit = SessionKit(PlatformMetrics())
    session = kit.session("session-1", namespace="project-foo", project="project-foo", user="ada", timeout=300)
    with session.turn(prompt) as turn:
        for line in agent.stdout:
            turn.message(line)
    session.completed()
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Literal, NoReturn, Self

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime import closing, tracing
from obsgen_runtime.faults import shielded
from obsgen_runtime.kits.session import LIFECYCLE, Session, lifecycle_ids
from obsgen_runtime.kits.session_metrics import session_metrics
from obsgen_runtime.kits.spending import Per
from obsgen_runtime.kits.tool_calls import ToolCall
from obsgen_runtime.kits.turns import Turn
from obsgen_runtime.llm.pricing import default_prices
from obsgen_runtime.observations import Backend
from obsgen_runtime.prices import Cost, PriceTable, Unpriced
from obsgen_runtime.refusals import runtime_metrics
from obsgen_runtime.roles import MissingMetricsError
from obsgen_runtime.usage import Usage

__all__ = ["LIFECYCLE", "MissingMetricsError", "Session", "SessionKit", "ToolCall", "Turn", "lifecycle_ids"]


class SessionKit:
    """
    Connects sessions with tracing and metrics; as a `with` block it is closed at the end.

    Attributes:
        metrics: Where sessions are counted.
        prices: What tokens cost where the agent does not tell.
        agent: Name of the agent.
    """

    def __init__(
        self,
        metrics: object,
        *,
        prefix: str = "platform",
        backend: Backend | None = None,
        usage_per: Per = "turn",
        cost_per: Per = "session",
        agent: str = "claude-code",
        prices: PriceTable | None = None,
        lifecycle: bool = False,
        registry: CollectorRegistry | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """
        Connect.

        Args:
            metrics: Generated collectors, such as `PlatformMetrics()`.
            prefix: What their names begin with.
            backend: Where observations go; that of the process if None.
            usage_per: Whether the tokens of the agent's results are those of the turn or sums over its process.
            cost_per: The same of its cost. The defaults are those of the Claude Code SDK in one running process; an
                agent that is started anew for each turn tells both per turn.
            agent: Name of the agent.
            prices: Of tokens, where the agent tells no cost; those of the process if None.
            lifecycle: Whether each session makes the trace `agentic-session-lifecycle`, too: for platforms whose
                operator does not.
            registry: Where unknown prices and usages are counted; the client's default registry if None.
            clock: Seconds that never go back.

        Raises:
            MissingMetricsError: If *metrics* lack what sessions need.
        """
        self.metrics = session_metrics(metrics, prefix)
        self.usage_per: Per = usage_per
        self.cost_per: Per = cost_per
        self.agent = agent
        self.prices = prices or default_prices()
        self.clock = clock
        self.lifecycle = lifecycle
        self._backend = backend
        self._own = runtime_metrics(REGISTRY if registry is None else registry)
        self._sessions: set[Session] = set()

    @property
    def backend(self) -> Backend:
        """Where observations go."""
        return tracing.backend() if self._backend is None else self._backend

    def session(
        self,
        name: str,
        *,
        namespace: str,
        project: str | None = None,
        user: str | None = None,
        timeout: float | None = None,
        interactive: bool = False,
    ) -> Session:
        """
        Begin a session, in the phase `Pending`.

        Args:
            name: Langfuse's session, the same for all its turns.
            namespace: Where its Job runs.
            project: Tenant whose keys its traces are sent with; None takes the default keys.
            user: Id of the person, Langfuse's user.
            timeout: Seconds after which it is stopped; a fact of its traces.
            interactive: Whether a person answers between the turns.
        """
        begun = Session(
            self, name, namespace=namespace, project=project, user=user, timeout=timeout, interactive=interactive
        )
        self._sessions.add(begun)
        closing.before_the_end(id(begun), begun.at_the_end)
        return begun

    def job(self, result: Literal["created", "refused", "timeout"]) -> None:
        """Count a request for a Job; for operators written in Python."""
        with shielded("sessions"):
            self.metrics.job_creations.inc(result=result)

    def spent(self, project: str, model: str, usage: Usage | None, cost: Cost) -> None:
        """Add what a turn used; what is unknown is counted as unknown, and never as zero."""
        self.metrics.spent(project, model, usage, cost)
        if usage is None:
            self._own.obsgen_runtime_usage_unknown_total.inc(model=model)
        if isinstance(cost, Unpriced):
            self._own.obsgen_runtime_price_unknown_total.inc(model=model)

    def forget(self, session: Session) -> None:
        """Let go of a session that is over."""
        self._sessions.discard(session)
        closing.forget(id(session))

    def close(self, deadline_seconds: float = 2.0) -> bool:
        """
        Stop the sessions that go on, cancel their turns, and send what waits.

        Returns:
            Whether nothing is left; this call never takes longer than the deadline.
        """
        for session in tuple(self._sessions):
            session.stopped()
        return self.backend.flush(deadline_seconds)

    def end_on_sigterm(self) -> None:
        """
        Have SIGTERM end the process as `sys.exit(143)` does, so that turns end as cancelled and what waits is sent.

        Further SIGTERMs are ignored from then on: the exit takes as long as the backend's deadline, not longer. Only
        the main thread may call this.
        """
        signal.signal(signal.SIGTERM, _exit_on_sigterm)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def _exit_on_sigterm(*_: object) -> NoReturn:
    with suppress(ValueError):  # not in the main thread any more
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + signal.SIGTERM)
