import enum
import json
from types import MappingProxyType

import pytest
from hypothesis import given

from obsgen.emit.json_text import json_text
from tests.emit.hostile import DATA, TEXT, WORDS


class Colour(enum.StrEnum):
    GREEN = "green"


@given(DATA)
def test_reading_gives_the_data_back(data):
    """Whatever is written is read back as the same data, from the bytes of a UTF-8 file."""
    assert json.loads(json_text(data).encode("utf-8")) == data


def test_each_hostile_word():
    """Each of the known troublemakers comes back from its line as it was."""
    for word in WORDS:
        lines = json_text({"a": word}).splitlines()
        assert (len(lines), json.loads("".join(lines))) == (3, {"a": word}), ascii(word)


@given(TEXT)
def test_one_line_for_each_item(text):
    """No text breaks a line, for no reader's idea of a line break."""
    assert len(json_text({"a": text, "b": [text]}).splitlines()) == 6


def test_layout():
    """Keys are sorted, two spaces indent, letters stay letters, invisible characters are escaped."""
    assert json_text({"b": ["ü", "\u202e\ufeff\x85"], "a": None}) == (
        '{\n  "a": null,\n  "b": [\n    "ü",\n    "\\u202e\\ufeff\\u0085"\n  ]\n}\n'
    )


def test_relatives_of_the_plain_types():
    """Enumerations, tuples and read-only mappings are written as what they stand for."""
    assert json_text(MappingProxyType({Colour.GREEN: (Colour.GREEN,)})) == '{\n  "green": [\n    "green"\n  ]\n}\n'


@pytest.mark.parametrize(
    "data", ["\ud800", ["a\udfff"], {"\ud800": 1}, float("nan"), [float("inf")], {1: "a"}, {None: 1}]
)
def test_refused_values(data):
    """A lone surrogate, a key that is no text and a number that JSON lacks are refused."""
    with pytest.raises(ValueError, match=r"surrogate|not text|JSON compliant"):
        json_text(data)


@pytest.mark.parametrize("data", [b"a", [{1, 2}], object()])
def test_refused_types(data):
    """Bytes, sets and objects are refused."""
    with pytest.raises(TypeError, match="cannot"):
        json_text(data)
