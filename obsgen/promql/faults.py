"""Why an expression does not parse, in our words and at the word at fault where that is known."""

from __future__ import annotations

import itertools
import re

from obsgen.promql.tokens import Token, unquoted

#: Operators that stand between two expressions; words of the language count in any case.
OPERATORS = frozenset({"+", "-", "*", "/", "%", "^", ">", "<", ">=", "<=", "==", "!=", "and", "or", "unless", "atan2"})


class PromqlError(ValueError):
    """
    An expression that does not parse.

    Attributes:
        start, end: The part at fault, as offsets; the whole text where nothing better is known.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


def explain(message: str, text: str, found: tuple[Token, ...]) -> PromqlError:
    """Return the error that promql-parser's *message* about *text* means."""
    stack: list[Token] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for token in found:
        if token.kind != "sign":
            continue
        if token.text in "([{":
            stack.append(token)
        elif token.text in pairs:
            if not stack or stack[-1].text != pairs[token.text]:
                return PromqlError(f"`{token.text}` closes nothing", token.start, token.end)
            stack.pop()
    if stack:
        return PromqlError(f"`{stack[-1].text}` is never closed", stack[-1].start, stack[-1].end)
    if found[-1].text.lower() in OPERATORS:
        return PromqlError(f"nothing stands behind `{found[-1].text}`", found[-1].start, found[-1].end)
    return (
        _shaped(message, text, found)
        or _named(message, found)
        or PromqlError(" ".join(_ADVICE.get(message, message).split()), 0, len(text))
    )


_GENERIC = "invalid promql query"
#: What the parser behind us says where it knows no better, and what we say then.
_ADVICE = {
    "": "it cannot be read",
    _GENERIC: "look for a missing operator, comma or quote",
    "comparisons between scalars must use BOOL modifier": "two numbers are compared, which needs `bool`",
}
#: Signs of other languages, and what PromQL has instead.
_INSTEAD = {
    "&": "write `and`",
    "|": "write `or`, or `|` inside of a regular expression",
    ".": "write `_`, which is what becomes of a dot in Prometheus",
    "?": "a condition is a comparison, such as `x > 5`",
}
_GROUPINGS = frozenset({"by", "without", "on", "ignoring"})
_SUBQUERY = "ranges only allowed for vector selectors"
_NUMBER = re.compile(r"bad number or duration syntax: (.+)\Z", re.DOTALL)
_WORD = re.compile(r"[0-9A-Za-z_.]+")
_SCALAR = re.compile(r"expected type vector in call to function '(\w+)', got scalar\Z")
_UNKNOWN = re.compile(r"unknown function with name '(\w+)'\Z")
_NO_WINDOW = re.compile(r"expected type matrix in call to function '(\w+)', got vector\Z")
_PATTERN = re.compile(r"illegal regex for (.*)\Z", re.DOTALL)
_QUOTED = re.compile(r"'([^']+)'")


def meaningless(token: Token) -> PromqlError:
    """Return the error that *token* is no word of PromQL."""
    advice = _INSTEAD.get(token.text)
    said = f"`{token.text}` has no meaning here" + (f"; {advice}" if advice else "")
    return PromqlError(said, token.start, token.end)


def _shaped(message: str, text: str, found: tuple[Token, ...]) -> PromqlError | None:
    """Return the error of a habit from another language or of a slip that many make, or None."""
    if match := _NUMBER.match(message):
        # The parser stops inside of the word.
        word = next((one for one in _WORD.finditer(text) if one[0].startswith(match[1])), None)
        return PromqlError(f"`{word[0]}` is no number and no time", word.start(), word.end()) if word else None
    for one, other in itertools.pairwise(found) if message in (_GENERIC, _SUBQUERY) else ():
        together = one.end == other.start
        if together and one.text == "=" and other.text in ("<", ">"):
            return PromqlError(f"`={other.text}` is written `{other.text}=`", one.start, other.end)
        if one.kind == "name" and one.text.lower() in _GROUPINGS and other.kind in ("name", "variable"):
            said = f"the labels of `{one.text}` stand in parentheses, such as `{one.text} ({other.text})`"
            return PromqlError(said, one.start, other.end)
        if message == _SUBQUERY and (one.text, other.text) == (")", "["):
            return PromqlError("behind `)` a range needs a colon, such as `[1h:]`", other.start, other.end)
    return None


def _named(message: str, found: tuple[Token, ...]) -> PromqlError | None:
    """Return the error at the word that *message* names, or None."""
    if match := _UNKNOWN.match(message):
        return _at(match[1], f"there is no function `{match[1]}`", found)
    if match := _NO_WINDOW.match(message):
        return _at(match[1], f"`{match[1]}` needs a window, such as `[5m]` behind the selector", found)
    if match := _SCALAR.match(message):
        return _at(match[1], f"`{match[1]}` is given a number; put `vector(..)` around it", found)
    if match := _PATTERN.match(message):
        token = next((one for one in found if one.kind == "string" and unquoted(one.text)[0] == match[1]), None)
        return PromqlError(f"`{match[1]}` is no regular expression", token.start + 1, token.end - 1) if token else None
    words = _QUOTED.findall(message)
    return next((problem for word in words if (problem := _at(word, message, found))), None)


def _at(word: str, message: str, found: tuple[Token, ...]) -> PromqlError | None:
    token = next((one for one in found if one.text == word), None)
    return PromqlError(message, token.start, token.end) if token else None
