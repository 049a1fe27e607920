"""Places: those that are counted when somebody asks are the ones that were counted before."""

from hypothesis import given
from hypothesis import strategies as st

from obsgen.diagnostics import Label, Span, error, from_plain, plain
from obsgen.source.text import SourceText

POSITIONS = st.tuples(*[st.integers(1, 5)] * 4)
SPANS = st.builds(lambda path, at: Span(path, *at), st.sampled_from(["a", "b"]), POSITIONS)


def later(span: Span) -> Span:
    """Return the same place, counted when somebody asks."""
    positions = span.positions
    return Span.found_by(span.path, lambda: positions)


@given(SPANS, SPANS)
def test_it_does_not_show_when_a_place_was_counted(one: Span, other: Span) -> None:
    """Equality, order, hash and looks are those of path and positions, in both kinds."""
    key, others = (one.path, *one.positions), (other.path, *other.positions)
    for first, second in ((one, later(other)), (later(one), other), (later(one), later(other))):
        assert (first == second) == (key == others)
        assert (first < second) == (key < others)
        assert (hash(first) == hash(second)) or key != others
    assert repr(later(one)) == repr(one)
    assert (later(one).line, later(one).column, later(one).end_line, later(one).end_column) == one.positions
    assert one != key


def test_a_place_is_counted_once_and_only_if_asked() -> None:
    """A place that no finding shows costs nothing, one that is asked for is counted once."""
    asked: list[int] = []

    def find() -> tuple[int, int, int, int]:
        asked.append(1)
        return (1, 2, 3, 4)

    span = Span.found_by("a", find)
    assert (span.path, asked) == ("a", [])
    assert (span.line, span.end_column, len(asked)) == (1, 4, 1)


@given(st.text(alphabet="ab\né", max_size=12), st.integers(-2, 14), st.integers(-2, 14))
def test_offsets_as_lines_and_columns(text: str, start: int, end: int) -> None:
    """Offsets beyond the text mean its end, and a stretch never ends before it begins."""
    inside = [min(max(offset, 0), len(text)) for offset in (start, max(start, end))]
    before = [text[:offset].split("\n") for offset in inside]
    expected = tuple(number for lines in before for number in (len(lines), len(lines[-1]) + 1))
    assert SourceText("a", text).span(start, end).positions == expected


@given(SPANS, SPANS)
def test_findings_as_plain_data(one: Span, other: Span) -> None:
    """What is kept of a finding gives the same finding again."""
    finding = error("group/name", "what", later(one), "here", also=(Label(other, "there"),), help="do")
    assert from_plain(plain(finding)) == finding
