"""
Text to tokens, by the rules of Alloy's own scanner.

The one surprise is the end of a statement: a line break ends it after a value, a name or a closing bracket, also inside
brackets, and nowhere else. So `[1,` may be continued on the next line and `[1` may not.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

TERMINATOR = "end of line"
END = "end of file"
NAME = "name"
STRING = "string"
NUMBER = "number"
CONSTANT = "constant"

_BLANK = re.compile(r"[ \t\r]*")
_BLANK_OR_LINES = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[^\W\d]\w*")
_DIGITS = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d*)?", re.ASCII)
_OPERATOR = re.compile(r"\|\||&&|[!=<>]=|[!=<>+\-*/%^{}()\[\],.]")
_ESCAPE = re.compile(r'\\(?:[abfnrtv\\"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})')
_STRING_STOP = re.compile(r'["\\\n]')
_FORBIDDEN = re.compile("[\0\ufeff\ud800-\udfff]")
_SHORT_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34}
_ENDS_STATEMENT = frozenset({NAME, STRING, NUMBER, CONSTANT, "}", ")", "]"})


class AlloySyntaxError(Exception):
    """
    A text is no Alloy configuration.

    Attributes:
        message: What is wrong, one sentence without a full stop.
        line: Where, counted from 1.
        column: Where, in characters, counted from 1.
    """

    def __init__(self, message: str, line: int, column: int) -> None:
        """Keep the parts, and show them as `line:column: message`."""
        super().__init__(f"{line}:{column}: {message}")
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Token:
    """
    A word of the language.

    Attributes:
        kind: One of the constants above, or the operator or bracket itself.
        text: As written.
        offset: First character, counted from 0.
        line: Its line, counted from 1.
    """

    kind: str
    text: str
    offset: int
    line: int

    def __str__(self) -> str:
        return f"{self.kind} {self.text}" if self.kind in (NAME, NUMBER, CONSTANT) else self.kind


@dataclass(frozen=True, slots=True)
class Remark:
    """
    A comment in the text.

    Attributes:
        text: As written, slashes included.
        line: First line.
        end_line: Last line.
        before: Index of the token that it stands in front of.
    """

    text: str
    line: int
    end_line: int
    before: int


class Scanner:
    """The tokens and comments of one text; everything is read on construction."""

    def __init__(self, source: str) -> None:
        """
        Read *source* to its end.

        Raises:
            AlloySyntaxError: If something is no token.
        """
        self.source = source
        self.tokens: list[Token] = []
        self.remarks: list[Remark] = []
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", source))]
        self._offset = 1 if source.startswith("\ufeff") else 0
        forbidden = _FORBIDDEN.search(source, self._offset)
        if forbidden:
            raise self.error(f"the character U+{ord(forbidden[0]):04X} is not allowed", forbidden.start())
        while not (self.tokens and self.tokens[-1].kind == END):
            self._scan()

    def error(self, message: str, offset: int) -> AlloySyntaxError:
        """Return an error at a character of the text."""
        line = self.line_of(offset)
        return AlloySyntaxError(message, line, offset - self._line_starts[line - 1] + 1)

    def line_of(self, offset: int) -> int:
        """Return the line, counted from 1, that a character is in."""
        return bisect.bisect_right(self._line_starts, offset)

    def _add(self, kind: str, end: int) -> None:
        text = self.source[self._offset : end]
        self.tokens.append(Token(kind, text, self._offset, self.line_of(self._offset)))
        self._offset = end

    def _skip(self, pattern: re.Pattern[str], offset: int) -> int:
        found = pattern.match(self.source, offset)
        return found.end() if found else offset

    def _scan(self) -> None:
        last = self.tokens[-1] if self.tokens else None
        # Behind a comment in the middle of a line no statement ends; asking again at each of many would take for ever.
        behind_remark = self.remarks and self.remarks[-1].before == len(self.tokens)
        may_end = last is not None and last.kind in _ENDS_STATEMENT and not behind_remark
        self._offset = start = self._skip(_BLANK if may_end else _BLANK_OR_LINES, self._offset)
        character = self.source[start : start + 1]
        if may_end and (character in ("", "\n") or self._is_remark_to_line_end(start)):
            self._add(TERMINATOR, start)
        elif not character:
            self._add(END, start)
        elif self.source.startswith(("//", "/*"), start):
            self._remark(start)
        elif character == '"':
            self._add(STRING, self._string_end(start))
        elif character == "`":
            self._add(STRING, self._raw_string_end(start))
        else:
            self._simple(start)

    def _simple(self, start: int) -> None:
        if digits := _DIGITS.match(self.source, start):
            if digits[0][-1] in "eE+-":
                raise self.error("the exponent has no digits", start)
            self._add(NUMBER, digits.end())
        elif _is_letter(self.source[start]):
            self._add(NAME, self._word_end(start))
            if self.tokens[-1].text in ("true", "false", "null"):
                word = self.tokens.pop()
                self.tokens.append(Token(CONSTANT, word.text, word.offset, word.line))
        elif operator := _OPERATOR.match(self.source, start):
            self._add(operator[0], operator.end())
        else:
            raise self.error(f"unexpected character {self.source[start]!r}", start)

    def _word_end(self, start: int) -> int:
        # `\w` also matches digits that are none in Alloy, such as `²`; they end the word.
        word = _WORD.match(self.source, start)
        end = word.end() if word else start + 1
        if self.source[start:end].isascii():
            return end
        return next((i for i in range(start, end) if not _is_letter_or_digit(self.source[i])), end)

    def _string_end(self, start: int) -> int:
        offset = start + 1
        while stop := _STRING_STOP.search(self.source, offset):
            if stop[0] == '"':
                return stop.end()
            if stop[0] == "\n":
                break
            offset = self._escape_end(stop.start())
        raise self.error("the string is not closed on its line", start)

    def _escape_end(self, start: int) -> int:
        escape = _ESCAPE.match(self.source, start)
        if not escape:
            raise self.error(f"{self.source[start : start + 2]!r} is no escape sequence", start)
        code = _code(escape[0])
        if code > 0x10FFFF or 0xD800 <= code < 0xE000 or (escape[0][1] in "01234567" and code > 0xFF):
            raise self.error(f"{escape[0]} is no character", start)
        return escape.end()

    def _raw_string_end(self, start: int) -> int:
        end = self.source.find("`", start + 1)
        if end < 0:
            raise self.error("the raw string is not closed", start)
        return end + 1

    def _remark(self, start: int) -> None:
        if self.source[start + 1] == "/":
            end = self.source.find("\n", start)
            end = len(self.source) if end < 0 else end
        else:
            end = self.source.find("*/", start + 2) + 2
            if end < 2:
                raise self.error("the comment is not closed", start)
        lines = self.line_of(start), self.line_of(end - 1)
        self.remarks.append(Remark(self.source[start:end], *lines, before=len(self.tokens)))
        self._offset = end

    def _is_remark_to_line_end(self, start: int) -> bool:
        """Say whether nothing but comments follows on the line, the last of which may go on below."""
        while self.source.startswith("/*", start):
            end = self.source.find("*/", start + 2)
            if end < 0 or "\n" in self.source[start:end]:
                return True
            start = self._skip(_BLANK, end + 2)
            if self.source[start : start + 1] in ("", "\n"):
                return True
        return self.source.startswith("//", start)


def meaning(text: str) -> str:
    r"""
    Return what a string token means.

    Bytes from `\x` and octal escapes that are no UTF-8 become U+FFFD, one for each byte.
    """
    if text[0] == "`":
        return text[1:-1].replace("\r", "")
    if "\\" not in text:
        return text[1:-1]
    encoded = b"".join(_encoded(part) for part in re.split(f"({_ESCAPE.pattern})", text[1:-1]))
    return re.sub("[\ud800-\udfff]", "\ufffd", encoded.decode("utf-8", "surrogateescape"))


def _encoded(part: str) -> bytes:
    if not part.startswith("\\"):
        return part.encode()
    code = _code(part)
    return bytes([code]) if part[1] in "x01234567" else chr(code).encode()


def _code(escape: str) -> int:
    kind = escape[1]
    if kind in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[kind]
    return int(escape.lstrip("\\xuU"), 16 if kind in "xuU" else 8)


def _is_letter(character: str) -> bool:
    return character == "_" or character.isalpha()


def _is_letter_or_digit(character: str) -> bool:
    return _is_letter(character) or character.isdecimal()
