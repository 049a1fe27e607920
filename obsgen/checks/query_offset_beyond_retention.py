"""`query/offset-beyond-retention`: a look at a time of which no sample is kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.readings import readings, written
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.tokens import tokens
from obsgen.promql.tree import Selector, Word, selectors


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report offsets longer than the retention, where that is known."""
    kept = subject.world.retention_seconds
    if kept is None:
        return
    for read, meanings in readings(subject):
        for selector in selectors(meanings.tree):
            if selector.offset_seconds > kept:
                word = _offset_word(selector, read.asked.compiled.expr.text)
                yield error(
                    "query/offset-beyond-retention",
                    f"`offset {word.text}` asks for a time of which nothing is left",
                    written(read, word, selector.name),
                    help="look back less far, or keep samples longer",
                )


def _offset_word(selector: Selector, text: str) -> Word:
    """Return the duration behind the first `offset` after *selector*."""
    behind = [token for token in tokens(text) if token.start >= selector.name.end]
    for before, token in itertools.pairwise(behind):
        if before.kind == "name" and before.text.lower() == "offset":
            return Word(token.text, token.start, token.end)
    return selector.name


CHECK = Check(code="query/offset-beyond-retention", run=run)
