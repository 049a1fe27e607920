"""Scraping and sending, severities and destinations as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from obsgen.spec.allowances import Allowances, allowances
from obsgen.spec.fields import Distinct, Keys, NotEmpty, Origin, Written, key, origin
from obsgen.spec.values import (
    ENV_NAME,
    HOST,
    HTTP_PATH,
    LABEL_NAME,
    Attribute,
    Count,
    DurationText,
    Key,
    LabelName,
    LabelValues,
    Line,
    Port,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeSpec(Written):
    """How the service's metrics are collected."""

    job: Key = key("The `job` label; every other place reads it from here.")
    every: DurationText | None = key("Scrape interval; 15s if left out.", default=None)
    timeout: DurationText | None = key("Longest wait for an answer; 10s or the interval if left out.", default=None)
    path: Annotated[str, HTTP_PATH] = key("Path of the metrics page.", default="/metrics")
    host: Annotated[str, HOST] = key("Host of the workspaces, as the agent sees it.", default="127.0.0.1")
    sample_limit: Count | None = key(
        "A scrape with more samples than this fails as a whole; no limit if left out.", default=None
    )
    allow: Allowances = allowances()
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSpec(Written):
    """One running copy of the service."""

    port: Port = key("Port of its metrics page.", example=9464)
    service_name: Line | None = key("The `service_name` label of its series.", default=None)
    allow: Allowances = allowances()
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSpec(Written):
    """Where the service's signals go."""

    metrics: Annotated[tuple[Key, ...], NotEmpty()] = key("Destinations of the shared files.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLabelSpec(Written):
    """A label of log streams."""

    values: LabelValues | None = key(
        "Every value it can have; it takes any if left out.", default=None, example=["info", "warning", "error"]
    )
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsSpec(Written):
    """What the log pipeline sets; LogQL that asks for anything else is found."""

    labels: Annotated[Mapping[str, LogLabelSpec], Keys(LABEL_NAME), NotEmpty()] = key(
        "Every label of the log streams, by name."
    )
    metadata: Annotated[tuple[LabelName, ...], Distinct()] = key(
        "Names of the structured metadata of the lines.", default=(), example=["trace_id"]
    )
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesSpec(Written):
    """What the trace pipeline sets; TraceQL that asks for anything else is found."""

    attributes: Annotated[tuple[Attribute, ...], NotEmpty(), Distinct()] = key(
        "Attributes with their scope; of a scope that is named here it is all of them.",
        example=["resource.service.name", "span.http.*"],
    )
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveritySpec(Written):
    """What a severity tells the person on call."""

    means: Line = key("When an alert deserves it.")
    respond_in: DurationText = key("How soon somebody has to look.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class FromEnv(Written):
    """A value that is read from the environment where the pipeline runs; it never stands in a file."""

    env: Annotated[str, ENV_NAME] = key("Name of the environment variable.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsEndpoint(Written):
    """Where metrics are written (remote write)."""

    url: FromEnv = key("The whole address.")
    user: FromEnv | None = key("User name.", default=None)
    password: FromEnv | None = key("Password or token.", default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationSpec(Written):
    """A place that signals are sent to, with one address for each signal."""

    metrics: MetricsEndpoint = key("For metrics.")
    origin: Origin = origin()
