"""Names that Python takes, no two alike."""

import keyword

from hypothesis import given
from hypothesis import strategies as st

from obsgen.targets.python import names

NAMES = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True)
TRICKY = st.sampled_from(
    [*names.KEYWORDS, *names.READ_IN_MODULE, "_", "__", "___", "__init__", "__x", "_1", "a_b", "aB", "AB", "A_B"]
)


def test_knows_the_keywords():
    """No keyword of this Python is missing from the list that the generator goes by."""
    assert set(keyword.kwlist) <= names.KEYWORDS


@given(st.lists(NAMES | TRICKY, unique=True, max_size=12), st.sets(st.sampled_from(sorted(names.READ_IN_METHODS))))
def test_identifiers(written, avoid):
    """Every name gets an identifier of its own that a class can hold; names that are good already stay."""
    found = names.identifiers(written, word="label", avoid=avoid)
    assert list(found) == written
    assert len(set(found.values())) == len(written)
    for name, identifier in found.items():
        assert identifier.isidentifier()
        assert not keyword.iskeyword(identifier)
        assert identifier not in avoid
        assert not identifier.startswith("__")
        if not (keyword.iskeyword(name) or name in avoid or name.startswith("__")):
            assert identifier == name


@given(st.lists(NAMES | TRICKY, unique=True, max_size=12))
def test_class_names(written):
    """Every class gets a public name of its own that hides nothing the module reads."""
    given_out = names.Names()
    found = [given_out.take(names.camel(name, "Metric"), f"{names.camel(name, 'Metric')}Metric") for name in written]
    assert len(set(found)) == len(written)
    for name in found:
        assert name.isidentifier()
        assert name[0].isupper() or name[0].isalpha()
        assert not keyword.iskeyword(name)
        assert name not in names.READ_IN_MODULE


@given(NAMES | TRICKY, NAMES | TRICKY)
def test_constant_names(label, datum):
    """The constant of a datum is in capitals and public."""
    name = names.constant(label, datum)
    assert name.isidentifier()
    assert name == name.upper()
    assert not name.startswith("_")


def test_readable():
    """Ordinary names become what a person would write."""
    assert names.camel("hypertool_persona_switches_total", "Metric") == "HypertoolPersonaSwitchesTotal"
    assert names.camel("my-service", "Service") == "MyService"
    assert names.constant("persona", "token_budget") == "PERSONA_TOKEN_BUDGET"
    assert names.module("my-service") == "my_service_metrics"
