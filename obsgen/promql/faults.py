"""Why an expression does not parse, in our words and at the word at fault where that is known."""

from __future__ import annotations

import re

from obsgen.promql import messages
from obsgen.promql.errors import PromqlError
from obsgen.promql.slips import slip
from obsgen.promql.tokens import Token

#: Signs of other languages, and what PromQL has instead.
_INSTEAD = {
    "&": "write `and`",
    "|": "write `or`, or `|` inside of a regular expression",
    ".": "write `_`, which is what becomes of a dot in Prometheus",
    "?": "a condition is a comparison, such as `x > 5`",
    ";": "an expression has no sign at its end",
    "~": "a regular expression stands behind `=~` or `!~`, in braces",
    "\\": "a backslash stands in quotes only",
}
_QUOTES = "\"'`"
# What word processors and chats make of the signs that are typed.
_TYPED = {
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4\u2032", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u00d7": "*", "\u00f7": "/", "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "\u2248": "=~",
    "\uff08": "(", "\uff09": ")", "\uff0c": ",", "\uff1d": "=", "\u2026": "..", "\u02c6": "^",
}  # fmt: skip
# Blanks that Python takes for blanks, and PromQL does not; and signs that nobody sees.
_ODD_BLANK = re.compile("[^\\S \\t\\n\\r]|[\u200b-\u200f\u2060\ufeff\u00ad]")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def meaningless(token: Token, text: str, found: tuple[Token, ...]) -> PromqlError:
    """Return the error that *token* is no word of PromQL; *found* are all the words of *text*."""
    if _ODD_BLANK.match(token.text):
        return _odd_blank(token.text, token.start)
    if token.text in _TYPED:
        return PromqlError(f"`{token.text}` is written `{_TYPED[token.text]}`", token.start, token.end)
    seen = slip(text, found)
    if seen is not None and seen.start <= token.start and token.text not in _QUOTES:
        return PromqlError(seen.said, seen.start, seen.end)
    if token.text in _QUOTES:
        # Of a text whose quotes differ the rest of the line belongs to it.
        other = _QUOTES.replace(token.text, "").find(text[token.end :].rstrip(" })]0123456789<>=.,")[-1:] or " ")
        said = f"`{token.text}` is never closed" + (
            "; a text ends with the quote that it begins with" if other >= 0 else ""
        )
        return PromqlError(said, token.start, token.end)
    advice = _INSTEAD.get(token.text)
    said = f"`{token.text}` has no meaning here" + (f"; {advice}" if advice else "")
    return PromqlError(said, token.start, token.end)


def explain(message: str, text: str, found: tuple[Token, ...]) -> PromqlError:
    """Return the error that promql-parser's *message* about *text* means."""
    blank = _ODD_BLANK.search(text)
    # In a text it is right, and there is another reason.
    if blank and not any(token.kind == "string" and token.start <= blank.start() < token.end for token in found):
        return _odd_blank(blank[0], blank.start())
    if (unbalanced := _unbalanced(found)) is not None:
        return unbalanced
    seen = slip(text, found) or messages.translate(message, found)
    if seen is not None:
        return PromqlError(seen.said, seen.start, seen.end)
    return PromqlError(messages.plain(message), 0, len(text))


def _odd_blank(sign: str, start: int) -> PromqlError:
    said = f"here stands U+{ord(sign):04X}, which looks like a blank or like nothing; write a plain blank"
    return PromqlError(said, start, start + 1)


def _unbalanced(found: tuple[Token, ...]) -> PromqlError | None:
    """Return the error of a bracket without a partner, or None."""
    stack: list[Token] = []
    for token in found:
        if token.kind != "sign":
            continue
        if token.text in "([{":
            stack.append(token)
        elif token.text in _PAIRS:
            if not stack or (
                stack[-1].text != _PAIRS[token.text] and all(one.text != _PAIRS[token.text] for one in stack)
            ):
                return PromqlError(f"`{token.text}` closes nothing", token.start, token.end)
            if stack[-1].text != _PAIRS[token.text]:
                return _unclosed(stack[-1])
            stack.pop()
    return _unclosed(stack[-1]) if stack else None


def _unclosed(token: Token) -> PromqlError:
    return PromqlError(f"`{token.text}` is never closed", token.start, token.end)
