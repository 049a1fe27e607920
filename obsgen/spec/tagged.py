"""Kinds of mappings that are told apart by a key."""

from __future__ import annotations

import functools
from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Any

from obsgen.source.nodes import Mapping, Node, short
from obsgen.spec.containers import run_all
from obsgen.spec.fields import Origin
from obsgen.spec.kinds import Context, Json, Kind, Refused, did_you_mean, json_type
from obsgen.spec.objects import ObjectKind, summary
from obsgen.spec.rules import head, unknown_keys
from obsgen.words import listed, nearest


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
        meaning: What it is, for the schema.
        words: What it is, for messages: "a query such as `{rate: METRIC}`".
        text_advice: What to write for somebody who wrote a text instead.
        relatives: Kinds of mapping that stand elsewhere; their keys are out of place here, not misspelt.
    """

    name: str
    members: tuple[ObjectKind, ...]
    extra: ObjectKind | None = None
    alone: frozenset[str] = frozenset()
    build: Callable[[Any, Any, Origin], Any] | None = None
    meaning: str = ""
    words: str = ""
    text_advice: str = ""
    relatives: tuple[ObjectKind, ...] = ()
    accepts: frozenset[str] = frozenset({"object"})

    def _extra(self, member: ObjectKind) -> ObjectKind | None:
        return None if member.tag in self.alone else self.extra

    @functools.cached_property
    def tags(self) -> AbstractMapping[str, ObjectKind]:
        """Key -> the kind of mapping that it tells."""
        return {member.tag: member for member in self.members}

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Every key that may stand in a member or a relative."""
        kinds = (*self.members, *((self.extra,) if self.extra else ()), *self.relatives)
        return frozenset(name for kind in kinds for name in kind.names)

    def schema(self, definitions: dict[str, Json]) -> Json:
        """Return a reference to a definition with one dependent schema for each tag, so that faults keep their place."""
        if self.name not in definitions:
            definitions[self.name] = {}
            definitions[self.name] = {
                "description": self.meaning,
                "type": "object",
                "anyOf": [{"required": [tag]} for tag in self.tags],
                "dependentSchemas": {
                    tag: {"description": summary(member.cls), **member.body(definitions, self._extra(member))}
                    for tag, member in self.tags.items()
                },
            }
        return {"$ref": f"#/$defs/{self.name}"}

    def decode(self, node: Node, context: Context) -> Any:
        """Return the dataclass, or what `build` makes of it."""
        if not isinstance(node, Mapping):
            raise self.refuse(node, context)
        member = self._choose(node, context)
        extra = self._extra(member)
        known = (*member.names, *(extra.names if extra else ()))
        unknown = unknown_keys(node, known, context, elsewhere=self.names, what=member.tag)
        steps = [functools.partial(kind.build, node, context, unknown) for kind in (member, extra) if kind]
        value, *more = run_all(steps)
        return self.build(value, more[0] if more else None, Origin(node)) if self.build else value

    def _choose(self, node: Mapping, context: Context) -> ObjectKind:
        """Return the member that the tag in *node* tells; what else is wrong cannot be said without one."""
        present = [name for name in node.entries if name in self.tags]
        if len(present) == 1:
            return self.tags[present[0]]
        if len(present) > 1:
            context.report(
                "spec/too-many-keys",
                f"only one of {listed(present)} may stand here",
                node.key_span(present[1]),
                help="keep one of them",
            )
            raise Refused
        for name in node.entries:
            if name not in self.names and (guess := nearest(name, self.tags)):
                context.report(
                    "spec/unknown-key", f"unknown key `{short(name)}`", node.key_span(name), did_you_mean((guess,))
                )
                raise Refused
        advice = f"it begins with one of {listed(self.tags, 20)}"
        tags = {kind.tag for kind in self.relatives}
        for name in node.entries:
            if name in tags:
                message = f"`{name}` does not make {self.words}"
                context.report("spec/key-out-of-place", message, node.key_span(name), help=advice)
                raise Refused
        if node.complete:
            context.report("spec/missing-key", f"this is not {self.words}", head(node), help=advice)
        raise Refused

    def says(self) -> str:
        """Return what it is."""
        return self.words

    def advice(self, node: Node) -> str:
        """Return the advice for texts."""
        return self.text_advice if json_type(node) == "string" else super().advice(node)
