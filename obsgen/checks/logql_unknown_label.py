"""`logql/unknown-label`: a query for a label that no log pipeline sets."""

from __future__ import annotations

from collections.abc import Container, Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.signals import SignalQuery, Streams, judged_logs, said, streams
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.tree import Word
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels in stream selectors, and behind them as long as nothing has taken more labels out of the lines."""
    known = streams(subject.catalog)
    if known is None:
        return
    for query, reading in judged_logs(subject, known):
        for selector in reading.selectors:
            for matcher in selector.matchers:
                if not _is_known(matcher.label.text, known.labels):
                    yield _unknown(matcher.label, frozenset(known.labels), query, known)
        anywhere = frozenset(known.labels) | known.beside
        for word in (*(matcher.label for matcher in reading.filters), *reading.names):
            if not _is_known(word.text, anywhere):
                yield _unknown(word, anywhere, query, known)


def _is_known(name: str, labels: Container[str]) -> bool:
    """Return whether *name* is one of the *labels*, or one that Loki keeps for itself."""
    return name in labels or name.startswith("__")


def _unknown(word: Word, labels: frozenset[str], query: SignalQuery, known: Streams) -> Diagnostic:
    guess = nearest(word.text, labels)
    return error(
        "logql/unknown-label",
        f"no log pipeline sets the label `{word.text}`",
        query.place(word),
        f"did you mean `{guess}`?" if guess else "",
        also=said(known.defined, "the labels of log streams"),
        help="" if guess else f"the labels here are {listed(sorted(labels))}",
    )


CHECK = Check(code="logql/unknown-label", run=run)
