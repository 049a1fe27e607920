"""PromQL text that remembers where its words came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from obsgen.diagnostics import Span
from obsgen.source.locate import within
from obsgen.source.nodes import Scalar


class Mark(NamedTuple):
    """
    A stretch of the text and where it was written.

    Attributes:
        start, end: Offsets, end exclusive.
        span: The place in the catalog.
        word: What was written there; a histogram's name for its `_bucket` series.
        scalar: Set if the stretch is the scalar's text itself, or a part of it, so that parts of it can be placed.
        offset: Where in the scalar's text the stretch begins.
    """

    start: int
    end: int
    span: Span
    word: str
    scalar: Scalar | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Marked:
    """PromQL text and the marks of its words, in the order of the text."""

    text: str
    marks: tuple[Mark, ...] = ()

    def mark_at(self, start: int, end: int) -> Mark | None:
        """Return the innermost mark that covers `text[start:end]`."""
        covering = [mark for mark in self.marks if mark.start <= start and end <= mark.end]
        return min(covering, key=lambda mark: mark.end - mark.start, default=None)

    def place(self, start: int, end: int) -> Span | None:
        """Return where `text[start:end]` was written, or None where it was not."""
        mark = self.mark_at(start, end)
        if mark is None:
            return None
        if mark.scalar is not None:
            behind = mark.offset - mark.start
            return within(mark.scalar, start + behind, end + behind)
        return mark.span


def word(text: str, span: Span, written: str | None = None) -> Marked:
    """Return *text* as one word that was written at *span*, as *written* if that differs."""
    return Marked(text, (Mark(0, len(text), span, text if written is None else written),))


def whole(scalar: Scalar) -> Marked:
    """Return the text of *scalar* as it stands, every part of which can be placed."""
    return Marked(scalar.text, (Mark(0, len(scalar.text), scalar.span, scalar.text, scalar),))


def part(scalar: Scalar, start: int, end: int) -> Marked:
    """Return `scalar.text[start:end]` as it stands, every part of which can be placed."""
    text = scalar.text[start:end]
    return Marked(text, (Mark(0, len(text), within(scalar, start, end), text, scalar, start),))


def join(*parts: str | Marked, by: str = "") -> Marked:
    """Return the parts one after the other, with *by* between them."""
    out: list[str] = []
    marks: list[Mark] = []
    length = 0
    for index, part in enumerate(parts):
        if index and by:
            out.append(by)
            length += len(by)
        text = part if isinstance(part, str) else part.text
        if isinstance(part, Marked):
            marks.extend(Mark(m.start + length, m.end + length, m.span, m.word, m.scalar, m.offset) for m in part.marks)
        out.append(text)
        length += len(text)
    return Marked("".join(out), tuple(marks))
