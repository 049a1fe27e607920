"""`query/unit-mismatch`: a threshold in a unit that the result of the query does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.checks import fieldunits
from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.trees import leading
from obsgen.checks.units import in_words
from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.promql.collect import shown
from obsgen.promql.meaning import COMPARISONS, Meaning, Meanings
from obsgen.promql.tree import Binary, Number
from obsgen.promql.units import unit_of
from obsgen.spec.dashboards import PanelSpec, ThresholdOf
from obsgen.spec.fields import Written
from obsgen.spec.model import Catalog, Metric, Service
from obsgen.spec.queries import AllOf, AnyOf, Per, Shape, Top, When, Within
from obsgen.spec.values import Quantity

# Seconds of work in each second of time are the share of it that was busy.
_SHARES = ("ratio", "seconds/second")
_COMPARABLE = COMPARISONS | {"+", "-"}
#: Units of physics and money; counts of things may well be compared with each other.
_MEASURES = frozenset({
    "seconds", "milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "days", "ratio", "percent",
    "bytes", "kibibytes", "mebibytes", "gibibytes", "kilobytes", "megabytes", "gigabytes", "bits",
    "bytes/second", "bits/second", "celsius", "meters", "grams", "joules", "watts", "volts", "amperes", "hertz", "usd",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """
    Units by meaning; None where they are unknown.

    Attributes:
        of_thresholds: By the place of the number that the result is compared with.
        of_queries: By the identity of the query's origin.
    """

    of_thresholds: dict[Span, str | None]
    of_queries: dict[int, str | None]


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report thresholds, stated units and sides of an operator that are in another unit than what is measured."""
    catalog = subject.catalog
    known = _units_of_thresholds(subject)
    for service in catalog.services:
        for alert in service.alerts:
            yield from _condition(alert.spec.when, known, catalog)
        for record in service.records:
            yield from _bounds(record.spec.query, catalog)
        for panel in _panels(service):
            for shape in shown(panel):
                yield from _bounds(shape, catalog)
            yield from _steps(panel, known, catalog)
            yield from _stated(panel, known)
    for read, meanings in subject.readings:
        yield from _operators(read, meanings)
    yield from fieldunits.mismatched(subject, _differ)


def _units_of_thresholds(subject: Subject) -> _Known:
    """Return the units of what PromQL and recorded series give: by the place of a threshold, and by the query itself."""
    known = _Known({}, {})
    for read, meanings in subject.readings:
        known.of_queries[id(read.asked.origin)] = meanings.whole.unit
        for node in meanings.nodes_of(Binary) if read.asked.where == "alert" else ():
            if node.op in COMPARISONS and isinstance(node.right, Number):
                known.of_thresholds[read.place(node.right.at)] = meanings[node.left].unit
    return known


def _operators(read: Read, meanings: Meanings) -> Iterator[Diagnostic]:
    """Report comparisons, sums and differences of two things that are measured in different units."""
    for node in meanings.nodes_of(Binary):
        if node.op not in _COMPARABLE:
            continue
        left, right = meanings[node.left], meanings[node.right]
        # A constant has no unit of its own, and what is filtered by a sum keeps it.
        if left.kind != "number" != right.kind and (_differ(left.unit, right.unit) or _is_no_time(left, right)):
            yield error(
                "query/unit-mismatch",
                f"`{node.op}` puts together what is {in_words(left.unit or '')} and what is {in_words(right.unit or '')}",
                read.place(leading(node.right)),
                f"this is {in_words(right.unit or '')}",
                also=(Label(read.place(leading(node.left)), f"this is {in_words(left.unit or '')}"),),
                help=_advice(left, right),
            )


def _is_no_time(left: Meaning, right: Meaning) -> bool:
    """Return whether just one side is a moment, and the other one a count of things that somebody named."""
    if (left.kind == "timestamp") == (right.kind == "timestamp"):
        return False
    unit = right.unit if left.kind == "timestamp" else left.unit
    return unit is not None and unit != "" and unit not in _MEASURES


def _advice(left: Meaning, right: Meaning) -> str:
    if "timestamp" in (left.kind, right.kind) and _is_no_time(left, right):
        return "ask for a metric that holds a moment, in seconds since 1970"
    return "convert one side, such as seconds to milliseconds with `* 1000`"


def _differ(a: str | None, b: str | None) -> bool:
    """Return whether two units are certainly not the same: both are measures, and different ones."""
    return a is not None and b is not None and a != b and a in _MEASURES and b in _MEASURES


def _stated(panel: PanelSpec, known: _Known) -> Iterator[Diagnostic]:
    """Hold the unit that a panel states against those of its queries, where all of them are known."""
    units = [known.of_queries.get(id(shape.origin)) for shape in shown(panel)]
    if panel.unit is None or not units or not all(_differ(panel.unit, unit) for unit in units):
        return
    unit = units[0] or ""
    yield error(
        "query/unit-mismatch",
        f"the panel says `{panel.unit}`, the result is {in_words(unit)}",
        panel.origin.at("unit"),
        help=f"write `unit: {unit}`" if "/" not in unit else "leave `unit` out",
    )


def _condition(written: When | AllOf | AnyOf, known: _Known, catalog: Catalog) -> Iterator[Diagnostic]:
    if isinstance(written, AllOf):
        for part in (*written.all_, *(() if written.unless is None else (written.unless,))):
            yield from _condition(part, known, catalog)
    elif isinstance(written, AnyOf):
        for part in written.any_:
            yield from _condition(part, known, catalog)
    else:
        yield from _bounds(written.query, catalog)
        test = written.test
        if test is not None:
            span = test.origin.at(test.word)
            stated = known.of_thresholds.get(span)
            yield from _compare(getattr(test, test.word), span, ((written.query, stated),), catalog)


def _bounds(shape: Shape, catalog: Catalog) -> Iterator[Diagnostic]:
    """Hold the bounds inside of *shape* against what it measures."""
    if isinstance(shape, Within) and (metric := catalog.metrics.get(shape.of)) is not None:
        yield from _one(shape.within, shape.origin.at("within"), metric.unit, metric, shape)
    elif isinstance(shape, Top):
        yield from _bounds(shape.of, catalog)
    elif isinstance(shape, Per):
        yield from _bounds(shape.per.of, catalog)
        yield from _bounds(shape.per.each, catalog)


def _panels(service: Service) -> Iterator[PanelSpec]:
    for dashboard in service.dashboards:
        for row in dashboard.spec.rows.values():
            yield from row.panels.values()


def _steps(panel: PanelSpec, known: _Known, catalog: Catalog) -> Iterator[Diagnostic]:
    queries = tuple((shape, panel.unit or known.of_queries.get(id(shape.origin))) for shape in shown(panel))
    for step in panel.thresholds or ():
        if not isinstance(step.at, ThresholdOf):
            yield from _compare(step.at, step.origin.at("at"), queries, catalog)


def _compare(
    written: float | Quantity, span: Span, queries: tuple[tuple[Shape, str | None], ...], catalog: Catalog
) -> Iterator[Diagnostic]:
    """Hold a threshold against the results of *queries*, whose second part fills in for PromQL; it fits if it fits one."""
    found: list[Diagnostic] = []
    for shape, stated in queries:
        unit = unit_of(shape, catalog)
        problems = list(_one(written, span, stated if unit is None else unit, _metric(shape, catalog), shape))
        if not problems:
            return
        found += problems
    yield from found[:1]


def _one(
    written: float | Quantity, span: Span, unit: str | None, metric: Metric | None, shape: Written
) -> Iterator[Diagnostic]:
    if not isinstance(written, Quantity) or unit is None:
        return
    percent = written.unit == "ratio"
    # One count per another is a share as often as not.
    if (unit in _SHARES or (isinstance(shape, Per) and not unit)) if percent else unit == "seconds":
        return
    what = "percentage" if percent else "duration"
    also = (Label(metric.name_span, f"`{metric.name}` is defined here"),) if metric is not None else ()
    yield error(
        "query/unit-mismatch",
        f"`{written.text}` is a {what}, the result is {in_words(unit)}",
        span,
        also=also,
        help="write a bare number; the unit of a metric comes from the end of its name, or from its `unit`",
    )


def _metric(shape: Shape, catalog: Catalog) -> Metric | None:
    """Return the metric that *shape* asks about, or None where there is not exactly one."""
    if isinstance(shape, Top):
        return _metric(shape.of, catalog)
    tag = next(iter(type(shape).__dataclass_fields__))
    names = (getattr(shape, tag), getattr(shape, "of", None))
    return next((metric for name in names if isinstance(name, str) and (metric := catalog.metrics.get(name))), None)


CHECK = Check(code="query/unit-mismatch", run=run)
