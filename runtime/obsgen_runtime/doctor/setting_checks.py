"""Checks of settings, keys, address and installed libraries. They look at this machine only."""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from obsgen_runtime.doctor.results import Result, failed, listed, ok, shown, skipped, warning
from obsgen_runtime.langfuse.access import Access, BadAddress, checked_url
from obsgen_runtime.otlp_settings import secrets_in
from obsgen_runtime.settings import Settings, read_settings

RANGES: Mapping[str, tuple[str, tuple[int, ...], tuple[int, ...]]] = {
    "opentelemetry-sdk": ("otel", (1, 33, 1), (2,)),
    "opentelemetry-exporter-otlp-proto-http": ("otel", (1, 33, 1), (2,)),
    "langfuse": ("langfuse", (4, 7), (6,)),
}
"""Distribution -> the extra it belongs to, the oldest release that will do, and the first that will not."""

_READ = frozenset(
    {
        *("LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY", "LANGFUSE_BASE_URL", "LANGFUSE_HOST", "LANGFUSE_ENABLED"),
        *("LANGFUSE_TRACING_ENABLED", "LANGFUSE_TRACING_ENVIRONMENT", "LANGFUSE_RELEASE", "LANGFUSE_SAMPLE_RATE"),
        *("LANGFUSE_TIMEOUT", "LANGFUSE_MASK_MESSAGES", "OBSGEN_PROMETHEUS_PORT", "OBSGEN_ENV_FILE"),
        "OBSGEN_EXPORT_QUEUE_BYTES",
    }
)
_OF_THE_SDK = frozenset(
    {
        *("LANGFUSE_DEBUG", "LANGFUSE_FLUSH_AT", "LANGFUSE_FLUSH_INTERVAL", "LANGFUSE_OTEL_TRACES_EXPORT_PATH"),
        *("LANGFUSE_MEDIA_UPLOAD_ENABLED", "LANGFUSE_MEDIA_UPLOAD_THREAD_COUNT"),
        *("LANGFUSE_PROMPT_CACHE_DEFAULT_TTL_SECONDS",),
    }
)
_PREFIXES = ("LANGFUSE_", "OBSGEN_")
_NO = frozenset({"0", "false", "no", "off"})
_SECRET_NAME = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE|PUBLIC_KEY|AUTH|HEADERS", re.IGNORECASE)
_USER = re.compile(r"://([^/\s]+)@")
_UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What the doctor read.

    Attributes:
        variables: Of the environment, and below these of the file.
        settings: What they amount to; None if they make no sense.
        result: Of the check of settings.
    """

    variables: Mapping[str, str] = field(repr=False)
    settings: Settings | None = field(repr=False)
    result: Result

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must not be printed, wherever they turn up."""
        found = [value for name, value in self.variables.items() if _SECRET_NAME.search(name)]
        found += [user for value in self.variables.values() for user in _USER.findall(value)]
        found += secrets_in(self.settings.otlp_headers) if self.settings is not None else ()
        return tuple(sorted({value.strip() for value in found if len(value.strip()) >= 6}, key=len, reverse=True))

    @property
    def langfuse_off(self) -> str | None:
        """Why nothing is sent to Langfuse although there may be keys; None if nothing switched it off."""
        if self.settings is None:
            return "the settings cannot be read"
        if self.variables.get("LANGFUSE_TRACING_ENABLED", "").strip().lower() in _NO:
            return "LANGFUSE_TRACING_ENABLED is off"
        because = self.settings.langfuse_off_because
        return because if because and not because.startswith("no ") else None


def read_surroundings(environment: Mapping[str, str], env_file: str | None) -> Surroundings:
    """Return what the process would be told in this environment, with this file."""
    named = env_file or environment.get("OBSGEN_ENV_FILE") or None
    variables = {name: value for name, value in environment.items() if value.strip()}
    try:
        settings, is_named = _settings(variables, named)
        variables = {**_file(named), **variables}
    except ModuleNotFoundError:
        advice = "pip install 'obsgen-runtime[dotenv]'"
        problem = failed("settings", f"reading {shown(named)} needs python-dotenv", advice)
    except PermissionError:
        advice = f"It holds keys: chmod 600 {shown(named)}"
        problem = failed("settings", f"{shown(named)} may be read by others, or not by you", advice)
    except OSError as error:
        advice = "Correct --env-file or OBSGEN_ENV_FILE, or name none."
        problem = failed("settings", f"cannot read {shown(named)}: {shown(error.strerror or error)}", advice)
    except ValueError as error:
        advice = "The process refuses to start with it: correct the value where it says."
        problem = failed("settings", shown(error), advice)
    else:
        place = f"the environment and {shown(named)}" if named else "the environment"
        who = (
            f"service {shown(settings.service_name)}" if is_named else "SERVICE_NAME is not set, so the code has to say"
        )
        return Surroundings(
            variables=variables, settings=settings, result=ok("settings", f"every value of {place} makes sense; {who}")
        )
    return Surroundings(variables=variables, settings=None, result=problem)


def _settings(variables: Mapping[str, str], named: str | None) -> tuple[Settings, bool]:
    try:
        return read_settings({}, env_file=named, environment=variables), True
    except ValueError as error:
        if "service_name is missing" not in str(error):
            raise
    return read_settings({"service_name": _UNNAMED}, env_file=named, environment=variables), False


def _file(named: str | None) -> dict[str, str]:
    if named is None:
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415  (only who names a file needs it)

    found = dotenv_values(Path(named).expanduser(), interpolate=False, encoding="utf-8")
    return {name: value for name, value in found.items() if value}


def check_names(variables: Mapping[str, str]) -> Result:
    """Whether variables have names that are read, and not old or dangerous ones."""
    old = "LANGFUSE_HOST" in variables
    if old and variables.get("LANGFUSE_BASE_URL", variables["LANGFUSE_HOST"]) != variables["LANGFUSE_HOST"]:
        return warning(
            "names",
            "LANGFUSE_BASE_URL and LANGFUSE_HOST differ; the first one counts",
            "Remove LANGFUSE_HOST, the old name: other programs may read that one.",
        )
    unread = [
        f"{shown(name)} (did you mean {near[0]}?)"
        for name in sorted(variables)
        if name.startswith(_PREFIXES) and name not in _READ | _OF_THE_SDK
        if (near := get_close_matches(name, sorted(_READ | _OF_THE_SDK), n=1, cutoff=0.75))
    ]
    if unread:
        return warning("names", f"nobody reads {listed(unread, 3)}", "Correct the name, or remove the variable.")
    if variables.get("LANGFUSE_DEBUG", "").strip().lower() not in {"", *_NO}:
        return warning(
            "names",
            "LANGFUSE_DEBUG is on",
            "Langfuse's SDK then logs prompts and headers. Remove it once you have seen what you looked for.",
        )
    if "prometheus_multiproc_dir" in variables and os.name != "nt":
        return warning(
            "names",
            "prometheus_multiproc_dir is an old name",
            "Name it PROMETHEUS_MULTIPROC_DIR: the client may stop reading the old one.",
        )
    if old and "LANGFUSE_BASE_URL" not in variables:
        return warning("names", "LANGFUSE_HOST is an old name", "Name it LANGFUSE_BASE_URL: it is the one that counts.")
    return ok("names", "variables have current names")


def check_keys(around: Surroundings, *, required: bool) -> Result:
    """
    Whether both keys of Langfuse are set; that they are not swapped is a matter of the settings.

    Without both, spans may go to a collector by choice. *required* makes the absence of a key a failure.
    """
    name, settings = "keys", around.settings
    off = around.langfuse_off
    if settings is None:
        return skipped(name, "the settings cannot be read")
    if off is not None:
        advice = "Langfuse is required here: switch it on again, or run without --required langfuse."
        return failed(name, off, advice) if required else skipped(name, off)
    public, secret = settings.langfuse_public_key, settings.langfuse_secret_key
    if not public or not secret:
        missing = " and ".join(
            each
            for each, key in (("LANGFUSE_PUBLIC_KEY", public), ("LANGFUSE_SECRET_KEY", secret))
            if not key
        )  # fmt: skip
        if not required and not public and not secret and settings.traces_url:
            return skipped(name, f"no {missing}: spans go to the collector")
        advice = (
            "Langfuse is not configured, and nothing is sent to it. Create keys in the settings of your project, set "
            'LANGFUSE_PUBLIC_KEY="pk-lf-..." and LANGFUSE_SECRET_KEY="sk-lf-...", and restart the process.'
        )
        return (failed if required else warning)(name, f"no {missing}", advice)
    return ok(name, f"both are set (the public one begins with {public[:8]})")


def check_address(around: Surroundings) -> Result:
    """Whether keys may be sent to the address."""
    name, settings = "address", around.settings
    if settings is None or not has_keys(around):
        return skipped(name, "Langfuse is not configured")
    try:
        return ok(name, f"{checked_url(settings.langfuse_base_url)}")
    except BadAddress as error:
        return failed(
            name,
            shown(error),
            "Set LANGFUSE_BASE_URL to https://host, or to http://127.0.0.1:port for a server on this machine.",
        )


def check_extras(around: Surroundings) -> Result:
    """Whether the libraries that the settings need are installed, in releases that will do."""
    settings = around.settings
    sends = has_keys(around) or bool(settings and settings.traces_url)
    found = {name: _installed(name) for name in RANGES}
    wrong = [
        f"{name} {shown(version)}"
        for name, version in found.items()
        if version is not None and not _in_range(version, *RANGES[name][1:])
    ]
    if wrong:
        extras = sorted({RANGES[each.split(" ")[0]][0] for each in wrong})
        return failed(
            "extras",
            f"{listed(wrong)} is out of range",
            f"pip install 'obsgen-runtime[{','.join(extras)}]' brings a release that was tested.",
        )
    missing = [name for name, version in found.items() if version is None and RANGES[name][0] == "otel"]
    if missing and sends:
        return failed("extras", f"{listed(missing)} is not installed", "pip install 'obsgen-runtime[otel]'")
    there = [f"{name} {shown(version)}" for name, version in found.items() if version is not None]
    return ok("extras", ", ".join(there) or "none is installed, and none is needed")


def has_keys(around: Surroundings) -> bool:
    """Return whether something is to be sent to Langfuse."""
    settings = around.settings
    return settings is not None and around.langfuse_off is None and settings.langfuse_off_because is None


def access_of(around: Surroundings) -> Access | None:
    """Return server and keys; None if nothing may be sent there."""
    settings = around.settings
    if settings is None or not has_keys(around):
        return None
    try:
        url = checked_url(settings.langfuse_base_url)
    except BadAddress:
        return None
    public, secret = settings.langfuse_public_key or "", settings.langfuse_secret_key or ""
    return Access(base_url=url, public_key=public, secret_key=secret)


def _installed(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _in_range(version: str, least: tuple[int, ...], below: tuple[int, ...]) -> bool:
    numbers = tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3])
    return least <= numbers < below
