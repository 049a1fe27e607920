"""The exporter: one thread that polls, one value that everybody reads."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime.families import is_multiprocess
from obsgen_runtime.faults import count_fault
from obsgen_runtime.langfuse.access import Access, NoAccess, find_access
from obsgen_runtime.langfuse.api import Api, LangfuseUnavailable
from obsgen_runtime.langfuse_exporter import queries
from obsgen_runtime.langfuse_exporter.client import BadAnswerError, MetricsClient, retry_after_seconds
from obsgen_runtime.langfuse_exporter.gauges import Figures, OwnMetrics, WindowCollector, label_of
from obsgen_runtime.langfuse_exporter.names import Names
from obsgen_runtime.langfuse_exporter.plans import Plan
from obsgen_runtime.langfuse_exporter.queries import ApiVersion
from obsgen_runtime.langfuse_exporter.snapshot import Snapshot, read_snapshot
from obsgen_runtime.langfuse_exporter.spending import projected
from obsgen_runtime.langfuse_exporter.state import Problem, State
from obsgen_runtime.langfuse_exporter.windows import Window, closed_window
from obsgen_runtime.refusals import tell

SECONDS_ON_V1 = 86_400.0
"""How long a server without version 2 is asked for version 1 only."""

SKEW_TOLERATED_SECONDS = 30.0
"""A window is asked for again if the server's clock turns out to differ by more from what was assumed."""

_SOON_SECONDS = 60.0
_DAY_SECONDS = 86_400.0


class LangfuseExporter:
    """
    Polls Langfuse's metrics interface on a thread of its own, and shows a closed window as gauges.

        with LangfuseExporter() as exporter:
            ...
    """

    def __init__(
        self,
        access: Access | NoAccess | None = None,
        *,
        registry: CollectorRegistry | None = None,
        every_seconds: float = 900.0,
        window_seconds: float = 3600.0,
        lag_seconds: float = 600.0,
        score: str = "quality_score",
        agent_tag: str = "agent:",
        plans: Mapping[str, Plan] | None = None,
        requests_per_day: int | None = None,
        stale_after_polls: int = 3,
        timeout_seconds: float = 30.0,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Prepare; `start` begins to poll.

        Args:
            access: Server and keys; None takes them from the environment. Without keys nothing is ever asked.
            registry: Where the gauges go; the client's default one if None.
            every_seconds: Shortest time from one poll to the next.
            window_seconds: Length of the window, in whole minutes.
            lag_seconds: How late data may arrive: the window ends so long ago. Ten minutes is what older SDKs take.
            score: Name of the scores that mean quality.
            agent_tag: What the tag of an agent begins with; empty asks for no agents, which saves two requests.
            plans: How each agent is paid; each model, without *agent_tag*. Who is not in it is metered.
            requests_per_day: What the server allows: polls are made rarer until they fit.
            stale_after_polls: The figures vanish when so many polls were due since the last success.
            timeout_seconds: Longest wait for one answer.
            clock: Unix time.
            monotonic: Time that only rises.

        Raises:
            ValueError: If a number makes no sense, in the client's multiprocess mode, or if *registry* has an exporter.
        """
        _refuse_nonsense(every_seconds, window_seconds, lag_seconds, stale_after_polls, requests_per_day)
        self._access = find_access(os.environ) if access is None else access
        self._api = Api(self._access, timeout_seconds=timeout_seconds) if isinstance(self._access, Access) else None
        self.registry = REGISTRY if registry is None else registry
        self._every_seconds = every_seconds
        self._window_seconds = window_seconds
        self._lag_seconds = lag_seconds
        self._score = score
        self._agent_tag = agent_tag
        self._plans = dict(plans or {})
        self._requests_per_day = requests_per_day
        self._stale_after_polls = stale_after_polls
        self._clock = clock
        self._monotonic = monotonic
        self._names = (
            Names(label_of("langfuse_trace_runs", "trace_name")),
            Names(label_of("langfuse_model_calls", "model")),
            Names(label_of("langfuse_agent_tasks", "agent")),
        )
        self._skew_seconds = 0.0
        self._v1_until = -math.inf
        self._requests_last_poll = 0
        self._state = State()
        self._polling = Lock()
        self._stopping = Event()
        self._thread: Thread | None = None
        self._own = OwnMetrics(registry=self.registry)
        self._collector = WindowCollector(lambda: self._state.figures, monotonic)
        self.registry.register(self._collector)
        self._is_registered = True

    @property
    def state(self) -> State:
        """What is known now; never blocks."""
        return self._state

    @property
    def is_configured(self) -> bool:
        """Whether there are keys to ask with."""
        return self._api is not None

    def is_fresh(self, figures: Figures) -> bool:
        """Return whether *figures* are still shown."""
        return self._monotonic() < figures.fresh_until

    def age_seconds(self, figures: Figures) -> float:
        """Return how long ago the window of *figures* ended, by the server's clock."""
        return figures.age_seconds(self._monotonic())

    @property
    def interval_seconds(self) -> float:
        """Time from one poll to the next: as asked for, or longer if the requests of a day would not last."""
        if self._requests_per_day is None:
            return self._every_seconds
        each = max(self._requests_last_poll, 6 if self._agent_tag else 4)
        return max(self._every_seconds, each * _DAY_SECONDS / self._requests_per_day)

    def start(self) -> Self:
        """Poll at once, and from then on at intervals, on a daemon thread; again is harmless."""
        if not self._is_registered:
            self.registry.register(self._collector)
            self._is_registered = True
        if self._thread is None:
            self._stopping.clear()
            self._thread = Thread(target=self._run, name="obsgen-langfuse-exporter", daemon=True)
            self._thread.start()
        return self

    def close(self, deadline_seconds: float = 2.0) -> bool:
        """
        Stop polling, and take the figures out of the registry; again is harmless.

        Returns:
            Whether the thread ended within *deadline_seconds*; this call never takes longer.
        """
        self._stopping.set()
        thread, self._thread = self._thread, None
        if self._is_registered:
            self.registry.unregister(self._collector)
            self._is_registered = False
        if thread is not None:
            thread.join(deadline_seconds)
        return thread is None or not thread.is_alive()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        self.close()

    def poll(self) -> State:
        """Ask once, now, on this thread; never raises. Returns what is known then."""
        with self._polling:
            try:
                problem = self._poll()
            except Exception as fault:  # noqa: BLE001  (a fault of ours must not end the polling; it is counted)
                count_fault("langfuse_exporter", type(fault).__name__)
                problem = Problem(reason="fault", message="a fault in the exporter; its log has more")
            self._own.polls.inc()
            self._own.up.set(0 if problem else 1)
            if problem:
                self._own.errors.inc(reason=problem.reason)
                if self._state.problem is None or self._state.problem.reason != problem.reason:
                    tell("langfuse exporter: %s", problem.message)
                self._state = replace(self._state, problem=problem)
            return self._state

    def _run(self) -> None:
        while not self._stopping.is_set():
            state = self.poll()
            if self._stopping.wait(self._pause_seconds(state.problem)):
                return

    def _pause_seconds(self, problem: Problem | None) -> float:
        if problem is None:
            return self.interval_seconds
        if problem.reason == "connection":  # nobody was asked, so nobody's limit is used up
            return min(self.interval_seconds, _SOON_SECONDS)
        return max(self.interval_seconds, problem.wait_seconds)

    def _poll(self) -> Problem | None:
        if self._api is None:
            reason = self._access.reason if isinstance(self._access, NoAccess) else "no keys"
            return Problem(reason="not_configured", message=f"nothing is asked: {reason}")
        self._requests_last_poll = 0
        version: ApiVersion = "v1" if self._monotonic() < self._v1_until else "v2"
        other: ApiVersion = "v2" if version == "v1" else "v1"
        for each in (version, other):
            try:
                self._take(self._ask(self._api, each))
            except LangfuseUnavailable as error:
                if error.status == 404:
                    continue
                wait = retry_after_seconds(error.retry_after, self._clock()) or 0.0
                return Problem(reason=error.reason, message=str(error), wait_seconds=min(wait, _DAY_SECONDS))
            except BadAnswerError as error:
                return Problem(reason="bad_answer", message=str(error))
            if each != version:
                self._v1_until = self._monotonic() + SECONDS_ON_V1 if each == "v1" else -math.inf
            return None
        self._v1_until = -math.inf
        return Problem(reason="not_found", message="the server has a metrics interface neither of version 2 nor 1")

    def _ask(self, api: Api, version: ApiVersion) -> Snapshot:
        client = MetricsClient(api, version, clock=self._clock)
        try:
            window = self._window()
            totals = client.ask(queries.totals(version), window)
            if client.skew_seconds is not None and self._differs(client.skew_seconds):
                tell(
                    "langfuse exporter: the server's clock is %.0f s ahead of ours; its time is used",
                    client.skew_seconds,
                )
                self._skew_seconds = client.skew_seconds
                window = self._window()
                totals = client.ask(queries.totals(version), window)
            return read_snapshot(client, window, totals, score=self._score, agent_tag=self._agent_tag)
        finally:
            self._requests_last_poll += client.requests
            self._own.requests.inc(client.requests, api=version)
            if client.skew_seconds is not None:
                self._own.skew.set(client.skew_seconds)

    def _window(self) -> Window:
        now = self._clock() + self._skew_seconds
        return closed_window(now, length_seconds=self._window_seconds, lag_seconds=self._lag_seconds)

    def _differs(self, skew_seconds: float) -> bool:
        return abs(skew_seconds - self._skew_seconds) > SKEW_TOLERATED_SECONDS

    def _take(self, snapshot: Snapshot) -> None:
        for query, times in snapshot.truncated.items():
            tell("langfuse exporter: %d answers to `%s` were full and may lack rows", times, query)
            self._own.truncated.inc(times, query=query)  # type: ignore[arg-type]  # names of queries are its values
        for problem, times in snapshot.ignored.items():
            self._own.ignored.inc(times, problem=problem)
        now = self._monotonic()
        traces, models, agents = self._names
        shown = replace(
            snapshot,
            traces=traces.fold(snapshot.traces, now),
            models=models.fold(snapshot.models, now),
            agents=agents.fold(snapshot.agents, now),
        )
        figures = Figures(
            snapshot=shown,
            projection=projected(snapshot, self._plans, by_agent=bool(self._agent_tag)),
            taken_at=now,
            fresh_until=now + self._stale_after_polls * self.interval_seconds,
            age_when_taken_seconds=self._clock() + self._skew_seconds - snapshot.window.end.timestamp(),
        )
        self._state = State(figures=figures)
        self._own.last_success.set(self._clock())


def _refuse_nonsense(
    every_seconds: float, window_seconds: float, lag_seconds: float, stale_after_polls: int, per_day: int | None
) -> None:
    if is_multiprocess():
        raise ValueError("PROMETHEUS_MULTIPROC_DIR: figures that come and go need a process of their own")
    if not 1 <= every_seconds < math.inf:
        raise ValueError("every_seconds: at least 1 second from one poll to the next")
    if not 60 <= window_seconds < math.inf or window_seconds % 60:
        raise ValueError("window_seconds: whole minutes, at least one")
    if not 0 <= lag_seconds < math.inf:
        raise ValueError("lag_seconds: 0 or more")
    if stale_after_polls < 1:
        raise ValueError("stale_after_polls: at least 1")
    if per_day is not None and per_day < 1:
        raise ValueError("requests_per_day: at least 1")
