"""A PromQL expression as a tree that knows where each word stands in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias


class Word(NamedTuple):
    """A piece of the text: a name, or the content of a string."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Matcher:
    """
    One label matcher.

    Attributes:
        label: The label.
        op: `=`, `!=`, `=~` or `!~`.
        value: What it is compared with, unquoted; the place is that of the text between the quotes.
        places: For each character of the value, and for its end, its offset in the text; escapes take several.
    """

    label: Word
    op: str
    value: Word
    places: tuple[int, ...]

    def part(self, start: int, end: int) -> Word:
        """Return `value.text[start:end]` with its place."""
        return Word(self.value.text[start:end], self.places[start], self.places[end])


@dataclass(frozen=True, slots=True)
class Number:
    """
    A number.

    Attributes:
        value: Its value.
        at: Where it stands.
        variable: The dashboard variable that stands there, if any; the value is a guess then.
    """

    value: float
    at: Word
    variable: str = ""


@dataclass(frozen=True, slots=True)
class String:
    """A string, as an argument."""

    value: str


@dataclass(frozen=True, slots=True)
class Selector:
    """
    An instant selector.

    Attributes:
        name: The series; its text is empty where only matchers name it.
        matchers: Without the one on `__name__` that stands for the name.
        offset_seconds: How far back it looks, 0 for none.
        moment: What else says when it looks: `@ ..`, and a dashboard variable behind `offset`, whose seconds are a guess.
    """

    name: Word
    matchers: tuple[Matcher, ...]
    offset_seconds: float = 0.0
    moment: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """
    A range over a selector, or a subquery over any expression.

    Attributes:
        expr: What it ranges over; the offset of a plain range is that of its selector.
        seconds: How long it is.
        step_seconds: Time between two evaluations in a subquery; None where that is not written, and for a selector.
        subquery: Whether it is one.
        variable: What stands in the brackets if that holds a dashboard variable; the seconds are a guess then.
        offset_seconds, moment: Of a subquery: as of a selector.
    """

    expr: Tree
    seconds: float
    step_seconds: float | None = None
    subquery: bool = False
    variable: str = ""
    offset_seconds: float = 0.0
    moment: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    function: Word
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Aggregation:
    """
    An aggregation.

    Attributes:
        op: `sum`, `max`, `topk` and so on.
        without: True for `without (..)`.
        grouping: The labels, or None where neither `by` nor `without` is written.
    """

    op: Word
    expr: Tree
    parameter: Tree | None
    without: bool
    grouping: tuple[Word, ...] | None


@dataclass(frozen=True, slots=True)
class Binary:
    """
    A binary operation.

    Attributes:
        on: Labels of `on (..)`, None where it is not written.
        ignoring: Labels of `ignoring (..)`, None where it is not written.
        side: `left` or `right` for `group_left` and `group_right`, empty for neither.
        include: Labels that `group_left` or `group_right` copies.
    """

    op: str
    left: Tree
    right: Tree
    returns_bool: bool
    on: tuple[Word, ...] | None
    ignoring: tuple[Word, ...] | None
    side: str
    include: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """Minus something."""

    expr: Tree


Tree: TypeAlias = Number | String | Selector | Window | Call | Aggregation | Binary | Negation


_NO_PARTS: tuple[Tree, ...] = ()
_PARTS: dict[type[Any], Callable[[Any], tuple[Tree, ...]]] = {
    Window: lambda tree: (tree.expr,),
    Negation: lambda tree: (tree.expr,),
    Call: lambda tree: tree.arguments,
    Aggregation: lambda tree: (tree.expr,) if tree.parameter is None else (tree.parameter, tree.expr),
    Binary: lambda tree: (tree.left, tree.right),
}


def children(tree: Tree) -> tuple[Tree, ...]:
    """Return the parts of *tree* in the order of the text."""
    parts = _PARTS.get(type(tree))
    return _NO_PARTS if parts is None else parts(tree)


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield *tree* and everything below it, the whole before its parts, in the order of the text."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def selectors(tree: Tree) -> tuple[Selector, ...]:
    """Return every selector of *tree* in the order of the text."""
    return tuple(node for node in walk(tree) if isinstance(node, Selector))
