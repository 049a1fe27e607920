"""Files that lie as texts in other files: what stands in them has its place in the file around them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from obsgen.diagnostics import Span
from obsgen.source.locate import offsets
from obsgen.source.nodes import Documents, Scalar
from obsgen.source.text import SourceText


class Embedded(SourceText):
    """The text of a scalar; its places are those of the file that the scalar stands in."""

    def __init__(self, scalar: Scalar) -> None:
        super().__init__(scalar.source.path, scalar.text)
        self._scalar = scalar

    def span(self, start: int, end: int) -> Span:
        """Return the place of `text[start:end]` in the file around it."""
        source, length = self._scalar.source, len(self.text)
        if self._scalar.style == "|":
            at, behind = self._in_block(min(start, length)), self._in_block(min(max(start, end), length))
            return self._scalar.span if at is None or behind is None else source.span(at, behind)
        places = self._places
        if places is None:
            return self._scalar.span
        first, last = places[min(start, length)], places[min(max(start, end), length)]
        return source.span(first, last)

    @cached_property
    def _places(self) -> tuple[int, ...] | None:
        return offsets(self._scalar)

    @cached_property
    def _lines(self) -> tuple[int, ...] | None:
        """Where each line of a literal block begins in the file; None if that cannot be told."""
        scalar = self._scalar
        _, _, body = scalar.source.text[scalar.start : scalar.end].partition("\n")
        position = scalar.end - len(body)
        found = []
        for line in self.text.split("\n"):
            written, newline, body = body.partition("\n")
            if not written.removesuffix("\r").endswith(line):
                return None
            found.append(position + len(written.removesuffix("\r")) - len(line))
            position += len(written) + len(newline)
        return tuple(found)

    def _in_block(self, offset: int) -> int | None:
        """Return the offset in the file of one of the text; a literal block is undone line by line, however long it is."""
        if self._lines is None:
            return None
        line = bisect_right(self._starts, offset) - 1
        return self._lines[line] + offset - self._starts[line]


def read_yaml(scalar: Scalar) -> Documents:
    """Return the trees of the YAML text that *scalar* holds, with places in the file around it; never raises."""
    from obsgen.source.reader import read_all  # noqa: PLC0415 - most files hold no other

    return read_all(Embedded(scalar))
