"""
Where a character of a YAML scalar stands in the file.

Quotes, escapes, indentation and folding are undone character by character, so that carets can point at one word of a
PromQL expression in any YAML style.
"""

from __future__ import annotations

import functools
import re
from typing import TypeAlias

from obsgen.diagnostics import Span
from obsgen.source.nodes import Scalar

# Undoing the style of a huge scalar would cost more than its carets are worth.
_MAX_RAW = 200_000

#: Characters of the value, each with where it begins and ends behind the start of the token.
_Placed: TypeAlias = list[tuple[str, int, int]]

_BLANKS = re.compile(r"[ \t]+")
_BREAK = re.compile(r"\r?\n")
_BREAKS = re.compile(r"\r?\n[ \t\r\n]*")
_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b", " ": " ",
    '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def within(scalar: Scalar, start: int, end: int) -> Span:
    """Return the place of `scalar.text[start:end]`, or of the whole scalar where that cannot be told."""
    placed = _placed(scalar)
    if placed is None or not 0 <= start <= end <= len(placed):
        return scalar.span
    if start < end:
        return scalar.source.span(scalar.start + placed[start][1], scalar.start + placed[end - 1][2])
    at = offsets(scalar) or (scalar.start,)
    return scalar.source.span(at[start], at[start])


def offsets(scalar: Scalar) -> tuple[int, ...] | None:
    """
    Return, for each character of `scalar.text` and for its end, its offset in the file.

    A character that folding made stands at a line break. None where the style cannot be undone with certainty; the
    whole scalar is the place then.
    """
    placed = _placed(scalar)
    if placed is None:
        return None
    end = placed[-1][2] if placed else 1 if scalar.style in ("'", '"') else 0
    return tuple(scalar.start + at for at in (*(start for _, start, _ in placed), end))


@functools.lru_cache(maxsize=8)  # many carets may point into one long expression
def _placed(scalar: Scalar) -> _Placed | None:
    raw = scalar.source.text[scalar.start : scalar.end]
    if len(raw) > _MAX_RAW:
        return None
    if scalar.style in ("|", ">"):
        placed = _block(raw, scalar.text, folded=scalar.style == ">")
    elif scalar.style == "plain":
        placed = _flow(raw, 0, len(raw), scalar.style)
    else:
        placed = _flow(raw, 1, len(raw) - 1, scalar.style)
    return placed if "".join(char for char, _, _ in placed) == scalar.text else None


def _flow(raw: str, position: int, end: int, style: str) -> _Placed:
    """Undo a plain or quoted scalar: line breaks fold, escapes and doubled quotes are one character."""
    placed: _Placed = []
    while position < end:
        char = raw[position]
        if char in " \t\r\n":
            position = _white(raw, position, end, placed)
        elif char == "'" and style == "'":
            placed.append((char, position, position + 2))
            position += 2
        elif char == "\\" and style == '"':
            position = _escape(raw, position, end, placed)
        else:
            placed.append((char, position, position + 1))
            position += 1
    return placed


def _white(raw: str, position: int, end: int, placed: _Placed) -> int:
    """Undo a run of blanks: kept inside a line, dropped beside line breaks, which fold."""
    blanks = _BLANKS.match(raw, position, end)
    behind = blanks.end() if blanks else position
    breaks = _BREAKS.match(raw, behind, end)
    if breaks is None:
        # Not a break either: a carriage return that the reader would have refused.
        behind = max(behind, position + 1)
        placed.extend((raw[at], at, at + 1) for at in range(position, behind))
        return behind
    newlines = [at for at in range(breaks.start(), breaks.end()) if raw[at] == "\n"]
    if len(newlines) == 1:
        placed.append((" ", newlines[0], newlines[0] + 1))
    else:
        placed.extend(("\n", at, at + 1) for at in newlines[1:])
    return breaks.end()


def _escape(raw: str, position: int, end: int, placed: _Placed) -> int:
    """Undo the escape at *position* and return the offset behind it."""
    if found := _BREAK.match(raw, position + 1, end):
        # An escaped line break is nothing; further empty lines behind it count.
        while found:
            position = found.end()
            if blanks := _BLANKS.match(raw, position, end):
                position = blanks.end()
            if found := _BREAK.match(raw, position, end):
                placed.append(("\n", position, found.end()))
        return position
    name = raw[position + 1 : position + 2]
    behind = position + 2 + _ESCAPE_DIGITS.get(name, 0)
    if found := _PAIR.match(raw, position, end):
        # JSON writes a character beyond U+FFFF as two escapes.
        char, behind = bytes.fromhex(found[1] + found[2]).decode("utf-16-be"), found.end()
    else:
        char = _ESCAPES.get(name) or chr(int(raw[position + 2 : behind], 16))
    placed.append((char, position, behind))
    return behind


def _block(raw: str, value: str, *, folded: bool) -> _Placed:
    """Undo a literal or folded block: the indentation goes, folding joins lines, chomping is read off *value*."""
    head, _, body = raw.partition("\n")
    lines = body.split("\n")
    indent = _indentation(lines, value)
    placed: _Placed = []
    position = len(head) + 1
    for line in lines:
        content = line.removesuffix("\r")[indent:]
        start = position + min(indent, len(line))
        placed.extend((char, start + index, start + index + 1) for index, char in enumerate(content))
        placed.append(("\n", position + len(line), position + len(line) + 1))
        position += len(line) + 1
    if folded:
        placed = _folded(placed)
    return placed[: len(value)]


def _indentation(lines: list[str], value: str) -> int:
    """Return how many blanks the reader took off each line, by what it left of the first line with words."""
    first = next((line for line in lines if line.strip(" \r")), None)
    kept = next((line for line in value.split("\n") if line.strip(" ")), None)
    if first is None or kept is None:
        return max(map(len, lines))
    return max(0, _leading_blanks(first) - _leading_blanks(kept))


def _leading_blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _folded(placed: _Placed) -> _Placed:
    """Join lines: one break between two lines of text is a blank, breaks beside indented lines stay."""
    result: _Placed = []
    position = line_start = 0
    while position < len(placed):
        if placed[position][0] != "\n":
            result.append(placed[position])
            position += 1
            continue
        behind = position
        while behind < len(placed) and placed[behind][0] == "\n":
            behind += 1
        next_indented = behind < len(placed) and placed[behind][0] in " \t"
        indented = line_start < position and placed[line_start][0] in " \t"
        if behind == len(placed) or next_indented or indented or position == line_start:
            result.extend(placed[position:behind])
        elif behind - position == 1:
            result.append((" ", *placed[position][1:]))
        else:
            result.extend(placed[position + 1 : behind])
        position = line_start = behind
    return result
