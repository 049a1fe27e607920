"""`group/long-interval`: rules that are evaluated so rarely that their results have gaps."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, RuleGroup, Subject
from obsgen.diagnostics import Diagnostic, warning
from obsgen.promql.collect import Asked
from obsgen.spec.values import number

#: How far back Prometheus looks for the last sample of a series.
_LOOKBACK = 300.0


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report groups that are evaluated less often than every five minutes, unless they only hold alerts that keep firing."""
    for group in subject.groups:
        interval = group.interval_seconds
        affected = [asked for asked in group.rules if not _keeps_firing(asked)]
        if interval is not None and interval > _LOOKBACK and affected:
            yield _finding(group, affected[0])


def _keeps_firing(asked: Asked) -> bool:
    return asked.where == "alert" and asked.origin.find("keep_firing_for") is not None


def _finding(group: RuleGroup, asked: Asked) -> Diagnostic:
    what = f"the series `{asked.name}`" if asked.where == "record" else f"`ALERTS` of `{asked.name}`"
    return warning(
        "group/long-interval",
        f"Prometheus forgets a sample after 5 minutes, so {what} has gaps in the group `{group.name}`",
        group.interval_span,
        f"every {number((group.interval_seconds or 0.0) / 60)} minutes",
        help="write `interval: 5m` or less; alerts may also have `keep_firing_for`",
    )


CHECK = Check(code="group/long-interval", run=run)
