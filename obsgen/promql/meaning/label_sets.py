"""The labels that the elements of a vector can have, must have, and which values they take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from obsgen.promql.patterns import branches, describes_any, only_text
from obsgen.promql.tokens import has_variable
from obsgen.promql.tree import Matcher

NAME = "__name__"
_NONE: frozenset[str] = frozenset()
_NO_VALUES: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Labels:
    """
    The labels of the elements of a vector. The series name counts as the label `__name__`.

    Attributes:
        possible: Over-approximation: every label that an element can have; None where it can have any.
        certain: Under-approximation: labels that every element has.
        values: Over-approximation: values of a label where it is there; a label without an entry is open. An empty set
            says that the label is never there, which an open `possible` cannot.
    """

    possible: frozenset[str] | None = _NONE
    certain: frozenset[str] = _NONE
    values: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NO_VALUES)

    def may_have(self, label: str) -> bool:
        """Return whether an element can have *label*."""
        return (self.possible is None or label in self.possible) and self.values.get(label) != _NONE


NO_LABELS = Labels()
ANY_LABELS = Labels(possible=None)


def kept(labels: Labels, names: frozenset[str]) -> Labels:
    """Return what is left of *labels* where only *names* are kept."""
    possible = frozenset(name for name in names if labels.may_have(name))
    return Labels(possible, labels.certain & names, {n: v for n, v in labels.values.items() if n in possible})


def dropped(labels: Labels, names: frozenset[str]) -> Labels:
    """Return *labels* without *names*."""
    # An open set cannot say that a label is missing, except by saying that it has no value.
    values = {n: v for n, v in labels.values.items() if n not in names}
    if labels.possible is None:
        return Labels(None, labels.certain - names, {**values, **dict.fromkeys(names, _NONE)})
    return Labels(labels.possible - names, labels.certain - names, values)


_ONLY_NAME = frozenset({NAME})


def nameless(labels: Labels) -> Labels:
    """Return *labels* without the series name."""
    if labels.possible is not None and NAME not in labels.possible:
        return labels
    return dropped(labels, _ONLY_NAME)


def unsure_name(labels: Labels) -> Labels:
    """Return *labels* with a series name that may be there or not, because the versions of Prometheus differ."""
    return Labels(labels.possible, labels.certain - _ONLY_NAME, labels.values)


def joined(a: Labels, b: Labels) -> Labels:
    """Return the labels of what is an *a* or a *b*."""
    possible = None if a.possible is None or b.possible is None else a.possible | b.possible
    values: dict[str, frozenset[str]] = {}
    for name in a.values.keys() | b.values.keys():
        sides = [side.values.get(name) for side in (a, b) if side.may_have(name)]
        if None not in sides:
            values[name] = _NONE.union(*(side for side in sides if side is not None))
    return Labels(possible, a.certain & b.certain, values)


def replaced(labels: Labels, name: str, values: frozenset[str] | None, *, certain: bool) -> Labels:
    """Return *labels* with *name* set to one of *values* (None for any), or perhaps missing where not *certain*."""
    possible = None if labels.possible is None else labels.possible | {name}
    others = {n: v for n, v in labels.values.items() if n != name}
    if values is not None:
        others[name] = values
    return Labels(possible, labels.certain | {name} if certain else labels.certain - {name}, others)


def matched(labels: Labels, matchers: Iterable[Matcher]) -> Labels | None:
    """Return the labels of the series that the *matchers* pick; None where they can pick none."""
    for matcher in matchers:
        if not has_variable(matcher.value.text):
            narrowed = _narrow(labels, matcher)
            if narrowed is None:
                return None
            labels = narrowed
    return labels


def _narrow(labels: Labels, matcher: Matcher) -> Labels | None:
    name, accepts = matcher.label.text, _accepts(matcher)
    known = labels.values.get(name) if labels.may_have(name) else _NONE
    allowed = _listed(matcher) if known is None else frozenset(one for one in known if accepts(one))
    if name not in labels.certain and accepts(""):
        if allowed == _NONE:
            return dropped(labels, frozenset({name}))
        return labels if allowed is None else replaced(labels, name, allowed, certain=False)
    if allowed == _NONE:
        return None
    return replaced(labels, name, allowed, certain=True)


def _accepts(matcher: Matcher) -> Callable[[str], bool]:
    """Return a test whether the matcher takes a value; it says yes where that cannot be told."""
    text = matcher.value.text
    if matcher.op == "=":
        return lambda value: value == text
    if matcher.op == "!=":
        return lambda value: value != text
    if matcher.op == "=~":
        return lambda value: describes_any(text, (value,))
    texts = frozenset(_branches(text))
    return lambda value: value not in texts and not (text == ".*" or (text == ".+" and value))


def _listed(matcher: Matcher) -> frozenset[str] | None:
    """Return the values of an open label that the matcher takes, where it lists them."""
    if matcher.op == "=":
        return frozenset({matcher.value.text} - {""})
    if matcher.op == "=~":
        texts = _branches(matcher.value.text)
        return None if None in texts else frozenset(text for text in texts if text)
    return None


def _branches(pattern: str) -> list[str | None]:
    return [only_text(pattern[start:end]) for start, end in branches(pattern)]
