"""Values of any shape become attributes and JSON without raising."""

import json

from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.context import Context
from obsgen_runtime.masking import OPEN
from obsgen_runtime.observations import Facts
from obsgen_runtime.otlp.attributes import span_attributes
from obsgen_runtime.otlp.records import Record, Rules, add_facts
from obsgen_runtime.otlp.values import json_text, plain, snapshot
from opentelemetry.exporter.otlp.proto.common._internal import _encode_attributes


class Hostile:
    """Every way of asking it raises."""

    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __iter__ = __len__ = __hash__ = __str__

    def __getattr__(self, name):
        raise RuntimeError(name)


atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=5)
    | st.text(st.characters(exclude_categories=()), max_size=20)  # surrogates, too
    | st.dates()
    | st.builds(Hostile)
)
values = st.recursive(
    atoms,
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.none(), parts, max_size=4)
        | st.tuples(parts, parts)
    ),
    max_leaves=20,
)


@given(values)
def test_everything_has_json(value):
    """Text is kept, and anything else is JSON that can be read and encoded."""
    text = json_text(snapshot(value))
    text.encode()
    if not isinstance(value, str):
        assert json.loads(text) == plain(value)


@given(st.dictionaries(st.text(st.characters(exclude_categories=()), max_size=5), values, max_size=5), values)
def test_every_fact_can_be_encoded(metadata, content):
    """OpenTelemetry's encoder takes every attribute that comes of facts."""
    record = Record("bake", "generation", Context(tags=("a",)), "bake", True, 0)
    facts = Facts(input=content, output=content, metadata=metadata, attributes=metadata, model_parameters=metadata)
    add_facts(record, facts, OPEN)
    attributes = span_attributes(record, Rules(content=OPEN))
    assert len(_encode_attributes(attributes)) == len(attributes)


def test_cycles_and_size_are_bounded():
    """What contains itself, is very deep, or very large, ends."""
    cycle: list[object] = []
    cycle += [cycle] * 1000
    assert plain(cycle) == ["[cycle]"] * 1000
    deep: list[object] = []
    for _ in range(10_000):
        deep = [deep]
    assert "[too deep]" in json_text(snapshot(deep))
    assert len(json_text(snapshot(list(range(1_000_000))))) < 200_000
    wide = [[[[0] * 100] * 100] * 100] * 100
    assert len(json_text(snapshot(wide))) < 400_000


def test_long_text_is_cut_and_says_so():
    """The cut is visible, with how much is missing."""
    rules = Rules(content=OPEN)
    assert rules.text("x" * 5000, 10) == "x" * 10 + "[cut: 4990 more characters]"
    assert rules.text("x" * 50_000, 10) == "x" * 10 + "[cut: 49990 more characters]"


def test_a_snapshot_is_one():
    """Later changes of lists and dictionaries within do not show."""
    inner = {"role": "user"}
    messages = [inner]
    copied = snapshot(messages)
    inner["role"] = "system"
    messages.append({})
    assert copied == [{"role": "user"}]
