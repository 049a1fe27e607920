"""`metric/several-prefixes`: one metric of a service that begins with another word than all the others."""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/several-prefixes"


@pytest.mark.parametrize("names", [("shop_a", "shop_b", "shop_c", "oven_d"), ("shop_a", "oven_d", "shop_b", "shop_c")])
def test_found(names: tuple[str, ...]) -> None:
    """The one metric whose prefix nobody else has is found at its prefix."""
    assert words(CODE, service(gauges(*names))) == ["oven"]


@pytest.mark.parametrize(
    "names",
    [
        ("shop_a", "shop_b", "oven_d"),
        ("shop_a", "shop_b", "shop_c", "oven_d", "oven_e"),
        ("shop_a", "shop_b", "shop_c", "oven_d", "till_e"),
        ("shop_a", "shop_b", "shop_c", "http_requests"),
        ("shop_a", "shop_b", "shop_c", "shop_d"),
    ],
)
def test_silent(names: tuple[str, ...]) -> None:
    """Few metrics, second families, and everybody's prefixes are silent."""
    assert words(CODE, service(gauges(*names))) == []


def test_other_service() -> None:
    """Another service has a prefix of its own."""
    other = {"specs/oven.yaml": service(gauges("oven_d"), name="oven")["specs/shop.yaml"]}
    assert words(CODE, service(gauges("shop_a", "shop_b", "shop_c")) | other) == []


def test_message() -> None:
    """The message shows what the others are called."""
    assert said(CODE, service(gauges("shop_a", "shop_b", "shop_c", "oven_d"))) == [
        "specs/shop.yaml:10:3: info[metric/several-prefixes]: this metric begins with `oven`, the 3 others of `shop` with `shop`",
        "   |",
        "10 |   oven_d:",
        "   |   ^^^^",
        "   |",
        " 4 |   shop_a:",
        "   |   ---- for instance",
        "   = help: give it the prefix `shop`, so that all of them are found together",
    ]
