"""The backend of a project: one for all objects that name the same server and keys."""

from __future__ import annotations

import os
from threading import RLock

from obsgen_runtime import tracing
from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.langfuse.access import Access
from obsgen_runtime.masking import Content
from obsgen_runtime.observations import Backend, NoBackend
from obsgen_runtime.refusals import tell
from obsgen_runtime.setting_values import Refused, read_bytes
from obsgen_runtime.settings import QUEUE_BYTES

_by_access: dict[Access, Backend] = {}
_told: set[str] = set()
_lock = hold_over_forks(RLock())


def backend_for(access: Access, content: Content) -> Backend:
    """
    Return what sends to *access*; the first one also becomes the backend of the process, if that has none.

    The settings of the first object of a project hold for all. A missing library is told in a line.
    """
    with _lock:
        found = _by_access.get(access)
        if found is None or not found.is_live:
            found = _by_access[access] = _make(access, content)
        if not tracing.backend().is_live:
            tracing.set_backend(found)
        return found


def tell_off(reason: str) -> None:
    """Say once per process that nothing is sent, and why."""
    with _lock:
        if reason in _told:
            return
        _told.add(reason)
    tell("Langfuse is off: %s; everything else works, and nothing is recorded there", reason)


def _make(access: Access, content: Content) -> Backend:
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() in ("1", "true", "yes", "on"):
        return NoBackend(reason="OTEL_SDK_DISABLED is on")
    # Who has no keys has no need for the libraries behind these.
    from obsgen_runtime import otlp  # noqa: PLC0415

    try:
        return otlp.backend(
            otlp.Destination.langfuse(access.base_url, access.public_key, access.secret_key),
            service_name=os.environ.get("SERVICE_NAME") or os.environ.get("OTEL_SERVICE_NAME") or "unknown_service",
            environment=os.environ.get("LANGFUSE_TRACING_ENVIRONMENT") or None,
            release=os.environ.get("LANGFUSE_RELEASE") or None,
            content=content,
            limits=otlp.Limits(queue_bytes=_queue_bytes(os.environ.get("OBSGEN_EXPORT_QUEUE_BYTES", ""))),
            sample_ratio=_ratio(os.environ.get("LANGFUSE_SAMPLE_RATE", "")),
        )
    except otlp.MissingExtra as error:
        tell_off(str(error))
        return NoBackend(reason=str(error))


def _ratio(text: str) -> float:
    try:
        ratio = float(text or 1.0)
    except ValueError:
        ratio = -1.0
    if 0.0 <= ratio <= 1.0:
        return ratio
    tell("LANGFUSE_SAMPLE_RATE is no share from 0 to 1; everything is sent")
    return 1.0


def _queue_bytes(text: str) -> int:
    try:
        return read_bytes(text.strip()) if text.strip() else QUEUE_BYTES
    except Refused as problem:
        tell("OBSGEN_EXPORT_QUEUE_BYTES %s; it is %d", problem, QUEUE_BYTES)
        return QUEUE_BYTES
