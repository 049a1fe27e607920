"""`metric/name-pattern`: metrics that differ in one word of their names, as values of a label do."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import NameWord, part, words
from obsgen.diagnostics import Diagnostic, Label, info
from obsgen.spec.model import Metric
from obsgen.words import listed

#: Two may be chance.
_MANY = 3


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report three or more metrics of a service that are alike but for one word of their names and of what they say."""
    for service in subject.catalog.services:
        families: dict[object, list[tuple[Metric, NameWord]]] = {}
        for metric in service.metrics:
            for word in list(words(metric.name))[1:-1]:
                families.setdefault(_alike(metric, word), []).append((metric, word))
        told: set[str] = set()
        for members in families.values():
            if len(members) >= _MANY and not any(metric.name in told for metric, _ in members):
                told.update(metric.name for metric, _ in members)
                yield _finding(members)


def _alike(metric: Metric, word: NameWord) -> object:
    labels = frozenset(label.name for label in metric.labels)
    # Limit and usage of one thing share a name and a unit, too; what they are said to be is not the same.
    help = " ".join(one for one in metric.help.lower().rstrip(".").split() if one != word.text)
    return metric.name[: word.start], metric.name[word.end :], metric.kind, metric.unit, labels, metric.buckets, help


def _finding(members: list[tuple[Metric, NameWord]]) -> Diagnostic:
    (metric, word), *others = members
    name = metric.name[: word.start - 1] + metric.name[word.end :]
    return info(
        "metric/name-pattern",
        f"{len(members)} metrics differ only in {listed((one.text for _, one in members), 5)}",
        part(metric.name_span, metric.name, word.start, word.end),
        also=[Label(part(other.name_span, other.name, one.start, one.end)) for other, one in others],
        help=f"if these are kinds of one thing, make them values of a label of `{name}`, which can be summed",
    )


CHECK = Check(code="metric/name-pattern", run=run)
