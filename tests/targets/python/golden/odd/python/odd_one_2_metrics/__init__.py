# Written by `obsgen build` from the service `odd-one-2`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `odd-one-2`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from obsgen_runtime.collectors import (
    INFINITY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    LabelDescriptor,
    MetricDescriptor,
    ValueOf,
    make,
)

__all__ = [
    "AB",
    "ABMetric",
    "ABMetric2",
    "ALabelWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestX",
    "AMetricWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestOfItTotal",
    "A_LABEL_WHOSE_NAME_IS_SO_LONG_THAT_NO_LINE_OF_THE_USUAL_LENGTH_CAN_HOLD_IT_TOGETHER_WITH_THE_REST_X_A_DATUM_WITH_A_NAME_THAT_IS_QUITE_LONG_TOO",
    "BudgetTokens",
    "BuildInfo",
    "Class",
    "CounterTotal",
    "DATA",
    "DESCRIPTORS",
    "EmptyInfo",
    "ExceptionMetric",
    "FactsInfo",
    "FinalMetric",
    "In",
    "Init",
    "Label",
    "Label9",
    "Last",
    "LatencySeconds",
    "LiteralLabel",
    "Long",
    "Make",
    "Metric",
    "Metric1",
    "NoneLabel",
    "OddOne2Metrics",
    "OddOne2MetricsMetric",
    "OneSeconds",
    "PERSONA_BUDGET",
    "PERSONA_BUDGET_DATA",
    "Persona",
    "PersonaLabel",
    "PersonaLabel2",
    "PersonaLabel3",
    "PlainTotal",
    "Print",
    "Private",
    "QueueItems",
    "Quote",
    "Registry",
    "SecondUseTotal",
    "Self",
    "TemperatureCelsius",
    "TypeAliasMetric",
    "ValueErrorMetric",
    "ValuesTotal",
    "Wide",
    "WordsTotal",
]

NoneLabel: TypeAlias = Literal[
    "None",
    "null",
    "~",
]

PersonaLabel: TypeAlias = Literal["a"]

Label: TypeAlias = Literal[
    "1",
    "true",
]

Label9: TypeAlias = Literal["9"]

ALabelWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestX: TypeAlias = Literal["one"]  # fmt: skip

Class: TypeAlias = Literal[
    "left",
    "right",
]

LiteralLabel: TypeAlias = Literal[
    "yes",
    "no",
]

Long: TypeAlias = Literal["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"]  # fmt: skip

PersonaLabel2: TypeAlias = Literal[
    "a",
    "b",
    "c",
]

PersonaLabel3: TypeAlias = Literal[
    "a",
    "b",
    "c",
    "none",
]

Last: TypeAlias = Literal[
    "a",
    "b",
    "c",
    "none",
    "many",
]

Quote: TypeAlias = Literal[
    '"',
    "'",
    '"\'"',
    "\\",
    "\\n",
    "{{ x }}",
    "{% if %}",
    "a\u202eb",
    "é😀",
    " ",
    "#",
    '"""',
    "${HOME}",
]

Wide: TypeAlias = Literal["指標指標指標指標指標指標指標指標指標指標指標指標指標指標指標指標"]  # fmt: skip

DATA: Final[Mapping[Label, float]] = MappingProxyType(
    {
        "1": 12345678901234567000,
        "true": 0.1,
    },
)

A_LABEL_WHOSE_NAME_IS_SO_LONG_THAT_NO_LINE_OF_THE_USUAL_LENGTH_CAN_HOLD_IT_TOGETHER_WITH_THE_REST_X_A_DATUM_WITH_A_NAME_THAT_IS_QUITE_LONG_TOO: Final[Mapping[ALabelWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestX, float]] = MappingProxyType(
    {
        "one": 1,
    },
)  # fmt: skip

PERSONA_BUDGET: Final[Mapping[PersonaLabel2, float]] = MappingProxyType(
    {
        "a": 1,
        "b": 1e-05,
    },
)

PERSONA_BUDGET_DATA: Final[Mapping[PersonaLabel2, float]] = MappingProxyType(
    {
        "a": -0.25,
    },
)


class AB(Gauge):
    """Three of three."""

    descriptor = MetricDescriptor(
        name="A_B",
        type="gauge",
        help="Three of three.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class ExceptionMetric(Gauge):
    """A builtin that the module reads."""

    descriptor = MetricDescriptor(
        name="Exception",
        type="gauge",
        help="A builtin that the module reads.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class Metric(Gauge):
    """No letter at all."""

    descriptor = MetricDescriptor(
        name="_",
        type="gauge",
        help="No letter at all.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class Metric1(Gauge):
    """A digit first."""

    descriptor = MetricDescriptor(
        name="_1",
        type="gauge",
        help="A digit first.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class Init(Gauge):
    """A name that Python reserves."""

    descriptor = MetricDescriptor(
        name="__init__",
        type="gauge",
        help="A name that Python reserves.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class Private(Gauge):
    """A name that Python would change."""

    descriptor = MetricDescriptor(
        name="__private",
        type="gauge",
        help="A name that Python would change.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class ABMetric(Gauge):
    """Two of three."""

    descriptor = MetricDescriptor(
        name="aB",
        type="gauge",
        help="Two of three.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class ABMetric2(Gauge):
    """One of three."""

    descriptor = MetricDescriptor(
        name="a_b",
        type="gauge",
        help="One of three.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class AMetricWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestOfItTotal(
    Counter,
):
    """One label with a long name."""

    descriptor = MetricDescriptor(
        name="a_metric_whose_name_is_so_long_that_no_line_of_the_usual_length_can_hold_it_together_with_the_rest_of_it_total",
        type="counter",
        help="One label with a long name.",
        labels=(
            LabelDescriptor(
                name="a_label_whose_name_is_so_long_that_no_line_of_the_usual_length_can_hold_it_together_with_the_rest_x",
                values=("one",),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        a_label_whose_name_is_so_long_that_no_line_of_the_usual_length_can_hold_it_together_with_the_rest_x: ALabelWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestX,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(a_label_whose_name_is_so_long_that_no_line_of_the_usual_length_can_hold_it_together_with_the_rest_x,)](amount)  # fmt: skip
        except Exception:
            self._inc_slowly(
                amount,
                a_label_whose_name_is_so_long_that_no_line_of_the_usual_length_can_hold_it_together_with_the_rest_x,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class BudgetTokens(Gauge):
    """Starts at a datum."""

    descriptor = MetricDescriptor(
        name="budget_tokens",
        type="gauge",
        help="Starts at a datum.",
        labels=(
            LabelDescriptor(
                name="_",
                values=(
                    "1",
                    "true",
                ),
            ),
        ),
    )
    starts_at = ValueOf(
        label="_",
        data=DATA,
    )

    def set(
        self,
        value: float,
        /,
        *,
        _: Label,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(_,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                _,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        _: Label,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(_,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                _,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        _: Label,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(_,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                _,
            )


class BuildInfo(Info):
    """Given."""

    descriptor = MetricDescriptor(
        name="build_info",
        type="info",
        help="Given.",
        labels=(
            LabelDescriptor(
                name="self",
                at_most=3,
            ),
            LabelDescriptor(
                name="class",
                values=(
                    "left",
                    "right",
                ),
            ),
        ),
    )

    def set(
        self_,
        /,
        *,
        self: str,
        class_: Class,
    ) -> None:
        """Write the series of these labels."""
        try:
            self_._children[
                self,
                class_,
            ](1)
        except Exception:
            self_._set_slowly(
                self,
                class_,
            )


class CounterTotal(Counter):
    """\"\""Quoted\"\"" and \\escaped\\ {{ help }} {% raw %} \u202e\u200b\ufeff\t'x' ends in "\\\""""

    descriptor = MetricDescriptor(
        name="counter_total",
        type="counter",
        help='  """Quoted""" and \\escaped\\ {{ help }} {% raw %} \u202e\u200b\ufeff\t\'x\' ends in "\\"  ',
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[()](amount)
        except Exception:
            self._inc_slowly(amount)

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class EmptyInfo(Info):
    """No label at all."""

    descriptor = MetricDescriptor(
        name="empty_info",
        type="info",
        help="No label at all.",
    )


class FactsInfo(Info):
    """Derived."""

    descriptor = MetricDescriptor(
        name="facts_info",
        type="info",
        help="Derived.",
        labels=(
            LabelDescriptor(
                name="_",
                values=(
                    "1",
                    "true",
                ),
            ),
            LabelDescriptor(
                name="number",
                values=(
                    "12345678901234567000",
                    "0.1",
                ),
            ),
        ),
    )
    derived = {
        "number": ValueOf(
            label="_",
            data=DATA,
        ),
    }


class FinalMetric(Gauge):
    """A word that the module imports."""

    descriptor = MetricDescriptor(
        name="final",
        type="gauge",
        help="A word that the module imports.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class In(Gauge):
    """A keyword."""

    descriptor = MetricDescriptor(
        name="in",
        type="gauge",
        help="A keyword.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LatencySeconds(Histogram):
    """Bounds of all sizes."""

    descriptor = MetricDescriptor(
        name="latency_seconds",
        type="histogram",
        help="Bounds of all sizes.",
        unit="seconds",
        buckets=(
            1e-07,
            0.5,
            1,
            2,
            1000,
            1e21,
            1e300,
        ),
    )

    def observe(
        self,
        value: float,
        /,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[()](value)
        except Exception:
            self._observe_slowly(value)

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class Make(Gauge):
    """A function of the runtime."""

    descriptor = MetricDescriptor(
        name="make",
        type="gauge",
        help="A function of the runtime.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class OddOne2MetricsMetric(Gauge):
    """The name of the class around it."""

    descriptor = MetricDescriptor(
        name="odd_one_2_metrics",
        type="gauge",
        help="The name of the class around it.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class OneSeconds(Histogram):
    """A single bound."""

    descriptor = MetricDescriptor(
        name="one_seconds",
        type="histogram",
        help="A single bound.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="class",
                values=(
                    "left",
                    "right",
                ),
            ),
            LabelDescriptor(
                name="self",
                at_most=3,
            ),
        ),
        buckets=(0.5,),
    )

    def observe(
        self_,
        value: float,
        /,
        *,
        class_: Class,
        self: str,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self_._children[
                class_,
                self,
            ](value)
        except Exception:
            self_._observe_slowly(
                value,
                class_,
                self,
            )

    def declare(
        self_,
        /,
        *,
        self: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self_._declare(
            self,
        )


class Persona(Gauge):
    """A metric called like a label."""

    descriptor = MetricDescriptor(
        name="persona",
        type="gauge",
        help="A metric called like a label.",
        labels=(
            LabelDescriptor(
                name="persona",
                values=(
                    "a",
                    "b",
                    "c",
                ),
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        persona: PersonaLabel2,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(persona,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                persona,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        persona: PersonaLabel2,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(persona,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                persona,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        persona: PersonaLabel2,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(persona,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                persona,
            )


class PlainTotal(Counter):
    """\""""

    descriptor = MetricDescriptor(
        name="plain_total",
        type="counter",
        help='"',
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[()](amount)
        except Exception:
            self._inc_slowly(amount)

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class Print(Gauge):
    """A builtin."""

    descriptor = MetricDescriptor(
        name="print",
        type="gauge",
        help="A builtin.",
    )
    starts_at = -0.5

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class QueueItems(Gauge):
    """Starts at a number."""

    descriptor = MetricDescriptor(
        name="queue_items",
        type="gauge",
        help="Starts at a number.",
        unit="items",
        labels=(
            LabelDescriptor(
                name="class",
                values=(
                    "left",
                    "right",
                ),
            ),
            LabelDescriptor(
                name="self",
                at_most=3,
            ),
        ),
    )
    starts_at = 5

    def set(
        self_,
        value: float,
        /,
        *,
        class_: Class,
        self: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self_._children[
                class_,
                self,
            ].set(value)
        except Exception:
            self_._set_slowly(
                value,
                class_,
                self,
            )

    def inc(
        self_,
        amount: float = 1.0,
        /,
        *,
        class_: Class,
        self: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self_._children[
                class_,
                self,
            ].inc(amount)
        except Exception:
            self_._inc_slowly(
                amount,
                class_,
                self,
            )

    def dec(
        self_,
        amount: float = 1.0,
        /,
        *,
        class_: Class,
        self: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self_._children[
                class_,
                self,
            ].dec(amount)
        except Exception:
            self_._dec_slowly(
                amount,
                class_,
                self,
            )

    def declare(
        self_,
        /,
        *,
        self: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self_._declare(
            self,
        )


class Registry(Gauge):
    """An argument."""

    descriptor = MetricDescriptor(
        name="registry",
        type="gauge",
        help="An argument.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class SecondUseTotal(Counter):
    """Labels of one kind with values of their own."""

    descriptor = MetricDescriptor(
        name="second_use_total",
        type="counter",
        help="Labels of one kind with values of their own.",
        labels=(
            LabelDescriptor(
                name="persona",
                values=(
                    "a",
                    "b",
                    "c",
                    "none",
                ),
            ),
            LabelDescriptor(
                name="from",
                values=(
                    "a",
                    "b",
                    "c",
                    "none",
                ),
            ),
            LabelDescriptor(
                name="to",
                values=(
                    "a",
                    "b",
                    "c",
                ),
            ),
            LabelDescriptor(
                name="last",
                values=(
                    "a",
                    "b",
                    "c",
                    "none",
                    "many",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        persona: PersonaLabel3,
        from_: PersonaLabel3,
        to: PersonaLabel2,
        last: Last,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                persona,
                from_,
                to,
                last,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                persona,
                from_,
                to,
                last,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class Self(Gauge):
    """The receiver."""

    descriptor = MetricDescriptor(
        name="self",
        type="gauge",
        help="The receiver.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class TemperatureCelsius(Histogram):
    """Below zero."""

    descriptor = MetricDescriptor(
        name="temperature_celsius",
        type="histogram",
        help="Below zero.",
        unit="celsius",
        labels=(
            LabelDescriptor(
                name="class",
                values=(
                    "left",
                    "right",
                ),
            ),
        ),
        buckets=(
            -10,
            0,
            10.5,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        class_: Class,
    ) -> None:
        """Record one observation, in celsius."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(class_,)](value)
        except Exception:
            self._observe_slowly(
                value,
                class_,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class TypeAliasMetric(Gauge):
    """Another one."""

    descriptor = MetricDescriptor(
        name="type_alias",
        type="gauge",
        help="Another one.",
        labels=(
            LabelDescriptor(
                name="Persona",
                values=("a",),
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        Persona: PersonaLabel,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(Persona,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                Persona,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        Persona: PersonaLabel,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(Persona,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                Persona,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        Persona: PersonaLabel,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(Persona,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                Persona,
            )


class ValueErrorMetric(Gauge):
    """Another one."""

    descriptor = MetricDescriptor(
        name="value_error",
        type="gauge",
        help="Another one.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class ValuesTotal(Counter):
    """Odd values."""

    descriptor = MetricDescriptor(
        name="values_total",
        type="counter",
        help="Odd values.",
        labels=(
            LabelDescriptor(
                name="quote",
                values=(
                    '"',
                    "'",
                    '"\'"',
                    "\\",
                    "\\n",
                    "{{ x }}",
                    "{% if %}",
                    "a\u202eb",
                    "é😀",
                    " ",
                    "#",
                    '"""',
                    "${HOME}",
                ),
            ),
            LabelDescriptor(
                name="literal",
                values=(
                    "yes",
                    "no",
                ),
            ),
            LabelDescriptor(
                name="Persona",
                values=("a",),
            ),
            LabelDescriptor(
                name="persona",
                values=(
                    "a",
                    "b",
                    "c",
                ),
            ),
            LabelDescriptor(
                name="_",
                values=(
                    "1",
                    "true",
                ),
            ),
            LabelDescriptor(
                name="_9",
                values=("9",),
            ),
            LabelDescriptor(
                name="long",
                values=("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg",),
            ),
            LabelDescriptor(
                name="wide",
                values=("指標指標指標指標指標指標指標指標指標指標指標指標指標指標指標指標",),
            ),
        ),
    )  # fmt: skip

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        quote: Quote,
        literal: LiteralLabel,
        Persona: PersonaLabel,
        persona: PersonaLabel2,
        _: Label,
        _9: Label9,
        long: Long,
        wide: Wide,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                quote,
                literal,
                Persona,
                persona,
                _,
                _9,
                long,
                wide,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                quote,
                literal,
                Persona,
                persona,
                _,
                _9,
                long,
                wide,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class WordsTotal(Counter):
    """Labels called like words of the language."""

    descriptor = MetricDescriptor(
        name="words_total",
        type="counter",
        help="Labels called like words of the language.",
        labels=(
            LabelDescriptor(
                name="class",
                values=(
                    "left",
                    "right",
                ),
            ),
            LabelDescriptor(
                name="class_",
                at_most=3,
            ),
            LabelDescriptor(
                name="None",
                values=(
                    "None",
                    "null",
                    "~",
                ),
            ),
            LabelDescriptor(
                name="self",
                at_most=3,
            ),
            LabelDescriptor(
                name="self_",
                at_most=3,
            ),
            LabelDescriptor(
                name="cls",
                at_most=3,
            ),
            LabelDescriptor(
                name="amount",
                at_most=3,
            ),
            LabelDescriptor(
                name="amount_",
                at_most=3,
            ),
            LabelDescriptor(
                name="value",
                at_most=3,
            ),
            LabelDescriptor(
                name="ValueError",
                at_most=3,
            ),
            LabelDescriptor(
                name="INFINITY",
                at_most=3,
            ),
            LabelDescriptor(
                name="descriptor",
                at_most=3,
            ),
            LabelDescriptor(
                name="inc",
                at_most=3,
            ),
        ),
    )

    def inc(
        self__,
        amount__: float = 1.0,
        /,
        *,
        class__: Class,
        class_: str,
        None_: NoneLabel,
        self: str,
        self_: str,
        cls: str,
        amount: str,
        amount_: str,
        value: str,
        ValueError_: str,
        INFINITY_: str,
        descriptor: str,
        inc: str,
    ) -> None:
        """Add `amount__`, which is not negative."""
        try:
            if not amount__ < INFINITY:
                raise ValueError(amount__)
            self__._children[
                class__,
                class_,
                None_,
                self,
                self_,
                cls,
                amount,
                amount_,
                value,
                ValueError_,
                INFINITY_,
                descriptor,
                inc,
            ](amount__)
        except Exception:
            self__._inc_slowly(
                amount__,
                class__,
                class_,
                None_,
                self,
                self_,
                cls,
                amount,
                amount_,
                value,
                ValueError_,
                INFINITY_,
                descriptor,
                inc,
            )

    def declare(
        self__,
        /,
        *,
        class_: str,
        self: str,
        self_: str,
        cls: str,
        amount: str,
        amount_: str,
        value: str,
        ValueError_: str,
        INFINITY_: str,
        descriptor: str,
        inc: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self__._declare(
            class_,
            self,
            self_,
            cls,
            amount,
            amount_,
            value,
            ValueError_,
            INFINITY_,
            descriptor,
            inc,
        )


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    AB.descriptor,
    ExceptionMetric.descriptor,
    Metric.descriptor,
    Metric1.descriptor,
    Init.descriptor,
    Private.descriptor,
    ABMetric.descriptor,
    ABMetric2.descriptor,
    AMetricWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestOfItTotal.descriptor,
    BudgetTokens.descriptor,
    BuildInfo.descriptor,
    CounterTotal.descriptor,
    EmptyInfo.descriptor,
    FactsInfo.descriptor,
    FinalMetric.descriptor,
    In.descriptor,
    LatencySeconds.descriptor,
    Make.descriptor,
    OddOne2MetricsMetric.descriptor,
    OneSeconds.descriptor,
    Persona.descriptor,
    PlainTotal.descriptor,
    Print.descriptor,
    QueueItems.descriptor,
    Registry.descriptor,
    SecondUseTotal.descriptor,
    Self.descriptor,
    TemperatureCelsius.descriptor,
    TypeAliasMetric.descriptor,
    ValueErrorMetric.descriptor,
    ValuesTotal.descriptor,
    WordsTotal.descriptor,
)


class OddOne2Metrics:
    """The collectors of the service `odd-one-2`, one attribute for each metric."""

    def __init__(
        self,
        registry: CollectorRegistry | None = None,
        *,
        strict: bool = False,
    ) -> None:
        """
        Find or create the metrics in `registry`, the client's default one if None.

        With `strict`, which is for tests, a refused value raises ValueError or
        TypeError; otherwise it is recorded as `other` and counted.
        """
        self.A_B = make(
            AB,
            registry,
            strict=strict,
        )
        self.Exception = make(
            ExceptionMetric,
            registry,
            strict=strict,
        )
        self._ = make(
            Metric,
            registry,
            strict=strict,
        )
        self._1 = make(
            Metric1,
            registry,
            strict=strict,
        )
        self.metric__init__ = make(
            Init,
            registry,
            strict=strict,
        )
        self.metric__private = make(
            Private,
            registry,
            strict=strict,
        )
        self.aB = make(
            ABMetric,
            registry,
            strict=strict,
        )
        self.a_b = make(
            ABMetric2,
            registry,
            strict=strict,
        )
        self.a_metric_whose_name_is_so_long_that_no_line_of_the_usual_length_can_hold_it_together_with_the_rest_of_it_total = make(
            AMetricWhoseNameIsSoLongThatNoLineOfTheUsualLengthCanHoldItTogetherWithTheRestOfItTotal,
            registry,
            strict=strict,
        )
        self.budget_tokens = make(
            BudgetTokens,
            registry,
            strict=strict,
        )
        self.build_info = make(
            BuildInfo,
            registry,
            strict=strict,
        )
        self.counter_total = make(
            CounterTotal,
            registry,
            strict=strict,
        )
        self.empty_info = make(
            EmptyInfo,
            registry,
            strict=strict,
        )
        self.facts_info = make(
            FactsInfo,
            registry,
            strict=strict,
        )
        self.final = make(
            FinalMetric,
            registry,
            strict=strict,
        )
        self.in_ = make(
            In,
            registry,
            strict=strict,
        )
        self.latency_seconds = make(
            LatencySeconds,
            registry,
            strict=strict,
        )
        self.make = make(
            Make,
            registry,
            strict=strict,
        )
        self.odd_one_2_metrics = make(
            OddOne2MetricsMetric,
            registry,
            strict=strict,
        )
        self.one_seconds = make(
            OneSeconds,
            registry,
            strict=strict,
        )
        self.persona = make(
            Persona,
            registry,
            strict=strict,
        )
        self.plain_total = make(
            PlainTotal,
            registry,
            strict=strict,
        )
        self.print = make(
            Print,
            registry,
            strict=strict,
        )
        self.queue_items = make(
            QueueItems,
            registry,
            strict=strict,
        )
        self.registry = make(
            Registry,
            registry,
            strict=strict,
        )
        self.second_use_total = make(
            SecondUseTotal,
            registry,
            strict=strict,
        )
        self.self = make(
            Self,
            registry,
            strict=strict,
        )
        self.temperature_celsius = make(
            TemperatureCelsius,
            registry,
            strict=strict,
        )
        self.type_alias = make(
            TypeAliasMetric,
            registry,
            strict=strict,
        )
        self.value_error = make(
            ValueErrorMetric,
            registry,
            strict=strict,
        )
        self.values_total = make(
            ValuesTotal,
            registry,
            strict=strict,
        )
        self.words_total = make(
            WordsTotal,
            registry,
            strict=strict,
        )
