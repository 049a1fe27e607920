"""What a Grafana dashboard asks Loki and Tempo for."""

from __future__ import annotations

import re

from obsgen.checks.signals import SignalQuery
from obsgen.promql.text import Marked, join, part, whole
from obsgen.source.nodes import Mapping, Node, Scalar
from obsgen.spec.fields import Origin

LOKI = "loki"
TEMPO = "tempo"

_LABEL_VALUES = re.compile(r"\s*label_values\((.+),\s*([A-Za-z_]\w*)\s*\)\s*\Z", re.DOTALL)


def of_target(target: Mapping, kind: str | None) -> SignalQuery | None:
    """Return the query of a panel or an annotation, *kind* being that of its data source; None where it is no such query."""
    if kind == LOKI and (expr := _text(target.get("expr"))) is not None:
        return SignalQuery(language="logql", expr=whole(expr), origin=Origin(target), foreign=True)
    # Tempo also finds traces by their number alone.
    if kind == TEMPO and (query := _text(target.get("query"))) is not None and "{" in query.text:
        return SignalQuery(language="traceql", expr=whole(query), origin=Origin(target), foreign=True)
    return None


def of_variable(variable: Mapping, kind: str | None) -> SignalQuery | None:
    """Return what a variable asks Loki for, as a query with the same selector and label; None where it names no stream."""
    query = variable.get("query")
    if kind != LOKI:
        return None
    if isinstance(query, Mapping):
        stream, label = _text(query.get("stream")), _text(query.get("label"))
        if stream is None or label is None:
            return None
        return _values(part(stream, 0, len(stream.text)), part(label, 0, len(label.text)), variable)
    written = _text(query)
    found = _LABEL_VALUES.match(written.text) if written is not None else None
    if written is None or found is None:
        return None
    return _values(part(written, *found.span(1)), part(written, *found.span(2)), variable)


def _values(stream: Marked, label: Marked, variable: Mapping) -> SignalQuery:
    expr = join("sum by (", label, ") (count_over_time(", stream, "[1m]))")
    return SignalQuery(language="logql", expr=expr, origin=Origin(variable), foreign=True, only_labels=True)


def _text(node: Node | None) -> Scalar | None:
    """Return *node* if it is a text that says something."""
    return node if isinstance(node, Scalar) and isinstance(node.value, str) and node.text.strip() else None
