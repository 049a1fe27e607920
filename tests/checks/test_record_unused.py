"""`record/unused`: a recorded series that nothing reads."""

import pytest

from tests.services import board, gauges, said, service, words

CODE = "record/unused"
RECORDS = """\
records:
  'shop:open:max':
    record: X.
    query: {promql: 'max(shop_open)'}
  'shop:open:twice':
    record: X.
    query: {promql: '2 * shop:open:max'}
"""


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        (RECORDS, ["'shop:open:twice'"]),
        (RECORDS + board("shop:open:max"), ["'shop:open:twice'"]),
        (RECORDS + board("max(shop:open:twice > 5)"), []),
        (RECORDS.replace("2 * shop:open:max", "min(shop_open)"), ["'shop:open:max'", "'shop:open:twice'"]),
        # One that reads only itself is read by nobody.
        (RECORDS.replace("2 * shop:open:max", "shop:open:max + shop:open:twice"), ["'shop:open:twice'"]),
    ],
)
def test_found(rest: str, found: list[str]) -> None:
    """A recorded series that no query but its own reads is found at its name."""
    assert words(CODE, service(gauges("shop_open"), rest=rest)) == found


def test_message() -> None:
    """The message says what to do."""
    assert said(CODE, service(gauges("shop_open"), rest=RECORDS)) == [
        "specs/shop.yaml:10:3: info[record/unused]: nothing reads the recorded series `shop:open:twice`",
        "   |",
        "10 |   'shop:open:twice':",
        "   |   ^^^^^^^^^^^^^^^^^",
        "   = help: use it where its query is written out, remove it, or say who else reads it: `allow: {record/unused: reason}`",
    ]
