"""
Kinds of values: each knows its JSON Schema and how to decode a node.

Both stand side by side, so that they can be compared by eye; a contract test compares them on real documents.
Here are the kinds of single values; `containers` holds lists and maps, `objects` what a dataclass describes.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence, short
from obsgen.spec.fields import Range, Text
from obsgen.words import nearest

Json: TypeAlias = dict[str, Any]

_SAYS_TRUE = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")


class Refused(Exception):  # noqa: N818 - carries nothing; the reasons are in the context
    """A node could not be decoded; its problems have been reported."""


@dataclass
class Context:
    """What decoding reports."""

    problems: list[Diagnostic] = field(default_factory=list)

    def report(self, code: str, message: str, span: Span, text: str = "", help: str = "") -> None:
        """Add an error at *span*."""
        self.problems.append(error(code, message, span, text, help=help))


def json_type(node: Node) -> str:
    """Return what JSON calls *node*: object, array, string, number, boolean or null."""
    if isinstance(node, Mapping):
        return "object"
    return "array" if isinstance(node, Sequence) else _json_type(node.value)


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string" if isinstance(value, str) else "null"


def describe(node: Node) -> str:
    """Return what *node* is, in words for a message."""
    if not isinstance(node, Scalar):
        return "a mapping" if isinstance(node, Mapping) else "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return f"`{node.text}`"
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

    def advice(self, node: Node) -> str:
        """Return what to write instead of *node*, which is of another type; empty where the message says it."""
        return "" if json_type(node) != "null" else "write it behind the colon, or leave the key out"

    def refuse(self, node: Node, context: Context) -> Refused:
        """Report that *node* is something else."""
        context.report(
            "spec/wrong-type", f"expected {self.says()}, found {describe(node)}", node.span, help=self.advice(node)
        )
        return Refused()


@dataclass(frozen=True)
class TextKind(Kind):
    """A text, of any content or of a certain look."""

    text: Text | None
    accepts: frozenset[str] = frozenset({"string"})

    def schema(self, definitions: dict[str, Json]) -> Json:  # noqa: ARG002 - a single value has no parts
        """Return a string, with the pattern anchored at both ends."""
        if self.text is None:
            return {"type": "string"}
        # Python's `$` also matches before a final newline, ECMAScript's does not; the look-ahead makes them agree.
        return {"type": "string", "pattern": f"^(?:{self.text.pattern})$(?!\\n)"}

    def decode(self, node: Node, context: Context) -> Any:
        """Return the text, or what it is parsed into."""
        if not (isinstance(node, Scalar) and isinstance(node.value, str)):
            raise self.refuse(node, context)
        if self.text is None:
            return node.value
        if not matches(self.text, node.value):
            report_bad_text("spec/bad-value", self.text, node, context)
            raise Refused
        return self.text.parse(node.value)

    def says(self) -> str:
        """Return what the text is."""
        return self.text.says if self.text else "a text"

    def advice(self, node: Node) -> str:
        """Advise quotes where the word would do as a text, or a spelling that does."""
        if not isinstance(node, Scalar) or node.value is None:
            return super().advice(node)
        if self.text is None or matches(self.text, node.text):
            return f'put quotes around it if the text is meant: "{short(node.text, 40)}"'
        return did_you_mean(meant(self.text, node.text))


def matches(text: Text, word: str) -> bool:
    """Return whether the whole of *word* looks as *text* says."""
    return _whole(text.pattern).match(word) is not None


@functools.cache
def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?:{pattern})\\Z")


def meant(text: Text, word: str) -> tuple[str, ...]:
    """Return spellings that *word* may be meant as, each of them valid."""
    return () if len(word) > 200 else tuple(guess for guess in text.meant(word) if matches(text, guess))


def did_you_mean(guesses: tuple[str, ...]) -> str:
    """Return the question after *guesses*, or an empty text where there are none."""
    return f"did you mean {' or '.join(f'`{guess}`' for guess in guesses)}?" if guesses else ""


def report_bad_text(code: str, text: Text, word: Scalar, context: Context) -> None:
    """Report that *word* does not look as *text* says."""
    question = did_you_mean(meant(text, word.text))
    what = f"`{short(word.text)}`" if word.text.strip() else "a blank text"
    context.report(code, f"{what} is not {text.says}", word.span, question, help="" if question else text.rule)


@dataclass(frozen=True)
class NumberKind(Kind):
    """A number within bounds; a whole one may be written `1.0`, as JSON Schema has it."""

    whole: bool
    bounds: Range
    accepts: frozenset[str] = frozenset({"number"})

    def schema(self, definitions: dict[str, Json]) -> Json:  # noqa: ARG002 - a single value has no parts
        """Return a number or integer with its bounds."""
        schema: Json = {"type": "integer" if self.whole else "number"}
        if self.bounds.low is not None:
            schema["minimum"] = self.bounds.low
        if self.bounds.high is not None:
            schema["maximum"] = self.bounds.high
        return schema

    def decode(self, node: Node, context: Context) -> Any:
        """Return an int or a float."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(node, context)
        low, high = self.bounds.low, self.bounds.high
        fits = (low is None or value >= low) and (high is None or value <= high)
        if not fits or (self.whole and value != int(value)):
            found = f"expected {self.says()}, found {describe(node)}"
            # Of a hundred where it is of one: the usual slip.
            percent = (low, high) == (0, 1) and 1 < value <= 100
            help = f"write `{value / 100:g}`" if percent else ""
            context.report("spec/bad-value", found, node.span, help=help)
            raise Refused
        return int(value) if self.whole else float(value)

    def says(self) -> str:
        """Return what the number is, with its bounds."""
        name = "a whole number" if self.whole else "a number"
        low, high = self.bounds.low, self.bounds.high
        if low is not None and high is not None:
            return f"{name} from {low} to {high}"
        if low is not None:
            return f"{name} of at least {low}"
        return name if high is None else f"{name} of at most {high}"

    def advice(self, node: Node) -> str:
        """Advise a bare number where it stands in quotes."""
        if isinstance(node, Scalar) and node.style in ("'", '"') and _NUMBER.match(node.text):
            return "take the quotes away"
        return super().advice(node)


@dataclass(frozen=True)
class BoolKind(Kind):
    """A truth value, spelled as YAML 1.2 spells it."""

    accepts: frozenset[str] = frozenset({"boolean"})

    def schema(self, definitions: dict[str, Json]) -> Json:  # noqa: ARG002 - a single value has no parts
        """Return a boolean."""
        return {"type": "boolean"}

    def decode(self, node: Node, context: Context) -> bool:
        """Return the truth value."""
        if not (isinstance(node, Scalar) and isinstance(node.value, bool)):
            raise self.refuse(node, context)
        return node.value

    def says(self) -> str:
        """Return both values."""
        return "`true` or `false`"

    def advice(self, node: Node) -> str:
        """Advise the word for `yes` and its like, which YAML 1.2 takes for text."""
        word = _SAYS_TRUE.get(node.text.lower()) if isinstance(node, Scalar) else None
        return f"write `{word}`" if word else super().advice(node)


@dataclass(frozen=True)
class ChoiceKind(Kind):
    """A word out of a list, or one fixed number or truth value."""

    choices: tuple[str | int | bool, ...]

    @property
    def accepts(self) -> frozenset[str]:  # type: ignore[override]
        """The JSON types of the choices."""
        return frozenset({_json_type(choice) for choice in self.choices})

    def schema(self, definitions: dict[str, Json]) -> Json:  # noqa: ARG002 - a single value has no parts
        """Return the choices."""
        return {"const": self.choices[0]} if len(self.choices) == 1 else {"enum": list(self.choices)}

    def decode(self, node: Node, context: Context) -> Any:
        """Return the choice that was made."""
        if not isinstance(node, Scalar) or json_type(node) not in self.accepts:
            raise self.refuse(node, context)
        for choice in self.choices:
            if json_type(node) == _json_type(choice) and choice == node.value:
                return choice
        guess = nearest(node.text, [choice for choice in self.choices if isinstance(choice, str)])
        context.report(
            "spec/bad-value",
            f"expected {self.says()}, found {describe(node)}",
            node.span,
            did_you_mean((guess,) if guess else ()),
            help=self.advice(node) if len(self.choices) == 1 else "",
        )
        raise Refused

    def says(self) -> str:
        """Return the choices."""
        words = [f"`{spelled(choice)}`" for choice in self.choices]
        return words[0] if len(words) == 1 else "one of " + ", ".join(words)

    def advice(self, node: Node) -> str:
        """Advise the only choice where there is one."""
        return f"write `{spelled(self.choices[0])}`" if len(self.choices) == 1 else super().advice(node)


def spelled(value: object) -> str:
    """Return *value* as it is written in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)
