"""
Text to trees: everything that Alloy's own parser accepts, refused with a place where it is wrong.

Three things are kept tighter than there: an object key that means something else after `alloy fmt` is refused
(`syntax.is_key`), and so are nesting and chains of operators that would exhaust the stack of a recursive reader.
Comments on their own lines between statements are kept; those inside expressions or behind a statement are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from obsgen.targets.alloy.syntax import (
    PRECEDENCE,
    UNARY_OPERATORS,
    Access,
    Array,
    Attribute,
    Binary,
    Block,
    Bool,
    Call,
    Comment,
    Expression,
    Field,
    File,
    Index,
    Null,
    Number,
    Object,
    Paren,
    RawString,
    Reference,
    Statement,
    String,
    Unary,
    children,
    is_identifier,
    is_key,
    is_raw,
)
from obsgen.targets.alloy.tokens import (
    END,
    NAME,
    STRING,
    TERMINATOR,
    AlloySyntaxError,
    Remark,
    Scanner,
    Token,
    meaning,
)

__all__ = ["AlloySyntaxError", "parse", "parse_expression"]

_DEEPEST = 50
"""Most brackets, blocks and operators inside one another."""

_TALLEST = 150
"""Most levels of one expression's tree; each `+` of a concatenation is one."""


def parse(text: str) -> File:
    """
    Return the tree of a configuration.

    Args:
        text: The whole file; a byte order mark in front and Windows line ends are fine.

    Raises:
        AlloySyntaxError: At the first thing that is no Alloy; nothing else is raised, whatever the text.
    """
    parser = _Parser(text)
    body = parser.body(END)
    return File(body)


def parse_expression(text: str) -> Expression:
    """
    Return the tree of a single expression, which ends with the text.

    Raises:
        AlloySyntaxError: As for `parse`.
    """
    parser = _Parser(text)
    value = parser.value()
    parser.expect(TERMINATOR)
    parser.expect(END)
    return value


class _Parser:
    def __init__(self, text: str) -> None:
        self._scanner = Scanner(text)
        self._position = 0
        self._depth = 0
        self._remarks: dict[int, list[Remark]] = {}
        for remark in self._scanner.remarks:
            self._remarks.setdefault(remark.before, []).append(remark)

    @property
    def _token(self) -> Token:
        return self._scanner.tokens[self._position]

    def _take(self) -> Token:
        token = self._token
        self._position += token.kind != END
        return token

    def _error(self, message: str, at: Token | None = None) -> AlloySyntaxError:
        return self._scanner.error(message, (at or self._token).offset)

    def expect(self, kind: str) -> Token:
        if self._token.kind != kind:
            raise self._error(f"expected {kind}, found {self._token}")
        return self._take()

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        if self._depth == _DEEPEST:
            raise self._error(f"more than {_DEEPEST} levels inside one another")
        self._depth += 1
        yield
        self._depth -= 1

    def body(self, until: str) -> tuple[Statement, ...]:
        statements: list[Statement] = []
        while True:
            statements.extend(self._comments())
            if self._token.kind in (until, END):
                return tuple(statements)
            statements.append(self._statement())
            if self._token.kind != until:
                self.expect(TERMINATOR)

    def _comments(self) -> Iterator[Comment]:
        """Yield the comments in front of the current token that do not stand behind a statement, by groups."""
        above = self._scanner.tokens[self._position - 1].line if self._position else 0
        group: list[Remark] = []
        for remark in self._remarks.pop(self._position, []):
            if remark.line == above and not group:
                above = remark.end_line
                continue
            if group and remark.line > group[-1].end_line + 1:
                yield _comment(group)
                group = []
            group.append(remark)
        if group:
            yield _comment(group)

    def _statement(self) -> Statement:
        first = self.expect(NAME)
        path = [first.text]
        while self._token.kind == ".":
            self._take()
            path.append(self.expect(NAME).text)
        label = self._take() if self._token.kind == STRING else None
        if self._token.kind == "=":
            return self._attribute(first, path, label)
        if self._token.kind == "{":
            return self._block(".".join(path), label)
        wanted = "`{`" if label or len(path) > 1 else "`=`, `{` or a label"
        raise self._error(f"expected {wanted}, found {self._token}")

    def _attribute(self, first: Token, path: list[str], label: Token | None) -> Attribute:
        if label:
            raise self._error("an attribute has no label", label)
        if len(path) > 1:
            raise self._error("the name of an attribute has no dots", first)
        self.expect("=")
        return Attribute(first.text, self.value())

    def _block(self, name: str, label: Token | None) -> Block:
        label_text = label.text[1:-1] if label else ""
        if label and label.text[0] == "`":
            raise self._error("a label stands in double quotes", label)
        if label and label_text and not is_identifier(label_text):
            raise self._error(f"the label {label_text!r} has more than letters, digits and `_`", label)
        self.expect("{")
        with self._deeper():
            body = self.body("}")
        self.expect("}")
        return Block(name=name, label=label_text or None, body=body)

    def value(self) -> Expression:
        start = self._token
        value = self._expression()
        if _height(value) > _TALLEST:
            raise self._error(f"the expression is more than {_TALLEST} operators and brackets deep", start)
        return value

    def _expression(self, tightness: int = 1) -> Expression:
        left = self._power()
        while (own := PRECEDENCE.get(self._token.kind, 0)) >= tightness:
            operator = self._take().kind
            left = Binary(left=left, operator=operator, right=self._expression(own + 1))
        return left

    def _power(self) -> Expression:
        with self._deeper():
            base = self._unary()
            if self._token.kind != "^":
                return base
            self._take()
            return Binary(left=base, operator="^", right=self._power())

    def _unary(self) -> Expression:
        if self._token.kind not in UNARY_OPERATORS:
            return self._postfix(self._primary())
        operator = self._take().kind
        with self._deeper():
            return Unary(operator=operator, operand=self._unary())

    def _postfix(self, base: Expression) -> Expression:
        while True:
            match self._token.kind:
                case ".":
                    self._take()
                    name = self.expect(NAME).text
                    base = _member(base, name)
                case "[":
                    self._take()
                    base = Index(base=base, index=self._expression())
                    self.expect("]")
                case "(":
                    self._take()
                    base = Call(function=base, args=self._list(")"))
                case "{":
                    raise self._error("a block cannot be a value")
                case _:
                    return base

    def _primary(self) -> Expression:
        token = self._take()
        match token.kind:
            case "name":
                return Reference(token.text)
            case "string":
                return _string(token.text)
            case "number":
                return Number(token.text)
            case "constant":
                return Null() if token.text == "null" else Bool(token.text == "true")
            case "(":
                inner = self._expression()
                self.expect(")")
                return Paren(inner)
            case "[":
                return Array(self._list("]"))
            case "{":
                return self._object()
            case _:
                raise self._error(f"expected a value, found {token}", token)

    def _list(self, closing: str) -> tuple[Expression, ...]:
        values: list[Expression] = []
        while self._token.kind != closing:
            values.append(self._expression())
            self._separator(closing)
        self._take()
        return tuple(values)

    def _object(self) -> Object:
        fields: list[Field] = []
        while self._token.kind != "}":
            key = self._key()
            self.expect("=")
            fields.append(Field(key, self._expression()))
            self._separator("}")
        self._take()
        return Object(tuple(fields))

    def _separator(self, closing: str) -> None:
        if self._token.kind == ",":
            self._take()
        elif self._token.kind != closing:
            hint = f": put a comma or `{closing}` on the same line" if self._token.kind == TERMINATOR else ""
            raise self._error(f"expected `,` or `{closing}`, found {self._token}{hint}")

    def _key(self) -> str:
        token = self._take()
        if token.kind == NAME:
            return token.text
        if token.kind != STRING:
            raise self._error(f"expected a key, found {token}", token)
        key = token.text[1:-1]
        if not is_key(key):
            raise self._error("a key must be printable and cannot be empty or have quotes or escapes", token)
        return key


def _member(base: Expression, name: str) -> Reference | Access:
    return Reference(f"{base.path}.{name}") if isinstance(base, Reference) else Access(base=base, name=name)


def _string(text: str) -> String | RawString:
    value = meaning(text)
    return RawString(value) if text[0] == "`" and is_raw(value) else String(value)


def _comment(group: list[Remark]) -> Comment:
    lines = [line for remark in group for line in _comment_lines(remark.text.replace("\r", ""))]
    return Comment("\n".join(re.sub(r"[\x00-\x1f\x7f]", " ", line) for line in lines))


def _comment_lines(text: str) -> list[str]:
    if text.startswith("//"):
        return [text[2:].removeprefix(" ")]
    lines = [line.strip().removeprefix("*").removeprefix(" ") for line in text[2:-2].split("\n")]
    return lines[not lines[0] : len(lines) - (not lines[-1])] or [""]


def _height(value: Expression) -> int:
    """Return how many nodes are on the longest way down, counted without recursion."""
    level: list[Statement | Expression] = [value]
    height = 0
    while level:
        height += 1
        level = [child for node in level for child in children(node)]
    return height
