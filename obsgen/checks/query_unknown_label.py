"""`query/unknown-label`: a query for a label that the series does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.known import labels_of
from obsgen.promql.labels import possible
from obsgen.promql.tree import Aggregation, Selector, Tree, Word, children, selectors
from obsgen.spec.model import Catalog
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report matchers on, and groupings by, labels that no selected series can have."""
    for read in subject.queries:
        if read.parsed is not None:
            yield from _walk(read.parsed.tree, read, subject.catalog)


def _walk(tree: Tree, read: Read, catalog: Catalog) -> Iterator[Diagnostic]:
    if isinstance(tree, Selector):
        labels = labels_of(tree.name.text, catalog)
        for matcher in tree.matchers if labels is not None else ():
            if matcher.label.text not in (labels or ()):
                yield _unknown(matcher.label, labels or (), (tree,), read, catalog)
    if isinstance(tree, Aggregation) and tree.grouping and not tree.without:
        kept = possible(tree.expr, catalog)
        for word in tree.grouping if kept is not None else ():
            if word.text not in (kept or ()) and not read.is_variable(word):
                yield _unknown(word, kept or (), selectors(tree.expr), read, catalog)
    for child in children(tree):
        yield from _walk(child, read, catalog)


def _unknown(
    word: Word, labels: Iterable[str], asked: tuple[Selector, ...], read: Read, catalog: Catalog
) -> Diagnostic:
    known = sorted(labels)
    guess = nearest(word.text, known)
    metrics = {metric.name: metric for one in asked if (metric := catalog.series.get(one.name.text))}
    names = listed(metrics or dict.fromkeys(one.name.text for one in asked), 3)
    lost = any(word.text in (labels_of(one.name.text, catalog) or ()) for one in asked)
    have = "has" if len(metrics) < 2 else "have"
    return error(
        "query/unknown-label",
        f"what stands inside has lost the label `{word.text}`" if lost else f"{names} {have} no label `{word.text}`",
        read.place(word),
        f"did you mean `{guess}`?" if guess else "",
        also=tuple(Label(metric.origin.key("labels"), f"the labels of `{name}`") for name, metric in metrics.items()),
        help="" if guess else f"the labels here are {listed(known)}" if known else "there are no labels here",
    )


CHECK = Check(code="query/unknown-label", run=run)
