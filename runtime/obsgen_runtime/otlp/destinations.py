"""Where spans and scores are sent, and with which keys."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from obsgen_runtime.otlp_settings import Headers, secrets_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """
    One project of a Langfuse server, or any other receiver of OTLP over HTTP.

    Attributes:
        traces_url: Takes spans as OTLP protobuf.
        scores_url: Takes scores as JSON; None if there is no such place, and scores are dropped as filtered.
        score_events_url: Takes scores as a batch of events, as servers do that know no list of scores.
        headers: Sent with every request.
        secrets: Values that must not appear in anything that is sent.
    """

    traces_url: str
    scores_url: str | None = None
    score_events_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """
        Check the addresses.

        Raises:
            ValueError: If one is no http or https URL with a host, or holds a password.
        """
        for url in (self.traces_url, self.scores_url, self.score_events_url):
            if url is None:
                continue
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("a destination needs a URL that begins with http:// or https:// and names a host")
            if parts.username or parts.password:
                raise ValueError("keys do not belong into the URL of a destination: pass them as keys or headers")

    @classmethod
    def langfuse(
        cls, base_url: str, public_key: str, secret_key: str, *, headers: Mapping[str, str] | None = None
    ) -> Self:
        """Return the project of these keys on the Langfuse server at *base_url*."""
        base = base_url.rstrip("/")
        keys = base64.b64encode(f"{public_key}:{secret_key}".encode()).decode("ascii")
        return cls(
            traces_url=f"{base}/api/public/otel/v1/traces",
            scores_url=f"{base}/api/public/scores",
            score_events_url=f"{base}/api/public/ingestion",
            headers={
                "Authorization": f"Basic {keys}",
                # Without it the server takes the slow way, and spans show up to ten minutes late.
                "x-langfuse-ingestion-version": "4",
                "x-langfuse-public-key": public_key,
                **(headers or {}),
            },
            secrets=tuple(secret for secret in (secret_key, keys) if secret),
        )

    @classmethod
    def collector(cls, traces_url: str, headers: Headers = ()) -> Self:
        """Return a receiver of OTLP over HTTP at the whole address *traces_url*; keys in *headers* are secrets."""
        return cls(traces_url=traces_url, headers=dict(headers), secrets=secrets_in(headers))
