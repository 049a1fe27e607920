"""`panel/unknown-legend-label`: a legend that names a label which the result of the query cannot have."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.boards import reads
from obsgen.checks.templates import legend_labels
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.collect import Asked
from obsgen.promql.meaning import NAME, Meanings
from obsgen.promql.tree import Aggregation
from obsgen.source.locate import within
from obsgen.source.nodes import Scalar
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels in legends, and in the texts of annotations, that no series of the result can have."""
    known = reads(subject)
    for asked, text in _texts(subject):
        read = known.get(id(asked))
        meanings = subject.meanings(read) if read is not None else None
        if read is None or meanings is None or meanings.whole.empty:
            continue
        for name, start, end in legend_labels(text.text):
            # Whether a result keeps its name depends on the version of Prometheus.
            if name != NAME and not meanings.whole.may_have(name):
                yield _finding(name, (start, end), text, read, meanings)


def _texts(subject: Subject) -> Iterator[tuple[Asked, Scalar]]:
    for board in subject.boards:
        for panel in board.panels:
            for target in panel.shown:
                # A table has a column for each label, whatever the legend says.
                if target.legend is not None and target.format != "table":
                    yield target.asked, target.legend
        for asked, texts in board.annotations:
            yield from ((asked, text) for text in texts)


def _finding(name: str, place: tuple[int, int], text: Scalar, read: Read, meanings: Meanings) -> Diagnostic:
    possible = meanings.whole.possible
    known = sorted(possible - {NAME}) if possible is not None else None
    guess = nearest(name, known or ())
    advice = f"it has {listed(known)}" if known else "it has no labels; add `by`"
    return error(
        "panel/unknown-legend-label",
        f"the result of the query has no label `{name}`, so this prints nothing",
        within(text, *place),
        f"did you mean `{guess}`?" if guess else "",
        also=_lost(name, read, meanings),
        help="" if guess else advice if known is not None else "keep the label in the query, or leave it out here",
    )


def _lost(name: str, read: Read, meanings: Meanings) -> tuple[Label, ...]:
    """Return the aggregation that drops the label, where there is just one."""
    found = [
        node
        for node in meanings.nodes
        if isinstance(node, Aggregation) and not meanings[node].may_have(name) and meanings[node.expr].may_have(name)
    ]
    return (Label(read.place(found[0].op), f"this puts all `{name}` together"),) if len(found) == 1 else ()


CHECK = Check(code="panel/unknown-legend-label", run=run)
