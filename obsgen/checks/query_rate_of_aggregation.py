"""`query/rate-of-aggregation`: a rate of counters that were put together before."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import calls, defined, readings, series_word, written
from obsgen.checks.trees import op_of
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.meaning import RISING_KINDS, Meaning
from obsgen.promql.tree import Aggregation, Call, Window, walk

_FUNCTIONS = frozenset({"rate", "irate", "increase"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `rate`, `irate` and `increase` over an aggregation of counters, also over one that is recorded."""
    for read, meanings in readings(subject):
        for call in calls(meanings, _FUNCTIONS):
            for argument in call.arguments[:1]:
                of = meanings[argument]
                if isinstance(argument, Window) and of.aggregated and of.kind in RISING_KINDS and not of.rated:
                    yield _finding(call, argument, of, read)


def _finding(call: Call, argument: Window, of: Meaning, read: Read) -> Diagnostic:
    function = call.function.text
    inner = next((node for node in walk(argument) if isinstance(node, Aggregation)), None)
    name = series_word(argument, of)
    word = name if inner is None else inner.op
    does = (
        f"`{name.text}` is recorded from several counters"
        if inner is None
        else f"`{op_of(inner)}` stands inside of `{function}`"
    )
    return error(
        "query/rate-of-aggregation",
        f"{does}, so that the restart of one of them looks like one of all",
        written(read, word, name),
        "put together before the rate is taken",
        also=defined(of),
        help=f"take the rate first: `sum({function}(..))`"
        if inner is None
        else f"take the rate first: `{op_of(inner)}({function}(..))`",
    )


CHECK = Check(code="query/rate-of-aggregation", run=run)
