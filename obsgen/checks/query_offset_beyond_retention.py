"""`query/offset-beyond-retention`: a look at a time of which no sample is kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import readings, window_word, written
from obsgen.checks.trees import extent
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.tokens import tokens
from obsgen.promql.tree import Selector, Window, Word


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report offsets longer than the retention, where that is known."""
    kept = subject.world.retention_seconds
    if kept is None:
        return
    for read, meanings in readings(subject):
        for node in meanings.nodes:
            if isinstance(node, Selector | Window) and node.offset_seconds > kept:
                word = _offset_word(node, read)
                yield error(
                    "query/offset-beyond-retention",
                    f"`offset {word.text}` asks for a time of which nothing is left",
                    written(read, word, extent(node)),
                    help="look back less far, or keep samples longer",
                )


def _offset_word(node: Selector | Window, read: Read) -> Word:
    """Return the duration behind the first `offset` after *node*."""
    ends = node.name if isinstance(node, Selector) else window_word(node, read) or extent(node)
    behind = [token for token in tokens(read.asked.compiled.expr.text) if token.start >= ends.end]
    for before, token in itertools.pairwise(behind):
        if before.kind == "name" and before.text.lower() == "offset":
            return Word(token.text, token.start, token.end)
    return ends


CHECK = Check(code="query/offset-beyond-retention", run=run)
