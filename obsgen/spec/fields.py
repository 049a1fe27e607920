"""
How the shape of a spec file is stated: dataclass fields with their meaning, and rules between fields.

The dataclasses are the only statement. The decoder (`kinds`, `containers`, `objects`) and the JSON Schema both follow from them.
A trailing underscore in a field name is not part of the key, so that `for_` reads `for`.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from obsgen.diagnostics import Span
from obsgen.source.nodes import Mapping, Node, Sequence


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a value of the model was written."""

    node: Node

    @property
    def span(self) -> Span:
        """The whole value."""
        return self.node.span

    def find(self, *path: str | int) -> Node | None:
        """Return the node at *path* (keys and positions) below this one, or None."""
        node: Node | None = self.node
        for step in path:
            if isinstance(node, Mapping) and isinstance(step, str):
                entry = node.entries.get(step)
                node = entry[1] if entry is not None else None
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            else:
                return None
        return node

    def at(self, *path: str | int) -> Span:
        """Return the place of the value at *path*, falling back to the nearest part that exists."""
        for end in range(len(path), -1, -1):
            if (node := self.find(*path[:end])) is not None:
                return node.span
        return self.span

    def key(self, *path: str) -> Span:
        """Return the place of the key that *path* ends in, falling back like `at`."""
        holder = self.find(*path[:-1])
        if isinstance(holder, Mapping) and path[-1] in holder.entries:
            return holder.key_span(path[-1])
        return self.at(*path[:-1])


class Written:
    """Base of everything that is written as a mapping; `origin` is set by the decoder."""

    origin: Origin


def _no_guess(word: str) -> tuple[str, ...]:  # noqa: ARG001 - the signature of `Text.meant`
    return ()


@dataclass(frozen=True, slots=True)
class Text:
    """
    A text that has to look a certain way.

    Attributes:
        pattern: Regular expression for the whole text, in the part of the language that ECMAScript shares.
        says: What it is, in a few words for messages: "a metric name".
        rule: What it has to look like, for whoever got it wrong; empty where *says* tells it.
        parse: From the text to its value; never raises for a text that the pattern describes.
        meant: From a text that does not look right to spellings that may be meant; wrong ones among them do no harm.
    """

    pattern: str
    says: str
    rule: str = ""
    parse: Callable[[str], Any] = str
    meant: Callable[[str], tuple[str, ...]] = _no_guess


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number, both included; None for none."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """A list or map with at least one entry."""


@dataclass(frozen=True, slots=True)
class Distinct:
    """A list of texts, each of them once."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the keys of a map look like."""

    text: Text


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of these keys has to be there."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtMostOneOf:
    """Not more than one of these keys may be there."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """*key* makes sense only beside one of *others*."""

    key: str
    others: tuple[str, ...]


Rule = OneOf | AtMostOneOf | Needs


def key(meaning: str, *, default: Any = dataclasses.MISSING, example: Any = None) -> Any:
    """Return a dataclass field with its *meaning*; optional if it has a *default*."""
    # A read-only map is not hashable, so dataclasses would take it for a mutable default.
    if default is NONE:
        return dataclasses.field(
            default_factory=lambda: NONE, metadata={"meaning": meaning, "example": example}, kw_only=True
        )
    return dataclasses.field(default=default, metadata={"meaning": meaning, "example": example}, kw_only=True)


#: Default of a map that is left out.
NONE: types.MappingProxyType[str, Any] = types.MappingProxyType({})


def origin() -> Any:
    """Return the field that holds the origin; it takes no part in equality."""
    return dataclasses.field(compare=False, repr=False, kw_only=True)


def spelling(name: str) -> str:
    """Return the key that the field *name* is written as."""
    return name.removesuffix("_")
