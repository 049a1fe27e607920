"""PromQL text that remembers where its words came from."""

from hypothesis import given
from hypothesis import strategies as st

from obsgen.diagnostics import Span
from obsgen.promql.text import Mark, Marked, join, word

HERE, THERE = Span("a.yaml", 1, 1, 1, 4), Span("a.yaml", 2, 1, 2, 4)


def test_join_moves_marks() -> None:
    """Joined texts keep their marks, moved to where the words now stand."""
    text = join("sum(", word("a_bucket", HERE, "a"), "{", word("x", THERE), "})")
    assert text.text == "sum(a_bucket{x})"
    assert text.marks == (Mark(4, 12, HERE, "a"), Mark(13, 14, THERE, "x"))


def test_join_by() -> None:
    """A separator stands between the parts and belongs to no mark."""
    text = join(word("a", HERE), word("b", THERE), by=" or ")
    assert text.text == "a or b"
    assert [text.place(0, 1), text.place(1, 5), text.place(5, 6)] == [HERE, None, THERE]


def test_innermost_mark() -> None:
    """Of marks inside one another the smallest that covers a stretch tells its place."""
    text = Marked("a{x}", (Mark(0, 4, HERE, "whole"), Mark(2, 3, THERE, "x")))
    assert text.place(2, 3) == THERE
    assert text.place(0, 3) == HERE
    assert text.place(0, 9) is None


@given(st.lists(st.text(max_size=5)), st.text(max_size=3))
def test_joined_text(parts: list[str], by: str) -> None:
    """The text is that of the parts, and each mark covers its own part."""
    joined = join(*(word(part, HERE) for part in parts), by=by)
    assert joined.text == by.join(parts)
    assert [joined.text[mark.start : mark.end] for mark in joined.marks] == parts
