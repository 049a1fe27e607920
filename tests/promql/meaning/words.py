"""Meanings in few words, for tables."""

from __future__ import annotations

from obsgen.promql.meaning import Meaning, read
from obsgen.promql.parse import parse
from tests.promql.meaning import worlds

WORLD = worlds.world()


def meaning(expr: str) -> Meaning:
    """Return what *expr* means."""
    return read(parse(expr).tree, WORLD).whole


def number(expr: str) -> str:
    """Return kind, unit and range of *expr*, such as `ratio ratio 0..1 nan`; a bare count has the unit `-`."""
    of = meaning(expr)
    words = [str(of.kind), "-" if of.unit == "" else str(of.unit), f"{of.low:.4g}..{of.high:.4g}"]
    flags = {"nan": of.may_nan, "inf": of.may_inf, "nonzero": of.nonzero, "empty": of.empty}
    return " ".join([*words, *(name for name, holds in flags.items() if holds)])


def labels(expr: str) -> str:
    """Return the labels of *expr*, those that an element may lack with `?`, and `...` where there can be others."""
    of = meaning(expr)
    known = of.possible if of.possible is not None else of.certain | of.values.keys()
    words = [name if name in of.certain else f"{name}?" for name in sorted(known) if of.may_have(name)]
    return " ".join([*words, *(["..."] if of.possible is None else [])])


def values(expr: str, label: str) -> str:
    """Return the values that *label* can have in *expr*, `any` for any."""
    found = meaning(expr).values.get(label)
    return "any" if found is None else " ".join(sorted(found))
