"""`metric/label-in-name`: a name that repeats by which label the metric is told apart."""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/label-in-name"
LABELS = "kind: {help: X., values: [a]}\nbread_kind: {help: X., values: [a]}"


@pytest.mark.parametrize(
    ("name", "labels", "word"),
    [
        ("shop_open_by_kind", "[kind]", "by_kind"),
        ("shop_by_kind_open", "[bread_kind, kind]", "by_kind"),
        ("shop_open_per_bread_kind", "[bread_kind]", "per_bread_kind"),
        ("shop_open_by_Kind", "{kind: {}}", "by_Kind"),
        ("shop_open_by_sort", "{sort: {values_of: kind}}", "by_sort"),
    ],
)
def test_found(name: str, labels: str, word: str) -> None:
    """`by` and `per` before one of the metric's labels are found."""
    assert words(CODE, service(gauges(name, labels=labels), LABELS)) == [word]


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("shop_open_kind", "[kind]"),
        ("shop_open_by_kind", "[bread_kind]"),
        ("shop_open_by_kindness", "[kind]"),
        ("by_kind", "[kind]"),
        ("shop_open_per_second", "[kind]"),
    ],
)
def test_silent(name: str, labels: str) -> None:
    """A label's word alone, another label, and longer words are silent."""
    assert words(CODE, service(gauges(name, labels=labels), LABELS)) == []


def test_message() -> None:
    """The message shows name and label, and a name without it."""
    assert said(CODE, service(gauges("shop_open_by_kind", labels="[kind]"), LABELS)) == [
        "specs/shop.yaml:7:13: warning[metric/label-in-name]: the name says `by kind`, which its label says already",
        "  |",
        "7 |   shop_open_by_kind:",
        "  |             ^^^^^^^",
        "  |",
        "9 |     labels: [kind]",
        "  |              ---- this label",
        "  = help: call it `shop_open`; a sum over the label has no `kind`",
    ]
