"""Prices of language models as they are written: a dated table, in US dollars per million tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from obsgen.spec.allowances import DAY, Allowances, allowances
from obsgen.spec.fields import Keys, Needs, NotEmpty, OneOf, Origin, Range, Rule, Text, Written, key, origin
from obsgen.spec.values import Prose

MODEL_NAME = Text(
    r"[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,127}",
    "the name of a language model",
    "as the provider writes it, such as `gpt-4o-mini`; letters, digits, `.`, `_`, `:`, `@`, `/`, `+` and `-`",
)
Usd = Annotated[float, Range(0, 1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPriceSpec(Written):
    """What one model costs: `input` and `output` per million tokens, or `free`, or `flat` per month."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        OneOf(("input", "free", "flat")),
        Needs("input", ("output",)),
        *(Needs(name, ("input",)) for name in ("output", "cache_read", "cache_write")),
    )

    input: Usd | None = key("US dollars per million tokens of input that no cache had.", default=None, example=3)
    output: Usd | None = key("US dollars per million tokens of output.", default=None, example=15)
    cache_read: Usd | None = key(
        "US dollars per million tokens of input read from the cache; unknown if left out.", default=None, example=0.3
    )
    cache_write: Usd | None = key(
        "US dollars per million tokens of input written to the cache; unknown if left out.", default=None, example=3.75
    )
    free: Literal[True] | None = key("`true` for a model whose calls cost nothing.", default=None)
    flat: Usd | None = key("US dollars per month, however many calls are made.", default=None, example=10)
    allow: Allowances = allowances()
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesSpec(Written):
    """What calls of language models cost on one day."""

    as_of: Annotated[dt.date, DAY] = key("The day on which the prices were checked.", example="2026-11-01")
    models: Annotated[Mapping[str, ModelPriceSpec], Keys(MODEL_NAME), NotEmpty()] = key(
        "Price by name of the model. A version at the end, such as `-2024-08-06`, finds the name without it."
    )
    notes: Prose | None = key("Anything a reader of the reference should know; Markdown.", default=None)
    allow: Allowances = allowances()
    origin: Origin = origin()
