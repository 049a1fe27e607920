"""A made-up bakery to plant faults in, and what is printed about it."""

import textwrap
from collections.abc import Iterable, Mapping

from obsgen.diagnostics import Diagnostic
from obsgen.load import load_texts
from obsgen.report.text import render

METRICS = """\
obsgen: 1
service: bakery
owner: ovens

labels:
  kind: {help: Kind of bread., values: [rye, wheat, spelt-2.0]}
  oven: {help: Oven by name., at_most: 12, example: north}
  result: {help: What became of an order., values: [baked, failed]}

metrics:
  bakery_orders_total:
    counter: Orders.
    labels: [kind, result]
  bakery_flour_used_total:
    counter: Flour used.
    unit: kilograms
    labels: [kind]
  bakery_bake_duration_seconds:
    histogram: Time in the oven.
    labels: [kind, oven]
    buckets: [1, 2.5, 15, 30, 60]
  bakery_flour_remaining:
    gauge: Flour left.
    unit: kilograms
    labels: [kind]
  bakery_crust_quality_ratio:
    gauge: How well crusts come out.
    labels: [kind]
  bakery_delivery_timestamp_seconds:
    gauge: When flour came last.
    labels: [kind]
  bakery_oven_info:
    info: Ovens and where they stand.
    labels: [oven]
"""

PIPELINE = """\
obsgen: 1
service: bakery
scrape: {job: bakery}
workspaces:
  main: {port: 9464}
"""

SHARED = """\
obsgen: 1
shared: true
severities:
  warning: {means: Look at it today., respond_in: 1d}
"""

BAKERY: Mapping[str, str] = {
    "specs/metrics.yaml": METRICS,
    "specs/pipeline.yaml": PIPELINE,
    "specs/shared.yaml": SHARED,
}


#: What is said about things that nothing uses. The bakery has no boards, and its cases are about other things.
COVERAGE = frozenset({"label/unused", "metric/unused", "metric/uncovered", "record/unused"})


def alert(when: str, name: str = "BakeryUnwell", **changed: str) -> dict[str, str]:
    """Return the bakery with one alert, whose `when:` stands in line 5 and below, as it is written in *when*."""
    body = f"when:{_nested(when, 6)}\nseverity: warning\nsummary: The bakery is unwell\nimpact: No bread.\nmitigation: Bake.\nfor: 10m\n"
    text = f"obsgen: 1\nservice: bakery\nalerts:\n  {name}:\n" + textwrap.indent(
        body, "    ", lambda line: not line.startswith(" ")
    )
    return {**BAKERY, "specs/alerts.yaml": text, **_files(changed)}


def panel(show: str, rest: str = "", kind: str = "timeseries", filter_by: str = "", **changed: str) -> dict[str, str]:
    """Return the bakery with one panel, whose `show:` is written in *show*; *rest* is the panel's other lines."""
    lines = [
        "obsgen: 1",
        "service: bakery",
        "dashboards:",
        "  shop:",
        "    title: Shop",
        *([f"    filter_by: {filter_by}"] if filter_by else []),
        "    rows:",
        "      today:",
        "        title: Today",
        "        panels:",
        "          one:",
        f"            {kind}: One",
        f"            show:{_nested(show, 14)}",
        *(f"            {line}" for line in rest.splitlines()),
    ]
    return {**BAKERY, "specs/dashboards.yaml": "\n".join(lines) + "\n", **_files(changed)}


def _nested(text: str, indent: int) -> str:
    """Return a value behind its key: on the same line where it is one line in brackets, else below it."""
    return f" {text}" if text.startswith(("{", "[")) else f"\n{textwrap.indent(text.rstrip(), ' ' * indent)}"


def _files(changed: Mapping[str, str]) -> dict[str, str]:
    return {f"specs/{name}.yaml": text for name, text in changed.items()}


def printed(texts: Mapping[str, str]) -> str:
    """Return what people read about the catalog *texts*, apart from its coverage."""
    loaded = load_texts(texts)
    return render(besides(loaded.diagnostics), loaded.sources)


def besides(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the *diagnostics* apart from those about coverage."""
    return [one for one in diagnostics if one.code not in COVERAGE]


def found(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the code of each finding, apart from those about coverage, and the words that its carets stand under."""
    loaded = load_texts(texts)
    return [
        (one.code, marked(loaded.sources, one.primary.span)) for one in loaded.diagnostics if one.code not in COVERAGE
    ]


def marked(sources: Mapping[str, str], span: object) -> str:
    """Return the text at *span*."""
    lines = sources[span.path].split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)
