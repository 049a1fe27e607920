"""`metric/bucket-range`: buckets that do not tell the values apart that occur."""

import pytest

from tests.services import said, service, words

CODE = "metric/bucket-range"


def histogram(expect: str, buckets: str, name: str = "shop_wait_seconds") -> dict[str, str]:
    """Return a service with one histogram."""
    said = f"  expect: {expect}\n" if expect else ""
    return service(f"{name}:\n  histogram: X.\n{said}  buckets: [{buckets}]\n")


OTEL = "5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000"


@pytest.mark.parametrize(
    ("expect", "buckets", "word"),
    [
        ("[30m, 10h]", "0.1, 1, 300", "300"),
        ("[30m, 10h]", "1800, 7200, 35999", "35999"),
        ("[100ms, 5s]", "10, 60", "10"),
        ("[1, 5]", "0.5, 1, 5, 60", "[0.5, 1, 5, 60]"),
        ("", f"0, {OTEL}", f"[0, {OTEL}]"),
        ("", OTEL, f"[{OTEL}]"),
    ],
)
def test_found(expect: str, buckets: str, word: str) -> None:
    """Buckets that end too early, begin too late, or do not tell anything apart are found at the bound to change."""
    assert words(CODE, histogram(expect, buckets)) == [word]


@pytest.mark.parametrize(
    ("expect", "buckets", "name"),
    [
        ("[30m, 10h]", "1800, 7200, 36000", "shop_wait_seconds"),
        ("[1, 5]", "1, 2, 5", "shop_wait_seconds"),
        ("[1, 5]", "3, 60", "shop_orders"),
        ("[1%, 90%]", "0.5, 1", "shop_full_ratio"),
        ("[0, 10000]", OTEL, "shop_wait_seconds"),
        ("", OTEL, "shop_menu_bytes"),
        ("", "1, 2", "shop_wait_seconds"),
    ],
)
def test_silent(expect: str, buckets: str, name: str) -> None:
    """Buckets that fit what is expected, and those about which nothing is said, are silent."""
    assert words(CODE, histogram(expect, buckets, name)) == []


@pytest.mark.parametrize(
    ("expect", "name", "word"),
    [
        ("[5s, 1s]", "shop_wait_seconds", "[5s, 1s]"),
        ("[5s]", "shop_wait_seconds", "[5s]"),
        ("[1, 2, 3]", "shop_wait_seconds", "[1, 2, 3]"),
        ("[1s, 5s]", "shop_menu_bytes", "1s"),
        ("[1, 50%]", "shop_wait_seconds", "50%"),
    ],
)
def test_bad_expectation(expect: str, name: str, word: str) -> None:
    """What is no pair of rising values in the metric's unit is `metric/bad-range`, and the buckets are not judged by it."""
    texts = histogram(expect, "0.1", name)
    assert words("metric/bad-range", texts) == [word]
    assert words(CODE, texts) == []


def test_message() -> None:
    """The message shows the bound and what is expected."""
    assert said(CODE, histogram("[30m, 10h]", "1, 60, 300")) == [
        "specs/shop.yaml:7:22: warning[metric/bucket-range]: the buckets end at 300, values up to 36000 are expected",
        "  |",
        "7 |     buckets: [1, 60, 300]",
        "  |                      ^^^",
        "  |",
        "6 |     expect: [30m, 10h]",
        "  |             ---------- what is expected",
        "  = help: add bounds up to 36000; a quantile never exceeds the last one",
    ]
