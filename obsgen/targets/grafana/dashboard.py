"""Dashboards of the plan as files of JSON, in the two forms that Grafana takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from obsgen.emit.json_text import json_text
from obsgen.plan.model import Dashboard
from obsgen.targets.base import Artifact
from obsgen.targets.grafana.modernise import modernise
from obsgen.targets.grafana.provisioning import provisioning


def dashboard_json(dashboard: Dashboard) -> dict[str, object]:
    """
    Return the classic JSON of a dashboard, schema version 42, as Grafana 11 to 13 read it from a file.

    Raises:
        ValueError: If a panel's queries do not fit its kind, or its thresholds do not rise.
    """
    from obsgen.targets.grafana.objects import dashboard_object  # noqa: PLC0415 -- imports grafanalib

    return modernise(_data(dashboard_object(dashboard)))


def render_dashboards(dashboards: Iterable[Dashboard]) -> Iterator[Artifact]:
    """
    Yield two files for each dashboard, then those that make Grafana load them; nothing where there is no dashboard.

    `grafana/dashboards/` holds the bare form for file provisioning and for import by hand, `grafana/api/` the
    envelope of `POST /api/dashboards/db`. Each refuses the form of the other.

    Raises:
        ValueError: If two dashboards have the same uid or file name, at which Grafana stops provisioning.
    """
    known = tuple(dashboards)
    _require_unique(known)
    for dashboard in known:
        bare = dashboard_json(dashboard)
        name = _file_name(dashboard)
        yield Artifact(path=f"grafana/dashboards/{name}", text=json_text(bare))
        yield Artifact(path=f"grafana/api/{name}", text=json_text({"dashboard": bare, "overwrite": True}))
    if known:
        yield from provisioning(known)


def _file_name(dashboard: Dashboard) -> str:
    return f"{dashboard.service}/{dashboard.key}.json"


def _require_unique(dashboards: tuple[Dashboard, ...]) -> None:
    for what, names in (("uid", [d.uid for d in dashboards]), ("file", [_file_name(d) for d in dashboards])):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two dashboards have the {what} {', '.join(twice)}")


def _data(value: Any) -> Any:
    """Return grafanalib's objects as mappings, lists and scalars."""
    if hasattr(value, "to_json_data"):
        return _data(value.to_json_data())
    if isinstance(value, dict):
        return {key: _data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_data(item) for item in value]
    return value
