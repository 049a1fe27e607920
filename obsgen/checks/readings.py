"""Queries with their meaning, and the places that a finding about one of their series shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obsgen.checks.base import Read, Subject
from obsgen.checks.trees import extent, leading
from obsgen.diagnostics import Label, Span
from obsgen.promql.meaning import Meaning, Meanings
from obsgen.promql.tokens import tokens
from obsgen.promql.tree import Aggregation, Call, Tree, Window, Word, selectors, walk


def readings(subject: Subject) -> tuple[tuple[Read, Meanings], ...]:
    """Return every query that can be parsed with what its parts mean."""
    return subject.readings


def calls(meanings: Meanings, names: frozenset[str]) -> Iterator[Call]:
    """Yield the calls of the functions *names*."""
    for node in meanings.nodes_of(Call):
        if node.function.text in names:
            yield node


def aggregations(meanings: Meanings) -> Sequence[Aggregation]:
    """Return the aggregations."""
    return meanings.nodes_of(Aggregation)


def written(read: Read, *words: Word) -> Span:
    """Return where the first of *words* stands that was written in the catalog, else the place of the whole query."""
    expr = read.asked.compiled.expr
    return next((span for word in words if (span := expr.place(word.start, word.end))), read.asked.origin.span)


def begun(read: Read, tree: Tree) -> Span:
    """Return where the first word of *tree* stands that was written in the catalog, else the place of the whole query."""
    return written(read, leading(tree), *(selector.name for selector in selectors(tree)))


def series_word(tree: Tree, meaning: Meaning) -> Word:
    """Return the name of the series whose values *tree* gives, or of the first one in it."""
    found = selectors(tree)
    name = meaning.series.name if meaning.series is not None else None
    return next((one.name for one in found if one.name.text == name), found[0].name if found else extent(tree))


def defined(meaning: Meaning) -> tuple[Label, ...]:
    """Return the place that says what the series of *meaning* is, if the catalog has one."""
    series = meaning.series
    if series is None:
        return ()
    if series.record is not None:
        return (Label(series.record.spec.origin.key("record"), f"`{series.name}` is recorded here"),)
    metric = series.metric
    if metric is None or series.name not in (*metric.series, metric.name):
        return ()
    what = "an info metric" if metric.kind == "info" else f"a {metric.kind}"
    return (Label(metric.origin.key(metric.kind), f"`{metric.name}` is {what}"),)


def window_word(window: Window, read: Read) -> Word | None:
    """Return the range of *window* as it stands between the brackets; None where only Grafana knows it."""
    end = extent(window.expr).end
    # `rate(x[5m])[1h:]`: brackets of the windows inside stand between the last name and its own.
    inside = sum(isinstance(node, Window) and extent(node.expr).end == end for node in walk(window.expr))
    behind = [token for token in tokens(read.asked.compiled.expr.text) if token.start >= end]
    opening = [index for index, token in enumerate(behind) if token.kind == "sign" and token.text == "["]
    if inside >= len(opening):
        return None
    first = behind[opening[inside] + 1]
    last = next((token for token in behind[opening[inside] + 1 :] if token.text in (":", "]")), first)
    word = Word(read.asked.compiled.expr.text[first.start : last.start].strip(), first.start, last.start)
    word = Word(word.text, word.start, word.start + len(word.text))
    return None if read.is_variable(word) else word
