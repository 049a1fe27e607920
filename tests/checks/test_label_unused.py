"""`label/unused`: a label that no metric has."""

import pytest

from tests.services import gauges, said, service, words

CODE = "label/unused"
KIND = "kind: {help: X., values: [a]}"


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ("[]", ["kind"]),
        ("[kind]", []),
        ("{kind: {}}", []),
        ("{sort: {values_of: kind}}", []),
        ("[knd]", []),
        ("[shelf]", ["kind"]),
    ],
)
def test_found(labels: str, found: list[str]) -> None:
    """A label is used under its own name, by whatever takes its values, and by what misspells it."""
    assert words(CODE, service(gauges("shop_open", labels=labels), KIND)) == found


def test_shared() -> None:
    """A shared label is used if any service uses it, and is one finding if none does."""
    shared = {"specs/shared.yaml": f"obsgen: 1\nshared: true\nlabels:\n  {KIND}\n"}
    other = {"specs/oven.yaml": service(gauges("oven_open"), name="oven")["specs/shop.yaml"]}
    assert words(CODE, service(gauges("shop_open")) | other | shared) == ["kind"]
    assert words(CODE, service(gauges("shop_open", labels="[kind]")) | other | shared) == []


def test_hidden() -> None:
    """A shared label whose place a service's own has taken is unused, though its name is not."""
    shared = {"specs/shared.yaml": f"obsgen: 1\nshared: true\nlabels:\n  {KIND}\n"}
    other = {"specs/oven.yaml": service(gauges("oven_open"), name="oven")["specs/shop.yaml"]}
    texts = service(gauges("shop_open", labels="[kind]"), KIND) | other | shared
    assert [line for line in said(CODE, texts) if "[label/unused]" in line] == [
        "specs/shared.yaml:4:3: info[label/unused]: no metric has the label `kind`"
    ]


def test_message() -> None:
    """The message says what to do."""
    assert said(CODE, service(gauges("shop_open"), KIND)) == [
        "specs/shop.yaml:4:3: info[label/unused]: no metric has the label `kind`",
        "  |",
        "4 |   kind: {help: X., values: [a]}",
        "  |   ^^^^",
        "  = help: remove it, or list it under `labels:` of the metrics it tells apart",
    ]
