"""
JSON text as a tree of nodes with places.

The standard library gives no places, so the text is scanned here: the nodes are those of YAML, so that everything which
points into a YAML file points into a JSON file as well, escapes of strings included.
"""

from __future__ import annotations

import math
import re
from typing import NoReturn

from obsgen.diagnostics import Diagnostic, Label, error, warning
from obsgen.foreign.embedded import Embedded
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence, short
from obsgen.source.scalars import ScalarValue
from obsgen.source.text import SourceText

MAX_DEPTH = 100

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})
# Longer ones are above the largest float, and Python takes quadratic time to read them.
_MOST_DIGITS = 308

_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?(?![0-9A-Za-z_.+-])")
_WORD = re.compile(r"[^\s\[\]{}:,\"]+")
_PLAIN = re.compile(r"[^\"\\\x00-\x1f\ud800-\udfff]*")
_ESCAPE = re.compile(r"\\(?:([\"\\/bfnrt])|u([0-9a-fA-F]{4}))")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
#: In place of half a character, which no file can hold.
_REPLACEMENT = "\ufffd"


class _GiveUp(Exception):  # noqa: N818 - a jump out of the reader, never seen outside
    """What follows cannot be read; the reason is among the problems."""


def parse(text: str, path: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """
    Return the tree of a JSON file and all that is wrong with it; never raises.

    Where a key stands twice the last value counts, as with most readers. The tree is None if the text is no JSON.
    """
    return _read(SourceText(path, text))


def parse_scalar(scalar: Scalar) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """
    Return the tree of the JSON text that *scalar* holds, with places in the file around it; never raises.

    Where the style of the scalar cannot be undone, everything stands at the whole scalar.
    """
    return _read(Embedded(scalar))


def _read(source: SourceText) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    reader = _Reader(source)
    try:
        root = reader.document()
    except _GiveUp:
        root = None
    return root, tuple(reader.problems)


class _Reader:
    """Takes the values of one text from left to right."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.text = source.text
        self.position = 0
        self.problems: list[Diagnostic] = []

    def document(self) -> Node:
        """Read the whole text."""
        if self.text.startswith("\ufeff"):
            self._report(
                "json/byte-order-mark",
                "the text begins with a byte order mark, which many readers refuse",
                0,
                1,
                help="save it without one",
            )
            self.position = 1
        self._blank()
        root = self._value(1)
        self._blank()
        if self.position < len(self.text):
            self._refuse_comment()
            self._fail("something stands behind the end of the value", help="a file holds one value")
        return root

    def _report(self, code: str, message: str, start: int, end: int, help: str = "") -> None:
        self.problems.append(error(code, message, self.source.span(start, end), help=help))

    def _fail(self, message: str, end: int | None = None, help: str = "") -> NoReturn:
        start = self.position
        if end is None:
            word = _WORD.match(self.text, start)
            end = word.end() if word else min(start + 1, len(self.text))
        self._report("json/syntax", message, start, end, help)
        raise _GiveUp

    def _blank(self) -> None:
        found = _BLANK.match(self.text, self.position)
        self.position = found.end() if found else self.position

    def _next(self) -> str:
        """Return the next character that is no blank, empty at the end."""
        self._blank()
        return self.text[self.position : self.position + 1]

    def _value(self, depth: int) -> Node:
        sign = self.text[self.position : self.position + 1]
        if sign == "{":
            return self._mapping(depth)
        if sign == "[":
            return self._sequence(depth)
        return self._string() if sign == '"' else self._plain()

    def _open(self, depth: int) -> int:
        start = self.position
        if depth > MAX_DEPTH:
            self._report("json/too-deep", f"nested more than {MAX_DEPTH} levels deep", start, start + 1)
            raise _GiveUp
        self.position += 1
        return start

    def _mapping(self, depth: int) -> Mapping:
        start = self._open(depth)
        entries: dict[str, tuple[Scalar, Node]] = {}
        following = self._next()
        while following != "}":
            if following != '"':
                self._no_key(following)
            key = self._string()
            if key.text in entries:
                self._twice(key, entries[key.text][0])
            if self._next() != ":":
                self._fail("here a `:` is missing", help='write `"KEY": VALUE`')
            self.position += 1
            self._blank()
            entries[key.text] = (key, self._value(depth + 1))
            following = self._separated("}", start)
        self.position += 1
        return Mapping(entries, start, self.position, self.source)

    def _sequence(self, depth: int) -> Sequence:
        start = self._open(depth)
        items: list[Node] = []
        following = self._next()
        while following != "]":
            items.append(self._value(depth + 1))
            following = self._separated("]", start)
        self.position += 1
        return Sequence(tuple(items), start, self.position, self.source)

    def _refuse_comment(self) -> None:
        if self.text.startswith(("//", "/*", "#"), self.position):
            self._fail("JSON has no comments", help="remove it")

    def _no_key(self, following: str) -> NoReturn:
        self._refuse_comment()
        if following == "":
            self._fail("the text ends here, inside of braces", help="close them")
        self._fail("here a key is missing", help="a key stands in double quotes")

    def _separated(self, closing: str, start: int) -> str:
        """Return what comes behind a value: the closing bracket, or the beginning of the next entry."""
        following = self._next()
        if following == closing:
            return following
        if following == "":
            opening = self.source.span(start, start + 1)
            place = self.source.span(self.position, self.position)
            message = f"the text ends here, a `{closing}` is missing"
            self.problems.append(error("json/syntax", message, place, also=(Label(opening, "it begins here"),)))
            raise _GiveUp
        if following != ",":
            self._refuse_comment()
            self._fail(f"here a `,` or `{closing}` is missing")
        comma = self.position
        self.position += 1
        following = self._next()
        if following == closing:
            self.position = comma
            self._fail(f"a comma stands before the `{closing}`", help="remove it")
        return following

    def _twice(self, key: Scalar, first: Scalar) -> None:
        self.problems.append(
            warning(
                "json/duplicate-key",
                f"`{short(key.text)}` stands here twice",
                key.span,
                "this one counts",
                also=(Label(first.span, "this one is ignored"),),
                help="remove one of them",
            )
        )

    def _plain(self) -> Scalar:
        start = self.position
        self._refuse_comment()
        found = _NUMBER.match(self.text, start)
        word = found or _WORD.match(self.text, start)
        text = word[0] if word else ""
        end = start + len(text)
        value: ScalarValue = 0
        if found:
            value = self._number(text, whole=not (found[1] or found[2]))
        elif text in _WORDS:
            value = _WORDS[text]
        elif text in _NOT_FINITE:
            self._report("json/not-finite", f"`{text}` is no number of JSON", start, end, help="write `null`")
        elif not text:
            self._fail(
                "here a value is missing" if start < len(self.text) else "the text ends where a value is missing"
            )
        else:
            self._fail(f"`{short(text)}` is no value of JSON", end, help="a text stands in double quotes")
        self.position = end
        return Scalar(value, text, "plain", start, end, self.source)

    def _number(self, text: str, *, whole: bool) -> ScalarValue:
        if whole and len(text.lstrip("-")) <= _MOST_DIGITS:
            return int(text)
        value = float(text)
        if whole or math.isinf(value):
            message = f"`{short(text)}` is larger than any number that a computer holds"
            self._report("json/not-finite", message, self.position, self.position + len(text))
            return 0
        return value

    def _string(self) -> Scalar:
        start = self.position
        parts: list[str] = []
        self.position += 1
        while True:
            plain = _PLAIN.match(self.text, self.position)
            if plain and plain[0]:
                parts.append(plain[0])
                self.position = plain.end()
            sign = self.text[self.position : self.position + 1]
            if sign == '"':
                break
            parts.append(self._special(sign, start))
        self.position += 1
        text = "".join(parts)
        end = self.position
        return Scalar(text, text, '"', start, end, self.source)

    def _special(self, sign: str, start: int) -> str:
        """Read what stands in a string and is no plain character."""
        if sign in ("", "\n", "\r"):
            self.position, end = start, self.position
            line = self.text.find("\n", start, end)
            self._fail(
                "this quote is not closed in its line", end if line < 0 else line, "a line break inside is `\\n`"
            )
        if sign == "\\":
            return self._escape()
        if sign < " ":
            name = "a tab" if sign == "\t" else f"the character U+{ord(sign):04X}"
            escape = "\\t" if sign == "\t" else f"\\u{ord(sign):04x}"
            self._report(
                "json/syntax", f"{name} inside of a string", self.position, self.position + 1, f"write `{escape}`"
            )
            raise _GiveUp
        self.position += 1
        return self._half(self.position - 1)

    def _escape(self) -> str:
        start = self.position
        found = _ESCAPE.match(self.text, start)
        if found is None:
            self._fail(
                f"`{self.text[start : start + 2]}` is no escape of JSON", start + 2, help="a backslash is `\\\\`"
            )
        self.position = found.end()
        if found[1]:
            return _ESCAPES.get(found[1], found[1])
        code = int(found[2], 16)
        if not 0xD800 <= code <= 0xDFFF:
            return chr(code)
        second = _ESCAPE.match(self.text, self.position)
        low = int(second[2], 16) if second is not None and second[2] else 0
        if code <= 0xDBFF and 0xDC00 <= low <= 0xDFFF and second is not None:
            self.position = second.end()
            return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00)
        return self._half(start)

    def _half(self, start: int) -> str:
        message = "this is half of a character, the other half is missing"
        self._report("json/half-character", message, start, self.position, help="write the character itself")
        return _REPLACEMENT
