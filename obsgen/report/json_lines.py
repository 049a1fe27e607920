"""One JSON object a line for each finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from obsgen.diagnostics import Diagnostic, Label


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """Return one line for each diagnostic, in ASCII, which every terminal and locale takes; *sources* is not needed."""
    del sources
    return "".join(json.dumps(_finding(one)) + "\n" for one in diagnostics)


def _finding(one: Diagnostic) -> dict[str, object]:
    return {
        "code": one.code,
        "severity": str(one.severity),
        **_place(one.primary),
        "message": one.message,
        "help": ". ".join(part for part in (one.primary.text, one.help) if part),
        "related": [{**_place(label), "message": label.text} for label in one.secondary],
        "detail": one.detail,
    }


def _place(label: Label) -> dict[str, object]:
    span = label.span
    return {
        "file": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
