"""Annotation templates: the text is that of Prometheus' own template engine, or it is not guessed at all."""

from pathlib import Path

import pytest
import yaml

from obsgen.plan.rule_tests.annotations import expanded
from tests import tools

TEMPLATES = [
    "plain words",
    "{{ $labels.a }} and {{$labels.missing}}.",
    "{{ $value | humanizeDuration }}",
    "{{ $value | humanizePercentage }}",
    '{{ printf "%.4g" $value }} tokens',
    '{{ printf "%.2f" $value }}',
]
VALUES = [
    0.0,
    1.0,
    -1.0,
    0.25,
    12.5,
    0.0312,
    59.5,
    61.0,
    311.5,
    -311.5,
    7200.0,
    90061.0,
    123456.0,
    0.00001234,
    1234567.0,
]


@pytest.mark.parametrize("value", VALUES)
def test_like_prometheus(value: float, tmp_path: Path) -> None:
    """promtool, which compares whole texts, agrees with every known form."""
    rule = {
        "alert": "A",
        "expr": f"x * 0 + ({value!r})",
        "annotations": {f"t{n}": text for n, text in enumerate(TEMPLATES)},
    }
    texts = {f"t{n}": expanded(text, {"a": "b"}, value, exact=True) for n, text in enumerate(TEMPLATES)}
    assert None not in texts.values()
    alert = {"eval_time": "0s", "alertname": "A", "exp_alerts": [{"exp_labels": {"a": "b"}, "exp_annotations": texts}]}
    test = {"interval": "1m", "input_series": [{"series": 'x{a="b"}', "values": "1"}], "alert_rule_test": [alert]}
    (tmp_path / "r.yml").write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": [rule]}]}), encoding="utf-8")
    document = {"rule_files": ["r.yml"], "evaluation_interval": "1m", "tests": [test]}
    (tmp_path / "t.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    result = tools.run("promtool", "test", "rules", tmp_path / "t.yml")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    "template",
    ["{{ $value }}", "{{ if $labels.a }}x{{ end }}", "{{ $labels.a | toUpper }}", "{{- $labels.a }}", "{{ $labels.a"],
)
def test_unknown_forms(template: str) -> None:
    """What is not known is not expanded."""
    assert expanded(template, {"a": "b"}, 1.0, exact=True) is None


def test_text_that_hangs_on_rounding() -> None:
    """A computed value at the edge between two texts has no text; a sample has one."""
    assert expanded("{{ $value | humanizeDuration }}", {}, 300.0, exact=False) is None
    assert expanded("{{ $value | humanizeDuration }}", {}, 300.0, exact=True) == "5m 0s"
    assert expanded("{{ $value | humanizeDuration }}", {}, None, exact=True) is None
