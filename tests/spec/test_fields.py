"""Origins: from a value of the model back to the file."""

import dataclasses

from obsgen.source import nodes
from obsgen.spec.decode import decode
from obsgen.spec.document import SpecFile
from obsgen.spec.fields import spelling
from tests.source.places import cut

TEXT = """obsgen: 1
service: bakery
labels:
  bread: {help: Kind of bread., values: [rye, wheat]}
alerts:
  A: {when: {down: true}, for: 5m, severity: x, summary: S., impact: I., mitigation: M.}
"""


def spec_file() -> SpecFile:
    """Return the decoded file."""
    root = nodes.parse(TEXT, "specs/a.yaml").root
    assert root is not None
    found, problems = decode(root)
    assert problems == ()
    assert found is not None
    return found


def test_places_of_values() -> None:
    """The place of a field is its value, of a list entry the entry, of what is not written the nearest part that is."""
    label = spec_file().labels["bread"].origin
    assert cut(label.at("values", 1), TEXT) == "wheat"
    assert cut(label.at("values", 5), TEXT) == "[rye, wheat]"
    assert cut(label.at("at_most"), TEXT) == "{help: Kind of bread., values: [rye, wheat]}"
    assert label.at() == label.span


def test_places_of_keys() -> None:
    """The place of a key is the key itself, falling back like that of a value."""
    file = spec_file()
    assert cut(file.origin.key("labels", "bread"), TEXT) == "bread"
    assert cut(file.origin.key("alerts", "A", "for"), TEXT) == "for"
    assert cut(file.labels["bread"].origin.key("at_most"), TEXT) == "{help: Kind of bread., values: [rye, wheat]}"
    assert file.origin.find("labels", "rye") is None


def test_keys_that_are_python_words() -> None:
    """`for` is written without the underscore that Python needs."""
    assert spelling("for_") == "for"
    assert str(spec_file().alerts["A"].for_) == "5m"


def test_origins_do_not_take_part_in_equality() -> None:
    """The same label in another place is the same label."""
    label = spec_file().labels["bread"]
    assert label == dataclasses.replace(label, origin=spec_file().origin)
