"""Rules between the keys of a mapping: as JSON Schema, and as what is reported where they are broken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from obsgen.diagnostics import Span
from obsgen.source.nodes import Mapping, Scalar, short
from obsgen.spec.fields import AtMostOneOf, Needs, OneOf, Rule
from obsgen.spec.kinds import Context, Json, did_you_mean
from obsgen.words import listed, nearest

_NONE: frozenset[str] = frozenset()


def rules_schema(rules: Iterable[Rule]) -> Json:
    """Return what *rules* add to the schema of an object that has not more than one `OneOf`."""
    schema: Json = {}
    dependent: dict[str, Json] = {}
    required: dict[str, list[str]] = {}
    for rule in rules:
        if isinstance(rule, OneOf):
            schema["oneOf"] = [{"required": [name]} for name in rule.keys]
        elif isinstance(rule, AtMostOneOf):
            for name in rule.keys:
                others = [{"required": [other]} for other in rule.keys if other != name]
                dependent[name] = {"not": {"anyOf": others}}
        elif len(rule.others) == 1:
            required[rule.key] = list(rule.others)
        else:
            dependent[rule.key] = {"anyOf": [{"required": [other]} for other in rule.others]}
    added = {"dependentRequired": required, "dependentSchemas": dependent}
    return {**schema, **{keyword: parts for keyword, parts in added.items() if parts}}


def head(node: Mapping) -> Span:
    """Return the first key of *node*, a better place for what is missing than the whole block."""
    return next((name.span for name, _ in node.entries.values()), node.span)


@dataclass
class KeyRules:
    """
    The rules of one mapping.

    Attributes:
        node: The mapping.
        unknown: Keys that have been reported already; a misspelt key is one finding, not two.
        context: Where findings go.
    """

    node: Mapping
    unknown: frozenset[str]
    context: Context

    def hold(self, rules: Sequence[Rule]) -> bool:
        """Return whether all *rules* hold, and report those that do not."""
        if not rules:
            return True
        choices = [rule for rule in rules if not isinstance(rule, Needs)]
        broken = {name for rule in choices if not self._choice_holds(rule) for name in rule.keys}
        needs = [rule for rule in rules if isinstance(rule, Needs)]
        # Where the choice itself is missing or doubled, what goes with it cannot be told.
        held = [self._need_holds(rule) for rule in needs if not broken.intersection(rule.others)]
        return not broken and all(held)

    def misspelt(self, names: Iterable[str]) -> bool:
        """Return whether an unknown key is probably one of *names*."""
        known = tuple(names)
        return any(nearest(name, known) for name in self.unknown)

    def _choice_holds(self, rule: OneOf | AtMostOneOf) -> bool:
        present = [name for name in self.node.entries if name in rule.keys]
        if len(present) > 1:
            self.context.report(
                "spec/too-many-keys",
                f"only one of {listed(present)} may stand here",
                self.node.key_span(present[1]),
                help="keep one of them",
            )
            return False
        if present or isinstance(rule, AtMostOneOf):
            return True
        # By custom the first key says the kind; one that is not known has been reported in its place.
        first = next(iter(self.node.entries), None)
        if self.node.complete and first not in self.unknown and not self.misspelt(rule.keys):
            words = " or ".join(f"`{name}`" for name in rule.keys)
            missing = words if len(rule.keys) == 2 else f"one of {listed(rule.keys, 20)}"
            self.context.report("spec/missing-key", f"{missing} is missing", head(self.node))
        return False

    def _need_holds(self, rule: Needs) -> bool:
        if rule.key not in self.node.entries or any(other in self.node.entries for other in rule.others):
            return True
        words = (
            f"one of {listed(rule.others)}"
            if len(rule.others) > 2
            else " or ".join(f"`{other}`" for other in rule.others)
        )
        self.context.report(
            "spec/key-out-of-place",
            f"`{rule.key}` goes with {words} only",
            self.node.key_span(rule.key),
            help="remove it",
        )
        return False


def _decimal(node: Mapping, name: str) -> str | None:
    """Return the number that a comma divides, behind which *name* is no key: the 5 of `{above: 2,5}`."""
    names = list(node.entries)
    place = names.index(name)
    before, here = (node.entries[names[at]][1] for at in (place - 1, place))
    if place == 0 or not isinstance(before, Scalar) or not isinstance(here, Scalar) or here.value is not None:
        return None
    return f"{before.text}.{name}" if before.text.isdecimal() and name[:1].isdecimal() else None


def unknown_keys(
    node: Mapping, known: Iterable[str], context: Context, *, elsewhere: frozenset[str], what: str
) -> frozenset[str]:
    """
    Report the keys of *node* that are not *known*, and return them.

    Args:
        node: The mapping.
        known: Keys that it may have.
        context: Where findings go.
        elsewhere: Keys that stand in related mappings, and are no misspelling.
        what: The key that decides which keys may stand here, or an empty text.
    """
    names = tuple(known)
    unknown = [name for name in node.entries if name not in names]
    if not unknown:
        return _NONE
    for name in unknown:
        if name in elsewhere:
            context.report(
                "spec/key-out-of-place",
                f"`{name}` does not go with `{what}`",
                node.key_span(name),
                help=f"with `{what}` go {listed((word for word in names if word != what), 20)}",
            )
            continue
        if (decimal := _decimal(node, name)) is not None:
            context.report(
                "spec/unknown-key",
                f"unknown key `{name}`",
                node.key_span(name),
                help=f"write `{decimal}`, with a point",
            )
            continue
        guess = nearest(name, [word for word in names if word not in node.entries])
        context.report(
            "spec/unknown-key",
            f"unknown key `{short(name)}`",
            node.key_span(name),
            did_you_mean((guess,) if guess else ()),
            help="" if guess else f"known here: {listed(names, 20)}",
        )
    return frozenset(unknown)
