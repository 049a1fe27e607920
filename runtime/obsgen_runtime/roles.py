"""Find the collectors that a hook records into, by name, and say at once everything that is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from obsgen_runtime.collectors import Collector, Counter, Gauge, Histogram


class MissingMetricsError(ValueError):
    """The generated collectors lack metrics that a hook needs, or these have other labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """
    One collector that a hook needs.

    Attributes:
        suffix: Name of the metric without the prefix, such as `persona_switches_total`.
        kind: Class it derives from.
        labels: Labels that the hook gives, no more and no fewer.
    """

    suffix: str
    kind: type[Collector[Any]]
    labels: frozenset[str]


SWITCHES = Role(
    suffix="persona_switches_total", kind=Counter, labels=frozenset({"from_persona", "to_persona", "chatmode"})
)
DURATION = Role(suffix="persona_duration_seconds", kind=Histogram, labels=frozenset({"persona", "chatmode"}))
TOKENS = Role(suffix="persona_tokens_used_total", kind=Counter, labels=frozenset({"persona", "chatmode", "model"}))
BUDGET = Role(suffix="persona_token_budget_remaining", kind=Gauge, labels=frozenset({"persona"}))
STAGES = Role(
    suffix="workflow_stage_duration_seconds", kind=Histogram, labels=frozenset({"workflow", "stage", "persona"})
)
GATES = Role(suffix="workflow_quality_gate_total", kind=Counter, labels=frozenset({"workflow", "stage", "result"}))


def find(metrics: object, prefix: str, roles: tuple[Role, ...]) -> tuple[Any, ...]:
    """
    Return the collectors of *metrics* for *roles*, in order.

    Args:
        metrics: Generated collectors, such as `HypertoolMetrics()`.
        prefix: What the names begin with, such as `hypertool`.
        roles: What is needed.

    Raises:
        MissingMetricsError: Names every metric that is missing or different, not only the first.
    """
    problems = [problem for role in roles if (problem := _problem(metrics, prefix, role))]
    if problems:
        raise MissingMetricsError(f"{type(metrics).__name__} does not fit: {'; '.join(problems)}")
    return tuple(getattr(metrics, f"{prefix}_{role.suffix}") for role in roles)


def _problem(metrics: object, prefix: str, role: Role) -> str | None:
    name = f"{prefix}_{role.suffix}"
    found = getattr(metrics, name, None)
    if found is None:
        return f"no metric {name} (add it to the catalog, or pass another prefix than {prefix!r})"
    if not isinstance(found, role.kind):
        return f"{name} is no {role.kind.__name__.lower()}"
    labels = frozenset(label.name for label in found.descriptor.labels)
    if labels != role.labels:
        return f"{name} has the labels {', '.join(sorted(labels))}, needed are {', '.join(sorted(role.labels))}"
    return None
