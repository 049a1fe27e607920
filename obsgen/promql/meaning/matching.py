"""Which labels the result of an operation between two vectors has, and whether its sides can ever match."""

from __future__ import annotations

from dataclasses import dataclass

from obsgen.promql.meaning.label_sets import NAME, Labels
from obsgen.promql.tree import Binary

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """A set of label names: those listed, or where *others* is set, all but those."""

    listed: frozenset[str]
    others: bool = False

    def __contains__(self, name: str) -> bool:
        return (name in self.listed) != self.others

    def within(self, wider: Names) -> bool:
        """Return whether every name of this set is in *wider*."""
        if self.others:
            return wider.others and wider.listed <= self.listed
        return not self.listed & wider.listed if wider.others else self.listed <= wider.listed


def compared(tree: Binary) -> Names:
    """Return the labels by which *tree* pairs the elements of its sides."""
    if tree.on is not None:
        return Names(frozenset(word.text for word in tree.on))
    return Names(frozenset(word.text for word in tree.ignoring or ()) | {NAME}, others=True)


@dataclass(frozen=True, slots=True)
class Matched:
    """
    What pairing gives.

    Attributes:
        labels: Of the result, the series name included where the left or many side has it.
        never: Under-approximation: True only if no two elements can ever be a pair.
    """

    labels: Labels
    never: bool = False


def paired(tree: Binary, left: Labels, right: Labels) -> Matched:
    """Return the labels of an arithmetic operation or a comparison between vectors."""
    names = compared(tree)
    if tree.side:
        many, one = (left, right) if tree.side == "left" else (right, left)
        return _one_to_many(many, one, names, frozenset(word.text for word in tree.include))
    found = agreed(left, right, names)
    possible = _remaining(found.labels, names)
    values = {name: allowed for name, allowed in found.labels.values.items() if possible is None or name in possible}
    if possible is None:
        values |= dict.fromkeys(names.listed - {NAME}, _NONE)
    named = frozenset({NAME}) if names.others else _NONE
    certain = frozenset(name for name in found.labels.certain if name in names or name in named)
    return Matched(Labels(possible, certain, values), found.never)


def _remaining(labels: Labels, names: Names) -> frozenset[str] | None:
    """Return the labels that one-to-one pairing leaves: the compared ones, and without `on` the series name."""
    if not names.others:
        return frozenset(name for name in names.listed if labels.may_have(name))
    return None if labels.possible is None else labels.possible - (names.listed - {NAME})


def agreed(of: Labels, other: Labels, names: Names) -> Matched:
    """Return the labels of the elements of *of* that have a partner in *other* with the same labels *names*."""
    never = False
    values = dict(of.values)
    gone: set[str] = set()
    for name in _concerned(of, other, names):
        common = _common(of, other, name)
        if common == _NONE:
            never = never or name in of.certain or name in other.certain
            gone.add(name)
            values[name] = _NONE
        elif common is not None:
            values[name] = common
    possible = of.possible
    if possible is None and other.possible is not None and names.others:
        possible = other.possible | names.listed
    certain = of.certain | {name for name in other.certain if name in names}
    if possible is not None:
        possible = possible - gone
        values = {name: allowed for name, allowed in values.items() if name in possible}
    return Matched(Labels(possible, certain - gone, values), never)


def _concerned(of: Labels, other: Labels, names: Names) -> frozenset[str]:
    """Return the names by which elements are paired and of which one side knows something."""
    if not names.others:
        return names.listed
    known = (of.possible or _NONE) | (other.possible or _NONE) | of.values.keys() | other.values.keys()
    return frozenset(name for name in known | of.certain | other.certain if name in names)


def _common(of: Labels, other: Labels, name: str) -> frozenset[str] | None:
    """Return the values of a label that both sides can have; None for any."""
    if not of.may_have(name) or not other.may_have(name):
        return _NONE
    mine, theirs = of.values.get(name), other.values.get(name)
    if mine is None or theirs is None:
        return theirs if mine is None else mine
    return mine & theirs


def _one_to_many(many: Labels, one: Labels, names: Names, include: frozenset[str]) -> Matched:
    found = agreed(many, one, names)
    labels = found.labels
    values = {name: allowed for name, allowed in labels.values.items() if name not in include}
    values |= {name: one.values[name] for name in include if name in one.values}
    copied = frozenset(name for name in include if one.may_have(name))
    possible = labels.possible
    if possible is not None:
        possible = (possible - include) | copied
    certain = (labels.certain - include) | (one.certain & include)
    return Matched(Labels(possible, certain, values), found.never)
