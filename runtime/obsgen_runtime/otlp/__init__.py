"""
Observations as OpenTelemetry spans, sent to Langfuse or to any receiver of OTLP over HTTP. Needs the extra `otel`.

    backend = otlp.backend(Destination.langfuse(url, public_key, secret_key), service_name="assistant")
    tracing.set_backend(backend)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from prometheus_client import CollectorRegistry

from obsgen_runtime.masking import Content
from obsgen_runtime.otlp.destinations import Destination
from obsgen_runtime.otlp.ledger import Ledger, Tally
from obsgen_runtime.otlp.limits import Limits

if TYPE_CHECKING:
    from obsgen_runtime.otlp.backends import OtlpBackend

__all__ = ["Destination", "Limits", "MissingExtra", "Tally", "backend"]


class MissingExtra(ModuleNotFoundError):  # noqa: N818  (it says what is missing)
    """A library is not installed that an extra of this distribution brings."""


def backend(
    destination: Destination | None,
    *,
    service_name: str,
    environment: str | None = None,
    release: str | None = None,
    projects: Mapping[str, Destination] | None = None,
    content: Content | None = None,
    limits: Limits | None = None,
    sample_ratio: float = 1.0,
    attach: Literal["app"] | None = None,
    exit_seconds: float = 2.0,
    registry: CollectorRegistry | None = None,
) -> OtlpBackend:
    """
    Return a backend that sends to *destination*; nothing is connected before there is something to send.

    Args:
        destination: Where everything goes that has no project of its own; None drops that as filtered.
        service_name: The service this process is.
        environment: Such as `production`.
        release: Such as a version or a commit.
        projects: Where things go whose context names a project. With it, those of a project that is not in it are
            dropped as filtered, never sent with another's keys; without it, the project is just a fact.
        content: What is sent of prompts, completions, tool calls and comments; nothing by default.
        limits: Of queue and time.
        sample_ratio: Share of traces that are sent, 0 to 1, chosen by trace id.
        attach: `app` has the application's tracer provider make the spans, so that its exporters see them, too
            (without content); otherwise they are made by a provider of our own, and nobody else sees them.
        exit_seconds: How long the end of the interpreter may wait for what is queued.
        registry: Where the accounts are shown; the client's default registry if None.

    Raises:
        MissingExtra: Without OpenTelemetry.
        ValueError: If *sample_ratio* is out of range.
    """
    if not 0.0 <= sample_ratio <= 1.0:
        raise ValueError(f"sample_ratio is {sample_ratio}: give a share from 0 to 1")
    try:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415

        from obsgen_runtime.otlp.backends import OtlpBackend  # noqa: PLC0415
        from obsgen_runtime.otlp.records import Rules  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("opentelemetry"):
            raise
        raise MissingExtra(
            "sending spans needs the extra otel: pip install 'obsgen-runtime[otel]'", name=error.name
        ) from None
    told = {
        "service.name": service_name,
        "service.version": release,
        "deployment.environment.name": environment,
        "langfuse.environment": environment,
        "langfuse.release": release,
    }
    everywhere = (destination, *(projects or {}).values())
    return OtlpBackend(
        destination,
        projects,
        rules=Rules(
            content=content or Content(),
            secrets=tuple(dict.fromkeys(secret for place in everywhere if place for secret in place.secrets)),
            environment=environment,
            release=release,
        ),
        resource=Resource.create({key: value for key, value in told.items() if value is not None}),
        limits=limits or Limits(),
        ledger=Ledger(registry),
        sample_ratio=sample_ratio,
        attach=attach,
        exit_seconds=exit_seconds,
    )
