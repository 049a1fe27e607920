"""A word outside of braces and windows, and what is around it."""

from __future__ import annotations

from typing import NamedTuple

from obsgen.promql.scan import KEYWORDS
from obsgen.promql.slips.vocabulary import GROUPINGS, Slip
from obsgen.promql.tokens import Token


def word_at(found: tuple[Token, ...], at: int) -> str:
    """Return the word at *at* in lower case, empty where there is none and for texts."""
    return found[at].text.lower() if 0 <= at < len(found) and found[at].kind in ("name", "sign", "unknown") else ""


class Place(NamedTuple):
    """A word outside of braces and windows, with what is around it."""

    text: str
    found: tuple[Token, ...]
    openings: tuple[int | None, ...]
    at: int

    @property
    def here(self) -> Token:
        """The word."""
        return self.found[self.at]

    @property
    def following(self) -> Token | None:
        """The word behind it."""
        return self.found[self.at + 1] if self.at + 1 < len(self.found) else None

    def word(self, step: int = 0) -> str:
        """Return the word so many further on."""
        return word_at(self.found, self.at + step)

    def begin(self, at: int) -> int:
        """Return where the bracket that closes at *at* opens."""
        opening = self.openings[at]
        return at if opening is None else opening

    def grouped(self, at: int) -> str:
        """Return `by` where the bracket that closes at *at* holds the labels of `by`, and so on; empty otherwise."""
        if word_at(self.found, at) != ")":
            return ""
        word = word_at(self.found, self.begin(at) - 1)
        return word if word in GROUPINGS else ""

    def is_value(self, at: int) -> bool:
        """Return whether an expression may end with the word at *at*."""
        if not 0 <= at < len(self.found):
            return False
        token = self.found[at]
        if token.kind == "name":
            return token.text.lower() not in KEYWORDS
        if self.grouped(at):
            # Behind `sum (x) by (a)` the expression is over.
            return self.grouped(at) in ("by", "without") and word_at(self.found, self.begin(at) - 2) == ")"
        return token.kind in ("number", "string", "variable") or token.text in (")", "]", "}")

    def said(self, said: str, ahead: int = 0, back: int = 0) -> Slip:
        """Return the slip from *back* words before this one to *ahead* behind it."""
        return Slip(self.found[self.at - back].start, self.found[self.at + ahead].end, said)
