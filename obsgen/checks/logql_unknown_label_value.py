"""`logql/unknown-label-value`: a query for a value that a label of log streams never has."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.signals import SignalQuery, Streams, is_open, judged_logs, said, streams
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.patterns import branches, describes_any, only_text
from obsgen.promql.tree import Matcher, Word
from obsgen.source.nodes import short
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report matchers whose value, or one branch of whose pattern, is none of the closed values of the label."""
    known = streams(subject.catalog)
    if known is None:
        return
    for query, reading in judged_logs(subject, known):
        matchers = (*(one for selector in reading.selectors for one in selector.matchers), *reading.filters)
        for matcher in matchers:
            values = known.labels.get(matcher.label.text)
            if values is not None:
                yield from _matcher(matcher, values, query, known)


def _matcher(matcher: Matcher, values: frozenset[str], query: SignalQuery, known: Streams) -> Iterator[Diagnostic]:
    if matcher.op in ("=", "!="):
        parts: tuple[Word, ...] = (matcher.value,)
    else:
        parts = tuple(matcher.part(start, end) for start, end in branches(matcher.value.text))
    for part in parts:
        written = part.text if matcher.op in ("=", "!=") else only_text(part.text)
        # A stream without the label reads as an empty text.
        fits = describes_any(part.text, (*values, "")) if written is None else written in ("", *values)
        if not fits and not is_open(matcher.value.text):
            yield _unknown(matcher.label.text, part, values, query, known)


def _unknown(label: str, word: Word, values: frozenset[str], query: SignalQuery, known: Streams) -> Diagnostic:
    guess = nearest(word.text, values)
    return error(
        "logql/unknown-label-value",
        f"`{short(word.text)}` is not a value of the label `{label}` of log streams",
        query.place(word),
        f"did you mean `{guess}`?" if guess else "",
        also=said(known.defined, "the labels of log streams"),
        help="" if guess else f"it takes {listed(sorted(values))}",
    )


CHECK = Check(code="logql/unknown-label-value", run=run)
