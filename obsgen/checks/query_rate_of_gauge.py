"""`query/rate-of-gauge`: a function for counters over something that goes up and down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import calls, defined, readings, series_word, written
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.meaning import Kind, Meaning
from obsgen.promql.tree import Call

_FUNCTIONS = frozenset({"rate", "irate", "increase", "resets"})
_SAYS: Mapping[Kind | None, str] = {
    "gauge": "a gauge",
    "timestamp": "a timestamp",
    "boolean": "0 or 1",
    "info": "a constant 1",
    "alert": "a constant 1",
    "ratio": "a ratio",
    "rate": "a rate already",
    "increase": "an increase already",
    "delta": "a difference already",
    "quantile": "a quantile",
}
_INSTEAD = {
    "rate": "ask for `deriv`, or for the value itself",
    "irate": "ask for `deriv`, or for the value itself",
    "increase": "ask for `delta`, or for the value itself",
    "resets": "ask for `changes`",
}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report functions that take every fall for a restart where falling is what the series does."""
    for read, meanings in readings(subject):
        for call in calls(meanings, _FUNCTIONS):
            for argument in call.arguments[:1]:
                if meanings[argument].kind in _SAYS:
                    yield _finding(call, meanings[argument], read)


def _finding(call: Call, of: Meaning, read: Read) -> Diagnostic:
    word = series_word(call.arguments[0], of)
    name = f"`{word.text}`" if of.series is not None and of.series.name == word.text else "what stands inside"
    verb = "is" if of.series is None or of.series.kind == of.kind or of.series.record else "gives"
    return error(
        "query/rate-of-gauge",
        f"`{call.function.text}` is for counters, {name} {verb} {_SAYS[of.kind]}",
        written(read, word),
        "every fall is taken for a restart",
        also=defined(of),
        help=_INSTEAD[call.function.text],
    )


CHECK = Check(code="query/rate-of-gauge", run=run)
