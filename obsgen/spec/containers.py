"""Kinds of values that hold others: lists, maps by name, and a choice between kinds."""

from __future__ import annotations

import functools
from collections.abc import Callable
from collections.abc import Sequence as AbstractSequence
from dataclasses import dataclass
from typing import Any

from obsgen.diagnostics import Label, error
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence, short
from obsgen.spec.fields import Text
from obsgen.spec.kinds import Context, Json, Kind, Refused, TextKind, json_type, matches, report_bad_text


def run_all(steps: AbstractSequence[Callable[[], Any]]) -> list[Any]:
    """
    Run every step, so that all problems are found.

    Raises:
        Refused: If one of them did.
    """
    results: list[Any] = []
    refused = False
    for step in steps:
        try:
            results.append(step())
        except Refused:
            refused = True
    if refused:
        raise Refused
    return results


class _Container(Kind):
    """What lists and maps have in common."""

    item: Kind

    def _report_empty(self, what: str, node: Sequence | Mapping, context: Context) -> None:
        if node.complete:
            advice = f"write at least one entry: {self.item.says()}"
            context.report("spec/bad-value", f"the {what} is empty", node.span, help=advice)


@dataclass(frozen=True)
class ListKind(_Container):
    """A list whose entries are all of one kind; *distinct* ones are texts."""

    item: Kind
    not_empty: bool = False
    distinct: bool = False
    accepts: frozenset[str] = frozenset({"array"})

    def schema(self, definitions: dict[str, Json]) -> Json:
        """Return an array."""
        schema: Json = {"type": "array", "items": self.item.schema(definitions)}
        if self.not_empty:
            schema["minItems"] = 1
        return schema | {"uniqueItems": True} if self.distinct else schema

    def decode(self, node: Node, context: Context) -> tuple[Any, ...]:
        """Return the entries."""
        if not isinstance(node, Sequence):
            raise self.refuse(node, context)
        if self.not_empty and not node.items:
            self._report_empty("list", node, context)
            raise Refused
        steps: list[Callable[[], Any]] = [functools.partial(self.item.decode, item, context) for item in node.items]
        if self.distinct:
            steps.append(functools.partial(_refuse_repeats, node, context))
        return tuple(run_all(steps)[: len(node.items)])

    def says(self) -> str:
        """Return what the entries are."""
        return f"a list, each entry {self.item.says()}"

    def advice(self, node: Node) -> str:
        """Advise brackets around a single entry."""
        if isinstance(node, Scalar) and json_type(node) in self.item.accepts:
            return f"write `[{short(node.text, 40)}]`"
        return super().advice(node)


def _refuse_repeats(node: Sequence, context: Context) -> None:
    first: dict[str, Scalar] = {}
    repeated = False
    for item in node.items:
        if not (isinstance(item, Scalar) and isinstance(item.value, str)):
            continue  # reported as no text
        if item.value not in first:
            first[item.value] = item
            continue
        repeated = True
        context.problems.append(
            error(
                "spec/repeated-entry",
                f"`{short(item.value)}` is listed twice",
                item.span,
                "the second one",
                also=(Label(first[item.value].span, "the first one"),),
                help="list it once",
            )
        )
    if repeated:
        raise Refused


@dataclass(frozen=True)
class MapKind(_Container):
    """A mapping from names to values of one kind."""

    keys: Text | None
    item: Kind
    not_empty: bool
    accepts: frozenset[str] = frozenset({"object"})

    def schema(self, definitions: dict[str, Json]) -> Json:
        """Return an object whose property names follow a pattern."""
        schema: Json = {"type": "object", "additionalProperties": self.item.schema(definitions)}
        if self.keys:
            schema["propertyNames"] = TextKind(self.keys).schema(definitions)
        return schema | {"minProperties": 1} if self.not_empty else schema

    def decode(self, node: Node, context: Context) -> dict[str, Any]:
        """Return name -> value in the order of the file."""
        if not isinstance(node, Mapping):
            raise self.refuse(node, context)
        if self.not_empty and not node.entries:
            self._report_empty("mapping", node, context)
            raise Refused
        steps = [functools.partial(self._entry, name, value, context) for name, value in node.entries.values()]
        return dict(zip(node.entries, run_all(steps), strict=True))

    def _entry(self, name: Scalar, value: Node, context: Context) -> Any:
        good = self.keys is None or matches(self.keys, name.text)
        if not good and self.keys:
            report_bad_text("spec/bad-name", self.keys, name, context)
        decoded = self.item.decode(value, context)
        if not good:
            raise Refused
        return decoded

    def says(self) -> str:
        """Return what the keys are."""
        return f"a mapping, each key {self.keys.says}" if self.keys else "a mapping"

    def advice(self, node: Node) -> str:
        """Advise keys where there is a list, and `{}` where there is nothing."""
        if json_type(node) == "array":
            return "write `NAME:` for each entry instead of `-`"
        return (
            "leave the key out, or write `{}`"
            if json_type(node) == "null" and not self.not_empty
            else super().advice(node)
        )


@dataclass(frozen=True)
class UnionKind(Kind):
    """Several kinds, told apart by their JSON type."""

    members: tuple[Kind, ...]

    @functools.cached_property
    def accepts(self) -> frozenset[str]:  # type: ignore[override]
        """The JSON types of all members."""
        return frozenset().union(*(member.accepts for member in self.members))

    def schema(self, definitions: dict[str, Json]) -> Json:
        """Return the members as alternatives."""
        return {"anyOf": [member.schema(definitions) for member in self.members]}

    def decode(self, node: Node, context: Context) -> Any:
        """Return the value by the member that accepts its type."""
        found = json_type(node)
        for member in self.members:
            if found in member.accepts:
                return member.decode(node, context)
        raise self.refuse(node, context)

    def says(self) -> str:
        """Return the members."""
        return ", or ".join(member.says() for member in self.members)

    def advice(self, node: Node) -> str:
        """Return what the first member advises that advises anything."""
        return next((advice for member in self.members if (advice := member.advice(node))), "")
