"""How a meaning is made out of others."""

from __future__ import annotations

from collections.abc import Iterable

from obsgen.promql.meaning.amounts import Amount
from obsgen.promql.meaning.label_sets import ANY_LABELS, Labels, nameless
from obsgen.promql.meaning.model import Kind, Meaning, SeriesFacts, Type
from obsgen.promql.meaning.unit_words import Unit
from obsgen.promql.tree import Binary

#: Nothing is known.
UNKNOWN = Meaning(labels=ANY_LABELS)


def made(
    of: Meaning,
    amount: Amount,
    kind: Kind | None,
    unit: Unit,
    *,
    type: Type = "vector",
    labels: Labels | None = None,
    rated: bool = False,
    aggregated: bool = False,
    extra: tuple[Meaning, ...] = (),
) -> Meaning:
    """
    Return what comes out where the elements of *of* are turned into others.

    Args:
        of: Whose series, provenance and emptiness are kept.
        amount: Of the result.
        kind: Of the result.
        unit: Of the result.
        type: Of the result.
        labels: Of the result; those of *of* without the series name if left out.
        rated: Whether a change over time is taken here.
        aggregated: Whether several series are put together here.
        extra: Parameters that may bring NaN and infinity.
    """
    return Meaning(
        type=type,
        kind=kind,
        unit=unit,
        labels=nameless(of.labels) if labels is None else labels,
        amount=amount,
        empty=of.empty,
        aggregated=of.aggregated or aggregated,
        rated=of.rated or rated,
        division=first_division((of, *extra)) if amount.nan or amount.inf else None,
        series=of.series,
        sources=of.sources.union(*(part.sources for part in extra)) if extra else of.sources,
    )


def made_of_both(
    left: Meaning,
    right: Meaning,
    amount: Amount,
    kind: Kind | None,
    unit: Unit,
    *,
    labels: Labels,
    empty: bool,
    division: Binary | None = None,
) -> Meaning:
    """
    Return what comes out where two sides are put together.

    Args:
        left: Whose provenance is kept.
        right: Likewise.
        amount: Of the result.
        kind: Of the result.
        unit: Of the result.
        labels: Of the result.
        empty: Of the result.
        division: Set if this is a division that may let NaN or infinity in where the sides hold none.
    """
    return Meaning(
        type="scalar" if left.type == right.type == "scalar" else "vector",
        kind=kind,
        unit=unit,
        labels=labels,
        amount=amount,
        empty=empty,
        aggregated=left.aggregated or right.aggregated,
        rated=left.rated or right.rated,
        division=(first_division((left, right)) or division) if amount.nan or amount.inf else None,
        series=common_series(left, right),
        sources=left.sources | right.sources,
    )


def first_division(parts: Iterable[Meaning]) -> Binary | None:
    """Return the first division that lets NaN or infinity into one of *parts*."""
    for part in parts:
        if part.division is not None:
            return part.division
    return None


def common_series(a: Meaning, b: Meaning) -> SeriesFacts | None:
    """Return the series that both sides show, None where they differ; a side made of numbers only does not count."""
    if not b.sources:
        return a.series
    if not a.sources:
        return b.series
    return a.series if a.series is b.series else None
