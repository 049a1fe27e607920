"""PromQL text to a tree with places: promql-parser's tree, aligned with our tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import promql_parser as upstream

from obsgen.promql.errors import PromqlError
from obsgen.promql.scan import scan
from obsgen.promql.tokens import OPERATORS, Token, tokens
from obsgen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Negation,
    Number,
    Selector,
    String,
    Tree,
    Window,
    Word,
    selectors,
)
from obsgen.promql.variables import replaced, spellings

__all__ = ["Parsed", "PromqlError", "parse"]

# Deeper or longer than anything people write; the parser behind us recurses.
_MAX_LENGTH = 20_000
_MAX_DEPTH = 100
_MAX_OPERATORS = 200
_MAX_SIGNS = 4000
_MAX_SECONDS = 2**63 / 1e9
_PART = re.compile(r"([0-9]+)(ms|[smhdwy])")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0, "y": 31_536_000.0}
# The one way to read an expression without dashboard variables.
_AS_IT_STANDS: tuple[tuple[tuple[Token, str], ...], ...] = ((),)


class _Misplaced(Exception):  # noqa: N818 - never leaves this module
    """The tokens and the tree disagree about what stands where."""


@dataclass(frozen=True)
class Parsed:
    """
    An expression.

    Attributes:
        tree: What it says.
        variables: Offsets of dashboard variables outside strings; names that overlap one of them mean nothing.
    """

    tree: Tree
    variables: tuple[tuple[int, int], ...] = ()

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """Every selector in the order of the text."""
        return selectors(self.tree)


def parse(text: str) -> Parsed:
    """Return the tree of *text*; raises `PromqlError`. Dashboard variables may stand where Grafana allows them."""
    found = tokens(text)
    _limits(text, found)
    variables = tuple((token.start, token.end) for token in found if token.kind == "variable")
    problem: PromqlError | None = None
    for words in spellings(found) if variables else _AS_IT_STANDS:
        plain = replaced(text, words)
        try:
            raw = _read(plain)
        except ValueError as refused:
            problem = problem or _explained(str(refused), plain, found)
            continue
        try:
            placed = found if plain == text else tokens(plain)
            return Parsed(_Aligner(text, placed, variables).build(raw), variables)
        except (StopIteration, _Misplaced):
            raise PromqlError(
                "a word of the language is used as a name, which cannot be told apart", 0, len(text)
            ) from None
    raise problem or PromqlError("cannot be read", 0, len(text))


def _explained(message: str, text: str, found: tuple[Token, ...]) -> PromqlError:
    from obsgen.promql.faults import explain  # noqa: PLC0415 - much to import, and few queries have a fault

    return explain(message, text, found)


def _read(text: str) -> Any:
    """Return promql-parser's tree; raises ValueError."""
    try:
        return upstream.parse(text)
    except BaseException as problem:
        # A panic of the Rust code derives from BaseException, and its class cannot be imported.
        if type(problem).__name__ == "PanicException":
            raise ValueError("") from None
        raise


def _limits(text: str, found: tuple[Token, ...]) -> None:
    if not found:
        raise PromqlError("the expression is empty", 0, len(text))
    count = len(found)
    if len(text) > _MAX_LENGTH or (count > _MAX_SIGNS and sum(one.kind != "name" for one in found) > _MAX_SIGNS):
        raise PromqlError("the expression is too long to be read by anybody", 0, len(text))
    if count > _MAX_OPERATORS and sum(one.text.lower() in OPERATORS for one in found) > _MAX_OPERATORS:
        raise PromqlError(f"more than {_MAX_OPERATORS} operators", 0, len(text))
    depth = 0
    for token in found:
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "sign" else 0
        if token.kind == "unknown":
            from obsgen.promql.faults import meaningless  # noqa: PLC0415 - as for `explain`

            raise meaningless(token, text, found)
        if depth > _MAX_DEPTH:
            raise PromqlError(f"nested more than {_MAX_DEPTH} levels deep", token.start, token.end)
    _times(found)


def _times(found: tuple[Token, ...]) -> None:
    """Refuse times that promql-parser would panic at, in `[...]` and behind `@` and `offset`."""
    window = modifier = False
    for token in found:
        if (window or modifier) and _beyond_time(token.text):
            raise PromqlError(f"`{token.text}` is no time that a computer can hold", token.start, token.end)
        window = token.text != "]" if window else token.text == "["
        modifier = token.text.lower() in ("@", "offset") or (modifier and token.text in ("-", "+"))


def _beyond_time(text: str) -> bool:
    """Return whether the time *text* takes more nanoseconds than 64 bits can count, as Prometheus does."""
    if text.lower() in ("inf", "nan"):
        return True
    if not text[:1].isdigit() and text[:1] != ".":
        return False
    if text[:2].lower() == "0x":
        return int(text, 16) > _MAX_SECONDS
    parts = _PART.findall(text)
    return (sum(float(count) * _UNITS[unit] for count, unit in parts) if parts else float(text)) > _MAX_SECONDS


class _Aligner:
    """Walks promql-parser's tree in the order of the text and hands out the places."""

    def __init__(self, text: str, found: tuple[Token, ...], variables: tuple[tuple[int, int], ...]) -> None:
        placed = scan(found)
        self.text = text
        self.variables = variables
        self.selectors: Iterator[Selector] = iter(placed.selectors)
        self.aggregations = iter(placed.aggregations)
        self.calls = iter(placed.calls)
        self.matchings = iter(placed.matchings)
        self.numbers = iter(placed.numbers)
        self.ranges = iter(placed.ranges)
        self.offsets = iter(placed.offsets)

    def build(self, node: Any) -> Tree:
        return _BUILDERS[type(node).__name__](self, node)

    def paren_expr(self, node: Any) -> Tree:
        return self.build(node.expr)

    def number_literal(self, node: Any) -> Tree:
        at = next(self.numbers, Word("", 0, 0))
        return Number(float(node.val), at, self._variable(at))

    def string_literal(self, node: Any) -> Tree:
        return String(str(node.val))

    def unary_expr(self, node: Any) -> Tree:
        return Negation(self.build(node.expr))

    def vector_selector(self, node: Any) -> Tree:
        found = next(self.selectors)
        if node.name is not None and node.name != found.name.text:
            raise _Misplaced
        return Selector(found.name, found.matchers, _seconds(node.offset), self._moment(node))

    def matrix_selector(self, node: Any) -> Tree:
        inner = self.build(node.vector_selector)
        return Window(inner, _seconds(node.range), variable=self._variable(next(self.ranges)))

    def subquery_expr(self, node: Any) -> Tree:
        inner = self.build(node.expr)
        return Window(
            inner,
            _seconds(node.range),
            _seconds(node.step) if node.step else None,
            subquery=True,
            variable=self._variable(next(self.ranges)),
            offset_seconds=_seconds(node.offset),
            moment=self._moment(node),
        )

    def _moment(self, node: Any) -> str:
        """Return what the modifiers of *node* say beside a plain offset."""
        offset = self._variable(next(self.offsets)) if node.offset is not None else ""
        return f"{node.at or ''}{offset}"

    def _variable(self, word: Word) -> str:
        """Return what is written at *word* if a dashboard variable is part of it."""
        ends = [end for start, end in self.variables if word.start < end and start < word.end]
        return self.text[word.start : max(word.end, *ends)].strip() if ends else ""

    def call(self, node: Any) -> Tree:
        name = next(self.calls, Word(node.func.name, 0, 0))
        # A list, because StopIteration in a generator comes out as something else.
        return Call(name, tuple([self.build(argument) for argument in node.args]))

    def aggregate_expr(self, node: Any) -> Tree:
        op, grouping = next(self.aggregations)
        if op.text.lower() != str(node.op):
            raise _Misplaced
        parameter = self.build(node.param) if node.param is not None else None
        without = node.modifier is not None and node.modifier.type == upstream.AggModifierType.Without
        if node.modifier is None:
            grouping = None
        return Aggregation(op, self.build(node.expr), parameter, without, grouping)

    def binary_expr(self, node: Any) -> Tree:
        left = self.build(node.lhs)
        modifier = node.modifier
        on: tuple[Word, ...] | None = None
        ignoring: tuple[Word, ...] | None = None
        include: tuple[Word, ...] = ()
        side = ""
        if modifier is not None and modifier.matching is not None:
            on, ignoring, include = next(self.matchings)
            side = {"ManyToOne": "left", "OneToMany": "right"}.get(str(modifier.card).rpartition(".")[2], "")
        returns_bool = bool(modifier is not None and modifier.return_bool)
        return Binary(str(node.op), left, self.build(node.rhs), returns_bool, on, ignoring, side, include)


_BUILDERS: Mapping[str, Callable[[_Aligner, Any], Tree]] = {
    "ParenExpr": _Aligner.paren_expr,
    "NumberLiteral": _Aligner.number_literal,
    "StringLiteral": _Aligner.string_literal,
    "UnaryExpr": _Aligner.unary_expr,
    "VectorSelector": _Aligner.vector_selector,
    "MatrixSelector": _Aligner.matrix_selector,
    "SubqueryExpr": _Aligner.subquery_expr,
    "Call": _Aligner.call,
    "AggregateExpr": _Aligner.aggregate_expr,
    "BinaryExpr": _Aligner.binary_expr,
}


def _seconds(length: timedelta | None) -> float:
    return length.total_seconds() if length is not None else 0.0
