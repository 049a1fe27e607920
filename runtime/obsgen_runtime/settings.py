"""What the process was told: arguments first, then the environment, then a named `.env` file; judged once, at start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from obsgen_runtime.otlp_settings import Headers
from obsgen_runtime.setting_values import (
    Refused,
    header_list,
    key_beginning,
    number_between,
    read_bytes,
    read_environment,
    read_port,
    read_public_url,
    read_service,
    read_switch,
    read_text,
    read_timeout,
)

LANGFUSE_CLOUD = "https://cloud.langfuse.com"
PROMETHEUS_PORT = 9464
QUEUE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    Settings that passed; secrets are never shown.

    Attributes:
        service_name: The service this process is, as in the catalog (`SERVICE_NAME`).
        prometheus_port: Port of the listener; 0 takes any free one (`OBSGEN_PROMETHEUS_PORT`).
        langfuse_public_key: First half of the keys (`LANGFUSE_PUBLIC_KEY`).
        langfuse_secret_key: Second half (`LANGFUSE_SECRET_KEY`).
        langfuse_base_url: Server (`LANGFUSE_BASE_URL`, then `LANGFUSE_HOST`).
        langfuse_enabled: The one switch (`LANGFUSE_ENABLED`); None means: if both keys are there.
        langfuse_environment: Such as `production` (`LANGFUSE_TRACING_ENVIRONMENT`).
        langfuse_release: Version of the application (`LANGFUSE_RELEASE`).
        langfuse_sample_rate: Share of the traces that is sent, 0 to 1 (`LANGFUSE_SAMPLE_RATE`).
        langfuse_timeout_seconds: How long one request may take (`LANGFUSE_TIMEOUT`).
        langfuse_mask_messages: Whether prompts, completions and tool arguments are masked (`LANGFUSE_MASK_MESSAGES`).
        otlp_endpoint: Where spans go without Langfuse (`OTEL_EXPORTER_OTLP_ENDPOINT`), below `/v1/traces`.
        otlp_traces_endpoint: The same as a whole address, which comes first (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`).
        otlp_headers: Sent to it (`OTEL_EXPORTER_OTLP_TRACES_HEADERS`, then `OTEL_EXPORTER_OTLP_HEADERS`).
        otlp_timeout_seconds: How long one request to it may take (`OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, then
            `OTEL_EXPORTER_OTLP_TIMEOUT`); that of Langfuse if None.
        otlp_protocol: What the environment asks for (`OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, then
            `OTEL_EXPORTER_OTLP_PROTOCOL`); spans are sent as `http/protobuf` whatever it says.
        export_queue_bytes: About how much memory spans and scores that wait may hold (`OBSGEN_EXPORT_QUEUE_BYTES`).
        sdk_disabled: Turns all tracing off (`OTEL_SDK_DISABLED`).
    """

    service_name: str
    prometheus_port: int = PROMETHEUS_PORT
    langfuse_public_key: str | None = None
    langfuse_secret_key: str | None = field(default=None, repr=False)
    langfuse_base_url: str = LANGFUSE_CLOUD
    langfuse_enabled: bool | None = None
    langfuse_environment: str | None = None
    langfuse_release: str | None = None
    langfuse_sample_rate: float = 1.0
    langfuse_timeout_seconds: float = 5.0
    langfuse_mask_messages: bool = True
    otlp_endpoint: str | None = None
    otlp_traces_endpoint: str | None = None
    otlp_headers: Headers = field(default=(), repr=False)
    otlp_timeout_seconds: float | None = None
    otlp_protocol: str | None = None
    export_queue_bytes: int = QUEUE_BYTES
    sdk_disabled: bool = False

    @property
    def traces_url(self) -> str | None:
        """Where a collector takes spans; None if none is named."""
        if self.otlp_traces_endpoint is not None:
            return self.otlp_traces_endpoint
        return None if self.otlp_endpoint is None else f"{self.otlp_endpoint}/v1/traces"

    @property
    def langfuse_off_because(self) -> str | None:
        """Why nothing is sent to Langfuse; None if it is."""
        if self.langfuse_enabled is False:
            return "LANGFUSE_ENABLED is off"
        if self.sdk_disabled:
            return "OTEL_SDK_DISABLED is on"
        missing = [
            name
            for name, key in (
                ("LANGFUSE_PUBLIC_KEY", self.langfuse_public_key),
                ("LANGFUSE_SECRET_KEY", self.langfuse_secret_key),
            )
            if not key
        ]
        return f"no {' and '.join(missing)}" if missing else None


class _Started:
    """What `initialize_observability` runs with now."""

    __slots__ = ("settings",)

    def __init__(self) -> None:
        self.settings: Settings | None = None


_started = _Started()


def started_settings() -> Settings | None:
    """Return the settings that observability runs with in this process; None if it does not run."""
    return _started.settings


def set_started_settings(settings: Settings | None) -> None:
    """Remember the settings that observability runs with, for parts that are made later; None when it ends."""
    _started.settings = settings


class _Said(NamedTuple):
    """A value, and where it comes from: for messages."""

    value: object
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    field: str
    variables: tuple[str, ...]
    read: Callable[[object], object]
    secret: bool = False


def read_settings(
    arguments: Mapping[str, object] | None = None,
    *,
    env_file: str | os.PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """
    Return the settings of this process.

    Args:
        arguments: By field of `Settings`; None says nothing.
        env_file: A `.env` file to read, `~` allowed; that of the variable `OBSGEN_ENV_FILE` if None.
        environment: Variables; those of the process if None. Empty ones say nothing.

    Raises:
        ValueError: If a value makes no sense; names variable, value (unless secret), place, and what to write.
        FileNotFoundError: If the named file does not exist.
        PermissionError: If others than its owner may read the file.
        ModuleNotFoundError: If a file is named and python-dotenv is not installed.
    """
    given = {name: value for name, value in (arguments or {}).items() if value is not None}
    unknown = sorted(given.keys() - {option.field for option in _OPTIONS})
    if unknown:
        raise ValueError(f"no setting {', '.join(unknown)}: known are {', '.join(sorted(o.field for o in _OPTIONS))}")
    variables = os.environ if environment is None else environment
    named = env_file if env_file is not None else variables.get("OBSGEN_ENV_FILE") or None
    from_file = {} if named is None else _read_file(Path(named).expanduser())
    places = (("the environment", variables), (str(named), from_file))
    values: dict[str, Any] = {}
    for option in _OPTIONS:
        said = _said(option, given, places)
        if said is not None:
            values[option.field] = _judged(option, said)
    if "otlp_endpoint" in given and "otlp_traces_endpoint" not in given:
        values.pop("otlp_traces_endpoint", None)  # the environment's, which would come before the argument
    if "service_name" not in values:
        raise ValueError(
            "service_name is missing: pass it, or set SERVICE_NAME to the name of the service in the catalog"
        )
    return Settings(**values)


def _said(
    option: _Option, given: Mapping[str, object], places: tuple[tuple[str, Mapping[str, str]], ...]
) -> _Said | None:
    if option.field in given:
        return _Said(given[option.field], f"argument {option.field}")
    for place, variables in places:
        for name in option.variables:
            if variables.get(name, "").strip():
                return _Said(variables[name].strip(), f"{name} in {place}")
    return None


_USER = re.compile(r"://[^/\s]*@")


def _judged(option: _Option, said: _Said) -> object:
    try:
        return option.read(said.value)
    except Refused as refusal:
        shown = "its value" if option.secret else f"{_USER.sub('://[hidden]@', str(said.value))[:80]!r}"
        raise ValueError(f"{said.where}: {shown} {refusal}") from None


def _read_file(path: Path) -> Mapping[str, str]:
    try:
        from dotenv import dotenv_values  # noqa: PLC0415  (only who names a file needs it)
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            f"reading {path} needs python-dotenv: pip install 'obsgen-runtime[dotenv]'", name="dotenv"
        ) from None
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}: correct env_file or OBSGEN_ENV_FILE, or name none")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077 and os.name == "posix":
        raise PermissionError(f"{path} may be read by others (mode {mode:03o}), and it holds keys: chmod 600 {path}")
    try:
        # No interpolation: a `$` in a key is a `$`.
        found = dotenv_values(path, interpolate=False, encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text: save it as UTF-8") from None
    return {name: value for name, value in found.items() if value is not None}


_OPTIONS = (
    _Option(field="service_name", variables=("SERVICE_NAME",), read=read_service),
    _Option(field="prometheus_port", variables=("OBSGEN_PROMETHEUS_PORT",), read=read_port),
    _Option(
        field="langfuse_public_key",
        variables=("LANGFUSE_PUBLIC_KEY",),
        read=key_beginning("pk-", "sk-", "LANGFUSE_SECRET_KEY"),
        secret=True,
    ),
    _Option(
        field="langfuse_secret_key",
        variables=("LANGFUSE_SECRET_KEY",),
        read=key_beginning("sk-", "pk-", "LANGFUSE_PUBLIC_KEY"),
        secret=True,
    ),
    _Option(field="langfuse_base_url", variables=("LANGFUSE_BASE_URL", "LANGFUSE_HOST"), read=read_public_url),
    _Option(field="langfuse_enabled", variables=("LANGFUSE_ENABLED",), read=read_switch),
    _Option(field="langfuse_environment", variables=("LANGFUSE_TRACING_ENVIRONMENT",), read=read_environment),
    _Option(field="langfuse_release", variables=("LANGFUSE_RELEASE",), read=read_text),
    _Option(
        field="langfuse_sample_rate",
        variables=("LANGFUSE_SAMPLE_RATE",),
        read=number_between(0, 1, "a share, such as 0.1,"),
    ),
    _Option(
        field="langfuse_timeout_seconds", variables=("LANGFUSE_TIMEOUT",), read=number_between(0.1, 300, "seconds")
    ),
    _Option(field="langfuse_mask_messages", variables=("LANGFUSE_MASK_MESSAGES",), read=read_switch),
    _Option(field="otlp_endpoint", variables=("OTEL_EXPORTER_OTLP_ENDPOINT",), read=read_public_url),
    _Option(field="otlp_traces_endpoint", variables=("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",), read=read_public_url),
    _Option(
        field="otlp_headers",
        variables=("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
        read=header_list,
        secret=True,
    ),
    _Option(
        field="otlp_timeout_seconds",
        variables=("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"),
        read=read_timeout,
    ),
    _Option(
        field="otlp_protocol",
        variables=("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"),
        read=read_text,
    ),
    _Option(field="export_queue_bytes", variables=("OBSGEN_EXPORT_QUEUE_BYTES",), read=read_bytes),
    _Option(field="sdk_disabled", variables=("OTEL_SDK_DISABLED",), read=read_switch),
)
