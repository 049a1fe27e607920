"""Filters of the catalog against label values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from obsgen.plan.rule_tests.parts import UntestableError
from obsgen.spec import queries as q
from obsgen.spec.model import OTHER


def picks(picked: str | tuple[str, ...] | q.Except | q.Matches, value: str) -> bool:
    """
    Return whether a filter lets *value* through.

    Raises:
        UntestableError: If the regular expression is one that only RE2 reads.
    """
    if isinstance(picked, q.Except):
        return not picks(picked.not_, value)
    if isinstance(picked, q.Matches):
        try:
            return re.fullmatch(picked.matches, value, re.DOTALL) is not None
        except re.error:
            raise UntestableError(f"it is not known which values match `{picked.matches}`") from None
    return value == picked if isinstance(picked, str) else value in picked


def passes(written: q.Filter | None, labels: Mapping[str, str]) -> bool:
    """Return whether a series with *labels* passes all filters; a label that it lacks counts as empty."""
    return all(picks(picked, labels.get(label, "")) for label, picked in (written or {}).items())


def named(picked: str | tuple[str, ...] | q.Except | q.Matches | None) -> tuple[str, ...]:
    """Return the values that a filter names."""
    if isinstance(picked, q.Except):
        return named(picked.not_)
    if picked is None or isinstance(picked, q.Matches):
        return ()
    return (picked,) if isinstance(picked, str) else tuple(picked)


def candidates(
    label: str, values: tuple[str, ...] | None, example: str, filters: Iterable[q.Filter | None]
) -> tuple[str, ...]:
    """
    Return values worth trying for a label, the best first.

    Args:
        label: Its name, which made-up values contain.
        values: All values of a closed label, None for an open one.
        example: Typical value of an open label, may be empty.
        filters: Whose values an open label can take as well.
    """
    if values is not None:
        return (*values, OTHER)
    asked = [value for written in filters for value in named((written or {}).get(label))]
    return tuple(dict.fromkeys((*([example] if example else [f"some-{label}"]), f"another-{label}", *asked, OTHER)))
