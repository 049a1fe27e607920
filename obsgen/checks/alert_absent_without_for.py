"""`alert/absent-without-for`: an alert that takes every restart for a loss."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import AlertRule, Check, Subject
from obsgen.checks.trees import ABSENCE, deciding
from obsgen.diagnostics import Diagnostic, Label, warning
from obsgen.promql.meaning import COMPARISONS, Meanings
from obsgen.promql.tree import Binary, Call, Tree, Window
from obsgen.spec.values import number

#: One missed scrape is no loss, two may be.
_SCRAPES = 2


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `absent` in alerts that do not wait for at least two scrapes."""
    for rule in subject.alert_rules:
        meanings = subject.meanings(rule.read)
        if meanings is not None:
            for part in deciding(meanings.tree):
                yield from _part(_uncompared(part, meanings), rule, meanings, subject)


def _uncompared(tree: Tree, meanings: Meanings) -> Tree:
    """Return the `absent(x)` of `absent(x) == 1`."""
    if isinstance(tree, Binary) and tree.op in COMPARISONS and meanings[tree.right].constant is not None:
        return tree.left
    return tree


def _part(tree: Tree, rule: AlertRule, meanings: Meanings, subject: Subject) -> Iterator[Diagnostic]:
    if not (isinstance(tree, Call) and tree.function.text in ABSENCE):
        return
    argument = tree.arguments[0]
    waits = (rule.wait_seconds or 0.0) + (argument.seconds if isinstance(argument, Window) else 0.0)
    series = meanings[argument].series
    scrape = None if series is None else series.scrape_seconds
    if waits >= _SCRAPES * (scrape or 0.0) and waits > 0:
        return
    service = None if series is None or series.metric is None else subject.catalog.by_name.get(series.metric.service)
    every = None if service is None or service.scrape is None else service.scrape.origin
    also = [Label(rule.wait_span, "this is shorter than two scrapes")] if rule.wait_seconds else []
    if every is not None and scrape is not None:
        also.append(Label(every.at("every"), f"scraped every {number(scrape)}s"))
    yield warning(
        "alert/absent-without-for",
        f"`{tree.function.text}` is true at every restart, and this alert does not wait for two scrapes",
        rule.read.place(tree.function),
        also=also,
        help=f"write `for: {number(max(300.0, _SCRAPES * (scrape or 0.0)) / 60)}m`",
    )


CHECK = Check(code="alert/absent-without-for", run=run)
