"""`query/unknown-label-value`: a query for a value that the label never takes."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.known import Values, labels_of
from obsgen.promql.patterns import branches, describes_any, only_text
from obsgen.promql.tokens import has_variable
from obsgen.promql.tree import Matcher, Word, selectors
from obsgen.source.nodes import short
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report matchers whose value, or one branch of whose pattern, is none of the label's closed values."""
    for read in subject.queries:
        for selector in selectors(read.parsed.tree) if read.parsed else ():
            labels = labels_of(selector.name.text, subject.catalog) or {}
            for matcher in selector.matchers:
                values = labels.get(matcher.label.text)
                if values is not None and values.values is not None:
                    yield from _matcher(matcher, values, read)


def _matcher(matcher: Matcher, values: Values, read: Read) -> Iterator[Diagnostic]:
    # A label that a series lacks reads as an empty text, so asking for that is always meaningful.
    known = (*(values.values or ()), *values.spellings, "")
    exact = matcher.op in ("=", "!=")
    for branch in (matcher.value,) if exact else _branches(matcher):
        if read.asked.where == "panel" and has_variable(branch.text):
            continue
        text = branch.text if exact else only_text(branch.text)
        found = text in known if text is not None else describes_any(branch.text, known)
        if not found:
            yield _unknown(matcher.label.text, branch, text, values, read)


def _branches(matcher: Matcher) -> tuple[Word, ...]:
    return tuple(matcher.part(start, end) for start, end in branches(matcher.value.text))


def _unknown(label: str, branch: Word, text: str | None, values: Values, read: Read) -> Diagnostic:
    mark = read.mark(branch)
    written = mark.word if mark else branch.text if text is None else text
    guess = nearest(written, values.values or ())
    also = (Label(values.origin.at(*values.path), "the values are listed here"),) if values.origin else ()
    return error(
        "query/unknown-label-value",
        f"`{short(written)}` is not a value of label `{label}`",
        read.place(branch),
        f"did you mean `{guess}`?" if guess else "",
        also=also,
        help="" if guess else f"it takes {listed(values.values or ())}",
    )


CHECK = Check(code="query/unknown-label-value", run=run)
