#!/usr/bin/env python3
"""
Turn the metrics of OpenTelemetry's semantic conventions into a catalog, as a large and real example.

Usage: scripts/otel_catalog.py MODEL OUT [--times N]

MODEL is the folder `model` of open-telemetry/semantic-conventions, OUT an empty folder for the spec files: one service for
each area, one panel and one alert for each metric. --times repeats everything under other prefixes, to measure growth.
Metrics with a list as a label are left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

UNITS = {
    "s": "seconds", "ms": "milliseconds", "By": "bytes", "Cel": "celsius", "J": "joules", "W": "watts", "V": "volts",
    "A": "amperes", "Hz": "hertz", "m": "meters", "%": "percent", "min": "minutes", "1": "",
}  # fmt: skip
BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--times", type=int, default=1)
    options = parser.parse_args()
    count = write(options.model, options.out, options.times)
    print(f"{count} metrics")
    return 0


def write(model: Path, out: Path, times: int = 1) -> int:
    """Write the catalog of *model* below *out*; returns how many metrics it has."""
    attributes, areas = read(model)
    out.mkdir(parents=True, exist_ok=True)
    shared = {"obsgen": 1, "shared": True, "severities": {"warning": {"means": "Will hurt soon.", "respond_in": "1d"}}}
    (out / "shared.yaml").write_text(_text(shared), encoding="utf-8")
    count = 0
    for number in range(times):
        taken: set[str] = set()
        for area, metrics in sorted(areas.items()):
            service, used = _service(f"{area}{number or ''}", metrics, attributes, taken)
            if used:
                (out / f"{area}{number or ''}.yaml").write_text(_text(service), encoding="utf-8")
                count += used
    return count


def read(model: Path) -> tuple[dict[str, dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Return attribute key -> its definition, and area -> metrics with their attributes resolved to keys."""
    attributes: dict[str, dict[str, Any]] = {}
    groups: dict[str, dict[str, Any]] = {}
    metrics: list[tuple[str, dict[str, Any]]] = []
    for path in sorted(model.rglob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        area = path.relative_to(model).parts[0]
        for group in document.get("groups", []):
            groups[group["id"]] = group
            for one in group.get("attributes", []):
                if "id" in one:
                    attributes[one["id"]] = one
            if group.get("type") == "metric":
                metrics.append((area, {**group, "name": group["metric_name"]}))
        for one in document.get("attributes", []):
            attributes[one["key"]] = one
        for group in document.get("attribute_groups", []):
            groups[group["id"]] = group
        metrics += [(area, one) for one in document.get("metrics", [])]
    areas: dict[str, list[dict[str, Any]]] = {}
    for area, metric in metrics:
        areas.setdefault(area, []).append({**metric, "labels": list(dict.fromkeys(_labels(metric, groups)))})
    return attributes, areas


def _labels(group: dict[str, Any], groups: dict[str, dict[str, Any]]) -> Iterator[str]:
    if "extends" in group:
        yield from _labels(groups[group["extends"]], groups)
    for one in group.get("attributes", []):
        if "ref_group" in one:
            yield from _labels(groups[one["ref_group"]], groups)
        else:
            yield one.get("ref") or one.get("id") or one["key"]


def _service(
    area: str, metrics: list[dict[str, Any]], attributes: dict[str, dict[str, Any]], taken: set[str]
) -> tuple[dict[str, Any], int]:
    labels: dict[str, Any] = {}
    specs: dict[str, Any] = {}
    alerts: dict[str, Any] = {}
    panels: dict[str, Any] = {}
    for metric in metrics:
        if any(str(attributes[name]["type"]).endswith("[]") for name in metric["labels"]):
            continue
        name, spec = _metric(metric, area)
        if name in taken:  # a deprecated metric whose successor only differs in a dot
            name += "_deprecated"
        taken.add(name)
        for key in metric["labels"]:
            labels[_snake(key)] = _label(attributes[key])
        specs[name] = {**spec, "labels": [_snake(key) for key in metric["labels"]]}
        query = _query(name, spec)
        alert = "".join(word.capitalize() for word in name.split("_"))[:48]
        known = {one.lower() for one in alerts}
        alerts[alert if alert.lower() not in known else f"{alert[:46]}{len(alerts)}"] = {
            "when": {**query, "above": 0.5, **({} if "value" in query else {"over": "5m"})},
            "for": "5m", "severity": "warning", "summary": f"{name} is high", "impact": "Users wait.", "mitigation": "Look at it.",
        }  # fmt: skip
        panels[f"panel-{len(panels)}"] = {"timeseries": name, "show": query}
    service = {
        "obsgen": 1, "service": area, "owner": "semconv", "labels": labels, "metrics": specs, "alerts": alerts,
        "dashboards": {area: {"title": area, "rows": {"all": {"title": "All", "panels": panels}}}},
    }  # fmt: skip
    return service, len(specs)


def _metric(metric: dict[str, Any], area: str) -> tuple[str, dict[str, Any]]:
    kind = {"updowncounter": "gauge"}.get(metric["instrument"], metric["instrument"])
    unit = UNITS.get(str(metric["unit"]), "")
    # `_count` belongs to histograms, and 37 of the conventions' gauges end in it.
    words = [re.sub(r"_count$", "_number" if kind == "gauge" else "_count", _snake(metric["name"]))]
    if unit and not words[0].endswith(unit):
        words.append(unit)
    prefix = re.search(r"\d+$", area)
    name = "_".join([*([f"x{prefix.group()}"] if prefix else []), *words, *(["total"] if kind == "counter" else [])])
    spec: dict[str, Any] = {kind: " ".join(str(metric["brief"]).split())[:190] or name}
    if kind == "histogram":
        spec["buckets"] = BUCKETS
    return name, spec


def _label(attribute: dict[str, Any]) -> dict[str, Any]:
    told = " ".join(str(attribute.get("brief") or "An attribute.").split())[:190]
    kind = attribute["type"]
    if isinstance(kind, dict):
        values = list(dict.fromkeys(str(member["value"]) for member in kind["members"]))
        return {"help": told, "values": values}
    return {"help": told, "at_most": 3}


def _query(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    if "histogram" in spec:
        return {"quantile": 0.95, "of": name}
    return {"rate": name} if "counter" in spec else {"value": name, "as": "max"}


def _snake(key: str) -> str:
    return re.sub(r"\W", "_", key)


def _text(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, width=120, default_flow_style=None)


if __name__ == "__main__":
    sys.exit(main())
