"""Suggestions: what a person would take for a slip is one, and what is merely alike is none."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from obsgen.words import listed, nearest

SLIPS = [
    # Endings, beginnings, plurals.
    ("fail", "failed"),
    ("fails", "failed"),
    ("warn", "warning"),
    ("label", "labels"),
    ("annotation", "annotations"),
    ("box", "boxes"),
    ("bakery_orders", "bakery_orders_total"),
    ("orders_total", "bakery_orders_total"),
    ("bakery_order_total", "bakery_orders_total"),
    # Case and separators.
    ("FlourLow", "flour_low"),
    ("alertname", "alert_name"),
    ("time_series", "timeseries"),
    ("corner_shop", "corner-shop"),
    ("Severity", "severity"),
    # A letter or two.
    ("rte", "rate"),
    ("raet", "rate"),
    ("sevrity", "severity"),
    ("summery", "summary"),
    ("histogramm", "histogram"),
    ("query/unknwon-metric", "query/unknown-metric"),
    ("shop_ordres_totl", "shop_orders_total"),
    ("bakery_ordrs", "bakery_orders_total"),
    # Other order, one word missing.
    ("total_orders", "orders_total"),
    ("seconds_bake_duration", "bake_duration_seconds"),
    ("bakery_duration_seconds", "bakery_bake_duration_seconds"),
]
STRANGERS = [
    ("radar", "bargauge"),
    ("radar", "barchart"),
    ("bakery_receipts_total", "bakery_orders_total"),
    ("shop_errors_total", "shop_orders_total"),
    ("region", "reason"),
    ("status", "state"),
    ("host", "job"),
    ("bread", "rye"),
    ("ready", "red"),
    ("service", "source"),
    ("namespace", "name"),
    ("done", "failed"),
    ("passed", "failed"),
    ("a", "b"),
    ("on", "or"),
    ("nonsense", "json/not-finite"),
    ("latency", "severity"),
    ("timer", "histogram"),
]
TABLE = [
    "bakery_orders_total", "alert", "wheat", "critical", "job", "instance", "timeseries", "namespace", "checkout", "failed",
    "http_request_duration_seconds", "le", "quantile", "bakery_oven_temperature_celsius", "pod", "Nightly", "threshold",
]  # fmt: skip
WORD = st.text(string.ascii_lowercase + "_", min_size=4, max_size=24).filter(
    lambda word: len(word.replace("_", "")) > 3
)


@pytest.mark.parametrize(("word", "meant"), SLIPS)
def test_slips(word: str, meant: str) -> None:
    """A slip leads to the word that was meant, also among others, and the other way round."""
    assert nearest(word, [meant]) == meant
    assert nearest(word, [*TABLE, meant]) == meant
    assert nearest(meant, [word]) == word


@pytest.mark.parametrize(("word", "other"), STRANGERS)
def test_strangers(word: str, other: str) -> None:
    """Words of different meaning are not suggested for each other."""
    assert nearest(word, [other]) is None
    assert nearest(other, [word]) is None


@pytest.mark.parametrize("word", TABLE)
def test_a_table_of_strangers(word: str) -> None:
    """No word of a catalog is suggested for another one that has nothing to do with it."""
    assert nearest(word, [one for one in TABLE if one != word]) is None


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, str]:
    """Return a word with one letter too many, missing, wrong or swapped with the next, and the word."""
    word = draw(WORD)
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(string.ascii_lowercase))
    return draw(
        st.sampled_from(
            [
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            ]
        )
    ), word


@given(slipped())
@example(("rat", "rate"))
@example(("a_b_cc", "a_b_cd"))
def test_one_letter(pair: tuple[str, str]) -> None:
    """Whoever slips by one letter in a word of four or more is told the word."""
    slip, word = pair
    assert nearest(slip, [word]) == word
    assert nearest(slip, [*TABLE, word]) is not None


@given(WORD, st.lists(WORD, max_size=6))
def test_a_known_word_is_its_own_nearest(word: str, others: list[str]) -> None:
    """What is known is suggested as it is, or in another case or with other separators."""
    found = nearest(word.upper(), [*others, word])
    assert found is not None
    assert found.replace("_", "") == word.replace("_", "")


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=4))
@example("", [""])
@example("__", ["_", ""])
def test_any_text(word: str, known: list[str]) -> None:
    """Whatever is asked for, one of the known words comes back or none, whatever their order."""
    found = nearest(word, known)
    assert found is None or found in known
    assert nearest(word, reversed(known)) == found


@given(st.text("abc", min_size=6, max_size=9), st.text("xyz", min_size=6, max_size=9))
def test_no_letter_in_common(word: str, other: str) -> None:
    """Words without a common letter have nothing to do with each other."""
    assert nearest(word, [other]) is None


def test_the_nearest_of_several() -> None:
    """Of several that are possible the one with the fewest slips is suggested, and of equals the first by name."""
    assert nearest("reade", ["reads", "ready", "read"]) == "read"
    assert nearest("query/unknown-lable", ["query/unknown-label-value", "query/unknown-label"]) == "query/unknown-label"
    assert nearest("unknown-metric", ["metric/unknown-datum", "query/unknown-metric"]) == "query/unknown-metric"
    assert nearest("bat", ["cats", "bats", "boats"]) == "bats"


def test_long_texts() -> None:
    """A text that nobody typed is nobody's slip, and costs nothing."""
    assert nearest("a" * 201, ["a" * 200]) is None


def test_listed() -> None:
    """Words stand in backquotes, and what is too much is counted."""
    assert listed(["a", "b"]) == "`a`, `b`"
    assert listed("abcd", 2) == "`a`, `b` and 2 more"
