"""Where Langfuse is: from arguments before the environment, and never where keys would leak."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.langfuse.access import CLOUD_URL, Access, BadAddress, NoAccess, checked_url, find_access

KEYS = {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk"}


def test_the_order():
    """Arguments come first, then LANGFUSE_BASE_URL, then LANGFUSE_HOST, then the cloud."""
    both = {**KEYS, "LANGFUSE_BASE_URL": "https://a.example", "LANGFUSE_HOST": "https://b.example"}
    assert find_access(both) == Access(base_url="https://a.example", public_key="pk", secret_key="sk")
    assert find_access({**KEYS, "LANGFUSE_HOST": "https://b.example/"}).base_url == "https://b.example"
    assert find_access(KEYS).base_url == CLOUD_URL
    told = find_access(both, public_key="p", secret_key="s", host="http://localhost:3000/")
    assert told == Access(base_url="http://localhost:3000", public_key="p", secret_key="s")


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY not set"),
        ({"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": " "}, "LANGFUSE_SECRET_KEY not set"),
        ({**KEYS, "LANGFUSE_SECRET_KEY": "s\nX: y"}, "LANGFUSE_SECRET_KEY not set"),
        (
            {"LANGFUSE_PUBLIC_KEY": "sk-lf-1", "LANGFUSE_SECRET_KEY": "pk-lf-1"},
            "LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY are swapped: the public one begins with pk-",
        ),
        ({**KEYS, "LANGFUSE_TRACING_ENABLED": "False"}, "LANGFUSE_TRACING_ENABLED says no"),
        ({**KEYS, "LANGFUSE_ENABLED": "0"}, "LANGFUSE_ENABLED says no"),
    ],
)
def test_off(environment, reason):
    """Why nothing is sent is said."""
    assert find_access(environment) == NoAccess(reason=reason)


def test_a_bad_address_in_the_environment():
    """It switches Langfuse off instead of stopping the service."""
    found = find_access({**KEYS, "LANGFUSE_HOST": "http://langfuse.example"})
    assert isinstance(found, NoAccess)
    assert "in the clear" in found.reason


@pytest.mark.parametrize(
    "url",
    ["", "langfuse.example", "ftp://a.example", "https://", "https://u:p@a.example", "https://a.example?x=1",
     "https://a.example#x", "https://a.example:port", "https://a.example/\r\nX: y", "http://10.0.0.1",
     "http://localhost.evil.example", "https://[::1"],
)  # fmt: skip
def test_bad(url):
    """Addresses that are none, or leak, are refused without showing what they hold."""
    with pytest.raises(BadAddress) as caught:
        checked_url(url)
    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:3000", "http://localhost", "http://[::1]:3000", "https://a.example/x"]
)
def test_good(url):
    """The same machine may be reached in the clear, others encrypted."""
    assert checked_url(url) == url


def test_inside_a_closed_network():
    """Plain http to others has to be asked for."""
    assert checked_url("http://langfuse-web.svc:3000", allow_insecure=True) == "http://langfuse-web.svc:3000"


@given(st.text(max_size=60))
def test_any_text(text):
    """Any text is an address or refused, nothing else."""
    with suppress(BadAddress):
        assert checked_url(text).startswith(("http://", "https://"))


def test_the_secret_is_not_shown():
    """What is printed or logged of the access holds no secret."""
    assert "topsecret" not in repr(Access(base_url="https://a", public_key="pk", secret_key="topsecret"))
