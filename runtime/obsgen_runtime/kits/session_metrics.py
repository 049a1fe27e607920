"""The collectors that sessions are recorded in, found in the generated ones by name and labels."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from obsgen_runtime.collectors import Counter, Histogram
from obsgen_runtime.kits.phases import Change, Phase
from obsgen_runtime.prices import Cost, Priced
from obsgen_runtime.roles import Role, find
from obsgen_runtime.usage import Usage


def _counter(suffix: str, *labels: str) -> Role:
    return Role(suffix=suffix, kind=Counter, labels=frozenset(labels))


def _histogram(suffix: str, *labels: str) -> Role:
    return Role(suffix=suffix, kind=Histogram, labels=frozenset(labels))


# In the order of the fields of `SessionMetrics`.
ROLES = (
    _counter("sessions_created_total", "project"),
    _counter("sessions_finished_total", "project", "result"),
    _histogram("session_duration_seconds", "project"),
    _counter("session_phase_transitions_total", "from_phase", "to_phase"),
    _histogram("session_phase_duration_seconds", "phase"),
    _counter("turns_total", "project", "outcome"),
    _counter("tool_calls_total", "tool", "outcome"),
    _counter("session_tokens_total", "project", "model", "token_type"),
    _counter("session_cost_usd_total", "project", "model"),
    _counter("job_creations_total", "result"),
    _counter("retries_total", "reason"),
)


@dataclass(frozen=True, slots=True)
class SessionMetrics:
    """Collectors of a container platform for agents, such as the service `platform` of the catalog declares them."""

    sessions_created: Any
    sessions_finished: Any
    session_duration: Any
    phase_transitions: Any
    phase_duration: Any
    turns: Any
    tool_calls: Any
    tokens: Any
    cost: Any
    job_creations: Any
    retries: Any

    def created(self, project: str) -> None:
        """Count a new session, and let the series of its project begin at zero before anything happens."""
        self.sessions_finished.declare(project=project)
        self.turns.declare(project=project)
        self.sessions_created.inc(project=project)
        self.phase_transitions.inc(from_phase="none", to_phase="Pending")

    def changed(self, change: Change, project: str) -> None:
        """Record the time in the phase that was left, and the end of the session where that was the last."""
        self.phase_transitions.inc(from_phase=change.left, to_phase=change.entered)
        self.phase_duration.observe(change.seconds, phase=change.left)
        result = _RESULTS.get(change.entered)
        if result is not None:
            self.sessions_finished.inc(project=project, result=result)
            self.session_duration.observe(change.total_seconds, project=project)

    def spent(self, project: str, model: str, usage: Usage | None, cost: Cost) -> None:
        """Add tokens and cost, as far as they are known."""
        if usage is not None:
            parts = {
                "input": usage.fresh_tokens,
                "cache_read": usage.cache_read_tokens,
                "cache_write": usage.cache_write_tokens,
                "output": usage.output_tokens,
            }
            for token_type, tokens in parts.items():
                self.tokens.inc(tokens, project=project, model=model, token_type=token_type)
        if isinstance(cost, Priced):
            self.cost.inc(cost.usd, project=project, model=model)


_RESULTS: dict[Phase, str] = {"Completed": "completed", "Failed": "failed", "Stopped": "stopped"}


def session_metrics(metrics: object, prefix: str) -> SessionMetrics:
    """
    Return the collectors among *metrics*.

    Raises:
        MissingMetricsError: Names all that are missing or have other labels.
    """
    found = find(metrics, prefix, ROLES)
    assert len(found) == len(fields(SessionMetrics))  # noqa: S101  (the order of both is in this file)
    return SessionMetrics(*found)
