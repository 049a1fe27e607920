"""What an unquoted word of YAML stands for, by the core schema of YAML 1.2."""

from __future__ import annotations

import re
from typing import TypeAlias

ScalarValue: TypeAlias = "bool | int | float | str | None"

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER_START = frozenset("+-.0123456789")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
# Longer ones are above the largest float, and Python takes quadratic time to read them.
_MOST_DIGITS, _MOST_OCTAL_DIGITS, _MOST_HEX_DIGITS = 308, 340, 255


class NotFiniteError(ValueError):
    """The word is a number that no catalog can hold; the message says why."""


def resolve(text: str) -> ScalarValue:
    """
    Return the value of the unquoted word *text*.

    `010` is a text here, although YAML 1.2 reads it as ten: older readers take it for eight, so what was typed is kept.

    Raises:
        NotFiniteError: For infinities, NaN and numbers above the largest float.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START or _LEADING_ZERO.match(text):
        return text
    if _NOT_FINITE.match(text):
        raise NotFiniteError("is not a number that a catalog can hold")
    if _INT.match(text):
        return int(_bounded(text, _MOST_DIGITS))
    if _OCTAL.match(text):
        return int(_bounded(text[2:], _MOST_OCTAL_DIGITS), 8)
    if _HEX.match(text):
        return int(_bounded(text[2:], _MOST_HEX_DIGITS), 16)
    if _FLOAT.match(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise NotFiniteError("is larger than any number that a computer holds")
        return number
    return text


def _bounded(digits: str, most: int) -> str:
    if len(digits.lstrip("+-0")) > most:
        raise NotFiniteError("is larger than any number that a computer holds")
    return digits
