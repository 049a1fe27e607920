"""`query/unknown-label-value`: a query for a value that the label never takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obsgen.checks.base import Check, Read, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.known import ALERT_SERIES, SYNTHETIC, Values
from obsgen.promql.meaning import NAME
from obsgen.promql.patterns import branches, describes_any, only_text
from obsgen.promql.tokens import has_variable
from obsgen.promql.tree import Matcher, Word
from obsgen.source.nodes import short
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report matchers whose value, or one branch of whose pattern, is none of the label's closed values."""
    for read in subject.queries:
        for selector in read.selectors:
            name = selector.name.text
            labels = subject.labels_of(name) or _recorded(name, subject)
            for matcher in selector.matchers:
                values = labels.get(matcher.label.text)
                if values is not None and values.values is not None:
                    yield from _matcher(matcher, values, read)


def _recorded(name: str, subject: Subject) -> Mapping[str, Values]:
    """Return the labels of the recorded series *name*, with the values that its query leaves them; of anything else none."""
    facts = subject.world.facts(name)
    catalog = subject.catalog
    if (
        not facts.known
        or facts.empty
        or any(name in one for one in (SYNTHETIC, ALERT_SERIES, catalog.series, catalog.metrics))
    ):
        return {}
    record = facts.record
    return {
        label: Values(
            values=tuple(sorted(values)),
            origin=None if record is None else record.spec.origin,
            path=("query",),
            says="its query leaves only these values",
        )
        for label, values in facts.labels.values.items()
        # Bounds of buckets have many spellings.
        if values and label not in (NAME, "le")
    }


def _matcher(matcher: Matcher, values: Values, read: Read) -> Iterator[Diagnostic]:
    exact = matcher.op in ("=", "!=")
    branches_of_it = (matcher.value,) if exact else _branches(matcher)
    wrong = [branch for branch in branches_of_it if not _fits(branch.text, exact, values, read)]
    marks = [read.mark(branch) for branch in branches_of_it]
    for branch in wrong:
        mark = read.mark(branch)
        if mark is None or sum(read.mark(other) == mark for other in wrong) < marks.count(mark):
            text = branch.text if exact else only_text(branch.text)
            yield _unknown(matcher.label.text, branch.text if text is None else text, branch, values, read)
        elif branch is wrong[0] or mark != read.mark(wrong[0]):
            # One word of the catalog became several branches, such as the spellings of a bucket's bound.
            yield _unknown(matcher.label.text, mark.word, branch, values, read)


def _branches(matcher: Matcher) -> tuple[Word, ...]:
    return tuple(matcher.part(start, end) for start, end in branches(matcher.value.text))


def _fits(branch: str, exact: bool, values: Values, read: Read) -> bool:
    """Return whether *branch* is, or describes, a value that the label can have, or cannot be judged."""
    if read.asked.where in ("panel", "prose") and has_variable(branch):
        return True
    # A label that a series lacks reads as an empty text, so asking for that is always meaningful.
    known = (*(values.values or ()), *values.spellings, "")
    text = branch if exact else only_text(branch)
    return text in known if text is not None else describes_any(branch, known)


def _unknown(label: str, written: str, branch: Word, values: Values, read: Read) -> Diagnostic:
    guess = nearest(written, values.values or ())
    also = (Label(values.origin.at(*values.path), values.says),) if values.origin else ()
    return error(
        "query/unknown-label-value",
        f"`{short(written)}` is not a value of label `{label}`",
        read.place(branch),
        f"did you mean `{guess}`?" if guess else "",
        also=also,
        help="" if guess else f"it takes {listed(values.values or ())}",
    )


CHECK = Check(code="query/unknown-label-value", run=run)
