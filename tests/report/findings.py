"""Findings to print."""

from obsgen.diagnostics import Diagnostic, Label, Severity, Span

SOURCES = {
    "specs/orders.yaml": "obsgen: 1\nservice: bakery\nwhen: {part: {result: fail}}\n",
    "specs/labels.yaml": "labels:\n  result: {values: [baked, failed]}\n",
}

WRONG_VALUE = Diagnostic(
    code="query/unknown-label-value",
    severity=Severity.ERROR,
    message="`fail` is not a value of label `result`",
    primary=Label(Span("specs/orders.yaml", 3, 23, 3, 27), "did you mean `failed`?"),
    secondary=(Label(Span("specs/labels.yaml", 2, 20, 2, 35), "the values are listed here"),),
)
UNUSED = Diagnostic(
    code="metric/unused",
    severity=Severity.INFO,
    message="nothing uses it",
    primary=Label(Span("specs/orders.yaml", 1, 1, 2, 9)),
    help="remove it",
)
EDITED = Diagnostic(
    code="drift/edited",
    severity=Severity.WARNING,
    message="changed by hand",
    primary=Label(Span.of_file("generated/rules.yml"), "this file"),
    help="run `obsgen build`",
    detail="--- built\n+++ found\n-a\n+b",
)
HOSTILE = "\x1b[2Jclear\x07\r\x9b31m\u202erev\x00\nnext\u2028end"


def at(path: str, *place: int, text: str = "here", message: str = "wrong") -> Diagnostic:
    """Return an error at a *place*: line, column, last line, column behind the last character."""
    return Diagnostic(
        code="group/name", severity=Severity.ERROR, message=message, primary=Label(Span(path, *place), text)
    )


def hostile() -> Diagnostic:
    """Return a finding with control characters in every text."""
    return Diagnostic(
        code="group/name",
        severity=Severity.ERROR,
        message=HOSTILE,
        primary=Label(Span(f"specs/{HOSTILE}.yaml", 1, 1, 1, 3), HOSTILE),
        secondary=(Label(Span(f"specs/{HOSTILE}2.yaml", 1, 1, 1, 2), HOSTILE),),
        help=HOSTILE,
        detail=HOSTILE,
    )
