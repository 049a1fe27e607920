"""The text of one file, with offsets as lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial

from obsgen.diagnostics import Positions, Span


class SourceText:
    """
    One file: its path as shown to people, its text, and where each offset of it stands.

    A line ends at a newline and nowhere else; the reader refuses characters that only some programs take for one.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def span(self, start: int, end: int) -> Span:
        """Return the place of `text[start:end]`; offsets beyond the text mean its end."""
        return Span.found_by(self.path, partial(self._positions, start, end))

    def _positions(self, start: int, end: int) -> Positions:
        return (*self._at(start), *self._at(max(start, end)))

    def _at(self, offset: int) -> tuple[int, int]:
        inside = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, inside) - 1
        return line + 1, inside - self._starts[line] + 1
