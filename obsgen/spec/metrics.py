"""Labels and metrics as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from obsgen.spec.allowances import Allowances, allowances
from obsgen.spec.fields import AtMostOneOf, Distinct, Keys, Needs, NotEmpty, OneOf, Origin, Rule, Written, key, origin
from obsgen.spec.values import (
    DATUM,
    LABEL_NAME,
    LABEL_VALUE,
    UNIT,
    Count,
    DataByName,
    LabelName,
    LabelValue,
    LabelValues,
    Line,
    MetricName,
    Prose,
    Threshold,
)

Data = DataByName
KINDS = ("counter", "gauge", "histogram", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSpec(Written):
    """What a label means and which values it may take."""

    RULES: ClassVar[tuple[Rule, ...]] = (OneOf(("values", "at_most")),)

    help: Line = key("What the label tells apart, one sentence.")
    values: LabelValues | Annotated[Mapping[str, Data], Keys(LABEL_VALUE), NotEmpty()] | None = key(
        "Every value the label can take: a list, or a mapping from value to numbers that belong to it.",
        default=None,
        example=["passed", "failed"],
    )
    at_most: Count | None = key(
        "How many distinct values an open label may have; more are recorded as `other`.", default=None
    )
    example: LabelValue | None = key("A typical value of an open label.", default=None)
    allow: Allowances = allowances()
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelUse(Written):
    """How one metric uses a label: under its own name, or as a second label of the same kind."""

    RULES: ClassVar[tuple[Rule, ...]] = (AtMostOneOf(("values_of", "value_of")), Needs("or", ("values_of",)))

    values_of: LabelName | None = key(
        "The label whose meaning and values this one shares, such as `persona` for `from_persona`.", default=None
    )
    or_: LabelValues | None = key("Further values that only this use may take.", default=None)
    value_of: Annotated[str, DATUM] | None = key(
        "`label.datum`: the number that belongs to the value of another label of this metric (info metrics).",
        default=None,
    )
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsAt(Written):
    """Where the first value of a gauge comes from."""

    value_of: Annotated[str, DATUM] = key(
        "`label.datum`: the number that belongs to the label's value.", example="persona.token_budget"
    )
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSpec(Written):
    """One metric under its full Prometheus name; the first key is its kind and says what it measures."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        OneOf(KINDS),
        Needs("buckets", ("histogram",)),
        Needs("starts_at", ("gauge",)),
        Needs("unit", ("counter", "gauge", "histogram")),
        Needs("range", ("gauge", "histogram")),
        Needs("expect", ("histogram",)),
    )

    counter: Line | None = key("A count that only rises. The text is its help.", default=None)
    gauge: Line | None = key("A value that goes up and down. The text is its help.", default=None)
    histogram: Line | None = key("A distribution of observed values. The text is its help.", default=None)
    info: Line | None = key("A constant 1 whose labels carry facts. The text is its help.", default=None)
    unit: Annotated[str, UNIT] | None = key(
        "Unit of the value, plural. Left out, it is read off the name: `_seconds`, `_bytes`, `_ratio`.",
        default=None,
        example="tokens",
    )
    labels: Annotated[tuple[LabelName, ...], Distinct()] | Annotated[Mapping[str, LabelUse], Keys(LABEL_NAME)] = key(
        "The metric's labels: a list of names, or a mapping where one of them needs saying more.", default=()
    )
    buckets: Annotated[tuple[float, ...], NotEmpty()] | None = key(
        "Upper bounds in the metric's unit, rising, without +Inf.", default=None, example=[0.1, 0.5, 1, 5]
    )
    range: tuple[float, ...] | None = key("`[lowest, highest]` value that can occur.", default=None, example=[0, 1])
    expect: tuple[Threshold, ...] | None = key(
        "`[lowest, highest]` value that usually occurs; the buckets have to tell values in between apart.",
        default=None,
        example=["100ms", "5s"],
    )
    renamed_from: MetricName | None = key(
        "Its name before; queries that still use it are found and told the new one.", default=None
    )
    starts_at: float | StartsAt | None = key("Value of a gauge before anything has happened.", default=None)
    owner: Line | None = key("Team that answers for it; the file's owner if left out.", default=None)
    stability: Literal["experimental", "stable", "deprecated"] = key("How far others may rely on it.", default="stable")
    notes: Prose | None = key("Anything a reader of the reference should know; Markdown.", default=None)
    allow: Allowances = allowances()
    origin: Origin = origin()

    @property
    def kind(self) -> str:
        """`counter`, `gauge`, `histogram` or `info`."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def help(self) -> str:
        """What is measured."""
        return str(getattr(self, self.kind))
