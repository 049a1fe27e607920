"""What is asked of the metrics interface, in both its versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from obsgen_runtime.langfuse_exporter.windows import Window

ApiVersion = Literal["v1", "v2"]
QueryName = Literal["totals", "traces", "models", "quality", "agents", "agent_quality"]

ROWS_AT_MOST = 1000
"""Rows of one answer, by the interface's own limit."""

PATHS: Mapping[ApiVersion, str] = {"v2": "/v2/metrics", "v1": "/metrics"}

_COUNT = ("count", "count")
_COST = ("totalCost", "sum")
_LATENCY = ("latency", "p95")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """
    One question.

    Attributes:
        name: For metrics and messages.
        view: What is looked at.
        metrics: Measure and aggregation, most important first: answers begin with the rows where it is largest.
        dimensions: What is grouped by.
        filters: As the interface takes them.
        adds_up: Whether answers for two halves of a window can be put together.
    """

    name: QueryName
    view: str
    metrics: tuple[tuple[str, str], ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[Mapping[str, object], ...] = ()
    adds_up: bool = False

    def text(self, window: Window) -> str:
        """Return the parameter `query` for one window."""
        start, end = window.bounds
        measure, aggregation = self.metrics[0]
        return json.dumps(
            {
                "view": self.view,
                "dimensions": [{"field": field} for field in self.dimensions],
                "metrics": [{"measure": each, "aggregation": how} for each, how in self.metrics],
                "filters": list(self.filters),
                "fromTimestamp": start,
                "toTimestamp": end,
                "orderBy": [{"field": f"{aggregation}_{measure}", "direction": "desc"}] if self.dimensions else None,
                "config": {"row_limit": ROWS_AT_MOST},
            }
        )


def totals(api: ApiVersion) -> Query:
    """Traces and cost of everything. In v2 a trace is its first observation."""
    if api == "v1":
        return Query(name="totals", view="traces", metrics=(_COUNT, _COST))
    return Query(name="totals", view="observations", metrics=(_COUNT, _COST), dimensions=("isRootObservation",))


def traces(api: ApiVersion) -> Query:
    """Traces, cost and duration by the name of the trace."""
    metrics = (_COUNT, _COST, _LATENCY)
    if api == "v1":
        return Query(name="traces", view="traces", metrics=metrics, dimensions=("name",))
    return Query(name="traces", view="observations", metrics=metrics, dimensions=("traceName", "isRootObservation"))


def models() -> Query:
    """Calls, cost, tokens and duration by model."""
    return Query(
        name="models",
        view="observations",
        metrics=(
            _COUNT,
            _COST,
            ("inputTokens", "sum"),
            ("outputTokens", "sum"),
            _LATENCY,
            ("timeToFirstToken", "p95"),
        ),
        dimensions=("providedModelName",),
        filters=({"column": "type", "operator": "=", "value": "GENERATION", "type": "string"},),
    )


def quality(score: str) -> Query:
    """Number and mean of the scores called *score*."""
    return Query(name="quality", view="scores-numeric", metrics=(_COUNT, ("value", "avg")), filters=(_named(score),))


def agents(api: ApiVersion) -> Query:
    """Traces and cost by the tags of the trace."""
    if api == "v1":
        return Query(name="agents", view="traces", metrics=(_COUNT, _COST), dimensions=("tags",), adds_up=True)
    return Query(
        name="agents",
        view="observations",
        metrics=(_COUNT, _COST),
        dimensions=("tags", "isRootObservation"),
        adds_up=True,
    )


def agent_quality(score: str) -> Query:
    """Number and mean of the scores called *score* by the tags of the trace."""
    return Query(
        name="agent_quality",
        view="scores-numeric",
        metrics=(_COUNT, ("value", "avg")),
        dimensions=("tags",),
        filters=(_named(score),),
        adds_up=True,
    )


def _named(score: str) -> Mapping[str, object]:
    return {"column": "name", "operator": "=", "value": score, "type": "string"}
