"""What Langfuse says of one window, as one immutable value; read with a handful of requests."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from obsgen_runtime.langfuse_exporter import queries
from obsgen_runtime.langfuse_exporter.client import MetricsClient
from obsgen_runtime.langfuse_exporter.numbers import Numbers, Problem, Row, added, is_root, mean
from obsgen_runtime.langfuse_exporter.queries import ApiVersion
from obsgen_runtime.langfuse_exporter.windows import Window

UNNAMED = "unnamed"
"""Traces without a name, calls without a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    Figures of one trace name, model or agent. None is what nobody knows, and never 0.

    Attributes:
        count: Traces, or calls of a model.
        cost_usd: Of those whose price is known.
        latency_p95_seconds: Of traces or calls.
        first_token_p95_seconds: Of streamed calls.
        input_tokens: Of calls.
        output_tokens: Of calls.
        scores: How many scores of quality there are.
        quality: Their mean.
    """

    count: float | None = None
    cost_usd: float | None = None
    latency_p95_seconds: float | None = None
    first_token_p95_seconds: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    scores: float | None = None
    quality: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """
    One closed window.

    Attributes:
        window: Its bounds, by the server's clock.
        api: Version of the interface that told it.
        total: All traces, their cost and quality.
        traces: By name of the trace.
        models: By model.
        agents: By agent; empty if agents are not asked for.
        truncated: Answers that may lack rows, by the name of the query.
        ignored: Numbers that could not be used.
    """

    window: Window
    api: ApiVersion
    total: Group
    traces: Mapping[str, Group] = field(default_factory=dict)
    models: Mapping[str, Group] = field(default_factory=dict)
    agents: Mapping[str, Group] = field(default_factory=dict)
    truncated: Mapping[str, int] = field(default_factory=dict)
    ignored: Mapping[Problem, int] = field(default_factory=dict)


def read_snapshot(
    client: MetricsClient, window: Window, totals: Iterable[Row], *, score: str, agent_tag: str
) -> Snapshot:
    """
    Ask for everything but the totals, and put it together.

    Args:
        client: Who asks.
        window: What is asked about.
        totals: Rows of `queries.totals` for this window.
        score: Name of the scores that mean quality.
        agent_tag: What the tag of an agent begins with, such as `agent:`; empty if there are none.

    Raises:
        LangfuseUnavailable: If a request gets no answer, or one that says no.
        BadAnswerError: If an answer is not one of this interface.
    """
    numbers = Numbers()
    total = _sums(tuple(totals), numbers)
    traces = _traces(client.ask(queries.traces(client.version), window), numbers)
    models = _models(client.ask(queries.models(), window), numbers)
    scores, quality = _quality(client.ask(queries.quality(score), window), numbers)
    agents: Mapping[str, Group] = {}
    if agent_tag:
        work = client.ask(queries.agents(client.version), window)
        judged = client.ask(queries.agent_quality(score), window)
        agents = _agents(_by_agent(work, agent_tag), _by_agent(judged, agent_tag), numbers)
    if client.truncated["traces"]:
        traces = {**traces, **_rest(total, traces.values())}
    return Snapshot(
        window=window,
        api=client.version,
        total=Group(count=total.count, cost_usd=total.cost_usd, scores=scores, quality=quality),
        traces=traces,
        models=models,
        agents=agents,
        truncated=dict(client.truncated),
        ignored=dict(numbers.ignored),
    )


def _sums(rows: tuple[Row, ...], numbers: Numbers) -> Group:
    """Add rows up. Nothing at all is truly 0; something whose number is missing is unknown."""
    counts = [numbers.get(row, "count_count") for row in rows]
    roots = [count for row, count in zip(rows, counts, strict=True) if is_root(row)]
    costs = [numbers.get(row, "sum_totalCost") for row, count in zip(rows, counts, strict=True) if count != 0]
    return Group(count=added(roots) if roots else 0.0, cost_usd=added(costs) if costs else 0.0)


def _traces(rows: tuple[Row, ...], numbers: Numbers) -> dict[str, Group]:
    found = {}
    for name, group in _grouped(rows, "traceName", "name").items():
        sums = _sums(tuple(group), numbers)
        latency = [numbers.seconds(row, "p95_latency") for row in group if is_root(row)]
        found[name] = Group(
            count=sums.count, cost_usd=sums.cost_usd, latency_p95_seconds=latency[0] if len(latency) == 1 else None
        )
    return found


def _models(rows: tuple[Row, ...], numbers: Numbers) -> dict[str, Group]:
    found = {}
    for name, (row, *_) in _grouped(rows, "providedModelName").items():
        first_token = row.get("p95_timeToFirstToken")
        found[name] = Group(
            count=numbers.get(row, "count_count"),
            cost_usd=numbers.get(row, "sum_totalCost"),
            input_tokens=numbers.get(row, "sum_inputTokens"),
            output_tokens=numbers.get(row, "sum_outputTokens"),
            latency_p95_seconds=numbers.seconds(row, "p95_latency"),
            # Most calls are not streamed: that this is missing is no fault of the answer.
            first_token_p95_seconds=None if first_token is None else numbers.seconds(row, "p95_timeToFirstToken"),
        )
    return found


def _quality(rows: Iterable[Row], numbers: Numbers) -> tuple[float | None, float | None]:
    pairs = []
    for row in rows:
        count = numbers.get(row, "count_count")
        pairs.append((numbers.get(row, "avg_value") if count else None, count))
    return (added(count for _, count in pairs) if pairs else 0.0), mean(pairs)


def _agents(work: Mapping[str, list[Row]], judged: Mapping[str, list[Row]], numbers: Numbers) -> dict[str, Group]:
    found = {}
    for name in {**work, **judged}:
        sums = _sums(tuple(work.get(name, ())), numbers)
        scores, quality = _quality(judged.get(name, ()), numbers)
        found[name] = Group(count=sums.count, cost_usd=sums.cost_usd, scores=scores, quality=quality)
    return found


def _grouped(rows: Iterable[Row], *keys: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        name = next((row[key] for key in keys if row.get(key)), UNNAMED)
        found[str(name)].append(row)
    return found


def _by_agent(rows: Iterable[Row], agent_tag: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        agent = next((tag.removeprefix(agent_tag) for tag in _tags(row) if tag.startswith(agent_tag)), "")
        if agent:
            found[agent].append(row)
    return found


def _tags(row: Row) -> list[str]:
    value = row.get("tags")
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return [str(value)]
    return [str(tag) for tag in value] if isinstance(value, list) else [str(value or "")]


def _rest(total: Group, groups: Iterable[Group]) -> dict[str, Group]:
    """Return what the totals have beyond the groups, where rows are missing."""
    known = tuple(groups)
    return {
        "other": Group(
            count=_beyond(total.count, (group.count for group in known)),
            cost_usd=_beyond(total.cost_usd, (group.cost_usd for group in known)),
        )
    }


def _beyond(total: float | None, parts: Iterable[float | None]) -> float | None:
    return None if total is None else max(0.0, total - (added(parts) or 0.0))
