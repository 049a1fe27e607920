"""
The syntax tree of an Alloy configuration: what a file can say, without positions and layout.

Constructors refuse what the language has no text for, so that every tree can be printed and parsed back to an equal one.
Such a refusal is a ValueError: catalog text is mapped with `label_for`, or checked, before it gets here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 3),
    "+": 4,
    "-": 4,
    **dict.fromkeys(("*", "/", "%"), 5),
    "^": 6,
}
"""Binary operators and how tightly they bind; `^` groups to the right, all others to the left."""

UNARY_OPERATORS = ("!", "-")
KEYWORDS = ("true", "false", "null")

_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# Alloy refuses NUL and a byte order mark anywhere in a file; a lone surrogate cannot be written as UTF-8.
_UNWRITABLE = re.compile("[\0\ufeff\ud800-\udfff]")
# `alloy fmt` turns tabs inside a raw string into spaces and cuts spaces off the ends of its lines; Alloy drops \r.
_CHANGED_IN_RAW = re.compile("[`\t\v\f\r]| \n")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def is_identifier(text: str) -> bool:
    """Say whether *text* may stand as a name: letters, digits and `_`, no digit first, and no keyword."""
    return (
        text != ""
        and text not in KEYWORDS
        and not text[0].isdecimal()
        and all(c == "_" or c.isalpha() or c.isdecimal() for c in text)
    )


def is_key(text: str) -> bool:
    """
    Say whether *text* may be a key of an object.

    Alloy takes the characters between the quotes of a key literally, without escapes, while `alloy fmt` escapes them
    once more. So only keys that need no escape mean the same before and after formatting.
    """
    return text != "" and text.isprintable() and '"' not in text and "\\" not in text


def is_raw(text: str) -> bool:
    """Say whether *text* survives in backticks: in the language itself and through `alloy fmt`."""
    return not _UNWRITABLE.search(text) and not _CHANGED_IN_RAW.search(text)


def label_for(name: str) -> str:
    """
    Return the block label that stands for a catalog name: ASCII letters, digits and `_`, no digit first.

    Different names can give the same label (`a-b` and `a.b`); whoever labels several blocks looks for clashes.

    Raises:
        ValueError: If *name* is empty.
    """
    if not name:
        raise ValueError("an empty name has no label")
    label = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if label[0].isdigit():
        label = f"_{label}"
    return f"{label}_" if label in KEYWORDS else label


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _demand_identifiers(path: str, what: str) -> None:
    _demand(all(map(is_identifier, path.split("."))), f"{path!r} is no {what}")


@dataclass(frozen=True, slots=True)
class String:
    """
    Text between double quotes.

    Attributes:
        value: What it means, before escaping. Anything but a lone surrogate, which has no UTF-8.
    """

    value: str

    def __post_init__(self) -> None:
        _demand(not re.search("[\ud800-\udfff]", self.value), f"{self.value!r} has a lone surrogate")


@dataclass(frozen=True, slots=True)
class RawString:
    """
    Text between backticks, where a backslash is a backslash; best for regular expressions and OTTL.

    Attributes:
        value: Text that satisfies `is_raw`; other text needs a `String`.
    """

    value: str

    def __post_init__(self) -> None:
        _demand(is_raw(self.value), f"{self.value!r} cannot stand in backticks")


@dataclass(frozen=True, slots=True)
class Number:
    """
    A number that is not negative, as it is spelt: `15`, `0.5`, `1e6`. `literal` makes one from a Python number.

    Attributes:
        text: Decimal digits with an optional fraction and exponent.
    """

    text: str

    def __post_init__(self) -> None:
        _demand(_NUMBER.fullmatch(self.text) is not None, f"{self.text!r} is no number")


@dataclass(frozen=True, slots=True)
class Bool:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Null:
    """`null`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """
    A name or a path of names, such as `prometheus.remote_write.grafana_cloud.receiver`.

    Attributes:
        path: Identifiers joined by dots.
    """

    path: str

    def __post_init__(self) -> None:
        _demand_identifiers(self.path, "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """
    A member of something that is not itself a reference: the `.name` of `f(x).name`.

    Attributes:
        base: What has the member. A path of names is one `Reference` instead.
        name: An identifier.
    """

    base: Expression
    name: str

    def __post_init__(self) -> None:
        _demand(not isinstance(self.base, Reference), f"{self.name!r} belongs into the path of the reference")
        _demand_operand(self.base)
        _demand(is_identifier(self.name), f"{self.name!r} is no member name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The element `base[index]`."""

    base: Expression
    index: Expression

    def __post_init__(self) -> None:
        _demand_operand(self.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    A function call; `call` makes the usual one.

    Attributes:
        function: Nearly always a `Reference` such as `sys.env`.
        args: What stands in the parentheses.
    """

    function: Expression
    args: tuple[Expression, ...] = ()

    def __post_init__(self) -> None:
        _demand_operand(self.function)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary:
    """
    A sign or a negation.

    Attributes:
        operator: One of `UNARY_OPERATORS`.
        operand: What follows; a `Binary` has to be put into a `Paren`.
    """

    operator: str
    operand: Expression

    def __post_init__(self) -> None:
        _demand(self.operator in UNARY_OPERATORS, f"{self.operator!r} is no unary operator")
        _demand(not isinstance(self.operand, Binary), f"the operand of {self.operator!r} needs parentheses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """
    Two operands and an operator between them.

    Attributes:
        left: Has to be put into a `Paren` where the text would group otherwise.
        operator: One of `PRECEDENCE`.
        right: Likewise.
    """

    left: Expression
    operator: str
    right: Expression

    def __post_init__(self) -> None:
        _demand(self.operator in PRECEDENCE, f"{self.operator!r} is no binary operator")
        own = PRECEDENCE[self.operator]
        groups_right = self.operator == "^"
        _demand(_binds(self.left) >= own + groups_right, f"the left of {self.operator!r} needs parentheses")
        _demand(_binds(self.right) > own - groups_right, f"the right of {self.operator!r} needs parentheses")


@dataclass(frozen=True, slots=True)
class Paren:
    """An expression in parentheses; they stay as written."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Array:
    """A list of values."""

    elements: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """
    One entry of an object.

    Attributes:
        key: Text that satisfies `is_key`; the printer leaves out its quotes where it is an identifier.
        value: Any expression.
    """

    key: str
    value: Expression

    def __post_init__(self) -> None:
        _demand(is_key(self.key), f"{self.key!r} cannot be an object key")


@dataclass(frozen=True, slots=True)
class Object:
    """Entries in the order given; the language lets a key repeat, and the last one counts."""

    fields: tuple[Field, ...] = ()


Expression = (
    String
    | RawString
    | Number
    | Bool
    | Null
    | Reference
    | Access
    | Index
    | Call
    | Unary
    | Binary
    | Paren
    | Array
    | Object
)


@dataclass(frozen=True, slots=True)
class Comment:
    """
    Lines of comment on their own, between statements or at the top of a file.

    Attributes:
        text: Without the slashes, lines separated by a newline; no other control characters.
    """

    text: str

    def __post_init__(self) -> None:
        _demand(not _CONTROL.search(self.text), f"{self.text!r} has control characters")
        _demand(not _UNWRITABLE.search(self.text), f"{self.text!r} cannot be written")


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    An assignment.

    Attributes:
        name: An identifier.
        value: Any expression.
    """

    name: str
    value: Expression

    def __post_init__(self) -> None:
        _demand(is_identifier(self.name), f"{self.name!r} is no attribute name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """
    A component, or a part of one.

    Attributes:
        name: Identifiers joined by dots, such as `prometheus.scrape` or `rule`.
        label: An identifier (see `label_for`), or None.
        body: What stands between the braces.
    """

    name: str
    label: str | None = None
    body: tuple[Statement, ...] = ()

    def __post_init__(self) -> None:
        _demand_identifiers(self.name, "block name")
        _demand(self.label is None or is_identifier(self.label), f"{self.label!r} is no block label")


Statement = Attribute | Block | Comment


@dataclass(frozen=True, slots=True)
class File:
    """A whole configuration; a `Comment` as its first statement is the banner."""

    body: tuple[Statement, ...] = ()


def call(function: str, *args: Expression) -> Call:
    """Return a call of a function by its dotted name: `call("sys.env", String("TOKEN"))`."""
    return Call(function=Reference(function), args=args)


def literal(value: str | float | bool | None) -> Expression:
    """
    Return the expression for a plain Python value.

    Raises:
        ValueError: If *value* is infinite or not a number: Alloy cannot spell those.
    """
    if value is None:
        return Null()
    if isinstance(value, bool):
        return Bool(value)
    if isinstance(value, str):
        return String(value)
    _demand(math.isfinite(value), f"{value!r} cannot be written in Alloy")
    number = Number(repr(abs(value)))
    return number if math.copysign(1, value) > 0 else Unary(operator="-", operand=number)


def children(node: File | Statement | Expression) -> tuple[Statement | Expression, ...]:
    """Return what stands directly inside a node, in the order of the text."""
    match node:
        case File(body=inner) | Block(body=inner) | Array(elements=inner):
            return inner
        case Object(fields=fields):
            return tuple(field.value for field in fields)
        case Call(function=function, args=args):
            return (function, *args)
        case Attribute(value=inner) | Access(base=inner) | Unary(operand=inner) | Paren(inner=inner):
            return (inner,)
        case Index(base=left, index=right) | Binary(left=left, right=right):
            return (left, right)
        case _:
            return ()


def walk(node: File | Statement | Expression) -> Iterator[File | Statement | Expression]:
    """Yield a node and everything inside it, in the order of the text; safe at any depth."""
    waiting: list[File | Statement | Expression] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def _binds(operand: Expression) -> int:
    return PRECEDENCE[operand.operator] if isinstance(operand, Binary) else len(PRECEDENCE)


def _demand_operand(base: Expression) -> None:
    _demand(not isinstance(base, Unary | Binary), "an operator in front of `.`, `[` or `(` needs parentheses")
