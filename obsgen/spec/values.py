"""Values with a unit: durations, quantities, and the words that the catalog's names are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, TypeAlias

from obsgen.spec import guesses
from obsgen.spec.fields import Distinct, Keys, NotEmpty, Range, Text

_UNITS_MS = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """
    A stretch of time as Prometheus writes it.

    Attributes:
        ms: Whole milliseconds, above 0.
    """

    ms: int

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Return the duration that *text* (`1h30m`, `15s`) stands for."""
        parts = re.findall(r"([0-9]+)(ms|[ywdhms])", text)
        return cls(sum(int(count) * _UNITS_MS[unit] for count, unit in parts))

    @property
    def seconds(self) -> Fraction:
        """The length in seconds."""
        return Fraction(self.ms, 1000)

    def scaled(self, factor: Fraction) -> Duration:
        """Return this duration times *factor*, in whole milliseconds, at least one."""
        return Duration(max(1, round(self.ms * factor)))

    def __str__(self) -> str:
        """Return the shortest spelling with at most two units, such as `1h30m`; years and weeks are spelled as days."""
        rest, parts = self.ms, []
        for unit in ("d", "h", "m", "s", "ms"):
            count, rest = divmod(rest, _UNITS_MS[unit])
            if count:
                parts.append(f"{count}{unit}")
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number that may carry its unit.

    Attributes:
        value: In base units: `20%` is 0.2, `5m` is 300.
        unit: `ratio` for a percentage, `seconds` for a duration, empty for a bare number.
        text: As written.
    """

    value: Decimal
    unit: str
    text: str

    def __str__(self) -> str:
        """Return the number as PromQL takes it."""
        return number(self.value)


def quantity(written: float | Quantity) -> Quantity:
    """Return what was *written*, a bare number included, as a quantity."""
    if isinstance(written, Quantity):
        return written
    return Quantity(Decimal(repr(written)), "", number(Decimal(repr(written))))


def number(value: Decimal | float) -> str:
    """Return the shortest plain spelling of a number: `0.2`, `300`, `1e+21` as digits."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = format(exact.normalize(), "f")
    return "0" if text in ("-0", "0") else text


def _parse_quantity(text: str) -> Quantity:
    if text.endswith("%"):
        return Quantity(Decimal(text[:-1]) / 100, "ratio", text)
    if "." in text:
        count, unit = re.findall(r"([0-9.]+)([a-z]+)", text)[0]
        return Quantity(Decimal(count) * _UNITS_MS[unit] / 1000, "seconds", text)
    length = Duration.parse(text).seconds
    return Quantity(Decimal(length.numerator) / Decimal(length.denominator), "seconds", text)


# As Prometheus has it: each unit once, the longer ones first. The digits keep the sum within what it can count.
_DURATION = "".join(
    rf"([0-9]{{1,{digits}}}{unit})?"
    for unit, digits in (("y", 2), ("w", 3), ("d", 4), ("h", 5), ("m", 6), ("s", 9), ("ms", 9))
)
_LENGTH = rf"(?=[0-9a-z]*[1-9]){_DURATION}"
#: `2.5s`: only in thresholds, which become numbers; PromQL has no such duration.
_FRACTION = r"(?=[0-9.]*[1-9])[0-9]{1,9}\.[0-9]{1,6}(ms|[ywdhms])"

DURATION = Text(
    _LENGTH,
    "a duration such as `5m`",
    "above zero, of `y`, `w`, `d`, `h`, `m`, `s` and `ms`, each at most once and in this order, such as `1h30m`",
    parse=Duration.parse,
    meant=guesses.duration,
)
QUANTITY = Text(
    rf"-?[0-9]{{1,12}}(\.[0-9]{{1,9}})?%|{_LENGTH}|{_FRACTION}",
    "a percentage such as `20%` or a duration such as `5m`",
    "or a bare number; the unit is that of the query",
    parse=_parse_quantity,
    meant=guesses.quantity,
)

_NAME_RULE = "letters, digits and `_`, not a digit first"
METRIC_NAME = Text(
    r"[a-zA-Z_][a-zA-Z0-9_]{0,199}", "a metric name", f"{_NAME_RULE}, such as `http_requests_total`", meant=guesses.name
)
SERIES_NAME = Text(
    r"[a-zA-Z_:][a-zA-Z0-9_:]{0,199}",
    "the name of a series",
    "letters, digits, `_` and `:`, such as `job:http_requests:rate5m`",
)
LABEL_NAME = Text(r"[a-zA-Z_][a-zA-Z0-9_]{0,99}", "a label name", _NAME_RULE, meant=guesses.name)
ALERT_NAME = Text(
    r"[A-Za-z_][A-Za-z0-9_]{0,99}", "an alert name", f"{_NAME_RULE}, such as `QueueTooLong`", meant=guesses.alert
)
# Files are called after services and dashboards, and Windows opens a device for the names that are left out.
KEY = Text(
    r"(?!.{61})(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])$)[a-z][a-z0-9]*(-[a-z0-9]+){0,9}",
    "a name in lower case",
    "at most 60 lower case letters and digits, a letter first, joined by `-`, such as `night-shift`; Windows keeps `con`, `aux` and others for devices",
    meant=guesses.key,
)
UNIT = Text(
    r"[a-z][a-z0-9_]{0,39}",
    "a unit",
    "plural, in lower case, such as `seconds`, `bytes` or `tokens`",
    meant=guesses.unit,
)
ENV_NAME = Text(
    r"[A-Za-z_][A-Za-z0-9_]{0,99}",
    "the name of an environment variable",
    f"{_NAME_RULE}, such as `GRAFANA_CLOUD_API_KEY`",
    meant=guesses.name,
)
LABEL_VALUE = Text(
    r"[^\x00-\x1f\x7f]{1,128}", "a label value", "1 to 128 characters, no line breaks or control characters"
)
DATUM = Text(
    rf"{LABEL_NAME.pattern}\.{LABEL_NAME.pattern}",
    "a datum of a label",
    "`label.datum`, such as `persona.token_budget`",
)
LINE = Text(
    r"[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x08\x0a-\x1f\x7f]*",
    "a line of text",
    "not blank, no line breaks or control characters",
)
PROSE = Text(r"[^\x00-\x08\x0b-\x1f\x7f]*", "a text", "no control characters")
ATTRIBUTE = Text(
    r"(resource|span|event|link|instrumentation)(\.[A-Za-z_][A-Za-z0-9_-]{0,99}){1,9}(\.\*)?",
    "an attribute of traces with its scope",
    "`resource.` or `span.`, then the name of OpenTelemetry, such as `resource.service.name`; `span.http.*` stands for all below",
)
HTTP_PATH = Text(
    r"/[A-Za-z0-9_./~-]{0,199}",
    "a path",
    "`/`, then letters, digits, `.`, `_`, `~` and `-`, such as `/metrics`",
    meant=guesses.path,
)
HOST = Text(
    r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", "a host", "a name or address without port, such as `127.0.0.1`"
)

DurationText: TypeAlias = Annotated[Duration, DURATION]
QuantityText: TypeAlias = Annotated[Quantity, QUANTITY]
Threshold: TypeAlias = float | QuantityText
MetricName: TypeAlias = Annotated[str, METRIC_NAME]
SeriesName: TypeAlias = Annotated[str, SERIES_NAME]
LabelName: TypeAlias = Annotated[str, LABEL_NAME]
AlertName: TypeAlias = Annotated[str, ALERT_NAME]
Key: TypeAlias = Annotated[str, KEY]
LabelValue: TypeAlias = Annotated[str, LABEL_VALUE]
Line: TypeAlias = Annotated[str, LINE]
Prose: TypeAlias = Annotated[str, PROSE]
Attribute: TypeAlias = Annotated[str, ATTRIBUTE]
Port: TypeAlias = Annotated[int, Range(1, 65535)]
Count: TypeAlias = Annotated[int, Range(1, 1_000_000)]
Names: TypeAlias = Annotated[tuple[LabelName, ...], NotEmpty(), Distinct()]
LabelValues: TypeAlias = Annotated[tuple[LabelValue, ...], NotEmpty(), Distinct()]
DataByName: TypeAlias = Annotated[Mapping[str, float], Keys(LABEL_NAME)]
