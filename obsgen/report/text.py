"""
Diagnostics for people: place, words, the source line, carets under the part at fault.

Colour is laid over it by `colour`, so that the plain text is what tests and pipes see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from obsgen.diagnostics import Diagnostic, Label, Severity, Span
from obsgen.report.terminal import columns, visible

_MAX_WIDTH = 160
# YAML counts these as ends of lines, so that the line numbers of findings do so too.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """
    Return every diagnostic with its excerpt, a blank line between them.

    Args:
        diagnostics: In the order to print.
        sources: Path -> text of the files they stand in; a file that is missing here gets no excerpt.
    """
    paths = {label.span.path for one in diagnostics for label in (one.primary, *one.secondary)}
    lines = {path: _BREAK.split(sources[path]) for path in paths if path in sources}
    return "\n".join(_one(diagnostic, lines) for diagnostic in diagnostics)


def _one(one: Diagnostic, lines: Mapping[str, list[str]]) -> str:
    span = one.primary.span
    out = [f"{visible(span.path)}:{span.line}:{span.column}: {one.severity}[{one.code}]: {visible(one.message)}"]
    width = max(len(str(label.span.line)) for label in (one.primary, *one.secondary))
    shown = _excerpt(one.primary, lines, width, "^")
    out += shown
    if not shown and one.primary.text:
        out.append(f"  {visible(one.primary.text)}")
    for label in one.secondary:
        extra = _excerpt(label, lines, width, "-")
        if label.span.path != span.path:
            out.append(f"{' ' * width} ::: {visible(label.span.path)}:{label.span.line}:{label.span.column}")
        out += extra or [f"{' ' * width} = {visible(label.text)}"]
    if one.help:
        out.append(f"{' ' * width} = help: {visible(one.help)}")
    out += [f"    {visible(line)}" for line in one.detail.splitlines()]
    return "\n".join(out) + "\n"


def _excerpt(label: Label, lines: Mapping[str, list[str]], width: int, underline: str) -> list[str]:
    span = label.span
    text = lines.get(span.path, [])
    if not 0 < span.line <= len(text) or (span == Span.of_file(span.path)):
        return []
    shown, before, marked = _cut(text[span.line - 1], span)
    margin = " " * width
    carets = " " * columns(before) + underline * max(1, columns(marked))
    return [f"{margin} |", f"{span.line:>{width}} | {shown}", f"{margin} | {carets} {visible(label.text)}".rstrip()]


def _cut(line: str, span: Span) -> tuple[str, str, str]:
    """Return the part of *line* to show, what of it stands before the marked part, and the marked part."""
    start = min(max(span.column - 1, 0), len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line.rstrip())
    first = 0
    if len(line) > _MAX_WIDTH:
        first = max(0, start - _MAX_WIDTH // 2)
    last = first + _MAX_WIDTH
    head, tail = ("…" if first else ""), ("…" if len(line) > last else "")
    shown = head + visible(line[first:last]) + tail
    return shown, head + visible(line[first:start]), visible(line[start : min(max(end, start), last)])


def colour(rendered: str) -> str:
    """Return *rendered* with terminal colours on severities and carets."""
    return "\n".join(_coloured(line) for line in rendered.split("\n"))


_HEAD = re.compile(r"(?! |[0-9]+ \| )(.*?:[0-9]+:[0-9]+): (error|warning|info)\[")
_CARETS = re.compile(r"( +\|  *)(\^.*)")


def _coloured(line: str) -> str:
    if head := _HEAD.match(line):
        severity = Severity(head[2])
        return f"\033[1m{head[1]}\033[0m: \033[1;{_COLOURS[severity]}m{severity}\033[0m[{line[head.end() :]}"
    if carets := _CARETS.fullmatch(line):
        return f"{carets[1]}\033[31m{carets[2]}\033[0m"
    return line


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Return how many findings of which severity there are: `2 errors, 1 warning`."""
    counts = [(sum(one.severity is severity for one in diagnostics), severity) for severity in Severity]
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    parts = [f"{count} {names[severity]}{'s' if count > 1 else ''}" for count, severity in counts if count]
    return ", ".join(parts) or "no findings"
