"""`query/delta-of-counter`: a function for gauges over a counter, so that a restart looks like a fall."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import calls, defined, readings, series_word, written
from obsgen.diagnostics import Diagnostic, warning
from obsgen.promql.meaning import RISING_KINDS, Meaning
from obsgen.promql.tree import Call

#: Functions for gauges, and what does the same for a counter.
FOR_GAUGES = {
    "delta": "`increase`",
    "idelta": "`irate`",
    "deriv": "`rate`",
    "predict_linear": "`rate`, times the seconds to look ahead",
}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `delta`, `idelta`, `deriv` and `predict_linear` over counters."""
    for read, meanings in readings(subject):
        for call in calls(meanings, frozenset(FOR_GAUGES)):
            for argument in call.arguments[:1]:
                of = meanings[argument]
                if of.kind in RISING_KINDS and not of.rated:
                    yield _finding(call, of, read)


def _finding(call: Call, of: Meaning, read: Read) -> Diagnostic:
    return warning(
        "query/delta-of-counter",
        f"`{call.function.text}` is for gauges, and this is a counter, which begins anew at every restart",
        written(read, call.function, series_word(call.arguments[0], of)),
        "a restart looks like a fall",
        also=defined(of),
        help=f"use {FOR_GAUGES[call.function.text]}",
    )


CHECK = Check(code="query/delta-of-counter", run=run)
