"""
Diagnostics for people: place, words, the source line, carets under the part at fault.

Colour is laid over it by `colour`, so that the plain text is what tests and pipes see.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from obsgen.diagnostics import Diagnostic, Label, Severity, Span

_MAX_WIDTH = 160
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """
    Return every diagnostic with its excerpt, a blank line between them.

    Args:
        diagnostics: In the order to print.
        sources: Path -> text of the files they stand in; a file that is missing here gets no excerpt.
    """
    lines = {path: text.split("\n") for path, text in sources.items() if any(_in(path, one) for one in diagnostics)}
    return "\n".join(_one(diagnostic, lines) for diagnostic in diagnostics)


def _in(path: str, one: Diagnostic) -> bool:
    return one.primary.span.path == path or any(label.span.path == path for label in one.secondary)


def _one(one: Diagnostic, lines: Mapping[str, list[str]]) -> str:
    span = one.primary.span
    out = [f"{_visible(span.path)}:{span.line}:{span.column}: {one.severity}[{one.code}]: {_visible(one.message)}"]
    width = max(len(str(label.span.line)) for label in (one.primary, *one.secondary))
    shown = _excerpt(one.primary, lines, width, "^")
    out += shown
    if not shown and one.primary.text:
        out.append(f"  {_visible(one.primary.text)}")
    for label in one.secondary:
        extra = _excerpt(label, lines, width, "-")
        if label.span.path != span.path:
            out.append(f"{' ' * width} ::: {_visible(label.span.path)}:{label.span.line}:{label.span.column}")
        out += extra or [f"{' ' * width} = {_visible(label.text)}"]
    if one.help:
        out.append(f"{' ' * width} = help: {_visible(one.help)}")
    out += [f"    {_visible(line)}" for line in one.detail.splitlines()]
    return "\n".join(out) + "\n"


def _excerpt(label: Label, lines: Mapping[str, list[str]], width: int, underline: str) -> list[str]:
    span = label.span
    text = lines.get(span.path, [])
    if not 0 < span.line <= len(text) or (span == Span.of_file(span.path)):
        return []
    shown, before, marked = _cut(text[span.line - 1].rstrip("\r"), span)
    margin = " " * width
    carets = " " * _columns(before) + underline * max(1, _columns(marked))
    return [f"{margin} |", f"{span.line:>{width}} | {shown}", f"{margin} | {carets} {_visible(label.text)}".rstrip()]


def _cut(line: str, span: Span) -> tuple[str, str, str]:
    """Return the part of *line* to show, what of it stands before the marked part, and the marked part."""
    start = min(max(span.column - 1, 0), len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line.rstrip())
    first = 0
    if len(line) > _MAX_WIDTH:
        first = max(0, start - _MAX_WIDTH // 2)
    last = first + _MAX_WIDTH
    head, tail = ("…" if first else ""), ("…" if len(line) > last else "")
    shown = head + _visible(line[first:last]) + tail
    return shown, head + _visible(line[first:start]), _visible(line[start : min(max(end, start), last)])


def _visible(text: str) -> str:
    """Return *text* without characters that would move the cursor; a tab is one blank wide."""
    if text.isprintable():
        return text
    return "".join(" " if char == "\t" else char if char.isprintable() else "\ufffd" for char in text)


def _columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def colour(rendered: str) -> str:
    """Return *rendered* with terminal colours on severities and carets."""
    return "\n".join(_coloured(line) for line in rendered.split("\n"))


def _coloured(line: str) -> str:
    for severity, code in _COLOURS.items():
        mark = f": {severity}["
        if mark in line and not line.startswith(" "):
            place, _, rest = line.partition(mark)
            return f"\033[1m{place}\033[0m: \033[1;{code}m{severity}\033[0m[{rest}"
    head, bar, rest = line.partition(" | ")
    if bar and not head.strip() and rest.lstrip().startswith("^"):
        return f"{head}{bar}\033[31m{rest}\033[0m"
    return line


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Return how many findings of which severity there are: `2 errors, 1 warning`."""
    counts = [(sum(one.severity is severity for one in diagnostics), severity) for severity in Severity]
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    parts = [f"{count} {names[severity]}{'s' if count > 1 else ''}" for count, severity in counts if count]
    return ", ".join(parts) or "no findings"
