"""`metric/not-a-share`: a `_ratio` that says it goes beyond 0 to 1."""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/not-a-share"


@pytest.mark.parametrize(
    ("range", "word"), [("[0, 100]", "100"), ("[-1, 1]", "-1"), ("[-1, 2]", "2"), ("[0, 1.5]", "1.5")]
)
def test_range(range: str, word: str) -> None:
    """A range beyond 0 to 1 is found at its bound, by the name or by the unit."""
    assert words(CODE, service(gauges("shop_full_ratio", range=range))) == [word]
    assert words(CODE, service(gauges("shop_full", unit="ratio", range=range))) == [word]
    assert words(CODE, service(gauges("shop_full", range=range))) == []


def test_buckets() -> None:
    """Buckets of a ratio beyond 1 are found at the last one; those of anything else are nobody's business."""
    text = "shop_full_{}:\n  histogram: X.\n  buckets: [{}]\n"
    assert words(CODE, service(text.format("ratio", "0.5, 1, 50, 100"))) == ["100"]
    assert words(CODE, service(text.format("ratio", "0.5, 1"))) == []
    assert words(CODE, service(text.format("seconds", "0.5, 1, 50"))) == []


@pytest.mark.parametrize("keys", [{}, {"range": "[0, 1]"}, {"range": "[0.2, 0.8]"}, {"range": "[1, 0]"}])
def test_silent(keys: dict[str, str]) -> None:
    """Ratios within 0 to 1, and ranges that are none, are silent."""
    assert words(CODE, service(gauges("shop_full_ratio", **keys))) == []


def test_message() -> None:
    """The message shows the bound and the name."""
    assert said(CODE, service(gauges("shop_full_ratio", range="[0, 100]"))) == [
        "specs/shop.yaml:6:16: warning[metric/not-a-share]: a ratio goes from 0 to 1, this one to 100",
        "  |",
        "6 |     range: [0, 100]",
        "  |                ^^^",
        "  |",
        "4 |   shop_full_ratio:",
        "  |   --------------- a ratio",
        "  = help: record shares from 0 to 1, which every threshold and panel takes them for; call what is no share something else",
    ]
