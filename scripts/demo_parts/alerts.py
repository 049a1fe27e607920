"""Which alerts have to come and when, and what has come so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from .configuration import FAST_MOTION

Edition = Literal["as generated", "fast motion"]
State = Literal["inactive", "pending", "firing"]

#: The alerts that the workload provokes, and those of them whose real condition holds within a minute. The rate of
#: switches is an average over five minutes, to which a minute of switching adds too little.
PROVOKED = ("HighPersonaSwitchRate", "PersonaTokenBudgetExceeded", "WorkflowQualityGateFailure", "WorkflowStageSlow")
SOON_PENDING = ("PersonaTokenBudgetExceeded", "WorkflowQualityGateFailure", "WorkflowStageSlow")
PENDING_WITHIN_SECONDS = 60.0
FIRING_WITHIN_SECONDS = 90.0
REALLY_FIRING_WITHIN_SECONDS = 1500.0

_ORDER: tuple[State, ...] = ("inactive", "pending", "firing")


class Watched(NamedTuple):
    """One alert of one edition of the rules."""

    name: str
    edition: Edition


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """
    An alert has to reach a state.

    Attributes:
        alert: Which.
        state: `pending` is also reached by firing.
        within_seconds: Since Prometheus was ready.
    """

    alert: Watched
    state: State
    within_seconds: float


@dataclass(kw_only=True)
class Timeline:
    """
    When each alert was first seen in each state.

    Attributes:
        seen: Alert -> state -> seconds since Prometheus was ready.
        now: Alert -> its state when last asked.
        errors: Alert -> what its evaluation said last, for those that failed.
    """

    seen: dict[Watched, dict[State, float]] = field(default_factory=dict)
    now: dict[Watched, State] = field(default_factory=dict)
    errors: dict[Watched, str] = field(default_factory=dict)

    def record(self, rules: Mapping[str, Any], seconds: float) -> None:
        """Add what the rules API answered *seconds* after Prometheus was ready."""
        for rule in _alerts(rules):
            alert = Watched(rule["name"], edition(rule["labels"]))
            state: State = rule["state"]
            self.now[alert] = state
            self.seen.setdefault(alert, {}).setdefault(state, seconds)
            if rule["health"] == "err":
                self.errors[alert] = rule.get("lastError", "")
            else:
                self.errors.pop(alert, None)

    def reached(self, alert: Watched, state: State) -> float | None:
        """Return when *alert* reached *state* or a later one; None if it has not."""
        later = _ORDER[_ORDER.index(state) :]
        times = [seconds for name, seconds in self.seen.get(alert, {}).items() if name in later]
        return min(times, default=None)

    def met(self, wanted: Expectation) -> bool:
        """Return whether *wanted* came in time."""
        seconds = self.reached(wanted.alert, wanted.state)
        return seconds is not None and seconds <= wanted.within_seconds

    def open(self, expectations: Iterable[Expectation], seconds: float) -> list[Expectation]:
        """Return those of *expectations* that may still come, *seconds* after Prometheus was ready."""
        return [one for one in expectations if not self.met(one) and seconds <= one.within_seconds]


def _alerts(rules: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [rule for group in rules["groups"] for rule in group["rules"] if rule["type"] == "alerting"]


def edition(labels: Mapping[str, str]) -> Edition:
    """Return which edition of the rules something with these *labels* comes from."""
    label, value = FAST_MOTION
    return "fast motion" if labels.get(label) == value else "as generated"


def expectations(*, real_time: bool, limit_seconds: float) -> tuple[Expectation, ...]:
    """Return what has to come, at most *limit_seconds* after Prometheus was ready."""
    wanted: list[tuple[str, Edition, State, float]] = [
        *((name, "as generated", "pending", PENDING_WITHIN_SECONDS) for name in SOON_PENDING),
        *((name, "fast motion", "firing", FIRING_WITHIN_SECONDS) for name in PROVOKED),
    ]
    if real_time:
        wanted += [(name, "as generated", "firing", REALLY_FIRING_WITHIN_SECONDS) for name in PROVOKED]
    return tuple(
        Expectation(alert=Watched(name, edition), state=state, within_seconds=min(seconds, limit_seconds))
        for name, edition, state, seconds in wanted
    )


def complaints(timeline: Timeline, wanted: Iterable[Expectation]) -> list[str]:
    """Return a sentence for each expectation that was not met."""
    return [_complaint(timeline, one) for one in wanted if not timeline.met(one)]


def _complaint(timeline: Timeline, wanted: Expectation) -> str:
    alert = wanted.alert
    promise = f"{alert.name}, {alert.edition}, has to be {wanted.state} within {wanted.within_seconds:.0f} s"
    if alert not in timeline.now:
        return f"{promise}; Prometheus has no such rule"
    if alert in timeline.errors:
        return f"{promise}; its evaluation fails: {timeline.errors[alert]}"
    late = timeline.reached(alert, wanted.state)
    return f"{promise}; it " + (f"was after {late:.0f} s" if late is not None else f"is {timeline.now[alert]}")
