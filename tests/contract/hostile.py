"""Catalogs that say something bad in every field that takes free text."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from obsgen.emit.yaml_text import yaml_text
from obsgen.spec.values import LABEL_VALUE, LINE, PROSE
from tests.emit.hostile import TEXT

BREAKERS = (
    '"', "'", "`", "\\", '"""', "'''", '\\"', '"; import os; "', '" + sys.env("HOME") + "', "${HOME}", "{{ self }}",
    "{% raw %}", "{# x #}", "{{", "}}", "#{x}", "%s %(x)s {0}", "*/", "//", "<!-- x", "-->", "</script>", "<img src=x>",
    "[a](javascript:x)", "![a](x)", "# a", "| a | b |", "***", "~~~", "```", "\u202e", "\u2028", "\x85", "\ufeff", "$__range",
    "&amp;", "@everyone", "=cmd()", "0o17", "- a: b", "!!python/object:x", "*alias", "&anchor", "\t",
)  # fmt: skip
_PIECES = st.lists(st.sampled_from(BREAKERS) | TEXT, min_size=1, max_size=5).map("".join)


def _matching(pattern: str) -> st.SearchStrategy[str]:
    return _PIECES.filter(lambda text: re.fullmatch(pattern, text) is not None)


LINES = _matching(LINE.pattern)
PROSES = st.lists(_matching(PROSE.pattern), min_size=1, max_size=3).map("\n".join)
VALUES = _matching(LABEL_VALUE.pattern).filter(lambda text: text.strip() == text)
#: Braces in these belong to templates, which `alert/bad-template` judges.
NOTICES = LINES.map(lambda text: text.replace("{{", "{ {")).filter(lambda text: "{{" not in text)


@st.composite
def catalogs(draw: st.DrawFn) -> dict[str, str]:
    """Return the files of a catalog with one of everything."""
    return {f"specs/{number}.yaml": yaml_text(one) for number, one in enumerate((_shared(draw), _service(draw)))}


def _shared(draw: st.DrawFn) -> dict[str, Any]:
    severities = {"bad": {"means": draw(LINES), "respond_in": "5m"}}
    destinations = {"far-away": {"metrics": {"url": {"env": "URL"}, "user": {"env": "U"}, "password": {"env": "P"}}}}
    return {"obsgen": 1, "shared": True, "severities": severities, "destinations": destinations}


def _service(draw: st.DrawFn) -> dict[str, Any]:
    values = draw(st.lists(VALUES, min_size=2, max_size=3, unique=True))
    labels = {
        "kind": {"help": draw(LINES), "values": values},
        "oven": {"help": draw(LINES), "at_most": 9, "example": draw(VALUES)},
        "size": {"help": draw(LINES), "values": {value: {"weight": 2.5} for value in values}},
    }
    return {
        "obsgen": 1,
        "service": "bakery",
        "owner": draw(LINES),
        "labels": labels,
        "metrics": _metrics(draw),
        "alerts": _alerts(draw, values),
        "records": {
            "kind:loaves:rate5m": {
                "record": draw(LINES),
                "query": {"rate": "bakery_loaves_total", "by": ["kind"], "over": "5m"},
            }
        },
        "dashboards": {"oven": _dashboard(draw, values)},
        "scrape": {"job": "bakery"},
        "workspaces": {"main": {"port": 9464, "service_name": draw(LINES)}},
        "send": {"metrics": ["far-away"]},
    }


def _metrics(draw: st.DrawFn) -> dict[str, Any]:
    more = {"owner": draw(LINES), "notes": draw(PROSES)}
    return {
        "bakery_loaves_total": {"counter": draw(LINES), "labels": ["kind", "oven"], **more},
        "bakery_stock": {"gauge": draw(LINES), "labels": ["size"], "starts_at": {"value_of": "size.weight"}, **more},
        "bakery_bake_seconds": {"histogram": draw(LINES), "labels": ["kind"], "buckets": [1, 2.5, 600], **more},
        "bakery_oven_info": {"info": draw(LINES), "labels": ["oven"], **more},
    }


def _alerts(draw: st.DrawFn, values: list[str]) -> dict[str, Any]:
    def one(when: dict[str, Any]) -> dict[str, Any]:
        return {
            "when": when, "for": "5m", "severity": "bad", "summary": draw(NOTICES), "impact": draw(PROSES),
            "diagnosis": draw(PROSES), "mitigation": draw(PROSES), "owner": draw(LINES),
        }  # fmt: skip

    return {
        "Slow": one({"quantile": 0.95, "of": "bakery_bake_seconds", "by": ["kind"], "over": "5m", "above": "2.5s"}),
        "Burnt": one({"ratio": "bakery_loaves_total", "part": {"kind": values[0]}, "over": "5m", "above": "5%"}),
        "Low": one({"value": "bakery_stock", "where": {"size": values}, "below": 1}) | {"description": draw(NOTICES)},
    }


def _dashboard(draw: st.DrawFn, values: list[str]) -> dict[str, Any]:
    def panel(kind: str, show: Any, **keys: Any) -> dict[str, Any]:
        return {
            kind: draw(LINES),
            "show": show,
            "description": draw(PROSES.filter(str.strip)),
            "no_data": draw(LINES),
            **keys,
        }

    loaves = "bakery_loaves_total"
    panels = {
        "lines": panel("timeseries", {"rate": loaves, "by": ["kind"], "where": {"kind": {"not": values[0]}}}),
        "number": panel("stat", {"ratio": loaves, "part": {"kind": values}}, mark="Burnt"),
        "table": panel("table", {"top": 3, "of": {"increase": loaves, "by": ["oven"]}}),
        "alerts": panel("table", {"alerting": "Slow"}),
        "heat": panel("heatmap", {"distribution": "bakery_bake_seconds"}),
        "words": {"text": draw(LINES), "body": draw(PROSES)},
    }
    rows = {"one": {"title": draw(LINES), "panels": panels}}
    return {"title": draw(LINES), "description": draw(PROSES), "filter_by": ["kind", "oven"], "rows": rows}
