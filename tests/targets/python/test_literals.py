"""Text and numbers survive the way through Python's parser and through a formatter."""

import ast
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.targets.python import literals
from tests.emit.hostile import TEXT
from tests.tools import run

ANY_TEXT = TEXT | st.text(st.characters() | st.sampled_from("\"'\\\ud800\udfff\u202e{}%#"), max_size=20)
SAMPLES = (
    *("", '"', "'", '""', '"""', "'''", '""""', "\\", "\\\\", '\\"', "a\\", 'a"', '"a', 'a "b" c', "it's", 'it\'s "x"'),
    *(
        "\\N{DASH}",
        "\\u202e",
        "\u202e",
        "\u2066a\u2069",
        "\ud800",
        "\U000e0041",
        "{x}",
        "{{ x }}",
        "%s",
        "\t",
        "a\tb",
        " a ",
    ),
    *(
        "\\'",
        "'\"'",
        '\'""',
        "#",
        "# fmt: off",
        "\x00\x1b[31m",
        "\x85",
        "\u2028",
        "é",
        "日本",
        "😀",
        "a\u0301",
        "\ufeff",
    ),
)


@given(ANY_TEXT)
def test_text_comes_back(value):
    """A text literal means exactly the text, and is itself free of what cannot be seen."""
    literal = literals.text(value)
    assert ast.literal_eval(literal) == value
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in literal)
    assert not set(literal) & set(
        "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    literal.encode()


@given(ANY_TEXT)
def test_docstring_holds_the_text(value):
    """A docstring is one literal on one line that says the text without the blanks around it."""
    literal = literals.docstring(value)
    assert len(literal.splitlines()) == 1
    assert ast.literal_eval(literal) == value.strip(" \t\r\n")
    (statement,) = ast.parse(f"def f():\n    {literal}\n").body
    assert ast.get_docstring(statement, clean=False) == value.strip(" \t\r\n")


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30).map(float))
def test_number_comes_back(value):
    """A number literal means exactly the number; whole ones are written in digits."""
    literal = literals.number(value)
    assert float(ast.literal_eval(literal)) == value
    assert ("e" in literal or "." in literal) or math.floor(value) == value


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (2000.0, "2000"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (1e-7, "1e-07"),
        (1e20, "1" + 20 * "0"),
        (1e21, "1e21"),
        (0.1 + 0.2, repr(0.1 + 0.2)),
    ],
)
def test_numbers_read_well(value, literal):
    assert literals.number(value) == literal


def test_formatter_keeps_them(tmp_path):
    """`ruff format` leaves every literal and docstring as it is."""
    lines = []
    for position, value in enumerate(SAMPLES):
        lines += [
            f"def f{position}():",
            f"    {literals.docstring(value)}",
            f"    return {literals.text(value)}",
            "",
            "",
        ]
    numbers = [float(10**power) for power in range(-12, 25)]
    lines += [f"x{position} = {literals.number(value)}" for position, value in enumerate(numbers)]
    file = tmp_path / "literals.py"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("ruff", "format", "--isolated", "--no-cache", "--diff", file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_does_not_ask_the_interpreter_what_is_printable():
    """What is escaped follows from the code point alone, so that newer Unicode tables change no byte."""
    unassigned = "\U0001fa6e\u0378"
    assert literals.text(unassigned) == f'"{unassigned}"'
    assert sys.version_info >= (3, 11)
