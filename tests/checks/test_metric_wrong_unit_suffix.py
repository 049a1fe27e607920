"""`metric/wrong-unit-suffix`: a name that says another unit than the metric has, or none."""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/wrong-unit-suffix"


@pytest.mark.parametrize(
    ("name", "unit", "word"),
    [
        ("shop_wait", "seconds", "shop_wait"),
        ("shop_wait_seconds", "rounds", "rounds"),
        ("shop_wait_seconds", "bytes", "bytes"),
        ("shop_seconds_waited", "seconds", "shop_seconds_waited"),
        ("shop_seconds_waited", "", "seconds"),
        ("shop_bytes_of_menu", "", "bytes"),
        ("shop_full", "ratio", "shop_full"),
    ],
)
def test_found(name: str, unit: str, word: str) -> None:
    """Name and unit that disagree, and units in the middle of a name, are found."""
    assert words(CODE, service(gauges(name, **{"unit": unit} if unit else {}))) == [word]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("shop_wait_seconds", "seconds"),
        ("shop_wait_seconds", ""),
        ("shop_tokens_left", "tokens"),
        ("shop_tokens", "tokens"),
        ("shop_flour", "kilograms"),
        ("shop_seconds_waited", "rounds"),
        ("seconds_waited", ""),
        # What another rule finds, and suggests a name for.
        ("shop_wait_ms", "seconds"),
        ("shop_wait", "milliseconds"),
        ("shop_minutes_and_seconds_x", ""),
    ],
)
def test_silent(name: str, unit: str) -> None:
    """What agrees, and what is reported as something else, is silent."""
    assert words(CODE, service(gauges(name, **{"unit": unit} if unit else {}))) == []


def test_total() -> None:
    """The unit of a counter stands before `_total`."""
    assert words(CODE, service("shop_waited_seconds_total:\n  counter: X.\n  unit: seconds\n")) == []
    wrong = said(CODE, service("shop_waited_total:\n  counter: X.\n  unit: seconds\n"))
    assert wrong[-1] == "  = help: call it `shop_waited_seconds_total`"


def test_message() -> None:
    """The message shows both places."""
    assert said(CODE, service(gauges("shop_wait_seconds", unit="rounds"))) == [
        "specs/shop.yaml:6:11: warning[metric/wrong-unit-suffix]: the name says seconds, the unit is rounds",
        "  |",
        "6 |     unit: rounds",
        "  |           ^^^^^^",
        "  |",
        "4 |   shop_wait_seconds:",
        "  |             ------- this word is its unit",
        "  = help: write `unit: seconds`, or call the metric `shop_wait_rounds`",
    ]
