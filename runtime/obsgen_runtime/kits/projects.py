"""
Projects that share a process, each with the keys of its own Langfuse project.

`project-foo` is sent with `LANGFUSE_PUBLIC_KEY_PROJECT_FOO` and `LANGFUSE_SECRET_KEY_PROJECT_FOO`, and nothing without
a project but with `LANGFUSE_PUBLIC_KEY` and `LANGFUSE_SECRET_KEY`. Nobody is ever sent with the keys of somebody else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry

from obsgen_runtime.observations import Backend, NoBackend
from obsgen_runtime.refusals import tell
from obsgen_runtime.setting_values import are_swapped
from obsgen_runtime.settings import Settings, read_settings


def key_variables(project: str) -> tuple[str, str]:
    """Return the variables of the public and the secret key of *project*."""
    ending = re.sub(r"[^A-Z0-9]", "_", project.upper())
    return f"LANGFUSE_PUBLIC_KEY_{ending}", f"LANGFUSE_SECRET_KEY_{ending}"


def project_backend(
    projects: Iterable[str],
    *,
    service_name: str,
    environment: Mapping[str, str] | None = None,
    registry: CollectorRegistry | None = None,
    deadline_seconds: float = 2.0,
) -> Backend:
    """
    Return a backend that sends each of *projects* with its own keys; for `SessionKit`, or `set_backend`.

    A project without keys is told once, now, and what it does is not kept: counted as filtered, never sent with the
    keys of another. The same is true of a project that is not listed, and of work without a project if there are no
    default keys.

    Args:
        projects: Names, as in `SessionKit.session`.
        service_name: The service this process is.
        environment: Variables; those of the process if None.
        registry: Where losses are counted; the client's default registry if None.
        deadline_seconds: How long the end of the interpreter may wait for what is queued.

    Raises:
        ValueError: If two projects would read the same variables, or a setting makes no sense.
        PermissionError: If the file with variables may be read by others than its owner.
    """
    variables = os.environ if environment is None else environment
    names = _told_apart(projects)
    settings = read_settings({"service_name": service_name}, environment=variables)
    off = _off(settings)
    if off is not None:
        return NoBackend(off)
    found = {name: keys for name in names if (keys := _keys(name, variables)) is not None}
    for name in names:
        if name not in found:
            tell("project %s is not traced: set %s (pk-...) and %s (sk-...)", name, *key_variables(name))
    default = (settings.langfuse_public_key, settings.langfuse_secret_key)
    if not found and not all(default):
        return NoBackend("no keys, neither of a project nor the default ones")
    return _backend(settings, found, default, registry, deadline_seconds)


def _told_apart(projects: Iterable[str]) -> tuple[str, ...]:
    by_variable: dict[str, str] = {}
    for name in dict.fromkeys(projects):
        other = by_variable.setdefault(key_variables(name)[0], name)
        if other != name:
            raise ValueError(f"projects {other!r} and {name!r} would both read {key_variables(name)[0]}: rename one")
    return tuple(by_variable.values())


def _off(settings: Settings) -> str | None:
    if settings.langfuse_enabled is False:
        return "LANGFUSE_ENABLED is off"
    return "OTEL_SDK_DISABLED is on" if settings.sdk_disabled else None


def _keys(project: str, variables: Mapping[str, str]) -> tuple[str, str] | None:
    public, secret = (variables.get(name, "").strip() for name in key_variables(project))
    return (public, secret) if public and secret and not are_swapped(public, secret) else None


def _backend(
    settings: Settings,
    keys: Mapping[str, tuple[str, str]],
    default: tuple[str | None, str | None],
    registry: CollectorRegistry | None,
    deadline_seconds: float,
) -> Backend:
    # Only who traces loads what tracing needs.
    from obsgen_runtime import otlp  # noqa: PLC0415
    from obsgen_runtime.masking import Content  # noqa: PLC0415

    shown = not settings.langfuse_mask_messages
    base = settings.langfuse_base_url
    public, secret = default
    try:
        return otlp.backend(
            otlp.Destination.langfuse(base, public, secret) if public and secret else None,
            projects={name: otlp.Destination.langfuse(base, *pair) for name, pair in keys.items()},
            service_name=settings.service_name,
            environment=settings.langfuse_environment,
            release=settings.langfuse_release,
            content=Content(prompts=shown, completions=shown, tool_arguments=shown, tool_results=shown),
            limits=otlp.Limits(
                timeout_seconds=settings.langfuse_timeout_seconds, queue_bytes=settings.export_queue_bytes
            ),
            sample_ratio=settings.langfuse_sample_rate,
            exit_seconds=deadline_seconds,
            registry=registry,
        )
    except otlp.MissingExtra as missing:
        tell("tracing is off: %s", missing)
        return NoBackend(str(missing))
