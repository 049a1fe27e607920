"""`query/range-beyond-retention`: a window that reaches further back than samples are kept."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.readings import readings, series_word, window_word, written
from obsgen.diagnostics import Diagnostic, warning
from obsgen.promql.tree import Window
from obsgen.spec.values import Duration


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report windows longer than the retention, where that is known."""
    kept = subject.world.retention_seconds
    if kept is None:
        return
    for read, meanings in readings(subject):
        for node in meanings.nodes_of(Window):
            if node.seconds <= kept:
                continue
            word = window_word(node, read)
            if word is not None:
                yield warning(
                    "query/range-beyond-retention",
                    f"samples are kept for {Duration(round(kept * 1000))}, so {word.text} never sees more than that",
                    written(read, word, series_word(node, meanings[node])),
                    help="shorten the window, keep samples longer, or record a series that carries the long view",
                )


CHECK = Check(code="query/range-beyond-retention", run=run)
