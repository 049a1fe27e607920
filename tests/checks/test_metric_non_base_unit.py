"""`metric/non-base-unit`: a value in another unit than the base one"""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/non-base-unit"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("shop_wait_milliseconds", "milliseconds"),
        ("shop_wait_minutes_max", "minutes"),
        ("shop_hours_open", "hours"),
        ("shop_size_kilobytes", "kilobytes"),
        ("shop_load_percent", "percent"),
        ("minutes_open", "minutes"),
        ("shop_oven_fahrenheit", "fahrenheit"),
        ("shop_road_kilometres", "kilometres"),
        ("shop_flour_kilograms", "kilograms"),
        ("shop_wait_minutes_and_hours", "minutes"),
    ],
)
def test_found(name: str, word: str) -> None:
    """The fault is found at its word of the name, in plain and in quoted keys, whatever the kind of the metric."""
    assert words(CODE, service(gauges(name))) == [word]
    assert words(CODE, service(f"{name}:\n  histogram: X.\n  buckets: [1]\n")) == [word]
    assert words(CODE, service(gauges(f'"{name}"'))) != []


@pytest.mark.parametrize(
    "name",
    [
        "shop_wait_seconds",
        "shop_size_bytes",
        "shop_load_ratio",
        "shop_minute",
        "shop_percentile",
        "shop_day",
        "shop_cost_usd",
        "shop_oven_kelvin",
        "shop_road_metres",
    ],
)
def test_silent(name: str) -> None:
    """Names that only resemble the fault are silent."""
    assert words(CODE, service(gauges(name))) == []


def test_message() -> None:
    """The message says what is wrong and what to call it."""
    assert said(CODE, service(gauges("shop_wait_milliseconds_max"))) == [
        "specs/shop.yaml:4:13: warning[metric/non-base-unit]: `milliseconds` is no base unit",
        "  |",
        "4 |   shop_wait_milliseconds_max:",
        "  |             ^^^^^^^^^^^^",
        "  = help: call it `shop_wait_max_seconds` and record seconds; dashboards choose the scale themselves",
    ]


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        ("minutes", ["minutes"]),
        ("percent", ["percent"]),
        ("kilobytes", ["kilobytes"]),
        ("kilograms", []),
        ("tokens", []),
        ("seconds", []),
    ],
)
def test_unit(unit: str, found: list[str]) -> None:
    """A unit that thresholds cannot be converted to is found at `unit:`; things are counted as anybody likes."""
    assert words(CODE, service(gauges("shop_wait", unit=unit))) == found


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("shop_wait_milliseconds_total", "shop_wait_seconds_total"),
        ("shop_minutes_open", "shop_open_seconds"),
        ("shop_load_percent", "shop_load_ratio"),
        ("shop_seconds_and_minutes", "shop_and_seconds"),
    ],
)
def test_better_name(name: str, better: str) -> None:
    """The name that is suggested has the base unit, once, at its end."""
    assert any(f"call it `{better}`" in line for line in said(CODE, service(gauges(name))))
