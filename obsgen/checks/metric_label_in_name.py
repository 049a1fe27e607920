"""`metric/label-in-name`: a name that repeats by which label the metric is told apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import part, words
from obsgen.diagnostics import Diagnostic, Label, warning


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `.._by_LABEL` and `.._per_LABEL` in the names of metrics that have the label."""
    for metric in subject.catalog.metrics.values():
        names = list(words(metric.name))
        for (before, first), label in itertools.product(itertools.pairwise(names), metric.labels):
            last = first.start + len(label.name)
            named = metric.name[first.start : last].lower() == label.name.lower() and metric.name[last:][:1] in (
                "",
                "_",
            )
            if before.text in ("by", "per") and before.start > 0 and named:
                rest = metric.name[last:]
                yield warning(
                    "metric/label-in-name",
                    f"the name says `{before.text} {label.name}`, which its label says already",
                    part(metric.name_span, metric.name, before.start, last),
                    also=(Label(metric.label_span(label.name), "this label"),),
                    help=f"call it `{metric.name[: before.start - 1]}{rest}`; a sum over the label has no `{label.name}`",
                )
                break


CHECK = Check(code="metric/label-in-name", run=run)
