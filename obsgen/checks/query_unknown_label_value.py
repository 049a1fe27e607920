"""`query/unknown-label-value`: a query for a value that the label never takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.known import Values, labels_of
from obsgen.promql.tree import Matcher, Word, selectors
from obsgen.source.nodes import short
from obsgen.spec.kinds import listed, nearest

_PLAIN = re.compile(r"[^\\.+*?()|\[\]{}^$]*\Z")


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
    known = (*(values.values or ()), "")
    for branch in _branches(matcher):
        if "$" in branch.text and not branch.text.endswith("$"):
            continue
        if matcher.op in ("=", "!="):
            found = branch.text in known
        elif _PLAIN.match(branch.text):
            found = branch.text in known
        else:
            found = _matches(branch.text, known)
        if not found:
            yield _unknown(matcher.label.text, branch, values, read)


def _branches(matcher: Matcher) -> tuple[Word, ...]:
    """Return the alternatives of a pattern with their places, or the whole value."""
    value = matcher.value
    parts = value.text.split("|")
    if matcher.op in ("=", "!=") or len(parts) == 1 or not matcher.exact or not all(map(_simple, parts)):
        return (value,)
    found, start = [], value.start
    for part in parts:
        found.append(Word(part, start, start + len(part)))
        start += len(part) + 1
    return tuple(found)


def _simple(part: str) -> bool:
    return not re.search(r"[()\[\]{}]", part)


def _matches(pattern: str, known: tuple[str, ...]) -> bool:
    try:
        compiled = re.compile(pattern)
    except re.error:
        return True
    return any(compiled.fullmatch(value) for value in known)


def _unknown(label: str, branch: Word, values: Values, read: Read) -> Diagnostic:
    mark = read.mark(branch)
    written = mark.word if mark else branch.text
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
