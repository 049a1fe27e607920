"""`panel/unknown-kind`: a panel of a kind that Grafana does not have."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Span, warning
from obsgen.words import nearest

#: What Grafana brings along, up to version 13.
_KINDS = frozenset(
    {
        "alertGroups", "alertlist", "annolist", "barchart", "bargauge", "candlestick", "canvas", "dashlist", "datagrid",
        "debug", "flamegraph", "gauge", "geomap", "gettingstarted", "heatmap", "histogram", "live", "logs", "logstable",
        "news", "nodeGraph", "piechart", "pluginlist", "stat", "state-timeline", "status-history", "table", "text",
        "timeseries", "traces", "trend", "welcome", "xychart",
    }
)  # fmt: skip
#: What it had once -> what came after it.
_REMOVED = {
    "graph": "timeseries",
    "singlestat": "stat",
    "table-old": "table",
    "grafana-piechart-panel": "piechart",
    "grafana-singlestat-panel": "stat",
    "grafana-worldmap-panel": "geomap",
    "heatmap-new": "heatmap",
}
#: Kinds that people ask for -> a kind that shows the same.
_INSTEAD = {"radar": "bargauge", "pie": "piechart", "bar": "barchart", "line": "timeseries", "map": "geomap"}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report kinds that are neither Grafana's own nor named like a plugin, which ends in `-panel`."""
    for board in subject.boards:
        for panel in board.panels:
            kind = panel.kind.text if panel.kind is not None else ""
            if panel.kind is None or not kind or kind in _KINDS:
                continue
            if kind in _REMOVED:
                yield _removed(kind, _REMOVED[kind], panel.kind.span)
            elif not kind.endswith("-panel"):
                yield _unknown(kind, panel.kind.span)


def _removed(kind: str, newer: str, span: Span) -> Diagnostic:
    return warning(
        "panel/unknown-kind",
        f"Grafana has no panels of the kind `{kind}` any more",
        span,
        f"`{newer}` came after it",
        help="open the dashboard in a current Grafana, which converts the panel, and save what it makes of it",
    )


def _unknown(kind: str, span: Span) -> Diagnostic:
    guess = nearest(kind, _KINDS) or _INSTEAD.get(kind.lower())
    return warning(
        "panel/unknown-kind",
        f"Grafana has no panels of the kind `{kind}`",
        span,
        f"did you mean `{guess}`?" if guess else "",
        help="the panel stays empty; the kind of a plugin ends in `-panel`",
    )


CHECK = Check(code="panel/unknown-kind", run=run)
