"""`record/name-style`: a recorded series whose name does not say what was done to which metric."""

import pytest

from obsgen.checks import record_name_style
from tests import foreign
from tests.bakery import BAKERY
from tests.planted import one, recorded, said

CODE = "record/name-style"


@pytest.mark.parametrize("name", ["bakery_up", "bakery:up"])
def test_found(name: str) -> None:
    """A name of fewer than three parts is found."""
    texts = {**BAKERY, "specs/records.yaml": recorded(name, "sum(up)")}
    assert one(CODE, texts) == [(CODE, f'"{name}"')]
    assert foreign.words(record_name_style.CHECK, foreign.rules(f"{{record: '{name}', expr: up}}")) == [f"'{name}'"]


@pytest.mark.parametrize("name", ["job:up:sum", ":up:sum", "job:kind:bakery_orders:rate5m"])
def test_silent(name: str) -> None:
    """Three parts and more are silent, the first may be empty."""
    assert one(CODE, {**BAKERY, "specs/records.yaml": recorded(name, "sum(up)")}) == []


def test_message() -> None:
    """The message says what is missing, and what to write."""
    texts = {**BAKERY, "specs/records.yaml": recorded("bakery_up", "sum(up)")}
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/records.yaml:4:3: info[record/name-style]: `bakery_up` does not say at which level, from which metric and how it is recorded, and nothing tells it from a metric that a program exports",
        "  |",
        '4 |   "bakery_up":',
        "  |   ^^^^^^^^^^^",
        "  = help: write `level:metric:operations`, such as `job:http_requests:rate5m`",
    ]
