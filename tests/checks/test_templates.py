"""What templates of notifications and legends print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.checks.templates import humanized, legend_labels, printed_labels, printed_values


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x {{ $labels.a }} {{$labels.b|toUpper}} {{- .Labels.c -}} {{ $.Labels.d }}", "abcd"),
        ('{{ range query "x{{" }}{{ .Labels.a }} {{ $labels.b }}{{ end }}{{ .Labels.c }}', "bc"),
        ("{{ if $labels.a }}{{ $labels.a }}{{ else }}{{ $labels.b }}{{ end }}", "b"),
        ("{{ if true }}{{ .Labels.a }}{{ end }}", "a"),
        ('{{ printf "$labels.a %s" $labels.b }}', "b"),
        ('{{ index $labels "a" }}', "a"),
        ("{{ range $k, $labels := . }}{{ $labels.a }}{{ end }}", ""),
        ("{{ or $labels.a $labels.b }}", ""),
        ("{{ (index . 0).Labels.a }}", ""),
        ("{{/* $labels.a */}}", ""),
        ("{{ $x := $labels.a }}", ""),
        ('{{ "}}" }}{{ $labels.b }}', "b"),
        ("$labels.a {{ }", ""),
    ],
)
def test_printed_labels(text: str, names: str) -> None:
    """Labels that are printed for certain are found at their names; those that are asked for first are not."""
    found = printed_labels(text)
    assert "".join(word.text for word in found) == names
    assert all(text[word.start : word.end] == word.text for word in found)


@pytest.mark.parametrize(
    ("text", "functions", "values"),
    [
        ("{{ $value | humanizeDuration }}", ["humanizeDuration"], 1),
        ("{{ humanizePercentage .Value }}", ["humanizePercentage"], 1),
        ('{{ printf "%.2f" $value }}', [], 1),
        ("{{ if gt $value 5.0 }}critical{{ else }}warning{{ end }}", [], 0),
        ("{{ range . }}{{ .Value | humanize }}{{ end }}", [], 0),
        ("{{ $values | humanize }}", [], 0),
        ("{{ $value | humanize1024 | title }}", ["humanize1024"], 1),
    ],
)
def test_values(text: str, functions: list[str], values: int) -> None:
    """The value is found where it is printed, and the function that is applied to it as it is."""
    assert [word.text for word in humanized(text)] == functions
    assert len(printed_values(text)) == values


def test_legends() -> None:
    """Labels of a legend are found with their places; what is no label name is not."""
    text = "{{ kind }} at {{oven}}: {{ $value }} {{a b}}"
    assert [(name, text[start:end]) for name, start, end in legend_labels(text)] == [("kind", "kind"), ("oven", "oven")]


@given(st.text(alphabet='{}-$.|"` abLlisvue/*:=', max_size=60))
def test_any_text(text: str) -> None:
    """Whatever stands in a template, each word that is found lies in it."""
    for word in (*printed_labels(text), *printed_values(text), *humanized(text)):
        assert text[word.start : word.end] == word.text
