"""What agents do, as values that an application turns into metrics of its own catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSelected:
    """
    An agent was chosen for a task.

    Attributes:
        reason_code: Why, a fixed word that may label a metric.
        reason: Why, in words; for the trace only.
        rewards: What each candidate promised.
    """

    task_id: str
    agent: str
    reason_code: str
    reason: str
    rewards: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSwitched:
    """A task went to another agent; *quality_gain* is the new quality less the old, where both are known."""

    task_id: str
    from_agent: str
    to_agent: str
    reason_code: str
    reason: str
    quality_gain: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerChanged:
    """A circuit breaker went into *state*: `open`, `half_open` or `closed`."""

    agent: str
    state: str
    failure_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEnded:
    """A tool call ended; *reason_code* says in a fixed word why it failed, and is empty if it did not."""

    tool: str
    is_error: bool
    reason_code: str
    seconds: float


AgentEvent = AgentSelected | AgentSwitched | BreakerChanged | ToolEnded
Listener = Callable[[AgentEvent], None]
