"""Hypothesis strategies for Alloy trees, with text that tries to break out of its quotes."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from obsgen.targets.alloy.printer import print_file
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
    is_identifier,
    is_key,
    is_raw,
)

HOSTILE = (
    "",
    '"',
    "\\",
    '\\"',
    "`",
    "\n",
    "\r\n",
    "\t",
    "\v",
    "\f",
    "\0",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u00ad",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\U0001f600",
    "\U0010ffff",
    "*/",
    "//",
    '" }\nb = "',
    "${x}",
    "\\u0041",
    "a  b \n c",
    " ",
    "ключ",
    "e\u0301",
)

# Which characters are letters, and which are printable, differs between Python and Go where their Unicode tables do.
_settled = st.characters(exclude_categories=["Cs"]).filter(lambda c: unicodedata.ucd_3_2_0.category(c) != "Cn")

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join),
)
identifiers = st.one_of(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True), st.text(_settled, min_size=1, max_size=3)
).filter(is_identifier)
paths = st.lists(identifiers, min_size=1, max_size=4).map(".".join)
keys = st.one_of(
    identifiers, st.text(_settled, max_size=8), st.sampled_from(["true", "null", "a-b", "1", "x y", "//"])
).filter(is_key)
numbers = st.from_regex(r"\A([0-9]{1,4}(\.[0-9]{0,3})?|\.[0-9]{1,3})([eE][+-]?[0-9]{1,2})?\Z")

_leaves: st.SearchStrategy[Expression] = st.one_of(
    texts.map(String),
    texts.filter(is_raw).map(RawString),
    numbers.map(Number),
    st.booleans().map(Bool),
    st.just(Null()),
    paths.map(Reference),
)


def _operand(value: Expression) -> Expression:
    return Paren(value) if isinstance(value, Unary | Binary) else value


def _operations(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    base = inner.map(_operand)
    return st.one_of(
        st.lists(inner, max_size=4).map(lambda values: Array(tuple(values))),
        st.lists(st.builds(Field, keys, inner), max_size=4).map(lambda fields: Object(tuple(fields))),
        st.builds(Call, function=base, args=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Access, base=base.filter(lambda b: not isinstance(b, Reference)), name=identifiers),
        st.builds(Index, base=base, index=inner),
        st.builds(
            Unary,
            operator=st.sampled_from(UNARY_OPERATORS),
            operand=base | base.map(lambda b: Unary(operator="!", operand=b)),
        ),
        st.builds(Binary, left=base, operator=st.sampled_from(sorted(PRECEDENCE)), right=base),
        st.builds(_chain, base, base, base),
        inner.map(Paren),
    )


def _chain(a: Expression, b: Expression, c: Expression) -> Expression:
    """Return operands without parentheses, grouped by precedence: `-a ^ b ^ c * b - a`."""
    power = Binary(left=Unary(operator="-", operand=a), operator="^", right=Binary(left=b, operator="^", right=c))
    return Binary(left=Binary(left=power, operator="*", right=b), operator="-", right=a)


# Layers instead of `st.recursive`, which hardly ever nests anything.
_shallow = _leaves | _operations(_leaves)
expressions = _shallow | _operations(_shallow)

comments = texts.map(lambda t: "".join(c for c in t if c == "\n" or c >= " ")).map(
    lambda t: Comment(t.replace("\x7f", "").replace("\ufeff", ""))
)
attributes = st.builds(Attribute, identifiers, expressions)


def _blocks(inner: st.SearchStrategy[Statement]) -> st.SearchStrategy[Block]:
    return st.builds(Block, name=paths, label=st.none() | identifiers, body=st.lists(inner, max_size=4).map(tuple))


_flat = attributes | comments
statements = _flat | _blocks(_flat | _blocks(_flat))
files = st.lists(statements, max_size=5).map(lambda body: File(tuple(body)))

_words = st.sampled_from(
    [
        *"={}[](),.+^-!\\|\n",
        "==",
        "||",
        "/*",
        "*/",
        "//",
        "a",
        "b.c",
        '"x"',
        "`y`",
        "1",
        "e5",
        "true",
        "a = 1\n",
        "b {\n",
        "c = [",
    ]
)
word_salad = st.lists(_words, max_size=30).map(" ".join)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return a printed file with a few characters cut out and a word put in their place."""
    text = print_file(draw(files))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 3)))
    return text[:start] + draw(st.just("") | _words) + text[end:]
