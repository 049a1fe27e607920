"""`metric/abbreviated-unit`: a unit in a name that is not spelled out."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import ABBREVIATED, NON_BASE, part, with_unit, words, written_unit
from obsgen.diagnostics import Diagnostic, Span, warning


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report abbreviated units behind the first word of a name, and those given as `unit:`."""
    for metric in subject.catalog.metrics.values():
        names = list(words(metric.name))
        found = [word for word in names[0 if metric.name.startswith("_") else 1 :] if word.text in ABBREVIATED]
        if found:
            # What is wrong twice gets both names right at once.
            wrong = [word.text for word in names if word.text in NON_BASE] + [word.text for word in found]
            word = found[0]
            better = with_unit(metric.name, wrong, ABBREVIATED[word.text])
            yield _finding(word.text, part(metric.name_span, metric.name, word.start, word.end), better)
        elif (written := written_unit(metric)) is not None and written.text in ABBREVIATED:
            yield _finding(written.text, written.span, with_unit(metric.name, (), ABBREVIATED[written.text]))


def _finding(unit: str, span: Span, better: str) -> Diagnostic:
    base = ABBREVIATED[unit]
    return warning(
        "metric/abbreviated-unit",
        f"`{unit}` is an abbreviation",
        span,
        help=f"call it `{better}` and record a share from 0 to 1"
        if base == "ratio"
        else f"call it `{better}` and record {base}",
    )


CHECK = Check(code="metric/abbreviated-unit", run=run)
