"""Durations, quantities, numbers, and what somebody meant who wrote them differently."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsgen.spec import values
from obsgen.spec.kinds import matches, meant
from obsgen.spec.values import DURATION, KEY, METRIC_NAME, QUANTITY, Duration, number, quantity

_YEARS_OF_PROMETHEUS_MS = 2**63 // 10**6


@pytest.mark.parametrize(
    ("text", "ms", "shortest"),
    [("15s", 15_000, "15s"), ("1h30m", 5_400_000, "1h30m"), ("90m", 5_400_000, "1h30m"), ("250ms", 250, "250ms"), ("1w", 604_800_000, "7d"), ("1y", 31_536_000_000, "365d"), ("0d5m", 300_000, "5m")],
)  # fmt: skip
def test_durations(text: str, ms: int, shortest: str) -> None:
    """A duration is whole milliseconds, and is written with the largest units below a week."""
    assert matches(DURATION, text)
    found = Duration.parse(text)
    assert (found.ms, str(found), found.seconds) == (ms, shortest, Fraction(ms, 1000))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0s",
        "0h0m",
        "5",
        "m",
        "5 m",
        "1m1h",
        "5m5m",
        "1.5h",
        "-5m",
        "5M",
        "5m\n",
        "5min",
        "100y",
        "1000000000s",
        "\u0665m",
    ],
)
def test_what_is_no_duration(text: str) -> None:
    """Prometheus would refuse these, or take them for nothing."""
    assert not matches(DURATION, text)


@given(st.from_regex(DURATION.pattern, fullmatch=True))
@settings(deadline=None)
def test_every_duration_is_one_for_prometheus(text: str) -> None:
    """Whatever the pattern accepts is above zero and small enough for Prometheus, and its shortest spelling is the same."""
    found = Duration.parse(text)
    assert 0 < found.ms < _YEARS_OF_PROMETHEUS_MS
    assert re.fullmatch(DURATION.pattern, str(found)) or found.ms >= 10_000 * 86_400_000
    assert Duration.parse(str(found)) == found


@given(st.integers(1, 10**12), st.fractions(Fraction(1, 1000), 1000))
@settings(deadline=None)
def test_scaled_durations_are_never_nothing(ms: int, factor: Fraction) -> None:
    """A duration times a factor is whole milliseconds, at least one."""
    assert Duration(ms).scaled(factor).ms == max(1, round(ms * factor))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("20%", "0.2", "ratio"), ("-0.5%", "-0.005", "ratio"), ("5m", "300", "seconds"), ("250ms", "0.25", "seconds"), ("2.5s", "2.5", "seconds"), ("0.5h", "1800", "seconds")],
)  # fmt: skip
def test_quantities(text: str, value: str, unit: str) -> None:
    """A percentage is a ratio, a duration is seconds, both exact."""
    assert matches(QUANTITY, text)
    found = QUANTITY.parse(text)
    assert (found.value, found.unit, found.text) == (Decimal(value), unit, text)
    assert quantity(found) is found


def test_bare_numbers() -> None:
    """A bare number has no unit and keeps its digits."""
    found = quantity(0.1)
    assert (found.value, found.unit, str(found)) == (Decimal("0.1"), "", "0.1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1e21, "1" + "0" * 21),
        (0.2, "0.2"),
        (300.0, "300"),
        (1e-7, "0.0000001"),
        (-2.50, "-2.5"),
    ],
)
def test_numbers_are_spelled_out(value: float, text: str) -> None:
    """A number has no exponent and no digit too many."""
    assert number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_spelled_numbers_are_themselves(value: float) -> None:
    """Reading a spelled number gives the number."""
    assert float(number(value)) == value


@pytest.mark.parametrize(
    ("text", "word", "guesses"),
    [
        (DURATION, "5 min", ("5m",)), (DURATION, "300", ("300s", "5m")), (DURATION, "5", ("5s", "5m")), (DURATION, "1.5h", ("90m",)),
        (DURATION, "0.5s", ("500ms",)), (DURATION, "2 Hours", ("2h",)), (DURATION, "soon", ()), (DURATION, "0", ()), (DURATION, "-5m", ()),
        (DURATION, "1e3", ()), (DURATION, "9" * 40, ()),
        (QUANTITY, "20 %", ("20%",)), (QUANTITY, "% 20", ()), (QUANTITY, "x%", ()), (QUANTITY, "5 min", ("5m",)),
        (KEY, "Night Shift", ("night-shift",)), (KEY, "night_shift", ("night-shift",)), (KEY, "NightShift2", ("night-shift2",)), (KEY, "---", ()), (KEY, "9lives", ()),
        (METRIC_NAME, "http-requests.total", ("http_requests_total",)), (METRIC_NAME, "9lives", ()), (METRIC_NAME, "", ()),
        (values.ALERT_NAME, "queue too-long", ("QueueTooLong",)), (values.UNIT, "Loaves Of Bread", ("loaves_of_bread",)),
        (values.HTTP_PATH, "metrics/", ("/metrics",)), (values.ENV_NAME, "API-KEY", ("API_KEY",)),
    ],
)  # fmt: skip
def test_guesses(text: values.Text, word: str, guesses: tuple[str, ...]) -> None:
    """Another spelling of a duration or a name is recognised, and nothing wrong is suggested."""
    assert meant(text, word) == guesses


@given(
    st.text(max_size=30),
    st.sampled_from([DURATION, QUANTITY, KEY, METRIC_NAME, values.ALERT_NAME, values.UNIT, values.HTTP_PATH]),
)
@settings(deadline=None)
def test_guesses_are_valid(word: str, text: values.Text) -> None:
    """Whatever somebody wrote, a suggestion is something that would be accepted."""
    assert all(matches(text, guess) for guess in meant(text, word))
