"""The projection of a window: who spent what, by agent or by model."""

from __future__ import annotations

import math
from collections.abc import Mapping

from obsgen_runtime.langfuse_exporter.plans import Plan, Projection, Spent, project
from obsgen_runtime.langfuse_exporter.snapshot import Snapshot

NO_AGENT = "(no agent)"
"""What the window cost beyond the agents."""

_ROUNDING_USD = 1e-9


def projected(snapshot: Snapshot, plans: Mapping[str, Plan], *, by_agent: bool) -> Projection:
    """Return what a month costs at the pace of *snapshot*; cost of no agent is metered, and a line of its own."""
    groups = snapshot.agents if by_agent else snapshot.models
    spent = {name: Spent(tasks=group.count or 0.0, usd=group.cost_usd) for name, group in groups.items()}
    if by_agent and snapshot.total.cost_usd is not None:
        rest = snapshot.total.cost_usd - math.fsum(each.usd or 0.0 for each in spent.values())
        if rest > _ROUNDING_USD:
            tasks = (snapshot.total.count or 0.0) - math.fsum(each.tasks for each in spent.values())
            spent[NO_AGENT] = Spent(tasks=max(0.0, tasks), usd=rest)
    return project(spent, plans, window_seconds=snapshot.window.seconds)
