"""Label values: what is recorded, and why if it is not what was given."""

import enum
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.descriptors import LabelDescriptor
from obsgen_runtime.labels import OTHER, TEXT_LENGTH_AT_MOST, Verdict, explain, judge, number_text, text_of

OPEN = LabelDescriptor(name="chatmode", at_most=40)
CLOSED = LabelDescriptor(name="result", values=("passed", "failed"))


class Plain(enum.Enum):
    PASSED = "passed"
    NOTHING = None


class Textual(str, enum.Enum):  # noqa: UP042  (as older programs spell it)
    PASSED = "passed"


class Shouting(str):
    __slots__ = ()

    def __str__(self):
        return self.upper()


class Hostile:
    def __str__(self):
        raise RuntimeError

    def __hash__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    @property
    def __class__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("passed", "passed"),
        (Shouting("passed"), "passed"),
        (Plain.PASSED, "passed"),
        (Textual.PASSED, "passed"),
        (enum.IntEnum("Code", {"OK": 200}).OK, "200"),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.5, "1.5"),
        (None, None),
        (Plain.NOTHING, None),
        (b"passed", None),
        (["passed"], None),
        (uuid.UUID(int=1), None),
        (object(), None),
        ("lone \ud800", None),
    ],
)
def test_text_of(value, text):
    """Text, numbers, booleans and enum members have a text; everything else has none."""
    found = text_of(value)
    assert found == text
    assert found is None or type(found) is str


def test_text_of_something_hostile():
    """An object whose every method raises has no text, and neither has a number of too many digits."""
    assert text_of(Hostile()) is None
    assert text_of(10**5000) is None


def test_closed_values():
    """A closed label takes its values and nothing else."""
    assert judge(CLOSED, "passed") == Verdict("passed")
    assert judge(CLOSED, Plain.PASSED) == Verdict("passed")
    assert judge(CLOSED, "pass") == Verdict(OTHER, "unknown_value")
    assert judge(CLOSED, OTHER) == Verdict(OTHER, "unknown_value")
    assert judge(CLOSED, "x" * 10_000_000) == Verdict(OTHER, "unknown_value")
    assert judge(CLOSED, None) == Verdict(OTHER, "not_text")


def test_open_values():
    """An open label takes any short text that is not empty."""
    assert judge(OPEN, "demo") == Verdict("demo")
    assert judge(OPEN, OTHER) == Verdict(OTHER)
    assert judge(OPEN, "") == Verdict(OTHER, "empty")
    assert judge(OPEN, "x" * TEXT_LENGTH_AT_MOST) == Verdict("x" * TEXT_LENGTH_AT_MOST)
    assert judge(OPEN, "x" * (TEXT_LENGTH_AT_MOST + 1)) == Verdict(OTHER, "too_long")


ANYTHING = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.binary(),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.lists(st.integers()),
    st.builds(object),
    st.integers().map(lambda _: Hostile()),
)


@given(ANYTHING, st.sampled_from([OPEN, CLOSED]))
def test_a_verdict_is_always_recordable(value, label):
    """Whatever is given, what is recorded is an exact, encodable, not empty and not long `str`."""
    verdict = judge(label, value)
    assert type(verdict.text) is str
    assert 0 < len(verdict.text.encode()) <= 4 * TEXT_LENGTH_AT_MOST
    assert verdict.refusal is None or verdict.text == OTHER


@pytest.mark.parametrize(
    ("number", "text"), [(2000, "2000"), (2000.0, "2000"), (0.25, "0.25"), (-3.0, "-3"), (1e21, "1" + "0" * 21)]
)
def test_number_text(number, text):
    """Whole numbers are written without a fraction."""
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        (CLOSED, "pass", "`pass` is not a value of label `result`; did you mean `passed`? (known: `passed`, `failed`)"),
        (CLOSED, "zzz", "`zzz` is not a value of label `result` (known: `passed`, `failed`)"),
        (OPEN, "", "label `chatmode`: `` is empty, which Prometheus reads as a missing label"),
        (
            OPEN,
            None,
            "label `chatmode`: a value of type NoneType is not UTF-8 text, a number, a boolean or an enum member of these",
        ),
    ],
)
def test_explain(label, value, sentence):
    """The sentence for a developer names the label, the value and what would be right."""
    refusal = judge(label, value).refusal
    assert refusal is not None
    assert explain(label, value, refusal) == sentence
