"""The files that make Grafana load the dashboards when it starts, and an example of the data source they read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from obsgen.emit.yaml_text import yaml_text
from obsgen.plan.model import Dashboard
from obsgen.targets.base import Artifact

DASHBOARD_FOLDER = "/var/lib/grafana/dashboards/obsgen"

_DASHBOARDS_BANNER = f"""\
Copy to /etc/grafana/provisioning/dashboards/ and mount the folder grafana/dashboards at
{DASHBOARD_FOLDER}."""

_DATASOURCES_BANNER = """\
An example: copy to /etc/grafana/provisioning/datasources/ and set PROMETHEUS_URL where Grafana runs.
timeInterval is the scrape interval; a shorter one makes rate() of a short range return nothing.
Credentials belong below secureJsonData, as environment variables too."""

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0, "y": 31536000.0}


def provisioning(dashboards: Iterable[Dashboard]) -> Iterator[Artifact]:
    """Yield the dashboard provider and, if the panels know their scrape interval, the example of a data source."""
    yield Artifact(path="grafana/provisioning/dashboards.yaml", text=yaml_text(_provider(), _DASHBOARDS_BANNER))
    interval = _longest_interval(dashboards)
    if interval:
        text = yaml_text(_datasource(interval), _DATASOURCES_BANNER)
        yield Artifact(path="grafana/provisioning/datasources.example.yaml", text=text)


def _provider() -> dict[str, object]:
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "obsgen",
                "type": "file",
                "allowUiUpdates": False,
                "disableDeletion": False,
                "updateIntervalSeconds": 30,
                "options": {"path": DASHBOARD_FOLDER, "foldersFromFilesStructure": False},
            }
        ],
    }


def _datasource(interval: str) -> dict[str, object]:
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "Prometheus",
                "type": "prometheus",
                "access": "proxy",
                "url": "${PROMETHEUS_URL}",
                "jsonData": {"httpMethod": "POST", "timeInterval": interval},
            }
        ],
    }


def _longest_interval(dashboards: Iterable[Dashboard]) -> str:
    """Return the longest of the panels' intervals: with it the ranges of rates are long enough for every service."""
    intervals = {p.interval for d in dashboards for row in d.rows for p in row.panels if p.interval}
    return max(sorted(intervals), key=_seconds, default="")


def _seconds(duration: str) -> float:
    return sum(int(count) * _SECONDS[unit] for count, unit in re.findall(r"(\d+)(ms|[smhdwy])", duration))
