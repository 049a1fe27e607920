"""The parts of the demo that need no Prometheus."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.demo_parts import alerts, configuration, line, panels, report
from scripts.demo_parts.alerts import Expectation, Timeline, Watched
from scripts.demo_parts.prometheus import QueryError
from tests import tools

SERVER: Mapping[str, Any] = {
    "global": {"evaluation_interval": "15s", "external_labels": {"site": "here"}},
    "rule_files": ["rules/shop.yml"],
    "scrape_configs": [
        {
            "job_name": "shop",
            "scrape_interval": "15s",
            "scrape_timeout": "10s",
            "metrics_path": "/metrics",
            "sample_limit": 5,
            "static_configs": [{"targets": ["127.0.0.1:9464"], "labels": {"workspace": "main"}}],
        }
    ],
}


def test_only_addresses_and_the_scrape_interval_change() -> None:
    """Of the generated configuration only targets, scrape interval and timeout differ, and one rule file is added."""
    found = configuration.retargeted(SERVER, "127.0.0.1:5", ["rules/fast-motion/shop.yml"])
    job = SERVER["scrape_configs"][0]
    assert found == {
        "global": SERVER["global"],
        "rule_files": ["rules/shop.yml", "rules/fast-motion/shop.yml"],
        "scrape_configs": [
            {
                **job,
                "scrape_interval": "1s",
                "scrape_timeout": "1s",
                "static_configs": [{"targets": ["127.0.0.1:5"], "labels": {"workspace": "main"}}],
            }
        ],
    }


def test_generated_rules_are_loaded_byte_for_byte(tmp_path: Path) -> None:
    """The rule files that Prometheus reads are those below generated/, not a byte different."""
    generated = configuration.read(tools.CHECKOUT / "generated")
    configuration.write(generated, {}, "127.0.0.1:5", tmp_path)
    assert generated.rules
    for name in generated.rules:
        assert (tmp_path / name).read_bytes() == (tools.CHECKOUT / "generated" / "prometheus" / name).read_bytes()


def test_fast_motion_is_labelled_and_has_no_recorded_series() -> None:
    """Alerts in fast motion bear the label, their groups the name; recording rules are left out."""
    text = yaml.safe_dump(
        {
            "groups": [
                {"name": "shop-records", "rules": [{"record": "a:b:c", "expr": "d"}]},
                {"name": "shop-alerts", "rules": [{"alert": "Slow", "expr": "a > 1", "labels": {"severity": "info"}}]},
            ]
        }
    )
    labels = {"severity": "info", "demo": "fast-motion"}
    assert yaml.safe_load(configuration.labelled(text)) == {
        "groups": [
            {
                "name": "fast-motion: shop-alerts",
                "interval": "1s",
                "rules": [{"alert": "Slow", "expr": "a > 1", "labels": labels}],
            }
        ]
    }


def test_fast_motion_is_the_same_plan_in_a_thirtieth_of_the_time() -> None:
    """For each generated alert there is one in fast motion: a `for` of five minutes becomes ten seconds."""
    texts = configuration.fast_motion(tools.CHECKOUT / "specs", tools.CHECKOUT)
    fast = {rule["alert"]: rule for rule in rules(texts["rules/fast-motion/hypertool.yml"])}
    real = {
        rule["alert"]: rule for rule in rules((tools.CHECKOUT / "generated/prometheus/rules/hypertool.yml").read_text())
    }
    assert fast.keys() == real.keys()
    for name, rule in real.items():
        assert configured_seconds(fast[name]) == configured_seconds(rule) / 30
        assert fast[name]["labels"] == {**rule["labels"], "demo": "fast-motion"}


def rules(text: str) -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"] if "alert" in rule]


def configured_seconds(rule: Mapping[str, Any]) -> float:
    return panels.seconds_of(rule["for"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a{b=~"${persona}"}', 'a{b=~".+"}'),
        ('a{b=~"${persona:regex}"}', 'a{b=~".+"}'),
        ('a{b=~"$persona"}', 'a{b=~".+"}'),
        ('a{b=~"x$"}', 'a{b=~"x$"}'),
        ("rate(a[$__rate_interval])", "rate(a[60s])"),
        ("increase(a[${__range}])", "increase(a[300s])"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    """Every spelling of a variable is replaced, and nothing else."""
    panel = panels.Panel(title="", kind="stat", unit="", interval="15s", queries=())
    assert panels.filled_in(text, {"persona": ".+", **panels.built_in(panel)}) == expected


def test_variable_that_does_not_exist() -> None:
    """A variable that the dashboard lacks is refused: Grafana would send it as it stands."""
    with pytest.raises(QueryError, match=r"the variable \$persona does not exist"):
        panels.filled_in('a{b="$persona"}', {})


def test_series_that_show_nothing_do_not_count() -> None:
    """A series of NaN alone is an empty panel to the reader, and rules in fast motion are no part of what is generated."""
    result = [
        {"metric": {"a": "1"}, "values": [[1, "NaN"], [2, "3"], [3, "NaN"]]},
        {"metric": {"a": "2"}, "values": [[1, "NaN"]]},
        {"metric": {"a": "3"}, "value": [1, "+Inf"]},
        {"metric": {"alertname": "Slow", "demo": "fast-motion"}, "value": [1, "1"]},
    ]
    assert panels.series_of(result) == [panels.Series(labels={"a": "1"}, value=3.0)]


def answer(name: str, state: str, **more: str) -> dict[str, Any]:
    """Return what the rules API says of one alert."""
    rule = {"type": "alerting", "name": name, "state": state, "labels": {}, "health": "ok", **more}
    return {"groups": [{"rules": [rule]}]}


ALERT = Watched("Slow", "as generated")
PENDING = Expectation(alert=ALERT, state="pending", within_seconds=60)


def test_timeline() -> None:
    """An expectation is met by its state or a later one in time; it stays open until then."""
    timeline = Timeline()
    timeline.record(answer("Slow", "inactive"), 1)
    assert timeline.open([PENDING], 1) == [PENDING]
    timeline.record(answer("Slow", "firing"), 30)
    timeline.record(answer("Slow", "inactive"), 31)
    assert timeline.reached(ALERT, "pending") == 30
    assert timeline.open([PENDING], 31) == []
    assert alerts.complaints(timeline, [PENDING]) == []


@pytest.mark.parametrize(
    ("rules", "seconds", "complaint"),
    [
        (answer("Slow", "inactive"), 61, "it is inactive"),
        (answer("Slow", "pending"), 72, "it was after 72 s"),
        (answer("Other", "pending"), 61, "Prometheus has no such rule"),
        (answer("Slow", "inactive", health="err", lastError="no"), 61, "its evaluation fails: no"),
    ],
)
def test_complaints(rules: Mapping[str, Any], seconds: float, complaint: str) -> None:
    """What did not come in time is named with the reason."""
    timeline = Timeline()
    timeline.record(rules, seconds)
    assert timeline.open([PENDING], seconds) == []
    [found] = alerts.complaints(timeline, [PENDING])
    assert found == f"Slow, as generated, has to be pending within 60 s; {complaint}"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Terminal(), {}, "\r\033[K\033[2mbusy\033[0m\r\033[K\033[1mx\033[0m\n"),
        (Terminal(), {"NO_COLOR": "1"}, "\r\033[Kbusy\r\033[Kx\n"),
        (Terminal(), {"TERM": "dumb"}, "x\n"),
        (io.StringIO(), {}, "x\n"),
    ],
)
def test_terminal_and_pipe(stream: io.StringIO, environment: Mapping[str, str], expected: str) -> None:
    """Progress is shown on a terminal only, colours only where they are welcome."""
    on = report.paper(stream, environment)
    on.progress("busy")
    on.write(on.styled("x", "bold"))
    assert stream.getvalue() == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.9412, "percentunit", "94.1%"),
        (1057.4, "s", "1,057 s"),
        (0.0123, "s", "0.0123 s"),
        (12.0, "suffix:tokens", "12 tokens"),
        (1.0312, "suffix:/s", "1.03/s"),
        (7.0, "short", "7"),
    ],
)
def test_quantity(value: float, unit: str, expected: str) -> None:
    """Values are written with the unit that the panel has in Grafana."""
    assert report.quantity(value, unit) == expected


@pytest.mark.parametrize(
    "arguments", [["--seconds", "0"], ["--seconds", "x"], ["--port", "70000"], ["--port", "-1"], ["x"]]
)
def test_arguments_that_make_no_sense(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong arguments end the demo with 2 and a sentence."""
    with pytest.raises(SystemExit, match="2"):
        line.parse(arguments, Path())
    assert "scripts/demo: error: " in capsys.readouterr().err
