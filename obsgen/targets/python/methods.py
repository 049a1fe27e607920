"""The recording methods of a collector class: their arguments and the few lines of their hot path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from obsgen.spec.model import Metric
from obsgen.targets.python.layout import skip
from obsgen.targets.python.names import READ_IN_METHODS, free, identifiers
from obsgen.targets.python.values import Values

#: The runtime writes all series of a closed info metric by itself up to this number of them.
WRITTEN_AT_START = 2_000

_ANY_NUMBER = "-INFINITY < {} < INFINITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """
    One label as a keyword-only argument.

    Attributes:
        name: Identifier.
        type: Its annotation.
        is_open: Whether `declare` takes it too.
    """

    name: str
    type: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """
    One method.

    Attributes:
        name: `inc`, `dec`, `set`, `observe` or `declare`.
        doc: Its docstring without quotes.
        me: Name of the object, which no argument has.
        arguments: Labels it takes.
        number: Name of the number it records, empty for none.
        default: What follows the number's type in the signature.
        guard: Condition of a number that may be recorded at once.
        call: What is called on the child with the number, such as `.set`.
    """

    name: str
    doc: str
    me: str
    arguments: tuple[Argument, ...]
    number: str = ""
    default: str = ""
    guard: str = ""
    call: str = ""

    @property
    def at_once(self) -> str:
        """The call on the child where the label values take no lines of their own."""
        key = f"({self.arguments[0].name},)" if self.arguments else "()"
        line = f"{self.me}._children[{key}]{self.call}({self.number or 1})"
        return line + skip(f"            {line}")


def methods(metric: Metric, values: Values) -> tuple[Method, ...]:
    """Return the methods of the collector of *metric*."""
    return tuple(_methods(metric, arguments(metric, values)))


def arguments(metric: Metric, values: Values) -> tuple[Argument, ...]:
    """Return the labels of *metric* that a caller gives."""
    given = [label for label in metric.labels if not label.derived]
    names = identifiers((label.name for label in given), word="label", avoid=READ_IN_METHODS)
    return tuple(Argument(name=names[one.name], type=values.type_of(one), is_open=one.values is None) for one in given)


def _methods(metric: Metric, given: tuple[Argument, ...]) -> Iterator[Method]:
    if metric.kind == "counter":
        yield _recording("inc", "Add `{}`, which is not negative.", given, "amount", "{} < INFINITY", default=" = 1.0")
    elif metric.kind == "histogram":
        guard = _ANY_NUMBER if metric.buckets[0] < 0 else "0 <= {} < INFINITY"
        unit = f", in {metric.unit}" if metric.unit else ""
        yield _recording("observe", f"Record one observation{unit}.", given, "value", guard)
    elif metric.kind == "gauge":
        yield _recording("set", "Set the value.", given, "value", _ANY_NUMBER, call=".set")
        yield _recording("inc", "Add `{}`.", given, "amount", _ANY_NUMBER, default=" = 1.0", call=".inc")
        yield _recording("dec", "Subtract `{}`.", given, "amount", _ANY_NUMBER, default=" = 1.0", call=".dec")
    elif _is_given(metric):
        taken = {one.name for one in given}
        doc = "Write the series of these labels."
        yield Method(name="set", doc=doc, me=free("self", taken), arguments=given)
    if _declares(metric):
        yield _declaring(given)


def _recording(
    name: str, doc: str, given: tuple[Argument, ...], number: str, guard: str, *, default: str = "", call: str = ""
) -> Method:
    taken = {one.name for one in given}
    number = free(number, taken)
    return Method(
        name=name,
        doc=doc.format(number),
        me=free("self", taken),
        arguments=given,
        number=number,
        default=default,
        guard=guard.format(number),
        call=call,
    )


def _declaring(given: tuple[Argument, ...]) -> Method:
    taken = {one.name for one in given if one.is_open}
    return Method(
        name="declare",
        doc="Create the series of these open labels, ahead of the first event."
        if taken
        else "Create all series, which has already happened at start.",
        me=free("self", taken),
        arguments=tuple(one for one in given if one.is_open),
    )


def _is_given(metric: Metric) -> bool:
    """Say whether somebody has to write the series of an info metric, because the runtime cannot know them all."""
    given = [label for label in metric.labels if not label.derived]
    return any(one.values is None for one in given) or prod(len(one.values or ()) for one in given) > WRITTEN_AT_START


def _declares(metric: Metric) -> bool:
    """Say whether the first use of an open label creates more than the one series."""
    has_open = any(label.values is None for label in metric.labels)
    return metric.kind in {"counter", "histogram"} or (metric.starts_at is not None and has_open)
