"""`alert/name-style`: a name that reads differently from those of other alerts."""

import pytest

from obsgen.checks import alert_name_style
from tests import foreign
from tests.bakery import alert
from tests.planted import one

CODE = "alert/name-style"


@pytest.mark.parametrize("name", ["oven_cold", "ovenCold", "Oven_Cold", "_Oven", "O" * 51])
def test_found(name: str) -> None:
    """A name in another style, or a long one, is found."""
    assert one(CODE, alert("{down: true}", name=name)) == [(CODE, name)]


@pytest.mark.parametrize("name", ["OvenCold", "Oven2Cold", "OVENCold", "O" * 50])
def test_silent(name: str) -> None:
    """PascalCase of up to 50 characters is silent."""
    assert one(CODE, alert("{down: true}", name=name)) == []


def test_message() -> None:
    """The message says what to write."""
    assert foreign.printed(alert_name_style.CHECK, foreign.rules("{alert: Oven is cold, expr: up == 0}")) == [
        "rules.yaml:4:13: info[alert/name-style]: `Oven is cold` is not written like other alerts",
        "  |",
        "4 |   - {alert: Oven is cold, expr: up == 0}",
        "  |             ^^^^^^^^^^^^",
        "  = help: write `OvenIsCold`",
    ]
