"""Which backend the settings ask for: one with keys or an endpoint, or honestly none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from obsgen_runtime.observations import Backend, NoBackend
from obsgen_runtime.otlp_settings import SENT_AS
from obsgen_runtime.refusals import tell
from obsgen_runtime.settings import Settings

if TYPE_CHECKING:
    from obsgen_runtime.otlp.destinations import Destination


def tracing_backend(settings: Settings, registry: CollectorRegistry | None, deadline_seconds: float) -> Backend:
    """
    Return where observations go by *settings*: to Langfuse with its keys, else to the endpoint of a collector.

    Without keys and endpoint nothing is imported, started or sent. Where OpenTelemetry is missing, one line names the
    extra, and nothing is traced.

    Args:
        settings: Those of the process.
        registry: Where losses are counted.
        deadline_seconds: How long the end of the interpreter may wait for what is queued.
    """
    off = settings.langfuse_off_because
    if settings.sdk_disabled:
        return NoBackend("OTEL_SDK_DISABLED is on")
    if off is not None and settings.traces_url is None:
        return NoBackend(f"{off}, no OTEL_EXPORTER_OTLP_ENDPOINT")
    # Only who traces loads what tracing needs.
    from obsgen_runtime import otlp  # noqa: PLC0415
    from obsgen_runtime.masking import Content  # noqa: PLC0415

    shown = not settings.langfuse_mask_messages
    timeout_seconds = settings.langfuse_timeout_seconds
    if off is not None and settings.otlp_timeout_seconds is not None:
        timeout_seconds = settings.otlp_timeout_seconds
    destination = _destination(settings)
    try:
        return otlp.backend(
            destination,
            service_name=settings.service_name,
            environment=settings.langfuse_environment,
            release=settings.langfuse_release,
            content=Content(prompts=shown, completions=shown, tool_arguments=shown, tool_results=shown),
            limits=otlp.Limits(timeout_seconds=timeout_seconds, queue_bytes=settings.export_queue_bytes),
            sample_ratio=settings.langfuse_sample_rate,
            exit_seconds=deadline_seconds,
            registry=registry,
        )
    except otlp.MissingExtra as missing:
        tell("tracing is off: %s", missing)
        return NoBackend(str(missing))


def _destination(settings: Settings) -> Destination:
    from obsgen_runtime.otlp.destinations import Destination  # noqa: PLC0415

    keys = settings.langfuse_public_key, settings.langfuse_secret_key
    if settings.langfuse_off_because is None and keys[0] and keys[1]:
        _warn_in_the_clear(settings.langfuse_base_url)
        return Destination.langfuse(settings.langfuse_base_url, keys[0], keys[1])
    if settings.otlp_protocol not in {None, SENT_AS}:
        tell(
            "the OTLP protocol %.20r is not spoken here, and spans are sent as %s: set OTEL_EXPORTER_OTLP_PROTOCOL, and "
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL if there is one, to %s, and the endpoint to the collector's port for HTTP, usually 4318",
            settings.otlp_protocol, SENT_AS, SENT_AS,
        )  # fmt: skip
    return Destination.collector(settings.traces_url or "", settings.otlp_headers)


def _warn_in_the_clear(base_url: str) -> None:
    """Say once what plain http means; inside a closed network it is what people have."""
    from obsgen_runtime.langfuse.access import BadAddress, checked_url  # noqa: PLC0415

    try:
        checked_url(base_url)
    except BadAddress as problem:
        tell("Langfuse: %s", problem)
