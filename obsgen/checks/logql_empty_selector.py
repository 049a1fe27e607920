"""`logql/empty-selector`: a selector that does not narrow down the streams, which Loki refuses."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.signals import is_open, log_queries
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.patterns import describes_any
from obsgen.promql.tree import Matcher


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report stream selectors of which every matcher also fits streams without the label."""
    for query, reading in log_queries(subject):
        for selector in reading.selectors if not query.only_labels else ():
            if all(map(_fits_empty, selector.matchers)):
                matchers = (
                    "none of its matchers needs a label to be there" if selector.matchers else "it has no matcher"
                )
                yield error(
                    "logql/empty-selector",
                    f"Loki refuses a selector of every stream: {matchers}",
                    query.place(selector.braces),
                    help='name the streams by one label at least, such as `{job="NAME"}` or `{job=~".+"}`',
                )


def _fits_empty(matcher: Matcher) -> bool:
    """Return whether *matcher* certainly fits an empty text."""
    text = matcher.value.text
    if matcher.op in ("=", "!="):
        return (text == "") == (matcher.op == "=") and not is_open(text)
    # A pattern that cannot be understood describes everything, and its opposite as well.
    fits = describes_any(text, ("",))
    certain = not is_open(text) and not (fits and describes_any(text, ()))
    return certain and fits == (matcher.op == "=~")


CHECK = Check(code="logql/empty-selector", run=run)
