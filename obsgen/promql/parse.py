"""PromQL text to a tree with places: promql-parser's tree, aligned with our tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import promql_parser as upstream

from obsgen.promql.tokens import Token, tokens, unquote
from obsgen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Matcher,
    Negation,
    Number,
    Selector,
    String,
    Tree,
    Window,
    Word,
)

# Deeper or longer than anything people write; the parser behind us recurses.
_MAX_LENGTH = 20_000
_MAX_DEPTH = 100
_MAX_SIGNS = 400

_AGGREGATORS = frozenset(
    "sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio".split()
)
_KEYWORDS = frozenset("by without on ignoring group_left group_right bool offset and or unless atan2".split())


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


class _Misplaced(Exception):  # noqa: N818 - never leaves this module
    """The tokens and the tree disagree about what stands where."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """
    An expression.

    Attributes:
        tree: What it says.
        variables: Offsets of dashboard variables outside strings; names that overlap one of them mean nothing.
    """

    tree: Tree
    variables: tuple[tuple[int, int], ...] = ()


def parse(text: str) -> Parsed:
    """Return the tree of *text*; raises `PromqlError`. Dashboard variables may stand where Grafana allows them."""
    found = tokens(text)
    _limits(text, found)
    variables = tuple((token.start, token.end) for token in found if token.kind == "variable")
    problem: PromqlError | None = None
    for spelling in (_as_name, _as_number) if variables else (_as_name,):
        plain = _without_variables(text, found, spelling)
        try:
            raw = upstream.parse(plain)
        except ValueError as refused:
            problem = problem or _explain(str(refused), plain, found)
            continue
        try:
            return Parsed(_Aligner(tokens(plain)).build(raw), variables)
        except (StopIteration, _Misplaced):
            raise PromqlError("a word of the language is used as a name, which cannot be told apart", 0, len(text)) from None
    raise problem or PromqlError("cannot be read", 0, len(text))


def _limits(text: str, found: tuple[Token, ...]) -> None:
    if not found:
        raise PromqlError("the expression is empty", 0, len(text))
    depth = 0
    for token in found:
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "sign" else 0
        if token.kind == "unknown":
            raise PromqlError(f"`{token.text}` has no meaning here", token.start, token.end)
        if depth > _MAX_DEPTH:
            raise PromqlError(f"nested more than {_MAX_DEPTH} levels deep", token.start, token.end)
    signs = sum(token.kind == "sign" or token.text in _KEYWORDS for token in found)
    if len(text) > _MAX_LENGTH or signs > _MAX_SIGNS * 10:
        raise PromqlError("the expression is too long to be read by anybody", 0, len(text))
    operators = sum(token.text in ("+", "-", "*", "/", "%", "^", "and", "or", "unless", "atan2") for token in found)
    if operators > _MAX_SIGNS:
        raise PromqlError(f"more than {_MAX_SIGNS} operators", 0, len(text))


def _as_name(token: Token) -> str:
    return "_" * len(token.text)


def _as_number(token: Token) -> str:
    return "1".ljust(len(token.text))


def _without_variables(text: str, found: tuple[Token, ...], spelling: Any) -> str:
    """Replace dashboard variables by words of the same length, so that offsets stay what they are."""
    out, position, brackets, previous = [], 0, 0, ""
    for token in found:
        if token.kind == "sign":
            brackets += (token.text == "[") - (token.text == "]")
        if token.kind == "variable":
            duration = brackets > 0 or previous == "offset"
            word = "1m".ljust(len(token.text)) if duration else spelling(token)
            out += [text[position : token.start], word]
            position = token.end
        previous = token.text
    return "".join([*out, text[position:]])


def _explain(message: str, text: str, found: tuple[Token, ...]) -> PromqlError:
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
    if found[-1].text in ("+", "-", "*", "/", "%", "^", ">", "<", ">=", "<=", "==", "!=", "and", "or", "unless"):
        return PromqlError(f"nothing stands behind `{found[-1].text}`", found[-1].start, found[-1].end)
    if match := re.search(r"unknown function(?: with name)?:? ?'?\"?([A-Za-z_]\w*)", message):
        for token in found:
            if token.text == match[1]:
                return PromqlError(f"there is no function `{match[1]}`", token.start, token.end)
    return PromqlError(message or "cannot be read", 0, len(text))


@dataclass
class _Placed:
    """What stands in the text, in its order."""

    selectors: list[Selector] = field(default_factory=list)
    aggregations: list[tuple[Word, tuple[Word, ...] | None]] = field(default_factory=list)
    calls: list[Word] = field(default_factory=list)
    matchings: list[tuple[tuple[Word, ...] | None, tuple[Word, ...] | None, tuple[Word, ...]]] = field(default_factory=list)
    numbers: list[Word] = field(default_factory=list)


class _Scanner:
    """Finds selectors, groupings and numbers by their words alone."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self.tokens = found
        self.at = 0
        self.placed = _Placed()

    def scan(self) -> _Placed:
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
            self._skip_to("]")
        elif token.text in ("offset", "@"):
            self._skip_modifier(token.text)
        elif token.kind == "number":
            self.placed.numbers.append(_word(token))
            self.at += 1
        elif token.kind == "name":
            self._name(token)
        else:
            self.at += 1

    def _skip_to(self, close: str) -> None:
        while self.at < len(self.tokens) and self.tokens[self.at].text != close:
            self.at += 1
        self.at += 1

    def _skip_modifier(self, word: str) -> None:
        self.at += 1
        while self._peek(0) in ("-", "+"):
            self.at += 1
        if word == "@" and self._peek(0) in ("start", "end"):
            self.at += 3
        else:
            self.at += 1

    def _name(self, token: Token) -> None:
        lower, after = token.text.lower(), self._peek()
        if lower in _AGGREGATORS and after.lower() in ("(", "by", "without"):
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
        elif lower in _KEYWORDS:
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
        text = unquote(value.text)
        exact = len(text) == len(value.text) - 2
        word = Word(text, value.start + 1, value.end - 1)
        if token.text == "__name__" and op == "=" and not name.text:
            return word
        matchers.append(Matcher(_word(token), op, word, exact))
        return name


def _word(token: Token) -> Word:
    return Word(token.text, token.start, token.end)


class _Aligner:
    """Walks promql-parser's tree in the order of the text and hands out the places."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        placed = _Scanner(found).scan()
        self.selectors: Iterator[Selector] = iter(placed.selectors)
        self.aggregations = iter(placed.aggregations)
        self.calls = iter(placed.calls)
        self.matchings = iter(placed.matchings)
        self.numbers = iter(placed.numbers)

    def build(self, node: Any) -> Tree:
        return getattr(self, f"_{type(node).__name__}")(node)  # type: ignore[no-any-return]

    def _ParenExpr(self, node: Any) -> Tree:  # noqa: N802 - named after promql-parser's classes, like those below
        return self.build(node.expr)

    def _NumberLiteral(self, node: Any) -> Tree:  # noqa: N802
        return Number(float(node.val), next(self.numbers, Word("", 0, 0)))

    def _StringLiteral(self, node: Any) -> Tree:  # noqa: N802
        return String(str(node.val))

    def _UnaryExpr(self, node: Any) -> Tree:  # noqa: N802
        return Negation(self.build(node.expr))

    def _VectorSelector(self, node: Any) -> Tree:  # noqa: N802
        found = next(self.selectors)
        if node.name is not None and node.name != found.name.text:
            raise _Misplaced
        return Selector(found.name, found.matchers, _seconds(node.offset))

    def _MatrixSelector(self, node: Any) -> Tree:  # noqa: N802
        return Window(self.build(node.vector_selector), _seconds(node.range))

    def _SubqueryExpr(self, node: Any) -> Tree:  # noqa: N802
        inner = self.build(node.expr)
        return Window(inner, _seconds(node.range), _seconds(node.step) if node.step else None, subquery=True)

    def _Call(self, node: Any) -> Tree:  # noqa: N802
        name = next(self.calls, Word(node.func.name, 0, 0))
        return Call(name, tuple(self.build(argument) for argument in node.args))

    def _AggregateExpr(self, node: Any) -> Tree:  # noqa: N802
        op, grouping = next(self.aggregations)
        if op.text.lower() != str(node.op):
            raise _Misplaced
        parameter = self.build(node.param) if node.param is not None else None
        without = node.modifier is not None and node.modifier.type == upstream.AggModifierType.Without
        if node.modifier is None:
            grouping = None
        return Aggregation(op, self.build(node.expr), parameter, without, grouping)

    def _BinaryExpr(self, node: Any) -> Tree:  # noqa: N802
        left = self.build(node.lhs)
        modifier = node.modifier
        on, ignoring, include = None, None, ()
        side = ""
        if modifier is not None and modifier.matching is not None:
            on, ignoring, include = next(self.matchings)
            side = {"ManyToOne": "left", "OneToMany": "right"}.get(str(modifier.card).rpartition(".")[2], "")
        returns_bool = bool(modifier is not None and modifier.return_bool)
        return Binary(str(node.op), left, self.build(node.rhs), returns_bool, on, ignoring, side, include)


def _seconds(length: timedelta | None) -> float:
    return length.total_seconds() if length is not None else 0.0
