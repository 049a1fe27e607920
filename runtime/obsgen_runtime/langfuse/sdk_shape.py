"""Whether the `langfuse` SDK that is installed has everything that the adapter calls: asked once, at start."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

SUPPORTED = "langfuse>=4.7,<6"

_CLIENT = ("public_key", "secret_key", "base_url", "timeout", "tracer_provider", "span_exporter", "httpx_client")
_START = (
    "name", "as_type", "input", "output", "metadata", "level", "status_message", "completion_start_time", "model",
    "model_parameters", "usage_details", "cost_details", "prompt",
)  # fmt: skip
_EVENT = ("name", "input", "output", "metadata", "level", "status_message")
_METHODS: dict[str, tuple[str, ...]] = {
    "start_observation": (*_START, "trace_context"),
    "create_event": (*_EVENT, "trace_context"),
    "create_score": ("name", "value", "trace_id", "observation_id", "data_type", "comment", "score_id"),
    "flush": (),
    "shutdown": (),
}
_OBSERVATION: dict[str, tuple[str, ...]] = {
    "start_observation": _START,
    "create_event": _EVENT,
    "update": _START[2:],
    "end": ("end_time",),
}
_PROPAGATED = ("user_id", "session_id", "metadata", "tags", "trace_name")


class UnsupportedLangfuse(RuntimeError):  # noqa: N818  (it says what is wrong)
    """The installed SDK lacks something that the adapter needs."""


def check_sdk(module: Any, observation: type[Any]) -> None:
    """
    Look for every function and argument that the adapter uses.

    Args:
        module: The package `langfuse`.
        observation: Class of its observations.

    Raises:
        UnsupportedLangfuse: If something is missing; names all of it, and the supported releases.
    """
    client = getattr(module, "Langfuse", None)
    missing = [
        *_missing("Langfuse", getattr(client, "__init__", None), _CLIENT),
        *(part for name, wanted in _METHODS.items() for part in _missing(name, getattr(client, name, None), wanted)),
        *(
            part
            for name, wanted in _OBSERVATION.items()
            for part in _missing(f"observation.{name}", getattr(observation, name, None), wanted)
        ),
        *_missing("propagate_attributes", getattr(module, "propagate_attributes", None), _PROPAGATED),
    ]
    if missing:
        version = getattr(module, "__version__", "of unknown version")
        raise UnsupportedLangfuse(
            f"langfuse {version} lacks what the adapter needs ({', '.join(missing)}): install {SUPPORTED}, "
            f"or leave out the adapter, since plain OpenTelemetry spans need no SDK"
        )


def _missing(name: str, function: Callable[..., Any] | None, wanted: tuple[str, ...]) -> Iterator[str]:
    if not callable(function):
        yield f"{name}()"
        return
    known = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values()):
        return
    yield from (f"{name}({argument}=)" for argument in wanted if argument not in known)
