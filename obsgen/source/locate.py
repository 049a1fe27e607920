"""
Where a character of a YAML scalar stands in the file.

Quotes, escapes, indentation and folding are undone character by character, so that carets can point at one word of a
PromQL expression in any YAML style.
"""

from __future__ import annotations

from obsgen.diagnostics import Span
from obsgen.source.nodes import Scalar

# Undoing the style of a huge scalar would cost more than its carets are worth.
_MAX_RAW = 100_000
_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}


def within(scalar: Scalar, start: int, end: int) -> Span:
    """Return the place of `scalar.text[start:end]`, or of the whole scalar where that cannot be told."""
    found = offsets(scalar)
    if found is None or not 0 <= start <= end < len(found):
        return scalar.span
    last = found[end - 1] + 1 if end > start else found[start]
    return scalar.source.span(found[start], last)


def offsets(scalar: Scalar) -> tuple[int, ...] | None:
    """
    Return, for each character of `scalar.text` and for its end, its offset in the file.

    None where the style cannot be undone with certainty; the whole scalar is the place then.
    """
    raw = scalar.source.text[scalar.start : scalar.end]
    if len(raw) > _MAX_RAW:
        return None
    if scalar.style == '"':
        found = _double_quoted(raw)
    elif scalar.style == "'":
        found = _flow_lines(raw[1:-1], 1, quote=True)
    elif scalar.style == "plain":
        found = _flow_lines(raw, 0, quote=False)
    else:
        found = _block(raw, folded=scalar.style == ">", value=scalar.text)
    if found is None or "".join(char for char, _ in found) != scalar.text:
        return None
    places = [scalar.start + at for _, at in found]
    end = places[-1] + 1 if places else scalar.start
    return (*places, end)


def _flow_lines(raw: str, base: int, *, quote: bool) -> list[tuple[str, int]] | None:
    """Undo a plain or single-quoted scalar: line breaks fold, `''` is one quote."""
    found: list[tuple[str, int]] = []
    position = 0
    while position < len(raw):
        char = raw[position]
        if char in "\r\n" or (char in " \t" and _blank_until_break(raw, position)):
            position, folded = _fold(raw, position)
            found.extend((part, base + at) for part, at in folded)
        elif quote and char == "'":
            found.append(("'", base + position))
            position += 2
        else:
            found.append((char, base + position))
            position += 1
    return found


def _blank_until_break(raw: str, position: int) -> bool:
    rest = raw[position:]
    stripped = rest.lstrip(" \t")
    return stripped[:1] in ("\n", "\r") and stripped != ""


def _fold(raw: str, position: int) -> tuple[int, list[tuple[str, int]]]:
    """Return the offset behind a run of line breaks, and what they stand for: one blank, or one break less."""
    breaks: list[int] = []
    while position < len(raw) and raw[position] in " \t\r\n":
        if raw[position] == "\n":
            breaks.append(position)
        position += 1
    if len(breaks) == 1:
        return position, [(" ", breaks[0])]
    return position, [("\n", at) for at in breaks[1:]]


def _double_quoted(raw: str) -> list[tuple[str, int]] | None:
    found: list[tuple[str, int]] = []
    body = raw[1:-1]
    position = 0
    while position < len(body):
        char = body[position]
        if char == "\\":
            position = _escape(body, position, found)
            if position < 0:
                return None
        elif char in "\r\n" or (char in " \t" and _blank_until_break(body, position)):
            position, folded = _fold(body, position)
            found.extend((part, at + 1) for part, at in folded)
        else:
            found.append((char, position + 1))
            position += 1
    return found


_SIMPLE = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b", " ": " ",
    '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def _escape(body: str, position: int, found: list[tuple[str, int]]) -> int:
    """Undo the escape at *position*; return the offset behind it, -1 if it is none."""
    name = body[position + 1 : position + 2]
    if name in ("\n", "\r"):
        end = position + 2
        while end < len(body) and body[end] in " \t":
            end += 1
        return end
    if name in _SIMPLE:
        found.append((_SIMPLE[name], position + 1))
        return position + 2
    digits = _ESCAPE_DIGITS.get(name)
    if digits is None:
        return -1
    found.append((chr(int(body[position + 2 : position + 2 + digits], 16)), position + 1))
    return position + 2 + digits


def _block(raw: str, *, folded: bool, value: str) -> list[tuple[str, int]] | None:
    """Undo a literal or folded block: the indentation goes, folding joins lines, chomping is read off *value*."""
    head, _, body = raw.partition("\n")
    base = len(head) + 1
    lines = body.split("\n")
    full = [line for line in lines if line.strip(" ")]
    if not full:
        return [] if value == "" else None
    given = [char for char in head.split("#")[0] if char.isdigit()]
    first = full[0]
    indent = len(first) - len(first.lstrip(" "))
    if given:
        indent = min(len(line) - len(line.lstrip(" ")) for line in full)
    found: list[tuple[str, int]] = []
    position = base
    for line in lines:
        content = line[indent:]
        start = position + min(indent, len(line))
        found.extend((char, start + index) for index, char in enumerate(content) if char != "\r")
        found.append(("\n", position + len(line)))
        position += len(line) + 1
    if folded:
        found = _folded(found)
    return found[: len(value)]


def _folded(found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Join lines: one break between two lines of text is a blank, breaks beside indented lines stay."""
    result: list[tuple[str, int]] = []
    position = 0
    line_start = 0
    while position < len(found):
        char, at = found[position]
        if char != "\n":
            result.append((char, at))
            position += 1
            continue
        run = position
        while run < len(found) and found[run][0] == "\n":
            run += 1
        indented = run < len(found) and found[run][0] in " \t"
        was_indented = line_start < position and found[line_start][0] in " \t"
        if run >= len(found) or indented or was_indented or position == line_start:
            result.extend(found[position:run])
        elif run - position == 1:
            result.append((" ", at))
        else:
            result.extend(found[position + 1 : run])
        position = line_start = run
    return result
