"""`query/window-too-short`: a window that holds fewer than two samples."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import calls, readings, series_word, window_word, written
from obsgen.diagnostics import Diagnostic, Label, error, warning
from obsgen.promql.meaning import Meaning
from obsgen.promql.tree import Call, Window, Word
from obsgen.spec.model import Catalog
from obsgen.spec.values import number

# All of them need two samples to say anything.
_FUNCTIONS = frozenset(
    {"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "changes", "resets"}
)  # fmt: skip


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report windows below twice the scrape interval; below one interval they never hold two samples."""
    for read, meanings in readings(subject):
        for call in calls(meanings, _FUNCTIONS):
            for argument in call.arguments[:1]:
                if not isinstance(argument, Window) or argument.subquery:
                    continue
                of = meanings[argument]
                every = of.series.scrape_seconds if of.series is not None else None
                if every is not None and argument.seconds < 2 * every:
                    word = window_word(argument, read)
                    if word is not None:
                        yield _finding(call, argument, of, word, every, read, subject.catalog)


def _finding(
    call: Call, window: Window, of: Meaning, word: Word, every: float, read: Read, catalog: Catalog
) -> Diagnostic:
    never = window.seconds < every
    say = error if never else warning
    holds = "never holds" if never else "does not always hold"
    return say(
        "query/window-too-short",
        f"`{call.function.text}` needs two samples, which {word.text} {holds}: one is taken every {number(every)}s",
        written(read, word, series_word(window, of)),
        also=_scraped(of, catalog),
        help=f"write at least {number(2 * every)}s; {number(4 * every)}s also survives a scrape that fails",
    )


def _scraped(of: Meaning, catalog: Catalog) -> tuple[Label, ...]:
    metric = of.series.metric if of.series is not None else None
    service = catalog.by_name.get(metric.service) if metric is not None else None
    if service is None or service.scrape is None:
        return ()
    return (Label(service.scrape.origin.at("every"), "how often it is scraped"),)


CHECK = Check(code="query/window-too-short", run=run)
