"""Kinds of mappings with known keys, and from annotations to kinds."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from obsgen.source.nodes import Mapping, Node
from obsgen.spec.containers import ListKind, MapKind, UnionKind
from obsgen.spec.fields import NONE, Distinct, Keys, NotEmpty, OneOf, Origin, Range, Rule, Text, Written, spelling
from obsgen.spec.kinds import (
    BoolKind,
    ChoiceKind,
    Context,
    Json,
    Kind,
    NumberKind,
    Refused,
    TextKind,
    json_type,
    spelled,
)
from obsgen.spec.rules import KeyRules, head, rules_schema, unknown_keys
from obsgen.words import listed

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """
    One key of an object.

    Attributes:
        attribute: Name of the dataclass field.
        name: The key.
        kind: What its value is.
        required: Whether it has to be there.
        default: Value if it is not.
        meaning: What it says, one sentence or more.
        example: A typical value, or None.
    """

    attribute: str
    name: str
    kind: Kind
    required: bool
    default: Any
    meaning: str
    example: Any

    def schema(self, definitions: dict[str, Json]) -> Json:
        """Return the schema of the value with its meaning."""
        schema = {**self.kind.schema(definitions), "description": self.meaning}
        return schema if self.example is None else {**schema, "examples": [self.example]}

    def advice(self) -> str:
        """Return how to add the key where it is missing."""
        if isinstance(self.kind, ChoiceKind) and len(self.kind.choices) == 1:
            return f"add `{self.name}: {spelled(self.kind.choices[0])}`"
        meaning = self.meaning.rstrip(".")
        sentence = meaning[:1].lower() + meaning[1:] if meaning[1:2].islower() or meaning[1:2] == " " else meaning
        return f"add `{self.name}:` ({sentence})"


@dataclass(frozen=True)
class ObjectKind(Kind):
    """A mapping with known keys, decoded into a dataclass."""

    cls: type[Written]
    accepts: frozenset[str] = frozenset({"object"})

    @functools.cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The keys in the order of the dataclass."""
        return tuple(_entries(self.cls))

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The keys' names."""
        return tuple(entry.name for entry in self.entries)

    @functools.cached_property
    def _by_name(self) -> AbstractMapping[str, Entry]:
        return {entry.name: entry for entry in self.entries}

    @functools.cached_property
    def _required(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.required)

    @functools.cached_property
    def _defaults(self) -> AbstractMapping[str, Any]:
        return {entry.attribute: entry.default for entry in self.entries if not entry.required}

    @property
    def tag(self) -> str:
        """The key that tells this kind of mapping from the others of a union."""
        return self.names[0]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules between its keys."""
        return getattr(self.cls, "RULES", ())

    def schema(self, definitions: dict[str, Json]) -> Json:
        """Return a reference to the definition that carries the dataclass's name."""
        name = self.cls.__name__
        if name not in definitions:
            definitions[name] = {}  # a mark, so that a dataclass inside itself ends here
            definitions[name] = {"description": summary(self.cls), "type": "object", **self.body(definitions)}
        return {"$ref": f"#/$defs/{name}"}

    def body(self, definitions: dict[str, Json], extra: ObjectKind | None = None) -> Json:
        """Return properties, required keys and rules; *extra* adds the keys of another kind."""
        entries = (*self.entries, *(extra.entries if extra else ()))
        schema: Json = {
            "properties": {entry.name: entry.schema(definitions) for entry in entries},
            "additionalProperties": False,
        }
        if required := [entry.name for entry in entries if entry.required]:
            schema["required"] = required
        return {**schema, **rules_schema((*self.rules, *(extra.rules if extra else ())))}

    def decode(self, node: Node, context: Context) -> Any:
        """Return the dataclass."""
        if not isinstance(node, Mapping):
            raise self.refuse(node, context)
        return self.build(node, context, unknown_keys(node, self.names, context, elsewhere=_NOTHING, what=""))

    def build(self, node: Mapping, context: Context, unknown: frozenset[str]) -> Any:
        """Decode the keys of this kind out of *node*; *unknown* are keys that have been reported already."""
        rules = KeyRules(node, unknown, context)
        held = rules.hold(self.rules)
        refused = bool(unknown) or not held
        values = dict(self._defaults)
        for name, (_, value) in node.entries.items():
            entry = self._by_name.get(name)
            if entry is None:
                continue
            try:
                values[entry.attribute] = entry.kind.decode(value, context)
            except Refused:
                # The other keys may have faults of their own.
                refused = True
        missing = [entry for entry in self._required if entry.name not in node.entries]
        for entry in missing:
            self._report_missing(entry, rules)
        if refused or missing:
            raise Refused
        return self.cls(**values, origin=Origin(node))  # type: ignore[call-arg]

    @staticmethod
    def _report_missing(entry: Entry, rules: KeyRules) -> None:
        if rules.node.complete and not rules.misspelt([entry.name]):
            rules.context.report(
                "spec/missing-key", f"`{entry.name}` is missing", head(rules.node), help=entry.advice()
            )

    @property
    def _choice(self) -> OneOf | None:
        return next((rule for rule in self.rules if isinstance(rule, OneOf)), None)

    def says(self) -> str:
        """Return which keys the mapping has to have."""
        if self._choice:
            return f"a mapping with one of {listed(self._choice.keys)}"
        required = listed(entry.name for entry in self.entries if entry.required)
        return f"a mapping with {required}" if required else "a mapping"

    def advice(self, node: Node) -> str:
        """Advise `{}` where nothing has to be said, and the key where only one has to."""
        required = [entry.name for entry in self.entries if entry.required]
        if json_type(node) == "null" and not required and not self._choice:
            return "write `{}` where there is nothing to say"
        if json_type(node) == "string" and len(required) == 1:
            return f"write `{{{required[0]}: ...}}`"
        return super().advice(node)


def summary(cls: type) -> str:
    """Return the first paragraph of the docstring on one line."""
    text = (cls.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(text.split())


@functools.cache
def kind_of(annotation: Any) -> Kind:
    """
    Return the kind that *annotation* stands for.

    Raises:
        TypeError: For an annotation that specs do not use.
    """
    marks: tuple[Any, ...] = ()
    if typing.get_origin(annotation) is Annotated:
        annotation, *rest = typing.get_args(annotation)
        marks = tuple(rest)
    for mark in marks:
        if isinstance(mark, Kind):
            return mark
    text = _mark(Text, marks)
    if text is not None or annotation is str:
        return TextKind(text)
    if annotation is bool:
        return BoolKind()
    if annotation in (int, float):
        return NumberKind(annotation is int, _mark(Range, marks) or Range())
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return ObjectKind(typing.cast("type[Written]", annotation))
    return _generic(annotation, marks)


def _generic(annotation: Any, marks: tuple[Any, ...]) -> Kind:
    not_empty = _mark(NotEmpty, marks) is not None
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return ChoiceKind(arguments)
    if origin is tuple:
        return ListKind(kind_of(arguments[0]), not_empty, _mark(Distinct, marks) is not None)
    if origin is AbstractMapping:
        keys = _mark(Keys, marks)
        return MapKind(keys.text if keys else None, kind_of(arguments[1]), not_empty)
    if origin in (typing.Union, types.UnionType):
        members = tuple(kind_of(argument) for argument in arguments if argument is not type(None))
        return members[0] if len(members) == 1 else UnionKind(members)
    raise TypeError(f"specs do not use {annotation!r}")


_Mark = typing.TypeVar("_Mark")


def _mark(cls: type[_Mark], marks: tuple[Any, ...]) -> _Mark | None:
    return next((mark for mark in marks if isinstance(mark, cls)), None)


def _entries(cls: type) -> Iterator[Entry]:
    hints = typing.get_type_hints(cls, include_extras=True)
    for item in dataclasses.fields(cls):
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
