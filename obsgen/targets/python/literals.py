"""Text and numbers as Python literals, in the spelling that formatters keep."""

from __future__ import annotations

import re
from decimal import Decimal

# Fixed ranges instead of `str.isprintable`, whose answer changes with the Unicode version of the interpreter.
_HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\xa0\xad"  # controls, no-break space, soft hyphen
    "\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"  # joiners, fillers, marks of direction
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164"  # spaces, separators, embeddings and isolates
    "\ud800-\uf8ff"  # lone surrogates, private use
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"  # variation selectors, byte order mark, specials
    "\U000e0000-\U0010ffff"  # tags, private use
    "]"
)
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_DIGITS_AT_MOST = 21


def text(value: str) -> str:
    """Return *value* as a literal in double quotes, in single ones where that saves escapes."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + _escaped(value).replace(quote, f"\\{quote}") + quote


def docstring(value: str) -> str:
    """Return *value* on one line as a docstring: no blanks around it, and no quote that could close it."""
    inside = _escaped(value.strip(" \t\n\r"))
    inside = re.sub(r'^"|"\Z|"(?=")', r"\"", inside)
    return f'"""{inside}"""'


def number(value: float) -> str:
    """Return *value*, which is finite, in digits where it is whole and not astronomic."""
    exact = Decimal(repr(value))
    if exact == exact.to_integral_value() and exact.adjusted() < _DIGITS_AT_MOST:
        return str(int(exact))
    return repr(float(value)).replace("e+", "e")


def _escaped(value: str) -> str:
    return _HIDDEN.sub(_escape, value.replace("\\", "\\\\"))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
