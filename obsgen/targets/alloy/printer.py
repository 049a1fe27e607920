r"""
Trees to text, in the form that `alloy fmt` leaves unchanged.

`alloy fmt` keeps the line breaks it finds and decides only indentation, blank lines and the columns of `=`.
So the line breaks are chosen here, and the columns are computed by its rule, which is that of elastic tab stops:
neighbouring lines that have a cell in the same column share the width of that column, and a statement or value that
covers several lines ends the neighbourhood.

Inside this module `\v` ends a cell, `\n` ends a line, and `\f` ends a line and the neighbourhood.
No text from a tree can hold them: quoted strings escape them, everything else refuses them.
"""

from __future__ import annotations

import itertools
import re

from obsgen.targets.alloy.syntax import (
    Access,
    Array,
    Attribute,
    Binary,
    Block,
    Bool,
    Call,
    Comment,
    Expression,
    Field,
    File,
    Index,
    Null,
    Number,
    Object,
    Paren,
    RawString,
    Reference,
    Statement,
    String,
    Unary,
    is_identifier,
)

_WIDEST = 100
"""Most characters of an array or object of several parts on one line."""

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}

# A fixed list, because what Python calls printable grows with its Unicode tables and the same catalog shall give the
# same bytes: control characters, what a reader cannot see, and what reorders the text on the screen.
_ESCAPED = re.compile(
    '["\\\\\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]'
)


def print_file(file: File) -> str:
    """
    Return the text of a configuration in canonical form, ending in one newline.

    `alloy fmt` leaves it unchanged, and `parser.parse` gives back an equal tree.
    """
    return _aligned(_body(file.body, 0, banner=True)) or "\n"


def quoted(value: str) -> str:
    """Return a string between double quotes, escaped the way Go does it; every character keeps its meaning."""
    return f'"{_ESCAPED.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _aligned(marked: str) -> str:
    return "\n".join("\n".join(_columns(section.split("\n"))) for section in marked.split("\f"))


def _columns(lines: list[str]) -> list[str]:
    rows = [line.split("\v") for line in lines]
    for column in range(max(map(len, rows)) - 1):
        for has_cell, group in itertools.groupby(rows, key=lambda row: len(row) - 1 > column):
            if has_cell:
                neighbours = list(group)
                width = max(len(row[column]) for row in neighbours) + 1
                for row in neighbours:
                    row[column] = row[column].ljust(width)
    return ["".join(row) for row in rows]


def _body(body: tuple[Statement, ...], depth: int, *, banner: bool = False) -> str:
    parts: list[str] = []
    for position, statement in enumerate(body):
        if position and _apart(body[position - 1], statement, banner=banner and position == 1):
            parts.append("\f")
        text = _statement(statement, depth)
        parts.append(text + ("\f" if _has_lines(text) else "\n"))
    return "".join(parts)


def _apart(above: Statement, below: Statement, *, banner: bool) -> bool:
    """Say whether a blank line separates two statements: a comment clings to what follows it, unless it is a banner."""
    if isinstance(above, Comment):
        return banner or isinstance(below, Comment)
    return not (isinstance(above, Attribute) and isinstance(below, Attribute))


def _has_lines(text: str) -> bool:
    return "\n" in text or "\f" in text


def _statement(statement: Statement, depth: int) -> str:
    indent = "\t" * depth
    match statement:
        case Comment(text=text):
            return "\n".join(f"{indent}// {line}" if line else f"{indent}//" for line in text.split("\n"))
        case Attribute(name=name, value=value):
            return f"{indent}{name}\v= {_own_value(value, depth)}"
        case Block(name=name, label=label, body=body):
            head = f"{indent}{name} " if label is None else f'{indent}{name} "{label}" '
            return f"{head}{{\f{_body(body, depth + 1)}{indent}}}" if body else f"{head}{{ }}"


def _own_value(value: Expression, depth: int) -> str:
    """Return the right side of a `=` that has a line of its own: there an object takes one line for each entry."""
    if isinstance(value, Object) and value.fields:
        return _object(value.fields, depth, tall=True)
    return _expression(value, depth)


def _expression(value: Expression, depth: int) -> str:
    match value:
        case String(value=text):
            return quoted(text)
        case RawString(value=text):
            return f"`{text}`"
        case Number(text=text) | Reference(path=text):
            return text
        case Bool(value=truth):
            return "true" if truth else "false"
        case Null():
            return "null"
        case Array(elements=elements):
            return _array(elements, depth)
        case Object(fields=fields):
            return _object(fields, depth)
        case _:
            return _operation(value, depth)


def _operation(value: Access | Index | Call | Unary | Binary | Paren, depth: int) -> str:
    match value:
        case Access(base=base, name=name):
            # `1.name` would be read as the number `1.` and a name.
            gap = " " if isinstance(base, Number) and base.text.isdigit() else ""
            return f"{_expression(base, depth)}{gap}.{name}"
        case Index(base=base, index=index):
            return f"{_expression(base, depth)}[{_expression(index, depth)}]"
        case Call(function=function, args=args):
            return f"{_expression(function, depth)}({', '.join(_expression(arg, depth) for arg in args)})"
        case Unary(operator=operator, operand=operand):
            return f"{operator}{_expression(operand, depth)}"
        case Binary(left=left, operator=operator, right=right):
            return f"{_expression(left, depth)} {operator} {_expression(right, depth)}"
        case Paren(inner=inner):
            return f"({_expression(inner, depth)})"


def _array(elements: tuple[Expression, ...], depth: int) -> str:
    parts = [_expression(element, depth + 1) for element in elements]
    if _fit(parts) and not any(isinstance(element, Object) and element.fields for element in elements):
        return f"[{', '.join(parts)}]"
    indent = "\t" * depth
    return "[" + "".join(f"\f{indent}\t{part}," for part in parts) + f"\f{indent}]"


def _object(fields: tuple[Field, ...], depth: int, *, tall: bool = False) -> str:
    parts = [f"{_key(field.key)}\v= {_own_value(field.value, depth + 1)}" for field in fields]
    if not tall and _fit(parts):
        return f"{{{', '.join(parts)}}}"
    indent = "\t" * depth
    text, line_break = "{", "\f"
    for part in parts:
        text += f"{line_break}{indent}\t{part},"
        line_break = "\f" if _has_lines(part) else "\n"
    return f"{text}\f{indent}}}"


def _fit(parts: list[str]) -> bool:
    """Say whether the parts of an array or object may share a line; a single one may be as long as it likes."""
    return not any(map(_has_lines, parts)) and (len(parts) < 2 or sum(len(part) + 2 for part in parts) <= _WIDEST)


def _key(key: str) -> str:
    return key if is_identifier(key) else f'"{key}"'
