"""
The words of a PromQL text with their places.

promql-parser builds the tree and judges the syntax, but knows no places; these tokens supply them.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    """
    One word.

    Attributes:
        kind: `name`, `number` (durations too), `string`, `variable` or `sign`.
        text: As written.
        start, end: Offsets, end exclusive.
    """

    kind: str
    text: str
    start: int
    end: int


SETS = frozenset({"and", "or", "unless"})
COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
#: Operators that stand between two expressions; words of the language count in any case.
OPERATORS = SETS | COMPARISONS | {"+", "-", "*", "/", "%", "^", "atan2"}

_TOKEN = re.compile(
    r"""
    (?:\s+|\#[^\n]*)*+                         # blanks and comments, never given back
    (?:
      (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    | (?P<variable>\$\{[^}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\[\[[A-Za-z_][A-Za-z0-9_:]*\]\])
    | (?P<number>0x[0-9a-fA-F]+|(?:[0-9]+(?:ms|[smhdwy]))+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?::+[A-Za-z_0-9]+)*:*|:[A-Za-z_][A-Za-z0-9_:]*)
    | (?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^<>=!{}()\[\],:@])
    | (?P<unknown>.)
    | \Z                                       # or the search would go on inside of the last comment
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of *text*; blanks and comments are left out, nothing is refused."""
    found = []
    for match in _TOKEN.finditer(text):
        if kind := match.lastgroup:
            start, end = match.span(kind)
            found.append(Token(kind, text[start:end], start, end))
    return tuple(found)


_VARIABLE = re.compile(r"\$\{[^}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\[\[[A-Za-z_][A-Za-z0-9_:]*\]\]")


def has_variable(text: str) -> bool:
    """Return whether Grafana would replace a part of *text*, the content of a string included."""
    return _VARIABLE.search(text) is not None


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", '"': '"', "'": "'"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)


def unquote(text: str) -> str:
    """Return the value of a string token."""
    return unquoted(text)[0]


def unquoted(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the value of a string token and, for each character of it and for its end, the offset in *text*."""
    last = len(text) - 1
    if text[:1] == "`" or "\\" not in text:
        return text[1:-1], tuple(range(1, last + 1))
    value: list[str] = []
    places: list[int] = []
    position = 1
    while position < last:
        match = _ESCAPE.match(text, position, last)
        value.append(_character(match) if match else text[position])
        places.append(position)
        position = match.end() if match else position + 1
    return "".join(value), (*places, last)


def _character(match: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if match[group]:
            code = int(match[group], base)
            return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
    return _ESCAPES.get(match[5], match[5])


def quote(text: str) -> str:
    """Return *text* as a PromQL string."""
    out = []
    for char in text:
        if char in ('"', "\\"):
            out.append("\\" + char)
        elif char == "\n":
            out.append("\\n")
        elif char == "\t":
            out.append("\\t")
        elif ord(char) < 0x20 or ord(char) == 0x7F:
            out.append(f"\\x{ord(char):02x}")
        elif 0xD800 <= ord(char) <= 0xDFFF:
            out.append("\ufffd")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'
