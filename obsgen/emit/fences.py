"""Fenced code in Markdown: where it certainly starts and ends, without reading the lists and quotations around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(r"( *)(?:(`{3,})[^`]*|(~{3,}).*)")


@dataclass(frozen=True, kw_only=True)
class Fenced:
    """A block of code: its lines with both fences, and the position behind it in the source."""

    lines: tuple[str, ...]
    end: int


def fenced(source: list[str], at: int) -> Fenced | None:
    """Return the fenced code that certainly starts at line *at* of *source*; None if it may be something else."""
    opening = _OPENING.fullmatch(source[at])
    # With a pipe in it, some readers take the line for the head of a table.
    if opening is None or "|" in source[at]:
        return None
    indent, marks = len(opening[1]), opening[2] or opening[3]
    closing = _closing(source, at, indent, marks)
    if indent == 0 and closing is None:
        # No list and no quotation is around it that could end it, so it goes on to the end of the text.
        return Fenced(lines=(*source[at:], marks), end=len(source))
    if closing is None or not (indent == 0 or _is_one_block(source, at, closing)):
        return None
    return Fenced(lines=tuple(source[at : closing + 1]), end=closing + 1)


def _closing(source: list[str], at: int, indent: int, marks: str) -> int | None:
    """Return the first line that could close the code, however deep it is indented where *indent* is above 0."""
    closing = re.compile(f"{' {0,3}' if indent == 0 else ' *'}{marks}{marks[0]}*")
    return next((k for k in range(at + 1, len(source)) if closing.fullmatch(source[k])), None)


def _is_one_block(source: list[str], at: int, closing: int) -> bool:
    """Return whether no reader can see anything but code between two fences that are indented."""
    indent = _indent(source[at])
    inner = source[at + 1 : closing]
    if _indent(source[closing]) != indent or any(line and _indent(line) < indent for line in inner):
        return False
    if indent <= 3 or at == 0 or not source[at - 1]:
        return True
    # Deep below a line of text this may continue its paragraph; then the fences are the ends of a span of code.
    marks = source[at].strip(" ")[0] * (len(source[closing]) - indent)
    return all(inner) and not any(marks in line for line in inner) and _is_run(source[at].strip(" "), marks)


def _is_run(opening: str, marks: str) -> bool:
    return marks[0] == "`" and opening.startswith(marks) and not opening.startswith(f"{marks}`")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
