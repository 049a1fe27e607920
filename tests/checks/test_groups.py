"""`group/long-interval`, `record/order`, `alert/redundant-for`: when the rules of a group run, and in which order."""

import pytest

from obsgen.checks import alert_redundant_for, group_long_interval, record_order
from obsgen.settings import Server, Settings
from tests import foreign

USER = "{record: 'bakery:share', expr: sum(bakery_flour_remaining) / bakery_orders}"
USED = "{record: bakery_orders, expr: sum(bakery_flour_remaining)}"
ALERT = "{alert: Low, expr: up == 0 or bakery_orders > 5}"


def groups(*groups: tuple[str, ...], every: str = "") -> str:
    """Return a rule file of groups."""
    head = f"  interval: {every}\n" if every else ""
    parts = (
        f"- name: g{at}\n{head}  rules:\n" + "".join(f"  - {rule}\n" for rule in rules)
        for at, rules in enumerate(groups)
    )
    return "groups:\n" + "".join(parts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (groups((USER, USED)), ["bakery_orders"]),
        (groups((ALERT, USED)), ["bakery_orders"]),
        (groups((USER,), (USED,)), ["bakery_orders"]),
        (groups((USED,), (ALERT, ALERT)), ["bakery_orders", "bakery_orders"]),
        (groups((USED, USER, ALERT)), []),
        (groups((USED, USER), (USED, ALERT)), []),
        (groups((USED, USER, USED)), []),
        (groups((USER, ALERT)), []),
        (groups(("{record: bakery_orders, expr: bakery_orders offset 1m}",)), []),
    ],
)
def test_order(text: str, words: list[str]) -> None:
    """A series has to be recorded above its use in the same group; what nobody records is no concern of the order."""
    assert foreign.words(record_order.CHECK, text) == words


def test_severity() -> None:
    """Within a group the order is certainly wrong, across groups it may do harm."""
    inside, across = groups((USER, USED)), groups((USER,), (USED,))
    assert [str(one.severity) for text in (inside, across) for one in foreign.findings(record_order.CHECK, text)] == [
        "warning", "info",
    ]  # fmt: skip


def test_order_message() -> None:
    """The message shows where the series is recorded."""
    assert foreign.printed(record_order.CHECK, groups((USER, USED))) == [
        "rules.yaml:4:66: warning[record/order]: `bakery_orders` is recorded further down, so this reads what the last evaluation left",
        "  |",
        "4 |   - {record: 'bakery:share', expr: sum(bakery_flour_remaining) / bakery_orders}",
        "  |                                                                  ^^^^^^^^^^^^^",
        "  |",
        "5 |   - {record: bakery_orders, expr: sum(bakery_flour_remaining)}",
        "  |              ------------- recorded here",
        "  = help: rules of a group run from top to bottom; move the recording rule up",
    ]


KEEPS = "{alert: Low, expr: up == 0, keep_firing_for: 15m}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (groups((USED,), every="10m"), ["10m"]),
        (groups((ALERT,), every="1h"), ["1h"]),
        (groups((KEEPS, USED), every="5m1s"), ["5m1s"]),
        (groups((KEEPS,), every="1h"), []),
        (groups((USED,), every="5m"), []),
        (groups((USED,)), []),
        (groups((), every="1h"), []),
    ],
)
def test_interval(text: str, words: list[str]) -> None:
    """More than five minutes leave gaps, except in alerts that keep firing."""
    assert foreign.words(group_long_interval.CHECK, text) == words


def test_interval_message() -> None:
    """The message says which result has gaps."""
    assert foreign.printed(group_long_interval.CHECK, groups((USED,), every="10m")) == [
        "rules.yaml:3:13: warning[group/long-interval]: Prometheus forgets a sample after 5 minutes, so the series `bakery_orders` "
        "has gaps in the group `g0`",
        "  |",
        "3 |   interval: 10m",
        "  |             ^^^ every 10 minutes",
        "  = help: write `interval: 5m` or less; alerts may also have `keep_firing_for`",
    ]


def waiting(written: str) -> str:
    """Return an alert with a waiting time."""
    return f"{{alert: Low, expr: up == 0, {written}}}"


@pytest.mark.parametrize(
    ("text", "server", "words"),
    [
        (groups((waiting("for: 0s"),)), None, ["0s"]),
        (groups((waiting("for: 0"),)), None, ["0"]),
        (groups((waiting("keep_firing_for: 0m, for: 5m"),)), None, ["0m"]),
        (groups((waiting("keep_firing_for: 30s"),)), 60.0, ["30s"]),
        (groups((waiting("keep_firing_for: 30s"),), every="1m"), None, ["30s"]),
        (groups((waiting("keep_firing_for: 30s"),), every="30s"), 60.0, []),
        (groups((waiting("keep_firing_for: 30s"),)), None, []),
        (groups((waiting("keep_firing_for: 1m, for: 10s"),)), 60.0, []),
        (groups((ALERT,)), 60.0, []),
    ],
)
def test_redundant(text: str, server: float | None, words: list[str]) -> None:
    """Nothing is waited for, or it is over before anybody looks; what the group says counts more than the settings."""
    settings = Settings(server=Server(evaluation_seconds=server))
    assert foreign.words(alert_redundant_for.CHECK, text, settings=settings) == words


def test_redundant_message() -> None:
    """The message says when the next evaluation comes."""
    assert foreign.printed(alert_redundant_for.CHECK, groups((waiting("keep_firing_for: 30s"),), every="1m")) == [
        "rules.yaml:5:50: info[alert/redundant-for]: this is over before the next evaluation, 60s later",
        "  |",
        "5 |   - {alert: Low, expr: up == 0, keep_firing_for: 30s}",
        "  |                                                  ^^^",
        "  = help: keep firing for two evaluations or more: at least `120s`, or leave it out",
    ]
