"""A unified diff of two files for people to read: bounded in length, with every unprintable character made visible."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

CONTEXT_LINES = 3
LONGEST_DIFF_LINES = 60
LONGEST_LINE = 200
# The matcher takes quadratic time in the worst case, and nobody reads further than this.
COMPARED_LINES = 400


class Difference(NamedTuple):
    """
    Where a file on disk first differs, as a place inside that file.

    Attributes:
        line: Counted from 1; the last line if the file ends too early.
        end_column: Behind the last character of that line, counted from 1.
    """

    line: int
    end_column: int


def first_difference(disk: bytes, rendered: bytes) -> Difference:
    """Return the first line of *disk* that is not in *rendered* at the same place."""
    old, new = disk.split(b"\n"), rendered.split(b"\n")
    same = _common(old, new)
    if same >= len(old) or (same == len(old) - 1 and not old[same]):
        same = max(len(old) - (1 if old[-1] else 2), 0)
    return Difference(same + 1, len(old[same].removesuffix(b"\r").decode(errors="replace")) + 1)


def unified(disk: bytes, rendered: bytes, name: str) -> str:
    """
    Return the diff from *disk* to *rendered*, empty if they are equal.

    At most `LONGEST_DIFF_LINES` lines behind the two headers; contents with a NUL byte are only counted.
    """
    if disk == rendered:
        return ""
    headers = [f"--- {name} (on disk)", f"+++ {name} (generated)"]
    if b"\0" in disk or b"\0" in rendered:
        return "\n".join([*headers, f"binary content, {len(disk)} and {len(rendered)} bytes"])
    body: list[str] = []
    for line in _hunks(_lines(disk), _lines(rendered)):
        if len(body) == LONGEST_DIFF_LINES:
            body.append("... and more")
            break
        body.append(line)
    return "\n".join([*headers, *body])


def _lines(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _common(old: Sequence[object], new: Sequence[object]) -> int:
    return next(
        (index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )


def _hunks(old: list[bytes], new: list[bytes]) -> Iterator[str]:
    start = max(_common(old, new) - CONTEXT_LINES, 0)
    one, other = old[start : start + COMPARED_LINES], new[start : start + COMPARED_LINES]
    for group in difflib.SequenceMatcher(None, one, other).get_grouped_opcodes(CONTEXT_LINES):
        (_, old_from, _, new_from, _), (_, _, old_to, _, new_to) = group[0], group[-1]
        yield f"@@ -{_range(start, old_from, old_to)} +{_range(start, new_from, new_to)} @@"
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                yield from _shown(" ", one[old_from:old_to])
                continue
            before, after = one[old_from:old_to], other[new_from:new_to]
            starts = list(map(_start, before, after))
            yield from _shown("-", before, starts)
            yield from _shown("+", after, starts)
    if max(len(old), len(new)) > start + COMPARED_LINES:
        yield "... and more"


def _range(start: int, first: int, end: int) -> str:
    length = end - first
    line = start + first + (1 if length else 0)  # an empty stretch is named by the line before it
    return f"{line}" if length == 1 else f"{line},{length}"


def _start(line: bytes, other: bytes) -> int:
    """Return where two long lines are shown from, so that one sees how they differ."""
    same = _common(_text(line), _text(other))
    return 0 if same < LONGEST_LINE * 3 // 4 else same - LONGEST_LINE // 4


def _shown(sign: str, lines: Sequence[bytes], starts: Sequence[int] = ()) -> Iterator[str]:
    for number, line in enumerate(lines):
        start = starts[number] if number < len(starts) else 0
        text = ("..." if start else "") + _text(line)[start:]
        yield sign + (text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "...")
        if not line.endswith(b"\n"):
            yield "\\ No newline at end of file"


def _text(line: bytes) -> str:
    return visible(line.removesuffix(b"\n").decode(errors="backslashreplace"))


def visible(text: str) -> str:
    r"""Return *text* with control and other unprintable characters spelled out, such as `\r`; tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each == "\t" else each.encode("unicode_escape").decode() for each in text
    )
