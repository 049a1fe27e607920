"""`query/unknown-label`: a query for a label that the series does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import readings
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.meaning import NAME, Meanings
from obsgen.promql.tree import Aggregation, Binary, Selector, Tree, Word, selectors
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report matchers on, groupings by, and pairings by labels that no selected series can have."""
    for read, meanings in readings(subject):
        for node in meanings.nodes:
            if isinstance(node, Selector):
                yield from _matched(node, read, subject)
            elif isinstance(node, Aggregation) and node.grouping and not node.without:
                yield from _missing(node.grouping, (node.expr,), read, meanings, subject)
            elif isinstance(node, Binary):
                yield from _missing(node.on or (), (node.left, node.right), read, meanings, subject)
                one = node.right if node.side == "left" else node.left
                yield from _missing(node.include, (one,), read, meanings, subject)


def _matched(node: Selector, read: Read, subject: Subject) -> Iterator[Diagnostic]:
    facts = subject.world.facts(node.name.text)
    for matcher in node.matchers:
        if matcher.label.text != NAME and not facts.labels.may_have(matcher.label.text):
            yield _unknown(matcher.label, _names(facts.labels.possible), (node,), read, subject)


def _missing(
    words: Iterable[Word], sides: tuple[Tree, ...], read: Read, meanings: Meanings, subject: Subject
) -> Iterator[Diagnostic]:
    """Report those *words* that are a label of none of the *sides*."""
    found = [meanings[side] for side in sides]
    if any(one.empty for one in found):
        # Its labels say nothing; what makes it empty is reported itself.
        return
    for word in words:
        # Whether a result keeps its name depends on the version of Prometheus.
        if word.text == NAME or read.is_variable(word):
            continue
        if not any(one.may_have(word.text) for one in found):
            asked = tuple(selector for side in sides for selector in selectors(side))
            known = {name for one in found for name in _names(one.possible)}
            yield _unknown(word, known, asked, read, subject)


def _names(labels: frozenset[str] | None) -> frozenset[str]:
    return (labels or frozenset()) - {NAME}


def _unknown(
    word: Word, labels: Iterable[str], asked: tuple[Selector, ...], read: Read, subject: Subject
) -> Diagnostic:
    known = sorted(labels)
    guess = nearest(word.text, known)
    catalog = subject.catalog
    metrics = {metric.name: metric for one in asked if (metric := catalog.series.get(one.name.text))}
    names = listed(metrics or dict.fromkeys(one.name.text for one in asked), 3)
    facts = [subject.world.facts(one.name.text) for one in asked]
    lost = any(one.known and one.labels.may_have(word.text) for one in facts)
    have = "has" if len(metrics or {one.name.text for one in asked}) < 2 else "have"
    return error(
        "query/unknown-label",
        f"what stands inside has lost the label `{word.text}`" if lost else f"{names} {have} no label `{word.text}`",
        read.place(word),
        f"did you mean `{guess}`?" if guess else "",
        also=tuple(Label(metric.origin.key("labels"), f"the labels of `{name}`") for name, metric in metrics.items()),
        help="" if guess else f"the labels here are {listed(known)}" if known else "there are no labels here",
    )


CHECK = Check(code="query/unknown-label", run=run)
