"""The annotations of a dashboard: what Grafana adds itself, and our firing alerts."""

from __future__ import annotations

from collections.abc import Iterable

from obsgen.plan.model import Dashboard
from obsgen.targets.grafana.style import DATASOURCE, Json

_META = frozenset(r"\.+*?()|[]{}^$")


def annotations_of(dashboard: Dashboard) -> list[Json]:
    """Return the built-in annotation, which Grafana would add at the first save, and the firing alerts, if any."""
    built_in: Json = {
        "builtIn": 1,
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }
    return [built_in, _firing(dashboard.alerts)] if dashboard.alerts else [built_in]


def _firing(alerts: Iterable[str]) -> Json:
    return {
        "datasource": dict(DATASOURCE),
        "enable": True,
        "expr": f'ALERTS{{alertstate="firing",alertname{_matcher(tuple(alerts))}}}',
        "iconColor": "red",
        "name": "Firing alerts",
        "tagKeys": "alertname,severity",
        "textFormat": "{{severity}}",
        "titleFormat": "{{alertname}}",
    }


def _matcher(names: tuple[str, ...]) -> str:
    """Return operator and value of a PromQL matcher for exactly *names*."""
    pattern = _alternatives(names)
    return f'="{pattern}"' if names == (pattern,) else f'=~"{pattern}"'


def _alternatives(names: Iterable[str]) -> str:
    """Return the inside of a PromQL string whose regular expression matches exactly *names*."""
    pattern = "|".join("".join(map(_escape, name)) for name in names)
    return pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _escape(character: str) -> str:
    if character == "$":
        return "[$]"  # Grafana would take `\$name` for a variable
    return f"\\{character}" if character in _META else character
