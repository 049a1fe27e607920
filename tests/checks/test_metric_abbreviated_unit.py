"""`metric/abbreviated-unit`: a unit that is not spelled out"""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/abbreviated-unit"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("shop_wait_ms", "ms"),
        ("shop_wait_s", "s"),
        ("shop_wait_sec_max", "sec"),
        ("shop_size_kb", "kb"),
        ("shop_size_KB", "KB"),
        ("shop_open_h", "h"),
        ("_ms", "ms"),
        ("shop_load_pct", "pct"),
        ("shop_wait_mins", "mins"),
    ],
)
def test_found(name: str, word: str) -> None:
    """The fault is found at its word of the name, in plain and in quoted keys, whatever the kind of the metric."""
    assert words(CODE, service(gauges(name))) == [word]
    assert words(CODE, service(f"{name}:\n  histogram: X.\n  buckets: [1]\n")) == [word]
    assert words(CODE, service(gauges(f'"{name}"'))) != []


@pytest.mark.parametrize("name", ["shop_wait_seconds", "ms_wait", "shop_msx", "shop_min", "shop_b2b", "shop_section"])
def test_silent(name: str) -> None:
    """Names that only resemble the fault are silent."""
    assert words(CODE, service(gauges(name))) == []


def test_message() -> None:
    """The message says what is wrong and what to call it."""
    assert said(CODE, service(gauges("shop_wait_ms"))) == [
        "specs/shop.yaml:4:13: warning[metric/abbreviated-unit]: `ms` is an abbreviation",
        "  |",
        "4 |   shop_wait_ms:",
        "  |             ^^",
        "  = help: call it `shop_wait_seconds` and record seconds",
    ]


def test_unit() -> None:
    """An abbreviation is found at `unit:`, too, once."""
    assert words(CODE, service(gauges("shop_wait", unit="ms"))) == ["ms"]
    assert words(CODE, service(gauges("shop_wait_ms", unit="ms"))) == ["ms"]
    assert words(CODE, service(gauges("shop_wait", unit="seconds"))) == []


def test_twice_wrong() -> None:
    """A name that is wrong in two ways gets one new name."""
    assert any("call it `shop_seconds`" in line for line in said(CODE, service(gauges("shop_minutes_h"))))
