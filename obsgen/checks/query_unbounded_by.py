"""`query/unbounded-by`: an alert that can fire as often as an open label has values."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import readings, written
from obsgen.diagnostics import Diagnostic, Label, info
from obsgen.promql.meaning import Meanings
from obsgen.promql.tree import Aggregation, Word
from obsgen.spec.model import MetricLabel

#: More than anybody reads.
_MANY = 100


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels of `by` in alerts that can have more than a hundred values, and that reach the notification."""
    for read, meanings in readings(subject):
        if read.asked.where != "alert":
            continue
        seen: set[str] = set()
        for node in meanings.nodes_of(Aggregation):
            for word, label in _open(node, meanings) if not node.without else ():
                if word.text not in seen and not read.is_variable(word):
                    seen.add(word.text)
                    yield _finding(word, label, read)


def _open(node: Aggregation, meanings: Meanings) -> Iterator[tuple[Word, MetricLabel]]:
    series = meanings[node.expr].series
    metric = series.metric if series is not None else None
    for word in node.grouping or ():
        label = metric.label(word.text) if metric is not None else None
        values = meanings[node].values.get(word.text)
        if label is None or label.at_most is None or label.at_most <= _MANY or values is not None:
            continue
        if meanings.whole.may_have(word.text):
            yield word, label


def _finding(word: Word, label: MetricLabel, read: Read) -> Diagnostic:
    return info(
        "query/unbounded-by",
        f"this alert can fire {label.at_most:,} times at once, once for each `{word.text}`",
        written(read, word),
        also=(Label(label.definition.at("at_most"), f"`{word.text}` is an open label"),),
        help="group by a label with fewer values, or count those that are affected",
    )


CHECK = Check(code="query/unbounded-by", run=run)
