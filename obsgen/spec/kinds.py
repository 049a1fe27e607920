"""
From annotations to kinds: each knows its JSON Schema and how to decode a node.

Both stand side by side, so that they can be compared by eye; a contract test compares them on real documents.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import types
import typing
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence, short
from obsgen.spec.fields import (
    NONE,
    AtMostOneOf,
    Keys,
    Needs,
    NotEmpty,
    OneOf,
    Origin,
    Range,
    Rule,
    Text,
    Written,
    spelling,
)
from obsgen.words import listed, nearest

Json: TypeAlias = dict[str, Any]


class Refused(Exception):  # noqa: N818 - carries nothing; the reasons are in the context
    """A node could not be decoded; its problems have been reported."""


@dataclass
class Context:
    """What decoding reports."""

    problems: list[Diagnostic] = field(default_factory=list)

    def report(self, code: str, message: str, span: Span, text: str = "", help: str = "") -> None:
        """Add an error at *span*."""
        self.problems.append(error(code, message, span, text, help=help))


def describe(node: Node) -> str:
    """Return what *node* is, in words for a message."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return f"`{node.text}` (true or false)"
    return f"the {'text' if isinstance(node.value, str) else 'number'} `{short(node.text, 40)}`"


class Kind:
    """One shape of value."""

    #: JSON types that this kind accepts: string, number, boolean, array, object.
    accepts: frozenset[str] = frozenset()

    def schema(self, definitions: dict[str, Json]) -> Json:
        """Return the JSON Schema; named parts are added to *definitions*."""
        raise NotImplementedError

    def decode(self, node: Node, context: Context) -> Any:
        """Return the value of *node*; raise `Refused` after reporting why not."""
        raise NotImplementedError

    def says(self) -> str:
        """Return what this kind is, for messages."""
        raise NotImplementedError

    def refuse(self, node: Node, context: Context) -> Refused:
        """Report that *node* is something else."""
        context.report("spec/wrong-type", f"expected {self.says()}, found {describe(node)}", node.span)
        return Refused()


@dataclass(frozen=True)
class TextKind(Kind):
    text: Text | None
    accepts: frozenset[str] = frozenset({"string"})

    def schema(self, definitions: dict[str, Json]) -> Json:
        if self.text is None:
            return {"type": "string"}
        # Python's `$` also matches before a final newline, ECMAScript's does not; the look-ahead makes them agree.
        return {"type": "string", "pattern": f"^(?:{self.text.pattern})$(?!\\n)"}

    def decode(self, node: Node, context: Context) -> Any:
        if not (isinstance(node, Scalar) and isinstance(node.value, str)):
            if isinstance(node, Scalar) and node.value is not None:
                context.report(
                    "spec/wrong-type",
                    f"expected {self.says()}, found {describe(node)}",
                    node.span,
                    help=f'put quotes around it if the text is meant: "{short(node.text, 40)}"',
                )
                raise Refused
            raise self.refuse(node, context)
        if self.text is None:
            return node.value
        if not re.match(f"(?:{self.text.pattern})\\Z", node.value):
            context.report("spec/bad-value", f"`{short(node.value)}` is not {self.text.says}", node.span)
            raise Refused
        return self.text.parse(node.value)

    def says(self) -> str:
        return self.text.says if self.text else "a text"


@dataclass(frozen=True)
class NumberKind(Kind):
    whole: bool
    bounds: Range
    accepts: frozenset[str] = frozenset({"number"})

    def schema(self, definitions: dict[str, Json]) -> Json:
        schema: Json = {"type": "integer" if self.whole else "number"}
        if self.bounds.low is not None:
            schema["minimum"] = self.bounds.low
        if self.bounds.high is not None:
            schema["maximum"] = self.bounds.high
        return schema

    def decode(self, node: Node, context: Context) -> Any:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(node, context)
        if self.whole and value != int(value):
            raise self.refuse(node, context)
        low, high = self.bounds.low, self.bounds.high
        if (low is not None and value < low) or (high is not None and value > high):
            context.report("spec/bad-value", f"{value:g} is not {self.says()}", node.span)
            raise Refused
        return int(value) if self.whole else float(value)

    def says(self) -> str:
        name = "a whole number" if self.whole else "a number"
        low, high = self.bounds.low, self.bounds.high
        if low is not None and high is not None:
            return f"{name} from {low:g} to {high:g}"
        if low is not None:
            return f"{name} of at least {low:g}"
        return name if high is None else f"{name} of at most {high:g}"


@dataclass(frozen=True)
class BoolKind(Kind):
    accepts: frozenset[str] = frozenset({"boolean"})

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"type": "boolean"}

    def decode(self, node: Node, context: Context) -> bool:
        if not (isinstance(node, Scalar) and isinstance(node.value, bool)):
            raise self.refuse(node, context)
        return node.value

    def says(self) -> str:
        return "`true` or `false`"


@dataclass(frozen=True)
class ChoiceKind(Kind):
    """A word out of a list, or one fixed number or truth value."""

    choices: tuple[str | int | bool, ...]

    @property
    def accepts(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset({_json_type(choice) for choice in self.choices})

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"const": self.choices[0]} if len(self.choices) == 1 else {"enum": list(self.choices)}

    def decode(self, node: Node, context: Context) -> Any:
        if isinstance(node, Scalar):
            for choice in self.choices:
                if _json_type(choice) == _json_type(node.value) and choice == node.value:
                    return choice
            if isinstance(node.value, str):
                guess = nearest(node.value, [c for c in self.choices if isinstance(c, str)])
                context.report(
                    "spec/bad-value",
                    f"`{short(node.value)}` is not {self.says()}",
                    node.span,
                    f"did you mean `{guess}`?" if guess else "",
                )
                raise Refused
        raise self.refuse(node, context)

    def says(self) -> str:
        words = [f"`{str(c).lower() if isinstance(c, bool) else c}`" for c in self.choices]
        return words[0] if len(words) == 1 else "one of " + ", ".join(words)


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string" if isinstance(value, str) else "null"


@dataclass(frozen=True)
class ListKind(Kind):
    item: Kind
    not_empty: bool
    accepts: frozenset[str] = frozenset({"array"})

    def schema(self, definitions: dict[str, Json]) -> Json:
        schema: Json = {"type": "array", "items": self.item.schema(definitions)}
        return schema | {"minItems": 1} if self.not_empty else schema

    def decode(self, node: Node, context: Context) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            raise self.refuse(node, context)
        if self.not_empty and not node.items:
            context.report("spec/bad-value", "the list is empty", node.span, help=f"write at least one: {self.item.says()}")
            raise Refused
        return tuple(_all([functools.partial(self.item.decode, item, context) for item in node.items]))

    def says(self) -> str:
        return f"a list, each entry {self.item.says()}"


@dataclass(frozen=True)
class MapKind(Kind):
    keys: Text | None
    item: Kind
    not_empty: bool
    accepts: frozenset[str] = frozenset({"object"})

    def schema(self, definitions: dict[str, Json]) -> Json:
        schema: Json = {"type": "object", "additionalProperties": self.item.schema(definitions)}
        if self.keys:
            schema["propertyNames"] = TextKind(self.keys).schema(definitions)
        return schema | {"minProperties": 1} if self.not_empty else schema

    def decode(self, node: Node, context: Context) -> dict[str, Any]:
        if not isinstance(node, Mapping):
            raise self.refuse(node, context)
        if self.not_empty and not node.entries:
            context.report("spec/bad-value", "the mapping is empty", node.span, help=f"write at least one entry: {self.item.says()}")
            raise Refused
        names = list(node.entries)
        steps = [functools.partial(self._entry, *node.entries[name], context) for name in names]
        return dict(zip(names, _all(steps), strict=True))

    def _entry(self, name: Scalar, value: Node, context: Context) -> Any:
        good = self.keys is None or re.match(f"(?:{self.keys.pattern})\\Z", name.text)
        if not good and self.keys:
            context.report("spec/bad-name", f"`{short(name.text)}` is not {self.keys.says}", name.span)
        decoded = self.item.decode(value, context)
        if not good:
            raise Refused
        return decoded

    def says(self) -> str:
        return "a mapping"


def _all(steps: list[Any]) -> list[Any]:
    """Run every step, so that all problems are found, and refuse afterwards if one of them did."""
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


@dataclass(frozen=True)
class Entry:
    """One key of an object."""

    attribute: str
    name: str
    kind: Kind
    required: bool
    default: Any
    meaning: str
    example: Any


@dataclass(frozen=True)
class ObjectKind(Kind):
    """A mapping with known keys, decoded into a dataclass."""

    cls: type[Written]
    accepts: frozenset[str] = frozenset({"object"})

    @functools.cached_property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(_entries(self.cls))

    @property
    def tag(self) -> str:
        """The key that tells this kind of mapping from the others of a union."""
        return self.entries[0].name

    @property
    def rules(self) -> tuple[Rule, ...]:
        return getattr(self.cls, "RULES", ())

    def schema(self, definitions: dict[str, Json]) -> Json:
        name = self.cls.__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = {"description": summary(self.cls), "type": "object", **self.body(definitions)}
        return {"$ref": f"#/$defs/{name}"}

    def body(self, definitions: dict[str, Json], extra: ObjectKind | None = None) -> Json:
        """Return properties, required keys and rules; *extra* adds the keys of another kind."""
        entries = (*self.entries, *(extra.entries if extra else ()))
        properties = {entry.name: _property(entry, definitions) for entry in entries}
        schema: Json = {"properties": properties, "additionalProperties": False}
        if required := [entry.name for entry in entries if entry.required]:
            schema["required"] = required
        parts = [_rule_schema(rule) for rule in (*self.rules, *(extra.rules if extra else ()))]
        if parts:
            schema["allOf"] = parts
        return schema

    def decode(self, node: Node, context: Context) -> Any:
        if not isinstance(node, Mapping):
            raise self.refuse(node, context)
        return self.build(node, context, check_unknown(node, self.entries, context))

    def build(self, node: Mapping, context: Context, unknown: set[str]) -> Any:
        """Decode the keys of this kind out of *node*; *unknown* are keys that have been reported already."""
        steps = [functools.partial(self._field, entry, node, context, unknown) for entry in self.entries]
        bad_rules = [not _rule_holds(rule, node, context, unknown) for rule in self.rules]
        values = dict(_all(steps))
        if unknown or any(bad_rules):
            raise Refused
        return self.cls(**values, origin=Origin(node))  # type: ignore[call-arg]

    def _field(self, entry: Entry, node: Mapping, context: Context, unknown: set[str]) -> tuple[str, Any]:
        value = node.get(entry.name)
        if value is not None:
            return entry.attribute, entry.kind.decode(value, context)
        if not entry.required:
            return entry.attribute, entry.default
        if nearest(entry.name, unknown) is None:
            context.report(
                "spec/missing-key",
                f"`{entry.name}` is missing",
                _head(node),
                help=f"add `{entry.name}:` {entry.meaning[:1].lower()}{entry.meaning[1:]}".rstrip("."),
            )
        raise Refused

    def says(self) -> str:
        return f"a mapping with {listed(entry.name for entry in self.entries if entry.required) or 'known keys'}"


def _head(node: Mapping) -> Span:
    """Return the first key of *node*, a better place for what is missing than the whole block."""
    for name, _ in node.entries.values():
        return name.span
    return node.span


def check_unknown(node: Mapping, entries: tuple[Entry, ...], context: Context) -> set[str]:
    """Report the keys of *node* that none of *entries* knows, and return them."""
    known = [entry.name for entry in entries]
    unknown = [name for name in node.entries if name not in known]
    for name in unknown:
        guess = nearest(name, [word for word in known if word not in node.entries] or known)
        context.report(
            "spec/unknown-key",
            f"unknown key `{short(name)}`",
            node.key_span(name),
            f"did you mean `{guess}`?" if guess else "",
            help="" if guess else f"known here: {listed(known, 20)}",
        )
    return set(unknown)


def _property(entry: Entry, definitions: dict[str, Json]) -> Json:
    schema = dict(entry.kind.schema(definitions))
    schema["description"] = entry.meaning
    if entry.example is not None:
        schema["examples"] = [entry.example]
    return schema


def _rule_schema(rule: Rule) -> Json:
    if isinstance(rule, OneOf):
        return {"oneOf": [{"required": [name]} for name in rule.keys]}
    if isinstance(rule, AtMostOneOf):
        first, *rest = rule.keys
        return {"dependentSchemas": {name: {"not": {"anyOf": [{"required": [o]} for o in rule.keys if o != name]}} for name in (first, *rest)}}
    return {"dependentSchemas": {rule.key: {"anyOf": [{"required": [other]} for other in rule.others]}}}


def _rule_holds(rule: Rule, node: Mapping, context: Context, unknown: set[str]) -> bool:
    if isinstance(rule, Needs):
        if rule.key in node.entries and not any(other in node.entries for other in rule.others):
            context.report("spec/key-out-of-place", f"`{rule.key}` is for {listed(rule.others)} only", node.key_span(rule.key))
            return False
        return True
    present = [name for name in node.entries if name in rule.keys]
    if len(present) > 1:
        context.report("spec/too-many-keys", f"only one of {listed(present)} may stand here", node.key_span(present[1]))
        return False
    if not present and isinstance(rule, OneOf):
        if not any(nearest(name, rule.keys) for name in unknown):
            context.report("spec/missing-key", f"one of {listed(rule.keys)} is missing", _head(node))
        return False
    return True


@dataclass(frozen=True)
class TaggedKind(Kind):
    """
    One of several mappings, told apart by their first key; *extra* keys may go with each of them.

    Attributes:
        name: Name of the definition in the schema.
        members: The kinds of mapping.
        extra: Kind whose keys may stand beside those of a member, or None.
        alone: Tags of the members that take no extra keys.
        build: From (member value, extra value or None, origin) to the result.
    """

    name: str
    members: tuple[ObjectKind, ...]
    extra: ObjectKind | None = None
    alone: frozenset[str] = frozenset()
    build: Any = None
    meaning: str = ""
    accepts: frozenset[str] = frozenset({"object"})

    def _extra(self, member: ObjectKind) -> ObjectKind | None:
        return None if member.tag in self.alone else self.extra

    def schema(self, definitions: dict[str, Json]) -> Json:
        if self.name not in definitions:
            definitions[self.name] = {}
            definitions[self.name] = {
                "description": self.meaning,
                "type": "object",
                "anyOf": [{"required": [member.tag]} for member in self.members],
                "dependentSchemas": {
                    member.tag: {"description": summary(member.cls), **member.body(definitions, self._extra(member))}
                    for member in self.members
                },
            }
        return {"$ref": f"#/$defs/{self.name}"}

    def decode(self, node: Node, context: Context) -> Any:
        if not isinstance(node, Mapping):
            raise self.refuse(node, context)
        member = self._choose(node, context)
        extra = self._extra(member)
        unknown = check_unknown(node, (*member.entries, *(extra.entries if extra else ())), context)
        value, more = _all(
            [
                functools.partial(member.build, node, context, unknown),
                functools.partial(extra.build, node, context, unknown) if extra else lambda: None,
            ]
        )
        return self.build(value, more, Origin(node)) if self.build else value

    def _choose(self, node: Mapping, context: Context) -> ObjectKind:
        tags = {member.tag: member for member in self.members}
        present = [name for name in node.entries if name in tags]
        if len(present) == 1:
            return tags[present[0]]
        if len(present) > 1:
            context.report("spec/too-many-keys", f"only one of {listed(present)} may stand here", node.key_span(present[1]))
            raise Refused
        for name in node.entries:
            if guess := nearest(name, tags):
                context.report("spec/unknown-key", f"unknown key `{short(name)}`", node.key_span(name), f"did you mean `{guess}`?")
                raise Refused
        context.report("spec/missing-key", f"one of {listed(tags, 20)} is missing", _head(node))
        raise Refused

    def says(self) -> str:
        return f"a mapping with one of {listed((member.tag for member in self.members), 20)}"


@dataclass(frozen=True)
class UnionKind(Kind):
    """Several kinds, told apart by their JSON type."""

    members: tuple[Kind, ...]

    @property
    def accepts(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset().union(*(member.accepts for member in self.members))

    def schema(self, definitions: dict[str, Json]) -> Json:
        return {"anyOf": [member.schema(definitions) for member in self.members]}

    def decode(self, node: Node, context: Context) -> Any:
        found = "object" if isinstance(node, Mapping) else "array" if isinstance(node, Sequence) else _json_type(node.value)
        for member in self.members:
            if found in member.accepts:
                return member.decode(node, context)
        raise self.refuse(node, context)

    def says(self) -> str:
        return " or ".join(member.says() for member in self.members)


def summary(cls: type) -> str:
    """Return the first paragraph of the docstring on one line."""
    text = (cls.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(text.split())


@functools.cache
def kind_of(annotation: Any) -> Kind:
    """Return the kind that *annotation* stands for; raises TypeError for one that specs do not use."""
    if isinstance(annotation, Kind):
        return annotation
    marks: tuple[Any, ...] = ()
    if typing.get_origin(annotation) is Annotated:
        annotation, *rest = typing.get_args(annotation)
        marks = tuple(rest)
    for mark in marks:
        if isinstance(mark, Kind):
            return mark
    return _bare(annotation, marks)


def _bare(annotation: Any, marks: tuple[Any, ...]) -> Kind:
    text = next((mark for mark in marks if isinstance(mark, Text)), None)
    if text is not None or annotation is str:
        return TextKind(text)
    if annotation is bool:
        return BoolKind()
    if annotation in (int, float):
        return NumberKind(annotation is int, next((mark for mark in marks if isinstance(mark, Range)), Range()))
    not_empty = any(isinstance(mark, NotEmpty) for mark in marks)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return ChoiceKind(arguments)
    if origin is tuple:
        return ListKind(kind_of(arguments[0]), not_empty)
    if origin is AbstractMapping:
        keys = next((mark.text for mark in marks if isinstance(mark, Keys)), None)
        return MapKind(keys, kind_of(arguments[1]), not_empty)
    if origin in (typing.Union, types.UnionType):
        members = tuple(kind_of(argument) for argument in arguments if argument is not type(None))
        return members[0] if len(members) == 1 else UnionKind(members)
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return ObjectKind(typing.cast("type[Written]", annotation))
    raise TypeError(f"specs do not use {annotation!r}")


def _entries(cls: type) -> typing.Iterator[Entry]:
    hints = typing.get_type_hints(cls, include_extras=True)
    for item in dataclasses.fields(cls):  # type: ignore[arg-type]
        if item.name == "origin":
            continue
        yield Entry(
            attribute=item.name,
            name=spelling(item.name),
            kind=kind_of(hints[item.name]),
            required=item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING,
            default=NONE if item.default is dataclasses.MISSING else item.default,
            meaning=item.metadata["meaning"],
            example=item.metadata["example"],
        )
