"""Which language the queries of a Grafana dashboard are written in."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType

from obsgen.source.nodes import Mapping, Node, Scalar

PROMETHEUS = "prometheus"
#: Kinds of data sources that take plain PromQL.
_PROMQL = frozenset(
    {
        PROMETHEUS,
        "grafana-amazonprometheus-datasource",
        "grafana-azureprometheus-datasource",
        "grafana-mimir-datasource",
    }
)
_VARIABLE = re.compile(r"\$\{?(\w+)\}?\Z|\[\[(\w+)\]\]\Z", re.ASCII)
# Names that people give, and that stand where old dashboards have no kind.
_NAMED = re.compile(
    r"(loki|tempo|jaeger|zipkin|elastic|influx|graphite|mysql|postgres|cloudwatch|opentsdb|-- grafana --|-- dashboard --|"
    r"grafana|testdata|victoria|clickhouse|azure|stackdriver|__expr__|langfuse|logs|traces)",
    re.IGNORECASE,
)


def kind_of(node: Node | None, variables: MappingType[str, str]) -> str | None:
    """
    Return the kind of the data source *node*: `prometheus`, another one, empty where it is unknown.

    Args:
        node: As written: an object, a name, a variable or nothing.
        variables: Kinds behind the variables of the dashboard.

    Returns:
        None where nothing is said, or where each query says it itself.
    """
    if isinstance(node, Mapping):
        kind, uid = _text(node.get("type")), _text(node.get("uid"))
        if uid in ("-- Mixed --", "-- Dashboard --"):
            return None if uid == "-- Mixed --" else "dashboard"
        known = kind or _behind(uid, variables)
        return PROMETHEUS if known in _PROMQL else known
    name = _text(node)
    if not name or name == "-- Mixed --":
        return None
    kind = _behind(name, variables)
    if kind or _VARIABLE.match(name):
        return PROMETHEUS if kind in _PROMQL else kind
    found = _NAMED.search(name)
    return found[1].lower() if found else ""


def _behind(name: str, variables: MappingType[str, str]) -> str:
    match = _VARIABLE.match(name)
    return variables.get(match[1] or match[2], "") if match else ""


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and isinstance(node.value, str) else ""
