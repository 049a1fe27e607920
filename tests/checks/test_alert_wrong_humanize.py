"""`alert/wrong-humanize`: a value printed in a unit that it does not have."""

import pytest

from tests.checks.test_alert_unknown_template_label import printing
from tests.planted import one, said

CODE = "alert/wrong-humanize"
RATIO = "{ratio: bakery_orders_total, part: {result: failed}, over: 5m, above: 5%}"


@pytest.mark.parametrize(
    ("when", "wrong", "right"),
    [
        ("{value: bakery_flour_remaining, below: 5}", "humanizePercentage", "humanize"),
        ("{value: bakery_flour_remaining, below: 5}", "humanize1024", "humanize"),
        (RATIO, "humanizeDuration", "humanizePercentage"),
        ("{promql: '1000 * (sum(rate(bakery_bake_duration_seconds_sum[5m])) / sum(rate(bakery_bake_duration_seconds_count[5m]))) > 5'}", "humanizeDuration", "humanize"),
        ("{promql: '100 * bakery_crust_quality_ratio < 5 or 100 * bakery_crust_quality_ratio > 95'}", "humanizePercentage", "humanize"),
        ("{age: bakery_delivery_timestamp_seconds, above: 1d}", "humanizePercentage", "humanizeDuration"),
        ("{promql: 'theirs > 5 and up == 1'}", "", "humanizePercentage"),
        ("{rate: bakery_orders_total, over: 5m, above: 5}", "humanizePercentage", "humanize"),
    ],
)  # fmt: skip
def test_found(when: str, wrong: str, right: str) -> None:
    """A function for another unit is found at its name; the right one is not, and none where the unit is unknown."""
    if wrong:
        assert one(CODE, printing(when, f"'It is {{{{ $value | {wrong} }}}}'")) == [(CODE, wrong)]
    assert one(CODE, printing(when, f"'It is {{{{ $value | {right} }}}}'")) == []


def test_message() -> None:
    """The message says what the function takes, what it gets, and what to write."""
    assert said(CODE, printing(RATIO, "'It is {{ $value | humanizeDuration }}'")).strip("\n").splitlines() == [
        "specs/alerts.yaml:7:33: error[alert/wrong-humanize]: `humanizeDuration` takes seconds, the value is a ratio",
        "  |",
        "7 |     summary: 'It is {{ $value | humanizeDuration }}'",
        "  |                                 ^^^^^^^^^^^^^^^^",
        "  = help: write `{{ $value | humanizePercentage }}`",
    ]
