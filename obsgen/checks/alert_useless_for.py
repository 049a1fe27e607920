"""`alert/useless-for`: a waiting time in which nothing new is measured."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, warning
from obsgen.spec.values import number


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `for` that is shorter than the time between two samples of everything the condition asks about."""
    for rule in subject.alert_rules:
        if not rule.wait_seconds or rule.read.parsed is None:
            continue
        facts = [subject.world.facts(one.name.text) for one in rule.read.selectors]
        between = [one.scrape_seconds for one in facts]
        known = [seconds for seconds in between if seconds is not None]
        if not known or len(known) < len(between) or rule.wait_seconds >= min(known):
            continue
        services = {one.metric.service for one in facts if one.metric is not None}
        scrapes = [service.scrape for service in subject.catalog.services if service.name in services]
        yield warning(
            "alert/useless-for",
            f"no sample comes within {number(rule.wait_seconds)}s, so this `for` waits for nothing",
            rule.wait_span,
            also=tuple(
                Label(scrape.origin.at("every"), f"scraped every {scrape.every}")
                for scrape in scrapes
                if scrape is not None
            ),
            help=f"wait for two scrapes or more: at least `for: {number(2 * min(known))}s`",
        )


CHECK = Check(code="alert/useless-for", run=run)
