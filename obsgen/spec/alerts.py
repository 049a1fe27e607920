"""Alerts and recorded series as they are written."""

from __future__ import annotations

from dataclasses import dataclass

from obsgen.spec.allowances import Allowances, allowances
from obsgen.spec.fields import Origin, Written, key, origin
from obsgen.spec.queries import Condition, Query
from obsgen.spec.values import DurationText, Key, Line, Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSpec(Written):
    """One alert: when it fires, how bad that is, and what the person on call should know."""

    when: Condition = key("The condition.")
    for_: DurationText | None = key(
        "How long the condition has to hold before the alert fires.", default=None, example="5m"
    )
    severity: Key = key("One of the severities of the shared files.")
    summary: Line = key("One line for the notification; `{{ $labels.name }}` stands for a label's value.")
    description: Line | None = key(
        "A further line, where `{{ $value }}` may stand; written from the condition if left out.", default=None
    )
    impact: Prose = key("Runbook: who is hurt and how. Markdown.")
    diagnosis: Prose | None = key(
        "Runbook: how to find the cause. Markdown; the queries are added by themselves.", default=None
    )
    mitigation: Prose = key("Runbook: what to do. Markdown.")
    owner: Line | None = key("Team that answers for it; the file's owner if left out.", default=None)
    allow: Allowances = allowances()
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpec(Written):
    """One recorded series, under its name (`level:metric:operation`)."""

    record: Line = key("What it says, one sentence.")
    query: Query = key("The query to record.")
    allow: Allowances = allowances()
    origin: Origin = origin()
