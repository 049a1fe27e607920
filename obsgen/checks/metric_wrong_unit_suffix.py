"""`metric/wrong-unit-suffix`: a name that says another unit than the metric has, or none."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import ABBREVIATED, NON_BASE, ends_in, part, with_unit, words, written_unit
from obsgen.diagnostics import Diagnostic, Label, Span, warning
from obsgen.source.nodes import Scalar
from obsgen.spec.model import Metric
from obsgen.spec.units import BASE_UNITS


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report metrics whose `unit:` and whose name disagree, and base units that do not stand at the end of a name."""
    for metric in subject.catalog.metrics.values():
        names = [word.text for word in words(metric.name)]
        # Other rules say what to call these, and that name has its unit.
        if any(word in NON_BASE or word in ABBREVIATED for word in names[1:]) or metric.kind == "info":
            continue
        written = written_unit(metric)
        if written is None:
            yield from _misplaced(metric)
        elif written.text not in NON_BASE and written.text not in ABBREVIATED:
            yield from _disagreeing(metric, written)


def _disagreeing(metric: Metric, written: Scalar) -> Iterator[Diagnostic]:
    said, unit = ends_in(metric.name), written.text
    if said == unit:
        return
    if said in BASE_UNITS:
        yield warning(
            "metric/wrong-unit-suffix",
            f"the name says {said}, the unit is {unit}",
            written.span,
            also=(Label(_end(metric), "this word is its unit"),),
            help=f"write `unit: {said}`, or call the metric `{with_unit(metric.name, (said,), unit)}`",
        )
    elif unit in BASE_UNITS:
        yield warning(
            "metric/wrong-unit-suffix",
            f"the name does not end in its unit, {unit}",
            metric.name_span,
            also=(Label(written.span, "its unit"),),
            help=f"call it `{with_unit(metric.name, (), unit)}`",
        )


def _misplaced(metric: Metric) -> Iterator[Diagnostic]:
    """Report `x_seconds_waited`, which is neither read as seconds nor says another unit."""
    # Names of the series of histograms are reported as such.
    if metric.unit or metric.name.endswith(("_bucket", "_count", "_created", "_sum")):
        return
    for word in list(words(metric.name))[1:]:
        if word.text in ("seconds", "bytes", "celsius", "joules"):
            yield warning(
                "metric/wrong-unit-suffix",
                f"the unit `{word.text}` does not stand at the end of the name",
                part(metric.name_span, metric.name, word.start, word.end),
                help=f"call it `{with_unit(metric.name, (), word.text)}`; if it counts something else, write its `unit:`",
            )
            return


def _end(metric: Metric) -> Span:
    name = metric.name.removesuffix("_total")
    return part(metric.name_span, metric.name, name.rfind("_") + 1, len(name))


CHECK = Check(code="metric/wrong-unit-suffix", run=run)
