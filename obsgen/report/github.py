"""Workflow commands that GitHub shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obsgen.diagnostics import Diagnostic, Severity
from obsgen.report.terminal import visible

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """Return one command a line for each diagnostic; *sources* is not needed."""
    del sources
    return "".join(_command(one) + "\n" for one in diagnostics)


def _command(one: Diagnostic) -> str:
    span = one.primary.span
    place = f"file={_property(span.path)},line={span.line},endLine={span.end_line}"
    if span.line == span.end_line:
        place += f",col={span.column},endColumn={span.end_column}"
    words = "; ".join(part for part in (one.message, one.primary.text, one.help) if part)
    return f"::{_COMMAND[one.severity]} {place},title={_property(one.code)}::{_data(words)}"


def _data(text: str) -> str:
    return "%0A".join(visible(line.removesuffix("\r")).replace("%", "%25") for line in text.split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
