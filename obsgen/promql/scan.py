"""
What stands where in an expression, found by its words alone.

promql-parser's tree has no places; what is found here in the order of the text is handed out to that tree, node by node.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from obsgen.promql.tokens import Token, unquoted
from obsgen.promql.tree import Matcher, Selector, Word

AGGREGATORS = frozenset(
    {
        "sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk", "count_values", "quantile",
        "limitk", "limit_ratio",
    }
)  # fmt: skip
KEYWORDS = frozenset(
    {
        "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "and", "or", "unless", "atan2",
    }
)  # fmt: skip


#: Labels of `on (..)`, of `ignoring (..)` (None where it is not written), and of `group_left (..)` or `group_right (..)`.
Matching: TypeAlias = tuple[tuple[Word, ...] | None, tuple[Word, ...] | None, tuple[Word, ...]]


@dataclass
class Placed:
    """What stands in the text, in its order."""

    selectors: list[Selector] = field(default_factory=list)
    aggregations: list[tuple[Word, tuple[Word, ...] | None]] = field(default_factory=list)
    calls: list[Word] = field(default_factory=list)
    matchings: list[Matching] = field(default_factory=list)
    numbers: list[Word] = field(default_factory=list)
    ranges: list[Word] = field(default_factory=list)
    offsets: list[Word] = field(default_factory=list)


def scan(found: tuple[Token, ...]) -> Placed:
    """Return what *found* holds; the tokens of text that does not parse give something, too."""
    return _Scanner(found).scan()


class _Scanner:
    """Finds selectors, groupings and numbers by their words alone."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self.tokens = found
        self.at = 0
        self.placed = Placed()

    def scan(self) -> Placed:
        while self.at < len(self.tokens):
            self._one()
        return self.placed

    def _peek(self, ahead: int = 1) -> str:
        index = self.at + ahead
        return self.tokens[index].text if index < len(self.tokens) else ""

    def _one(self) -> None:
        token = self.tokens[self.at]
        if token.text == "{" and token.kind == "sign":
            self._selector(None)
        elif token.text == "[":
            self._range()
        elif token.text == "@" or (token.text.lower() == "offset" and self._peek() not in ("", "{", ")", ",")):
            self._skip_modifier(token.text)
        elif token.kind == "number":
            self.placed.numbers.append(_word(token))
            self.at += 1
        elif token.kind == "name":
            self._name(token)
        else:
            self.at += 1

    def _range(self) -> None:
        """Read `[..]`, the cursor on the opening bracket."""
        opening = self.tokens[self.at]
        while self.at < len(self.tokens) and self.tokens[self.at].text != "]":
            self.at += 1
        end = self.tokens[min(self.at, len(self.tokens) - 1)].start
        self.placed.ranges.append(Word("", opening.end, end))
        self.at += 1

    def _skip_modifier(self, word: str) -> None:
        self.at += 1
        while self._peek(0) in ("-", "+"):
            self.at += 1
        if word == "@" and self._peek(0).lower() in ("start", "end"):
            self.at += 3
            return
        if word != "@" and self.at < len(self.tokens):
            self.placed.offsets.append(_word(self.tokens[self.at]))
        self.at += 1

    def _name(self, token: Token) -> None:
        lower, after = token.text.lower(), self._peek()
        if lower in AGGREGATORS and after.lower() in ("(", "by", "without"):
            self._aggregation(token)
        elif lower in ("on", "ignoring") and after == "(":
            self._matching(lower)
        elif lower in ("group_left", "group_right"):
            self._group(after)
        elif lower in ("by", "without") and after == "(":
            self.at += 1
            self._labels()
        elif lower in ("inf", "nan") and after not in ("{", "("):
            self.placed.numbers.append(_word(token))
            self.at += 1
        elif lower in KEYWORDS:
            self.at += 1
        elif after == "(":
            self.placed.calls.append(_word(token))
            self.at += 1
        else:
            self._selector(token)

    def _labels(self) -> tuple[Word, ...]:
        """Read `( a, b )`, the cursor on the opening parenthesis."""
        labels, self.at = self._labels_at(self.at)
        return labels

    def _labels_at(self, position: int) -> tuple[tuple[Word, ...], int]:
        found = []
        while position < len(self.tokens) and self.tokens[position].text != ")":
            if self.tokens[position].kind in ("name", "variable"):
                found.append(_word(self.tokens[position]))
            position += 1
        return tuple(found), position + 1

    def _aggregation(self, token: Token) -> None:
        self.at += 1
        if self._peek(0).lower() in ("by", "without"):
            self.at += 1
            self.placed.aggregations.append((_word(token), self._labels()))
            return
        # `sum (..) by (x)`: the grouping stands behind the parenthesis that closes.
        behind = self._behind_parenthesis(self.at)
        grouping = None
        if behind + 1 < len(self.tokens) and self.tokens[behind].text.lower() in ("by", "without"):
            grouping, _ = self._labels_at(behind + 1)
        self.placed.aggregations.append((_word(token), grouping))

    def _behind_parenthesis(self, position: int) -> int:
        depth = 0
        while position < len(self.tokens):
            if self.tokens[position].kind == "sign":
                depth += (self.tokens[position].text == "(") - (self.tokens[position].text == ")")
            position += 1
            if depth == 0:
                break
        return position

    def _matching(self, word: str) -> None:
        self.at += 1
        labels = self._labels()
        pair = (labels, None) if word == "on" else (None, labels)
        self.placed.matchings.append((*pair, ()))

    def _group(self, after: str) -> None:
        self.at += 1
        labels = self._labels() if after == "(" else ()
        if self.placed.matchings:
            on, ignoring, _ = self.placed.matchings[-1]
            self.placed.matchings[-1] = (on, ignoring, labels)

    def _selector(self, token: Token | None) -> None:
        name = _word(token) if token else Word("", self.tokens[self.at].start, self.tokens[self.at].end)
        self.at += 1 if token else 0
        matchers: list[Matcher] = []
        if self._peek(0) == "{":
            self.at += 1
            while self.at < len(self.tokens) and self.tokens[self.at].text != "}":
                name = self._matcher(matchers, name)
            self.at += 1
        self.placed.selectors.append(Selector(name, tuple(matchers)))

    def _matcher(self, matchers: list[Matcher], name: Word) -> Word:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind != "name" or self._peek(0) not in ("=", "!=", "=~", "!~"):
            return name
        op = self._peek(0)
        self.at += 1
        value = self.tokens[self.at] if self.at < len(self.tokens) else token
        self.at += 1
        text, places = unquoted(value.text)
        word = Word(text, value.start + 1, value.end - 1)
        if token.text == "__name__" and op == "=" and not name.text:
            return word
        matchers.append(Matcher(_word(token), op, word, tuple(value.start + place for place in places)))
        return name


def _word(token: Token) -> Word:
    return Word(token.text, token.start, token.end)
