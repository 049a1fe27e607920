"""
Pieces of Markdown (GitHub's dialect) that stay in their place whatever text they are given.

Three sorts of text come in: literal text (`escaped`, `code`, `fence`), one line written by people, in which backticks
mark code (`inline`), and whole paragraphs written by people, which are Markdown already (`obsgen.emit.prose`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

# Legal in a file, but they break lines, hide or reorder text where people read it; PromQL reads the escape alike.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_MARK = re.compile(
    r"""
      [\\`*\[\]<|~$]                          # marks wherever they stand
    | (?<![A-Za-z0-9])_ | _(?![A-Za-z0-9])    # emphasis, unless letters stand on both sides
    | &(?=[#A-Za-z])                          # an entity
    | \A[-+>=:#] | \A[0-9]{1,9}(?=[.)])       # what opens a block at the start of a line
    | \#(?=\#*\Z)                             # what closes a heading
    """,
    re.VERBOSE,
)
_RUN = re.compile(r"`+")


def visible(page: str) -> str:
    r"""Return *page* with every character that hides, breaks or reorders text written as `\uXXXX`."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", page)


def one_line(text: str) -> str:
    """Return *text* without line breaks, tabs and outer blanks."""
    return _BREAK.sub(" ", text).replace("\t", " ").strip(" ")


def escaped(text: str) -> str:
    """Return literal *text* as inline Markdown that reads the same, wherever in a line it is put."""
    return _MARK.sub(_escape, one_line(text))


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    # `1.` opens a list: the full stop behind the number is the one to escape.
    return f"{found}\\" if found[0].isdigit() else f"\\{found}"


def code(text: str) -> str:
    """Return literal *text* as a code span."""
    text = _BREAK.sub(" ", text)
    if not text:
        return ""
    ticks = fence_of(text, 1)
    # One blank at both ends is taken off again by the reader; a code span of blanks only keeps them.
    padded = "`" in (text[0], text[-1]) or (text[0] == text[-1] == " " and text.strip(" "))
    blank = " " if padded else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def fence_of(text: str, least: int) -> str:
    """Return the shortest run of at least *least* backticks that does not occur in *text*."""
    runs = {len(run) for run in _RUN.findall(text)}
    length = least
    while length in runs or (least > 1 and any(run >= length for run in runs)):
        length += 1
    return "`" * length


def fence(text: str, language: str = "") -> str:
    """Return *text* as a block of code, without blanks at the ends of lines and without a final newline."""
    ticks = fence_of(text, 3)
    lines = (line.rstrip(" \t\r") for line in text.strip("\n").split("\n"))
    return "\n".join((f"{ticks}{language}", *lines, ticks))


def inline(text: str) -> str:
    """Return one line that somebody wrote as Markdown: code between backticks stays code, the rest is literal."""
    text = one_line(text)
    parts = [code(content) if is_code else _MARK.sub(_escape, content) for is_code, content in pieces(text)]
    return "".join(parts)


def plain(text: str) -> str:
    """Return what a reader sees of `inline(text)`."""
    return "".join(content for _, content in pieces(one_line(text)))


def pieces(line: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of *line*: True and the content of a code span, or False and the text between two of them."""
    runs = [(match.start(), match.end()) for match in _RUN.finditer(line)]
    start = 0
    index = 0
    while index < len(runs):
        opening = runs[index]
        closing = next((k for k in range(index + 1, len(runs)) if _length(runs[k]) == _length(opening)), None)
        if closing is None:
            index += 1
            continue
        if opening[0] > start:
            yield False, line[start : opening[0]]
        yield True, _unpadded(line[opening[1] : runs[closing][0]])
        start = runs[closing][1]
        index = closing + 1
    if start < len(line):
        yield False, line[start:]


def _length(run: tuple[int, int]) -> int:
    return run[1] - run[0]


def _unpadded(content: str) -> str:
    padded = content.startswith(" ") and content.endswith(" ") and content.strip(" ")
    return content[1:-1] if padded else content


def cell(markdown: str) -> str:
    r"""
    Return inline *markdown*, as the functions above make it, for a cell of a table.

    Outside of code a pipe has been escaped already. Inside, tables read `\|` as a pipe; where a backslash stands before
    it or at the end, readers disagree, and the content is written as literal text.
    """
    return "".join(_cell_code(content) if is_code else content for is_code, content in _written(markdown))


def _cell_code(content: str) -> str:
    if "|" not in content:
        return code(content)
    return _MARK.sub(_escape, content) if re.search(r"\\\||\\\Z", content) else code(content.replace("|", "\\|"))


def _written(markdown: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of *markdown* like `pieces`, knowing that a backslash before a backtick makes it literal."""
    start = position = 0
    for match in re.finditer(r"\\[!-/:-@\[-`{-~]|`+", markdown):
        if match.start() < position or match[0][0] == "\\":
            continue
        closing = next((run for run in _RUN.finditer(markdown, match.end()) if len(run[0]) == len(match[0])), None)
        if closing is None:
            continue
        yield False, markdown[start : match.start()]
        yield True, _unpadded(markdown[match.end() : closing.start()])
        start = position = closing.end()
    yield False, markdown[start:]


def heading(level: int, text: str) -> str:
    """Return one line that somebody wrote as a heading of *level*, 1 to 6."""
    return f"{'#' * level} {inline(text)}"


def link(markdown: str, target: str) -> str:
    """Return inline *markdown* without links as a link to *target*, an address or a path with an anchor."""
    return f"[{markdown}]({quote(target, safe='/:#?&=@,;+~%-._')})"


def row(*cells: str) -> str:
    """Return a row of a table from inline Markdown; an empty cell stays empty."""
    return "|" + "|".join(f" {cell(one)} " if one else " " for one in cells) + "|"
