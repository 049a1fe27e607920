"""Whether places lie inside the texts they point into."""

from collections.abc import Iterator

from obsgen.diagnostics import Diagnostic, Span
from obsgen.source.nodes import Mapping, Node, Scalar


def assert_inside(span: Span, text: str) -> None:
    """A span begins and ends in *text*, in this order, columns at most one behind the last character of their line."""
    lines = text.split("\n")
    assert 1 <= span.line <= span.end_line <= len(lines), span
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1, span
    assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1, span
    assert (span.line, span.column) <= (span.end_line, span.end_column), span


def spans_of(diagnostic: Diagnostic) -> list[Span]:
    """Return every place that *diagnostic* names."""
    return [diagnostic.primary.span, *(label.span for label in diagnostic.secondary)]


def nodes_below(node: Node) -> Iterator[Node]:
    """Yield *node* and everything in it, keys included, each node once."""
    seen: set[Node] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        yield one
        if isinstance(one, Mapping):
            waiting += [part for entry in one.entries.values() for part in entry]
        elif not isinstance(one, Scalar):
            waiting += one.items


def cut(span: Span, text: str) -> str:
    """Return the part of *text* that *span* covers."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return text[starts[span.line - 1] + span.column - 1 : starts[span.end_line - 1] + span.end_column - 1]
