"""The text of one file, with offsets as lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right

from obsgen.diagnostics import Span

# What libyaml counts as the end of a line.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class SourceText:
    """Offsets of one file as lines and columns."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def span(self, start: int, end: int) -> Span:
        """Return the place of `text[start:end]`."""
        line, column = self._at(start)
        end_line, end_column = self._at(end)
        return Span(self.path, line, column, end_line, end_column)

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        return line + 1, offset - self._starts[line] + 1
