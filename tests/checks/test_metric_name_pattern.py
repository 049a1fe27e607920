"""`metric/name-pattern`: metrics that differ in one word of their names, as values of a label do."""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/name-pattern"
THREE = ("shop_north_open", "shop_south_open", "shop_west_open")


def test_found() -> None:
    """Three metrics that differ in one word are one finding, at that word of the first."""
    assert words(CODE, service(gauges(*THREE))) == ["north"]
    assert words(CODE, service(gauges(*THREE, "shop_east_open", "shop_till"))) == ["east"]
    told = "".join(
        f"shop_{one}_open:\n  gauge: Whether the {one} door is open.\n" for one in ("north", "south", "west")
    )
    assert words(CODE, service(told)) == ["north"]


@pytest.mark.parametrize(
    "metrics",
    [
        gauges(*THREE[:2]),
        gauges("shop_open", "shop_shut", "shop_full"),
        gauges(*THREE[:2]) + "shop_west_open:\n  gauge: Something else.\n",
        gauges("north_open_x", "south_open_x", "west_open_x"),
        gauges(*THREE[:2]) + "shop_west_open:\n  gauge: X.\n  unit: people\n",
        gauges(*THREE[:2]) + "shop_west_open:\n  histogram: X.\n  buckets: [1]\n",
        gauges("shop_north_open", "shop_south_shut", "shop_west_full"),
    ],
)
def test_silent(metrics: str) -> None:
    """Two, other kinds and units, and words at the ends of names are silent."""
    assert words(CODE, service(metrics)) == []


def test_message() -> None:
    """The message shows all of them and says what to make of them."""
    assert said(CODE, service(gauges(*THREE))) == [
        "specs/shop.yaml:4:8: info[metric/name-pattern]: 3 metrics differ only in `north`, `south`, `west`",
        "  |",
        "4 |   shop_north_open:",
        "  |        ^^^^^",
        "  |",
        "6 |   shop_south_open:",
        "  |        -----",
        "  |",
        "8 |   shop_west_open:",
        "  |        ----",
        "  = help: if these are kinds of one thing, make them values of a label of `shop_open`, which can be summed",
    ]
