"""`metric/non-base-unit`: a value in another unit than the base one, such as milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import NON_BASE, part, with_unit, words, written_unit
from obsgen.diagnostics import Diagnostic, warning
from obsgen.spec.model import Metric

#: Units that thresholds of a catalog are converted to: `above: 5m`, `above: 20%`.
_CONVERTED = frozenset({"seconds", "bytes", "ratio"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report words of names, and units of metrics whose names say none, that are not base units."""
    for metric in subject.catalog.metrics.values():
        found = [word for word in words(metric.name) if word.text in NON_BASE]
        if found:
            word = found[0]
            better = with_unit(metric.name, (one.text for one in found), NON_BASE[word.text])
            yield warning(
                "metric/non-base-unit",
                f"`{word.text}` is no base unit",
                part(metric.name_span, metric.name, word.start, word.end),
                help=f"call it `{better}` and {_advice(word.text)}",
            )
        else:
            yield from _unit(metric)


def _unit(metric: Metric) -> Iterator[Diagnostic]:
    written = written_unit(metric)
    base = NON_BASE.get(written.text) if written is not None else None
    if written is None or base not in _CONVERTED:
        return
    yield warning(
        "metric/non-base-unit",
        f"`{written.text}` is no base unit",
        written.span,
        help=f"call it `{with_unit(metric.name, (), base)}` and {_advice(written.text)}",
    )


def _advice(unit: str) -> str:
    base = NON_BASE[unit]
    return "record a share from 0 to 1" if base == "ratio" else f"record {base}; dashboards choose the scale themselves"


CHECK = Check(code="metric/non-base-unit", run=run)
