"""Generated collectors, against the same call written by hand, and with exemplars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench_parts.measuring import Bar, Contender, Section, of

STATEMENTS = {
    "counter, cached child": "counter_child.inc()",
    "counter, generated": (
        "metrics.hypertool_persona_switches_total.inc("
        "from_persona='none', to_persona='backend-engineer', chatmode='demo')"
    ),
    "counter, by hand": "counter.labels(from_persona='none', to_persona='backend-engineer', chatmode='demo').inc()",
    "histogram, cached child": "histogram_child.observe(7.0)",
    "histogram, generated": (
        "metrics.hypertool_workflow_stage_duration_seconds.observe("
        "7.0, workflow='release', stage='build', persona='backend-engineer')"
    ),
    "histogram, by hand": "histogram.labels(workflow='release', stage='build', persona='backend-engineer').observe(7.0)",
}


def collectors() -> Iterator[Mapping[str, Contender]]:
    """Yield a counter and a histogram: generated, by hand with label names, and by hand with the child kept."""
    from hypertool_metrics import HypertoolMetrics, HypertoolWorkflowStageDurationSeconds  # noqa: PLC0415
    from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: PLC0415

    by_hand = CollectorRegistry()
    counter = Counter("switches_total", "By hand.", ["from_persona", "to_persona", "chatmode"], registry=by_hand)
    histogram = Histogram(
        "stage_seconds",
        "By hand.",
        ["workflow", "stage", "persona"],
        registry=by_hand,
        buckets=HypertoolWorkflowStageDurationSeconds.descriptor.buckets,
    )
    names = {
        "metrics": HypertoolMetrics(CollectorRegistry()),
        "counter": counter,
        "counter_child": counter.labels("none", "backend-engineer", "demo"),
        "histogram": histogram,
        "histogram_child": histogram.labels("release", "build", "backend-engineer"),
    }
    yield {what: of(statement, names) for what, statement in STATEMENTS.items()}


def exemplars() -> Iterator[Mapping[str, Contender]]:
    """Yield the generated collectors without tracing, while a backend is live, and inside one of its observations."""
    from hypertool_metrics import HypertoolMetrics  # noqa: PLC0415
    from obsgen_runtime import otlp, tracing  # noqa: PLC0415
    from obsgen_runtime.context import Context  # noqa: PLC0415
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    plain = {"metrics": HypertoolMetrics(CollectorRegistry())}
    counter, histogram = STATEMENTS["counter, generated"], STATEMENTS["histogram, generated"]
    backend = otlp.backend(None, service_name="bench", registry=CollectorRegistry())
    span = backend.start("bench", "span", Context(persona="baker"))

    def live(statement: str, *, inside: bool) -> Contender:
        linked = {"metrics": HypertoolMetrics(CollectorRegistry())}
        run = of(statement, linked)

        def times(calls: int) -> float:
            before = tracing.set_backend(backend)
            try:
                with tracing.as_current(span if inside else None):
                    return run(calls)
            finally:
                tracing.set_backend(before)

        return times

    yield {
        "counter, tracing off": of(counter, plain),
        "counter, tracing on, no span": live(counter, inside=False),
        "counter, in a sampled span": live(counter, inside=True),
        "histogram, tracing off": of(histogram, plain),
        "histogram, tracing on, no span": live(histogram, inside=False),
        "histogram, in a sampled span": live(histogram, inside=True),
    }
    backend.shutdown(0.5)


SECTIONS = {
    "collectors": Section(
        prepare=collectors,
        calls=20_000,
        bars=(
            Bar(what="counter / by hand", contender="counter, generated", against="counter, by hand", at_most=0.35),
            Bar(
                what="counter / cached child",
                contender="counter, generated",
                against="counter, cached child",
                at_most=1.6,
            ),
            Bar(
                what="histogram / by hand", contender="histogram, generated", against="histogram, by hand", at_most=0.5
            ),
        ),
    ),
    "exemplars": Section(
        prepare=exemplars,
        calls=20_000,
        bars=tuple(
            Bar(
                what=f"{kind}, {where} / tracing off",
                contender=f"{kind}, {where}",
                against=f"{kind}, tracing off",
                at_most=at_most,
            )
            for kind in ("counter", "histogram")
            for where, at_most in (("tracing on, no span", 1.5), ("in a sampled span", 1.8))
        ),
    ),
}
