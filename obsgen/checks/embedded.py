"""Queries inside of templates: `{{ query "up" }}` in an annotation asks Prometheus while the notification is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from obsgen.checks.base import AlertRule
from obsgen.checks.templates import actions
from obsgen.promql.collect import Asked
from obsgen.promql.compile import Compiled
from obsgen.promql.text import whole
from obsgen.source.locate import offsets, within
from obsgen.source.nodes import Scalar

_QUERY = re.compile(r"\bquery\s+(?:\"(?P<quoted>(?:\\.|[^\"\\\n])*)\"|`(?P<raw>[^`]*)`)")


def queries(rule: AlertRule) -> Iterator[Asked]:
    """Yield the queries that texts of *rule* ask, as far as they are written out; their `where` is `template`."""
    for node in (*rule.annotations.values(), *rule.labels.values()):
        for action in actions(node.text):
            for match in _QUERY.finditer(action.raw):
                group = "quoted" if match["quoted"] is not None else "raw"
                text = _unquoted(match[group]) if group == "quoted" else match[group]
                if text is None:
                    continue
                part = _part(node, action.start + match.start(group), action.start + match.end(group), text)
                yield Asked(
                    where="template",
                    name=rule.name,
                    service=rule.read.asked.service,
                    compiled=Compiled(expr=whole(part), problems=()),
                    origin=rule.origin,
                )


def _unquoted(text: str) -> str | None:
    """Return what Go reads between double quotes; None for escapes that few people write."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except json.JSONDecodeError:
        return None


def _part(node: Scalar, start: int, end: int, text: str) -> Scalar:
    """Return a stretch of *node* as a value of its own; where escapes are in the way, its parts all have the same place."""
    places = offsets(node) or ()
    span = within(node, start, end)
    first, last = (places[start], places[end]) if end < len(places) else (node.start, node.start)
    return Scalar(value=text, text=text, style="plain", start=first, end=last, source=node.source, part=span)
