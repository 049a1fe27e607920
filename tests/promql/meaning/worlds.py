"""A catalog with every kind of metric, and random data that keeps to it."""

from __future__ import annotations

import random
from collections.abc import Iterator

from obsgen.load import load_texts
from obsgen.promql.meaning import World
from obsgen.spec.model import Catalog

SPEC = """
obsgen: 1
service: demo
owner: us
scrape: {job: demo, every: 1m}
workspaces:
  north: {port: 9001, service_name: demo-north}
  south: {port: 9002}
labels:
  color: {help: Colour., values: [red, blue]}
  shape: {help: Shape., values: [round, square]}
  zone: {help: Zone., at_most: 5, example: z1}
metrics:
  demo_requests_total: {counter: Requests., labels: [color, shape]}
  demo_failures_total: {counter: Failures., labels: [color]}
  demo_sent_bytes_total: {counter: Bytes., labels: [zone]}
  demo_busy_seconds_total: {counter: Work., labels: [color]}
  demo_queue_depth: {gauge: Queue., labels: [color, shape], range: [0, 10]}
  demo_balance: {gauge: Balance., unit: tokens, labels: [color]}
  demo_quality_ratio: {gauge: Quality., unit: ratio, labels: [shape]}
  demo_cold_celsius: {gauge: Cold., labels: [color], range: [-3, -1]}
  demo_pressure: {gauge: Pressure., labels: [zone], range: [2, 5]}
  demo_started_timestamp_seconds: {gauge: Start., labels: [color]}
  demo_wait_seconds: {histogram: Waiting., labels: [color], buckets: [0.1, 0.5, 1, 5]}
  demo_drift_celsius: {histogram: Drift., labels: [shape], buckets: [-5, 0, 5]}
  demo_build_info: {info: Build., labels: [color, zone]}
records:
  "color:demo_requests:rate5m":
    {record: Requests., query: {promql: "sum by (color) (rate(demo_requests_total[5m]))"}}
  "demo:failures_per_requests:ratio":
    record: Share.
    query: {promql: 'sum(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[5m]))'}
  "color_le:demo_wait_seconds_bucket:rate5m":
    {record: Buckets., query: {promql: "sum by (color, le) (rate(demo_wait_seconds_bucket[5m]))"}}
  "demo:odd:mix":
    {record: Mixed., query: {promql: "demo_balance or demo_queue_depth > 3 or on () vector(7)"}}
"""
SIDE = """
obsgen: 1
service: side
owner: us
metrics:
  side_jobs_total: {counter: Jobs.}
"""


def catalog() -> Catalog:
    """Return the catalog of the tests."""
    return load_texts({"demo.yaml": SPEC, "side.yaml": SIDE}).catalog


def world(**settings: object) -> World:
    """Return its world."""
    return World.of(catalog(), **settings)  # type: ignore[arg-type]


COLORS, SHAPES, ZONES = ("red", "blue", "other"), ("round", "square", "other"), ("z1", "z2", "other")
_DOMAINS = {"color": COLORS, "shape": SHAPES, "zone": ZONES}
_SAMPLES = 14
_TARGETS = (
    {"job": "demo", "instance": "a:1", "workspace": "north", "service_name": "demo-north"},
    {"job": "demo", "instance": "b:1", "workspace": "south"},
)


def data(chance: random.Random) -> list[dict[str, str]]:
    """Return series as promtool takes them, one sample a minute; everything the catalog says about them holds."""
    found = [*_catalog_series(chance), *_foreign_series(chance)]
    chance.shuffle(found)
    return found


def _catalog_series(chance: random.Random) -> Iterator[dict[str, str]]:
    for name, metric in catalog().metrics.items():
        for labels in _children([label.name for label in metric.labels], chance):
            for target in _TARGETS:
                if chance.random() < 0.25:
                    continue
                has = {**labels, **target}
                if metric.kind == "histogram":
                    yield from _histogram(name, has, metric.buckets, chance)
                elif metric.kind == "counter":
                    yield _series(name, has, _counter(chance))
                elif metric.kind == "info":
                    yield _series(name, has, _gaps(["1"] * _SAMPLES, chance))
                else:
                    yield _series(name, has, _gauge(metric.low, metric.high, name, chance))
    for target in _TARGETS:
        values = [chance.choice("01") for _ in range(_SAMPLES)]
        yield _series("up", target, values)


def _children(names: list[str], chance: random.Random) -> list[dict[str, str]]:
    combinations: list[dict[str, str]] = [{}]
    for name in names:
        combinations = [{**one, name: value} for one in combinations for value in _DOMAINS[name]]
    chance.shuffle(combinations)
    return combinations[: chance.randint(1, 4)]


def _gaps(values: list[str], chance: random.Random) -> list[str]:
    way = chance.random()
    if way < 0.6:
        return values
    if way < 0.75:
        cut = chance.randrange(len(values))
        return values[:cut] + ["_"] * (len(values) - cut)
    return ["_" if chance.random() < 0.3 else "stale" if chance.random() < 0.1 else value for value in values]


def _counter(chance: random.Random) -> list[str]:
    value = chance.choice((0.0, 0.0, 1.0, 250.0))
    step = chance.choice((0, 0.25, 1, 7))
    values = []
    for _ in range(_SAMPLES):
        values.append(f"{value:g}")
        value = 0.0 if chance.random() < 0.05 else value + chance.choice((0, step, step, 2 * step))
    return _gaps(values, chance)


def _gauge(low: float | None, high: float | None, name: str, chance: random.Random) -> list[str]:
    if name.endswith("ratio"):
        low, high = 0, 1
    if name.endswith("timestamp_seconds"):
        low, high = 0, 900
    bottom, top = -20 if low is None else low, 20 if high is None else high
    choices = [
        bottom,
        top,
        (bottom + top) / 2,
        *(bottom + (top - bottom) * chance.randrange(17) / 16 for _ in range(4)),
    ]
    return _gaps([f"{chance.choice(choices):g}" for _ in range(_SAMPLES)], chance)


def _histogram(
    name: str, labels: dict[str, str], buckets: tuple[float, ...], chance: random.Random
) -> Iterator[dict[str, str]]:
    bounds = [*buckets, float("inf")]
    counts, total = [0] * len(bounds), 0.0
    rows: list[list[str]] = []
    for _ in range(_SAMPLES):
        if chance.random() < 0.05:
            counts, total = [0] * len(bounds), 0.0
        else:
            for _ in range(chance.choice((0, 0, 1, 3))):
                at = chance.randrange(len(bounds))
                counts[at] += 1
                total += min(bounds[at], 8)
        rising = [sum(counts[: at + 1]) for at in range(len(bounds))]
        rows.append([*(str(one) for one in rising), str(rising[-1]), f"{total:g}"])
    gone = {at for at in range(_SAMPLES) if chance.random() < 0.05 and rows[at][-2] != "0"}
    columns = [["_" if at in gone else row[column] for at, row in enumerate(rows)] for column in range(len(rows[0]))]
    for bound, values in zip(bounds, columns, strict=False):
        text = "+Inf" if bound == float("inf") else f"{bound:g}"
        spelling = f"{text}.0" if text[-1].isdigit() and "." not in text and labels["instance"] == "a:1" else text
        yield _series(f"{name}_bucket", {**labels, "le": spelling}, values)
    yield _series(f"{name}_count", labels, columns[-2])
    yield _series(f"{name}_sum", labels, columns[-1])


def _foreign_series(chance: random.Random) -> Iterator[dict[str, str]]:
    seen = set()
    for _ in range(5):
        name = chance.choice(("foreign_a", "foreign_b_total"))
        labels = {
            key: chance.choice(_DOMAINS.get(key, ("x", "y")))
            for key in ("color", "zone", "any")
            if chance.random() < 0.6
        }
        if (name, str(labels)) not in seen:
            seen.add((name, str(labels)))
            choices = ("0", "1", "-2.5", "NaN", "Inf", "-Inf", "1e9", "3")
            yield _series(name, labels, [chance.choice(choices) for _ in range(_SAMPLES)])
    yield _series("ALERTS", {"alertname": "X", "alertstate": "firing", "color": "red"}, ["1"] * _SAMPLES)


def _series(name: str, labels: dict[str, str], values: list[str]) -> dict[str, str]:
    inner = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return {"series": f"{name}{{{inner}}}", "values": " ".join(values)}
