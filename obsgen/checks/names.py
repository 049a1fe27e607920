"""Names of metrics, word by word, and what their units should be."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable

from obsgen.diagnostics import Span
from obsgen.source.nodes import Scalar
from obsgen.spec.model import Metric
from obsgen.spec.units import BASE_UNITS

_PREFIXES = (
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "mebi", "giga", "gibi",
    "tera", "tebi", "peta", "pebi",
)  # fmt: skip
#: Units that mean the same as a base unit, and the base unit.
_UNPREFIXED = {
    **{unit: unit for unit in BASE_UNITS - {"ratio", "usd"}},
    "kelvin": "celsius", "metres": "meters",
    "minutes": "seconds", "hours": "seconds", "days": "seconds", "weeks": "seconds", "months": "seconds", "years": "seconds",
    "kelvins": "celsius", "fahrenheit": "celsius", "rankine": "celsius",
    "inches": "meters", "feet": "meters", "yards": "meters", "miles": "meters",
    "bits": "bytes", "calories": "joules", "pounds": "grams", "ounces": "grams",
}  # fmt: skip
_FINE = BASE_UNITS | {"kelvin", "metres"}
_SCALED = {prefix + unit: base for prefix in ("", *_PREFIXES) for unit, base in _UNPREFIXED.items()}

#: Word of a name -> the base unit to use instead; lower case, plural.
NON_BASE = {
    **{unit: base for unit, base in _SCALED.items() if unit not in _FINE},
    **dict.fromkeys(("percent", "percents", "percentage", "permille"), "ratio"),
}

#: Abbreviation -> the base unit to write instead.
ABBREVIATED = {
    **dict.fromkeys(("s", "sec", "secs", "ms", "msec", "msecs", "millis", "us", "usec", "usecs", "micros"), "seconds"),
    **dict.fromkeys(("ns", "nsec", "nsecs", "nanos", "m", "mins", "h", "hrs", "d"), "seconds"),
    **dict.fromkeys(("b", "kb", "mb", "gb", "tb", "pb", "kib", "mib", "gib", "tib"), "bytes"),
    **dict.fromkeys(("pct",), "ratio"),
}

_LAST = re.compile(r"_(total|info)$")


@dataclasses.dataclass(frozen=True, slots=True)
class NameWord:
    """
    A word of a name.

    Attributes:
        text: In lower case.
        start, end: Where it stands in the name.
    """

    text: str
    start: int
    end: int


@functools.lru_cache(maxsize=10_000)
def words(name: str) -> tuple[NameWord, ...]:
    """Return the words of *name* between its underscores."""
    return tuple(NameWord(found[0].lower(), found.start(), found.end()) for found in re.finditer(r"[^_]+", name))


def part(span: Span, name: str, start: int, end: int) -> Span:
    """Return where `name[start:end]` stands in *span*, or the whole of it where *name* is not written there as it is."""
    if span.line != span.end_line or span.end_column - span.column != len(name):
        return span
    return Span(span.path, span.line, span.column + start, span.end_line, span.column + end)


def with_unit(name: str, wrong: Iterable[str], unit: str) -> str:
    """Return *name* without the *wrong* words, and with *unit* at its end, before `_total`."""
    ending = found[0] if (found := _LAST.search(name)) else ""
    dropped = {*wrong, unit}
    left = [word for word in name.removesuffix(ending).split("_") if word.lower() not in dropped]
    return "_".join((*left, unit)) + ending


def ends_in(name: str) -> str:
    """Return the last word of *name*, before `_total`."""
    return name.removesuffix("_total").rpartition("_")[2]


def written_unit(metric: Metric) -> Scalar | None:
    """Return the `unit:` of *metric* as it is written."""
    node = metric.origin.find("unit")
    return node if isinstance(node, Scalar) else None


def is_camel(name: str) -> bool:
    """Return whether a capital follows a small letter or a digit in *name*."""
    return re.search(r"[a-z0-9][A-Z]", name) is not None


def snake(name: str) -> str:
    """Return *name* in lower case, its words joined by underscores."""
    split = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3_\2\4", name)
    return split.lower()
