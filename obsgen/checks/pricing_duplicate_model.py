"""`pricing/duplicate-model`: one model with two prices, because upper and lower case are the same in names of models."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.spec.model import ModelPrice


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names that differ in case only."""
    for service in subject.catalog.services:
        first: dict[str, ModelPrice] = {}
        for one in service.prices.models if service.prices else ():
            other = first.setdefault(one.model.lower(), one)
            if other is not one:
                yield error(
                    "pricing/duplicate-model",
                    f"`{one.model}` is the same model as `{other.model}`: upper and lower case are the same here",
                    one.name_span,
                    "the second one",
                    also=(Label(other.name_span, "the first one"),),
                    help="keep one of them",
                )


CHECK = Check(code="pricing/duplicate-model", run=run)
