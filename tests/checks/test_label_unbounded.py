"""`label/unbounded`: a label that by its name tells single things apart."""

import pytest

from tests.services import gauges, said, service, words

CODE = "label/unbounded"
OPEN = "{}: {{help: X., at_most: 10}}"


@pytest.mark.parametrize("name", ["order_id", "id", "user", "session", "email", "url", "customer_uuid", "client_ip"])
def test_found(name: str) -> None:
    """An open label that is called after an identifier is found at its definition, unless a reason is given."""
    assert words(CODE, service(gauges("shop_open", labels=f"[{name}]"), OPEN.format(name))) == [name]
    allowed = f"{name}: {{help: X., at_most: 10, allow: {{label/unbounded: There are ten.}}}}"
    assert words(CODE, service(gauges("shop_open", labels=f"[{name}]"), allowed)) == []


@pytest.mark.parametrize("name", ["kind", "identity", "grid", "user_group", "session_kind", "paid", "path"])
def test_silent(name: str) -> None:
    """Labels of groups are silent."""
    assert words(CODE, service(gauges("shop_open", labels=f"[{name}]"), OPEN.format(name))) == []


def test_closed() -> None:
    """A label that lists its values is no identifier, whatever it is called."""
    assert words(CODE, service(gauges("shop_open", labels="[user]"), "user: {help: X., values: [owner, guest]}")) == []


def test_message() -> None:
    """The message says where identifiers belong."""
    assert said(CODE, service(gauges("shop_open", labels="[user]"), OPEN.format("user"))) == [
        "specs/shop.yaml:4:3: warning[label/unbounded]: `user` sounds like an identifier: every new one adds series that stay",
        "  |",
        "4 |   user: {help: X., at_most: 10}",
        "  |   ^^^^",
        "  = help: put it on traces, logs or exemplars, which are made for single events; if there really are few of them, say so: `allow: {label/unbounded: reason}`",
    ]
