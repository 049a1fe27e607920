"""`record/cycle`: recorded series that each need the other one's last value."""

import pytest

from obsgen.checks import record_cycle
from tests import foreign
from tests.bakery import BAKERY
from tests.planted import one, said

CODE = "record/cycle"


def recording(**queries: str) -> dict[str, str]:
    """Return the bakery with recorded series `bakery:NAME:last`; `@` in a query begins the name of one."""
    lines = ["obsgen: 1", "service: bakery", "records:"]
    for name, query in queries.items():
        for other in queries:
            query = query.replace(f"@{other}", f"bakery:{other}:last")  # noqa: PLW2901
        lines += [f"  bakery:{name}:last:", "    record: It.", "    query:", "      promql: |", f"        {query}"]
    return {**BAKERY, "specs/records.yaml": "\n".join(lines) + "\n"}


@pytest.mark.parametrize(
    ("faulty", "correct"),
    [
        ({"a": "@a + 1"}, {"a": "(@a or up) + 1"}),
        ({"a": "sum(rate(@b[5m]))", "b": "@a > 5"}, {"a": "sum(rate(@b[5m]))", "b": "up or @a > 5"}),
        ({"a": "@b", "b": "@c and up", "c": "up * @a"}, {"a": "@b", "b": "up unless @c", "c": "up * @a"}),
        ({"a": "@a or @a * 2"}, {"a": "@a or up * 2"}),
        ({"a": "max_over_time(@a[1h:5m])"}, {"a": "absent(@a)"}),
    ],
)
def test_found(faulty: dict[str, str], correct: dict[str, str]) -> None:
    """A way back to itself without another source is found once; with one it is not."""
    assert one(CODE, recording(**faulty)) == [(CODE, "bakery:a:last")]
    assert one(CODE, recording(**correct)) == []


def test_rule_files() -> None:
    """In rule files a name that several rules record needs none of them in particular."""
    loop = "{record: 'a:b:c', expr: 'a:b:c + 1'}"
    assert foreign.words(record_cycle.CHECK, foreign.rules(loop)) == ["'a:b:c'"]
    assert foreign.words(record_cycle.CHECK, foreign.rules(loop, "{record: 'a:b:c', expr: up}")) == []


def test_message() -> None:
    """The message goes once around, and shows all places."""
    assert said(CODE, recording(a="@b / 24", b="24 * @a")).strip("\n").splitlines() == [
        "specs/records.yaml:4:3: error[record/cycle]: none of these ever has a value: `bakery:a:last` from `bakery:b:last` from `bakery:a:last`",
        "  |",
        "4 |   bakery:a:last:",
        "  |   ^^^^^^^^^^^^^",
        "  |",
        "9 |   bakery:b:last:",
        "  |   ------------- needs the next one",
        "  = help: one of them has to come from a metric alone",
    ]
