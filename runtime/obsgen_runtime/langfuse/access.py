"""Where Langfuse is and with which keys: from arguments or environment, checked before anything is sent."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from obsgen_runtime.setting_values import are_swapped
from obsgen_runtime.settings import started_settings

CLOUD_URL = "https://cloud.langfuse.com"
_NO = frozenset({"0", "false", "no", "off"})


class BadAddress(ValueError):  # noqa: N818  (it names a state, as the application sees it)
    """A base URL that keys must not be sent to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """
    One project of one Langfuse server.

    Attributes:
        base_url: Without a slash at the end.
        public_key: Names the project.
        secret_key: Never printed.
    """

    base_url: str
    public_key: str
    secret_key: str = field(repr=False)

    @property
    def traces_url(self) -> str:
        """Where spans go by OTLP."""
        return f"{self.base_url}/api/public/otel/v1/traces"

    @property
    def authorization(self) -> str:
        """Value of the HTTP header."""
        return "Basic " + base64.b64encode(f"{self.public_key}:{self.secret_key}".encode()).decode("ascii")

    def trace_url(self, trace_id: str) -> str:
        """Return the page of a trace; the server sends browsers on to the project it is in."""
        return f"{self.base_url}/trace/{trace_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAccess:
    """Why nothing is sent, in words for the log and the doctor."""

    reason: str


def find_access(
    environment: Mapping[str, str],
    *,
    public_key: str | None = None,
    secret_key: str | None = None,
    host: str | None = None,
    allow_insecure: bool = False,
) -> Access | NoAccess:
    """
    Return where to send; arguments come before the environment, and LANGFUSE_BASE_URL before LANGFUSE_HOST.

    A bad address in the environment switches Langfuse off, since a deployment's typo must not stop the service.

    Raises:
        BadAddress: If the argument *host* is one.
    """
    for switch in ("LANGFUSE_ENABLED", "LANGFUSE_TRACING_ENABLED"):
        if environment.get(switch, "").strip().lower() in _NO:
            return NoAccess(reason=f"{switch} says no")
    public = (public_key or environment.get("LANGFUSE_PUBLIC_KEY", "")).strip()
    secret = (secret_key or environment.get("LANGFUSE_SECRET_KEY", "")).strip()
    missing = [
        name for name, key in (("LANGFUSE_PUBLIC_KEY", public), ("LANGFUSE_SECRET_KEY", secret)) if not _is_key(key)
    ]
    if missing:
        return NoAccess(reason=f"{' and '.join(missing)} not set")
    if are_swapped(public, secret):
        return NoAccess(
            reason="LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY are swapped: the public one begins with pk-"
        )
    if host is not None:
        url = checked_url(host, allow_insecure=allow_insecure)
    else:
        named = environment.get("LANGFUSE_BASE_URL") or environment.get("LANGFUSE_HOST") or CLOUD_URL
        try:
            url = checked_url(named, allow_insecure=allow_insecure)
        except BadAddress as error:
            return NoAccess(reason=str(error))
    return Access(base_url=url, public_key=public, secret_key=secret)


def started_environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return *environment* with what `initialize_observability` runs with in place of what it says of Langfuse."""
    settings = started_settings()
    if settings is None:
        return environment
    said = {
        "LANGFUSE_PUBLIC_KEY": settings.langfuse_public_key,
        "LANGFUSE_SECRET_KEY": settings.langfuse_secret_key,
        "LANGFUSE_BASE_URL": settings.langfuse_base_url,
        "LANGFUSE_ENABLED": None if settings.langfuse_enabled is None else str(settings.langfuse_enabled),
    }
    return {**environment, **{name: value for name, value in said.items() if value is not None}}


def _is_key(text: str) -> bool:
    # What is left of a line break in an `.env` would end the HTTP header early.
    return text != "" and text.isascii() and text.isprintable()


def checked_url(url: str, *, allow_insecure: bool = False) -> str:
    """
    Return the base URL without the slash at its end.

    Args:
        url: Such as `https://langfuse.example.org`.
        allow_insecure: Take `http` for other hosts than this machine, too: keys and content travel in the clear.

    Raises:
        BadAddress: If it is none, holds a user name, or is not encrypted.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(f"Langfuse's base URL is malformed: {error}") from None
    if parts.scheme not in ("https", "http") or not host or any(not 32 < ord(letter) < 127 for letter in url.strip()):
        raise BadAddress("Langfuse's base URL is not of the form https://host")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise BadAddress("Langfuse's base URL may hold neither user name nor query; keys are settings of their own")
    if parts.scheme == "http" and not allow_insecure and not _is_loopback(host):
        raise BadAddress(
            f"http://{host} would send the keys in the clear: use https, or allow_insecure=True inside a closed network"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
