"""Facts as arguments of the SDK, content masked as the settings say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from obsgen_runtime.langfuse.spending import USAGE_DETAILS
from obsgen_runtime.masking import MASKED, Content, ContentField
from obsgen_runtime.observations import Facts, Kind
from obsgen_runtime.otlp.attributes import exclusive_usage
from obsgen_runtime.otlp.records import input_field, output_field
from obsgen_runtime.otlp.values import json_text, plain
from obsgen_runtime.prices import Priced


@dataclass(frozen=True, slots=True)
class _Prompt:
    """As much of the SDK's prompt as links one."""

    name: str
    version: int
    is_fallback: bool = False


def sdk_arguments(facts: Facts, kind: Kind, content: Content) -> dict[str, Any]:
    """Return what is known as keyword arguments of `start_observation` and `update`."""
    found: dict[str, Any] = {
        "input": _content(facts.input, input_field(kind), content),
        "output": _content(facts.output, output_field(kind), content),
        "metadata": _metadata(facts, content) or None,
        "level": facts.level,
        "status_message": facts.message,
    }
    if kind in ("generation", "embedding"):
        found |= _call(facts, kind)
    return {name: value for name, value in found.items() if value is not None}


def _call(facts: Facts, kind: Kind) -> dict[str, Any]:
    started = facts.first_token_ns
    return {
        "model": facts.model,
        "model_parameters": None if facts.model_parameters is None else plain(facts.model_parameters),
        "usage_details": _usage(facts),
        "cost_details": {"total": facts.cost.usd} if isinstance(facts.cost, Priced) else None,
        "completion_start_time": None if started is None else datetime.fromtimestamp(started / 1e9, UTC),
        "prompt": None
        if facts.prompt is None or kind != "generation"
        else _Prompt(facts.prompt.name, facts.prompt.version),
    }


def _usage(facts: Facts) -> dict[str, int] | None:
    if facts.usage is not None:
        return exclusive_usage(facts.usage)
    told = (facts.attributes or {}).get(USAGE_DETAILS)
    details: dict[str, int] | None = json.loads(told) if isinstance(told, str) else None
    return details


def _content(value: object, field: ContentField, content: Content) -> object:
    if value is None:
        return None
    if not content.is_open(field):
        return MASKED
    text = json_text(value)
    kept = content.apply_mask(field, text) if content.mask is not None else text
    return kept[: content.longest_text]


def _metadata(facts: Facts, content: Content) -> dict[str, Any]:
    allowed = content.metadata_keys
    told: Mapping[str, object] = facts.metadata or {}
    shown = plain(
        {
            key: value if allowed is None or key in allowed else MASKED
            for key, value in told.items()
            if value is not None
        }
    )
    # The SDK takes no attributes of one's own; OpenTelemetry's names are said by kind and model anyway.
    others = {
        name.removeprefix("langfuse."): plain(value)
        for name, value in (facts.attributes or {}).items()
        if not name.startswith("gen_ai.") and name != USAGE_DETAILS
    }
    return {**others, **(shown if isinstance(shown, dict) else {})}
