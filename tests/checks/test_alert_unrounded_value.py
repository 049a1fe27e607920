"""`alert/unrounded-value`: a notification that prints all digits of a quotient."""

import pytest

from obsgen.checks import alert_unrounded_value
from tests import foreign
from tests.bakery import alert
from tests.planted import one

CODE = "alert/unrounded-value"
RATE = "sum by (kind) (rate(bakery_orders_total[5m])) > 5"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at {{ $value }} a second", ["$value"]),
        ("at {{$value}} a second", ["$value"]),
        ("{{ if $labels.kind }}{{ .Value }}{{ end }}", [".Value"]),
        ("at {{ $value | humanize }} a second", []),
        ('at {{ printf "%.2f" $value }} a second', []),
        ("{{ if gt $value 5.0 }}many{{ end }}", []),
        ("{{ with $value }}{{ .Value }}{{ end }}", []),
        ("at $value a second", []),
    ],
)
def test_templates(text: str, words: list[str]) -> None:
    """A value that is printed as it is is found, one that is rounded is not."""
    rule = f"{{alert: Low, expr: '{RATE}', annotations: {{description: '{text}'}}}}"
    assert foreign.words(alert_unrounded_value.CHECK, foreign.rules(rule)) == words


@pytest.mark.parametrize(
    ("when", "quotient"),
    [
        (RATE, True),
        ("up == 0 or " + RATE, False),
        ("bakery_crust_quality_ratio < 0.5", True),
        ("histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 3", True),
        ("count(up) < 5", False),
        ("bakery_flour_remaining < 5", False),
        ("unheard_of < 5", False),
    ],
)
def test_conditions(when: str, quotient: bool) -> None:
    """Only what is certainly a quotient has digits without end."""
    rule = f"{{alert: Low, expr: '{when}', annotations: {{description: 'at {{{{ $value }}}}'}}}}"
    assert bool(foreign.words(alert_unrounded_value.CHECK, foreign.rules(rule))) is quotient


def test_catalog() -> None:
    """In the catalog it is found in the summary and in the description."""
    texts = alert("{ratio: bakery_orders_total, part: {result: failed}, over: 5m, above: 5%}")
    texts = {**texts, "specs/alerts.yaml": texts["specs/alerts.yaml"] + "    description: 'now {{ $value }}'\n"}
    assert one(CODE, texts) == [(CODE, "$value")]


def test_message() -> None:
    """The help fits the unit."""
    rule = "{alert: Low, expr: bakery_crust_quality_ratio < 0.5, annotations: {summary: 'at {{ $value }}'}}"
    assert foreign.printed(alert_unrounded_value.CHECK, foreign.rules(rule)) == [
        "rules.yaml:4:88: info[alert/unrounded-value]: this prints a quotient with all its digits, such as 0.0333333333333",
        "  |",
        "4 |   - {alert: Low, expr: bakery_crust_quality_ratio < 0.5, annotations: {summary: 'at {{ $value }}'}}",
        "  |                                                                                        ^^^^^^",
        "  = help: write `{{ $value | humanizePercentage }}`",
    ]
