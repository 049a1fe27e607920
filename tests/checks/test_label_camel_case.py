"""`label/camel-case`: words of a label told apart by capitals."""

import pytest

from tests.services import gauges, said, service, words

CODE = "label/camel-case"
DEFINED = "{}: {{help: X., values: [a]}}"


@pytest.mark.parametrize("name", ["breadKind", "kindOfBread", "x2Y"])
def test_found(name: str) -> None:
    """A label is found where it is defined, and where a metric gives it the name."""
    assert words(CODE, service(gauges("shop_open", labels=f"[{name}]"), DEFINED.format(name))) == [name]
    renamed = f"{{{name}: {{values_of: kind}}}}"
    assert words(CODE, service(gauges("shop_open", labels=renamed), DEFINED.format("kind"))) == [name]


@pytest.mark.parametrize("name", ["bread_kind", "KIND", "kind2"])
def test_silent(name: str) -> None:
    """Names without a capital behind a small letter are silent."""
    assert words(CODE, service(gauges("shop_open", labels=f"[{name}]"), DEFINED.format(name))) == []


def test_message() -> None:
    """The message says what to call it."""
    assert said(CODE, service(gauges("shop_open", labels="[breadKind]"), DEFINED.format("breadKind"))) == [
        "specs/shop.yaml:4:3: warning[label/camel-case]: `breadKind` is written in camelCase",
        "  |",
        "4 |   breadKind: {help: X., values: [a]}",
        "  |   ^^^^^^^^^",
        "  = help: call it `bread_kind`",
    ]
