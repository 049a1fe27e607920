"""`record/order`: a rule that reads a recorded series before it is recorded anew."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, RuleGroup, Subject
from obsgen.diagnostics import Diagnostic, Label, info, warning
from obsgen.promql.collect import Asked
from obsgen.promql.tree import Word, selectors


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report recorded series that stand further down in the same group, or in another group alone."""
    reads = {id(read.asked): read for read in subject.queries} if subject.groups else {}
    recorded = _recorded(subject)
    for group in subject.groups:
        for index, asked in enumerate(group.rules):
            read = reads.get(id(asked))
            tree = read.parsed.tree if read is not None and read.parsed is not None else None
            names = {one.name.text: one.name for one in reversed(selectors(tree) if tree is not None else ())}
            for name, word in names.items():
                if read is not None and name != asked.name and name in recorded:
                    yield from _used(word, read, index, group, recorded[name])


def _recorded(subject: Subject) -> dict[str, list[tuple[RuleGroup, int, Asked]]]:
    """Return name -> where it is recorded: group, position and rule."""
    found: dict[str, list[tuple[RuleGroup, int, Asked]]] = {}
    for group in subject.groups:
        for index, asked in enumerate(group.rules):
            if asked.where == "record":
                found.setdefault(asked.name, []).append((group, index, asked))
    return found


def _used(
    word: Word, read: Read, index: int, group: RuleGroup, recorded: list[tuple[RuleGroup, int, Asked]]
) -> Iterator[Diagnostic]:
    inside = [(at, asked) for other, at, asked in recorded if other is group]
    if any(at < index for at, _ in inside):
        return
    if inside:
        yield warning(
            "record/order",
            f"`{word.text}` is recorded further down, so this reads what the last evaluation left",
            read.place(word),
            also=(Label(inside[0][1].origin.at("record"), "recorded here"),),
            help="rules of a group run from top to bottom; move the recording rule up",
        )
    else:
        other, _, asked = recorded[0]
        yield info(
            "record/order",
            f"`{word.text}` is recorded in the group `{other.name}`, so what this reads may be one evaluation old",
            read.place(word),
            also=(Label(asked.origin.at("record"), "recorded here"),),
            help="groups run at times of their own; put both rules into one group, the recording rule first",
        )


CHECK = Check(code="record/order", run=run)
