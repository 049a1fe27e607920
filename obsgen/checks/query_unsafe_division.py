"""`query/unsafe-division`: NaN or infinity of a division that spoils an aggregation, or makes a comparison true."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import readings, series_word, written
from obsgen.checks.trees import op_of
from obsgen.diagnostics import Diagnostic, Label, warning
from obsgen.promql.meaning import RISING_KINDS, Kind, Meaning, Meanings
from obsgen.promql.tree import Aggregation, Binary, Call, Tree, Word, children

# One NaN among the values makes the result NaN.
_SPOILED = frozenset({"sum", "avg", "stddev", "stdvar"})
_SPOILED_OVER_TIME = frozenset({"sum_over_time", "avg_over_time", "stddev_over_time", "stdvar_over_time"})
# What is 0 as soon as nothing happens.
_IDLE: frozenset[Kind | None] = RISING_KINDS | {"rate", "increase", "delta"}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report divisions by what can be idle where their result is put together or compared by `!=`."""
    for read, meanings in readings(subject):
        reported: set[int] = set()
        for node in meanings.nodes:
            for of, word in _spoiled(node, meanings):
                division = of.division
                if division is None or id(division) in reported or not _can_be_idle(division, meanings):
                    continue
                reported.add(id(division))
                yield _finding(division, node, word, meanings, read)


def _spoiled(node: Tree, meanings: Meanings) -> Iterator[tuple[Meaning, Word]]:
    """Yield what *node* would be spoiled by, and the word that stands for *node*."""
    if isinstance(node, Aggregation):
        of = meanings[node.expr]
        if op_of(node) in _SPOILED or (op_of(node) == "max" and of.may_inf):
            yield of, node.op
    elif isinstance(node, Call) and node.function.text in _SPOILED_OVER_TIME:
        for argument in node.arguments[:1]:
            yield meanings[argument], node.function
    elif isinstance(node, Binary) and node.op == "!=":
        for side in children(node):
            if meanings[side].may_nan:
                yield meanings[side], series_word(side, meanings[side])


def _can_be_idle(division: Binary, meanings: Meanings) -> bool:
    try:
        divisor = meanings[division.right]
    except KeyError:
        return False
    return divisor.kind in _IDLE and divisor.amount.zero


def _finding(division: Binary, node: Tree, word: Word, meanings: Meanings, read: Read) -> Diagnostic:
    name = series_word(division.right, meanings[division.right])
    place = written(read, name)
    also: tuple[Label, ...] = ()
    if isinstance(node, Binary):
        message = "where nothing happens this divides 0 by 0, and NaN `!=` any number is true"
    else:
        message = f"where nothing happens this divides by 0, and `{word.text}` then gives no number"
        entered = written(read, word, name)
        also = (Label(entered, "NaN or infinity enters here"),) if entered != place else ()
    return warning(
        "query/unsafe-division",
        message,
        place,
        "this can be 0",
        also=also,
        help="divide by what is `> 0` only, as in `part / (whole > 0)`"
        if isinstance(node, Binary)
        else "put both sides together before dividing, or divide by what is `> 0` only, as in `part / (whole > 0)`",
    )


CHECK = Check(code="query/unsafe-division", run=run)
