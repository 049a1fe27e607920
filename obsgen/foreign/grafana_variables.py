"""What the variables of a Grafana dashboard ask for, and where variables are used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.boards import Use, Variable, variables_in
from obsgen.promql.text import Marked, join, part
from obsgen.promql.tokens import tokens
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence

# `label_values(SELECTOR, LABEL)`, as Grafana's own Prometheus data source takes it apart.
_LABEL_VALUES = re.compile(r"\s*label_values\((.+),\s*([A-Za-z_]\w*)\s*\)\s*\Z", re.DOTALL)
_QUERY_RESULT = re.compile(r"\s*query_result\((.+)\)\s*\Z", re.DOTALL)
_FUNCTION = re.compile(r"\s*(label_values|label_names|metrics|query_result)\s*\(")
_GROUP = re.compile(r"\(\?P?<[A-Za-z_]\w*>")


def expression(query: Scalar, *, plain: bool) -> Marked | None:
    """
    Return the PromQL that stands for the query of a variable, None where it asks for no series.

    Args:
        query: As written: `label_values(..)`, `query_result(..)` or, where *plain*, a bare selector.
        plain: Whether the data source is known to be Prometheus.
    """
    if found := _LABEL_VALUES.match(query.text):
        # Its values are the groups of this: an unknown label is found like one in any other query.
        return join("group(", part(query, *found.span(1)), ")by(", part(query, *found.span(2)), ")")
    if found := _QUERY_RESULT.match(query.text):
        return part(query, *found.span(1))
    if plain and query.text.strip() and not _FUNCTION.match(query.text):
        return part(query, 0, len(query.text))
    return None


def uses(expr: Scalar) -> Iterator[Use]:
    """Yield the variables in the PromQL *expr* that Grafana has to know."""
    if _GROUP.search(expr.text):
        # `$name` may stand for what a regular expression found.
        return
    for word in variables_in(expr.text):
        # `[[a]]` in a regular expression is a set of characters, and `\$` the sign itself.
        if expr.text[word.start] == "$" and expr.text[: word.start][-1:] != "\\":
            yield Use(name=word.text, written=expr, start=word.start, end=word.end)


def holds_words(expr: str) -> bool:
    """Return whether a variable of the dashboard stands outside of strings, where it may hold an operator or anything else."""
    return any(
        token.kind == "variable" and not name.text.startswith("__")
        for token in tokens(expr)
        for name in variables_in(token.text)
    )


def used(root: Node, variables: tuple[Variable, ...]) -> frozenset[str]:
    """Return every name that stands as a variable in a text below *root*, its own declaration left out."""
    own = {id(one.origin.node): one.name.text for one in variables}
    found: set[str] = set()
    left: list[tuple[Node, str]] = [(root, "")]
    while left:
        node, declared = left.pop()
        declared = own.get(id(node), declared)
        if isinstance(node, Scalar):
            if "$" in node.text or "[[" in node.text:
                found |= {word.text for word in variables_in(node.text) if word.text != declared}
        elif isinstance(node, Sequence):
            left += [(item, declared) for item in node.items]
        else:
            left += [(value, declared) for _, value in node.entries.values()]
            left += [(key, declared) for key, _ in node.entries.values()]
            found |= {repeated.text} if (repeated := repeat(node)) is not None else set()
    return frozenset(found)


def repeat(node: Mapping) -> Scalar | None:
    """Return the name of the variable that a panel or row is repeated for."""
    name = node.get("repeat")
    return name if isinstance(name, Scalar) and name.style == '"' and name.text else None
