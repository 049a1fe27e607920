"""`pricing/stale`: prices of language models that nobody has checked for half a year."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, info

#: As the runtime has it, which says the same in the log of a running service.
STALE_AFTER_DAYS = 180


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report tables that are too old today."""
    if subject.today is None:
        return
    for service in subject.catalog.services:
        prices = service.prices
        if prices is None or (age := (subject.today - prices.as_of).days) <= STALE_AFTER_DAYS:
            continue
        yield info(
            "pricing/stale",
            f"the prices are those of {prices.as_of}, {age} days ago",
            prices.origin.at("as_of"),
            help="check them against the providers' prices and write the day on which you did",
        )


CHECK = Check(code="pricing/stale", run=run)
